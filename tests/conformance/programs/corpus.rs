//! The recorded programs: text files of programs, each followed by what CPython's log of it was.

use super::notation::Program;

/// A program and what CPython did.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What it shows; empty for a generated one.
    pub title: String,
    /// The program.
    pub program: Program,
    /// CPython's log.
    pub log: String,
}

/// Programs written by hand, each for one rule.
pub const WRITTEN: &str = include_str!("../corpus/written.txt");
/// Programs from the generator.
pub const GENERATED: &str = include_str!("../corpus/generated.txt");

/// What CPython's log line begins with in a file.
const LOG: &str = "> ";

/// Reads a file: `# title` where there is one, the program on one or more lines, `> ` and the log.
///
/// # Errors
/// The first program that cannot be read.
pub fn read(text: &str) -> Result<Vec<Recorded>, String> {
    let (mut all, mut title, mut program) = (Vec::new(), String::new(), String::new());
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            title = heading.to_owned();
        } else if let Some(log) = line.strip_prefix(LOG) {
            let program = Program::parse(&std::mem::take(&mut program))?;
            all.push(Recorded { title: std::mem::take(&mut title), program, log: log.to_owned() });
        } else {
            program.push_str(line);
            program.push('\n');
        }
    }
    Ok(all)
}

/// Writes such a file.
pub fn write(all: &[Recorded]) -> String {
    let mut text = String::new();
    for Recorded { title, program, log } in all {
        if title.is_empty() {
            text += &format!("{program}\n{LOG}{log}\n");
        } else {
            let lines = program.0.iter().map(|node| Program(vec![node.clone()]).to_string());
            text += &format!("# {title}\n{}\n{LOG}{log}\n", lines.collect::<Vec<_>>().join(";\n"));
        }
    }
    text
}
