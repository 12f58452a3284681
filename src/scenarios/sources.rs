//! The sources the page shows, highlighted when the crate was built: Python and the Rust that ran.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Nothing special.
    Plain,
    /// A word of the language.
    Keyword,
    /// A text.
    String,
    /// A number or another constant.
    Number,
    /// A comment.
    Comment,
    /// A function's name.
    Function,
    /// A type's name.
    Type,
}

impl Class {
    /// Every class, in the order of their marks in a packed source.
    pub const ALL: [Class; 7] =
        [Class::Plain, Class::Keyword, Class::String, Class::Number, Class::Comment, Class::Function, Class::Type];
}

/// The sources of a scenario, packed; [`lines`] unpacks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The Python twin.
    pub python: &'static str,
    /// The Rust program, without its tests.
    pub rust: &'static str,
}

/// Scenario id, Python, Rust; ascending by id.
static PACKED: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The sources of the scenario with this id; `None` in builds that show none.
pub fn find(id: &str) -> Option<Sources> {
    let i = PACKED.binary_search_by(|(known, _, _)| known.cmp(&id)).ok()?;
    PACKED.get(i).map(|&(_, python, rust)| Sources { python, rust })
}

/// The lines of a packed source, each as pieces with their class.
///
/// A piece begins with a control character (code 1 and the class's place in [`Class::ALL`]); text before the first mark
/// of a line is plain.
pub fn lines(packed: &str) -> impl Iterator<Item = Vec<(Class, &str)>> {
    packed.lines().map(|line| {
        let mut pieces = Vec::new();
        let (mut class, mut rest) = (Class::Plain, line);
        while let Some(at) = rest.find(|c| class_of(c).is_some()) {
            let (text, mark) = rest.split_at(at);
            if !text.is_empty() {
                pieces.push((class, text));
            }
            class = mark.chars().next().and_then(class_of).unwrap_or(Class::Plain);
            rest = &mark[1..];
        }
        if !rest.is_empty() {
            pieces.push((class, rest));
        }
        pieces
    })
}

fn class_of(c: char) -> Option<Class> {
    // Tabs and line ends lie above the marks.
    let place = (c as usize).checked_sub(1)?;
    Class::ALL.get(place).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_classes() {
        let unpacked: Vec<_> = lines("\u{2}let\u{1} x = \u{4}1\u{1};\n\nplain").collect();
        let first = vec![(Class::Keyword, "let"), (Class::Plain, " x = "), (Class::Number, "1"), (Class::Plain, ";")];
        assert_eq!(unpacked, [first, vec![], vec![(Class::Plain, "plain")]]);
    }
}
