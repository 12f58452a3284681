//! What in a link was not used, and why.

use std::fmt;

/// Most characters of a link's own text that a notice repeats.
const SHOWN: usize = 40;

/// Something in a link that was not used, and why; shown in a small notice.
///
/// Texts taken from the link are shortened and free of invisible characters, and they are data: whoever shows a notice
/// shows it as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No scenario has this id.
    UnknownScenario(String),
    /// No key has this name.
    UnknownKey(String),
    /// The value is no value of the key.
    BadValue {
        /// The key.
        key: String,
        /// Why.
        why: String,
    },
    /// The link is of a later version.
    FutureVersion(String),
    /// The link is longer than any this page makes; the rest was left out.
    TooLong,
}

impl Notice {
    /// A bad value, from the texts of the link.
    pub(super) fn bad(key: &str, value: &str, why: impl fmt::Display) -> Self {
        Notice::BadValue { key: shown(key), why: format!("{why} (“{}”)", shown(value)) }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::UnknownScenario(id) => write!(f, "There is no scenario “{id}”, so here is the first one."),
            Notice::UnknownKey(key) => write!(f, "“{key}” means nothing here and was left out."),
            Notice::BadValue { key, why } => write!(f, "“{key}” was left out: {why}."),
            Notice::FutureVersion(v) => {
                write!(f, "This link was made by a later version ({v}); some of it may be missing here.")
            }
            Notice::TooLong => f.write_str("The link is too long; the end of it was left out."),
        }
    }
}

/// A text of the link as a notice repeats it: at most 40 characters, none of them invisible.
pub(super) fn shown(text: &str) -> String {
    // Control characters, and those that turn the direction of what follows or take no room.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    let mut out: String = text.chars().take(SHOWN).map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        out.pop();
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_invisible_texts_are_tamed() {
        assert_eq!(shown("plain"), "plain");
        assert_eq!(shown("a\u{202e}b\nc\u{e0041}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        let long = shown(&"x".repeat(1_000));
        assert_eq!(long.chars().count(), SHOWN);
        assert!(long.ends_with('…'));
        assert_eq!(shown(&"y".repeat(SHOWN)), "y".repeat(SHOWN));
    }

    #[test]
    fn markup_stays_data() {
        let notice = Notice::bad("jobs", "<img src=x onerror=alert(1)>", "not a number");
        assert_eq!(notice.to_string(), "“jobs” was left out: not a number (“<img src=x onerror=alert(1)>”).");
    }
}
