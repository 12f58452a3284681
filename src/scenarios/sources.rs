//! What the page fetches of the scenario it shows: its texts with the Python twin, and the Rust that ran, in a small file each.

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

/// Stands between the parts of a file; no text and no source holds it.
const BREAK: char = '\u{c}';

/// What is said of a scenario, in one file: what the page shows at once beside its form. The Python is packed ([`lines`]
/// unpacks it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts<'a> {
    /// The title.
    pub title: &'a str,
    /// The question.
    pub question: &'a str,
    /// What each parameter does, a line each, in their order.
    pub help: &'a str,
    /// The Python twin.
    pub python: &'a str,
}

impl<'a> Texts<'a> {
    /// Reads a file; `None` when it is not one of ours (some hosts answer every address with a page).
    pub fn read(file: &'a str) -> Option<Self> {
        let mut parts = file.split(BREAK);
        let [title, question, help, python] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        Some(Self { title, question, help, python })
    }

    /// The file.
    pub fn write(&self) -> String {
        [self.title, self.question, self.help, self.python].join(&BREAK.to_string())
    }
}

/// The file of a scenario's program, which is fetched when somebody looks at it.
pub fn write_program(packed: &str) -> String {
    format!("{BREAK}{packed}")
}

/// The packed program in such a file; `None` when it is not one of ours.
pub fn read_program(file: &str) -> Option<&str> {
    file.strip_prefix(BREAK)
}

/// The name of the file with a scenario's texts, in the site's folder `sources`.
pub fn texts_name(id: &str) -> String {
    [id, ".txt"].concat()
}

/// The name of the file with its program, in the same folder.
pub fn program_name(id: &str) -> String {
    [id, ".rs.txt"].concat()
}

/// The file with the questions of all scenarios, a line each in the order of the registry, in the same folder: for the search.
pub const QUESTIONS: &str = "questions.txt";

/// Adds a line to a packed source.
pub fn pack(line: &[(Class, &str)], packed: &mut String) {
    let mut class = Class::Plain;
    for &(next, text) in line {
        // Blanks look the same in every class.
        if next != class && !text.trim().is_empty() {
            class = next;
            packed.push(char::from(class as u8 + 1));
        }
        // A mark in the source itself would be taken for one of ours.
        packed.extend(text.chars().map(|c| if c < ' ' && c != '\t' { ' ' } else { c }));
    }
    packed.push('\n');
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

    #[test]
    fn what_is_packed_is_unpacked() {
        let first = [(Class::Keyword, "let"), (Class::Plain, "\tx = "), (Class::String, "\"ä\""), (Class::Plain, ";")];
        let mut python = String::new();
        pack(&first, &mut python);
        pack(&[], &mut python);
        pack(&[(Class::Type, "Vec\u{3}\u{c}")], &mut python);
        let texts = Texts { title: "Title", question: "How?", help: "One.\nTwo.", python: &python };
        let file = texts.write();
        assert_eq!(Texts::read(&file), Some(texts));
        assert_eq!(lines(texts.python).collect::<Vec<_>>(), [first.to_vec(), vec![], vec![(Class::Type, "Vec  ")]]);
        assert_eq!(read_program(&write_program(&python)), Some(&*python));
        assert_eq!((Texts::read("<!doctype html>"), read_program("<!doctype html>")), (None, None));
    }

    #[test]
    fn blanks_cost_no_marks() {
        let mut packed = String::new();
        pack(
            &[(Class::Plain, "  "), (Class::Keyword, "pub"), (Class::Plain, " "), (Class::Keyword, "fn")],
            &mut packed,
        );
        assert_eq!(packed, "  \u{2}pub fn\n");
    }
}
