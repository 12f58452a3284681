//! Every scenario's file holds its sources, with something of every class.
#![allow(clippy::unwrap_used)] // a test may stop at once

use super::*;
use interleave::scenarios::sources::{Class, lines, read_program};
use std::collections::HashSet;

fn plain(packed: &str) -> String {
    lines(packed).map(|line| line.iter().map(|(_, text)| *text).collect::<String>() + "\n").collect()
}

#[test]
fn sources_are_shown_as_they_are() {
    let highlighter = Highlighter::new();
    for scenario in REGISTRY {
        let (told, rust) = (texts(&highlighter, scenario).unwrap(), program(&highlighter, scenario).unwrap());
        let (told, rust) = (Texts::read(&told).unwrap(), read_program(&rust).unwrap());
        assert_eq!((told.title, told.question), (scenario.title, scenario.question));
        assert!(told.help.lines().eq(scenario.params.iter().map(|param| param.help)), "{}", scenario.id);
        let twin = fs::read_to_string(scenario.file("py")).unwrap();
        assert_eq!(plain(told.python).trim_end(), twin.trim_end(), "{}", scenario.id);
        let shown = plain(rust);
        assert!(shown.starts_with("//! ") && !shown.contains("#[cfg(test)]"), "{}", scenario.id);
        let classes: HashSet<_> = lines(rust).flatten().map(|(class, _)| class).collect();
        assert_eq!(classes.len(), Class::ALL.len(), "{}: {classes:?}", scenario.id);
    }
}

#[test]
fn pieces_are_what_they_look_like() {
    let highlighter = Highlighter::new();
    let packed = highlighter.pack("py", "JOBS = 10  # how many\nasync def main() -> None: pass").unwrap();
    let seen: Vec<_> = lines(&packed).flatten().map(|(class, text)| (class, text.trim())).collect();
    for piece in [
        (Class::Number, "10"),
        (Class::Comment, "# how many"),
        (Class::Keyword, "async def"),
        (Class::Function, "main"),
    ] {
        assert!(seen.contains(&piece), "{piece:?} is not in {seen:?}");
    }
}
