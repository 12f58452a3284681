//! A task in a link: an author's own words, kept plain.

use super::keys::MAX_TASK;

/// A task as the page shows it: line breaks stay; other control characters, and those that turn the direction of what follows
/// or hide in it, are gone. `None` when it is too long: half a task would be another task.
pub fn clean(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    let kept: String = kept.collect();
    let kept = kept.trim();
    (kept.chars().count() <= MAX_TASK).then(|| kept.to_owned())
}

/// Percent-encoded: what is left of it are letters, digits, `-`, `_`, `.` and `%`.
pub(super) fn escape(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(byte.into());
        } else {
            out.push('%');
            out.push(DIGITS[usize::from(byte >> 4)].into());
            out.push(DIGITS[usize::from(byte & 15)].into());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may stop at once
    use super::*;

    #[test]
    fn markup_stays_text_and_what_hides_is_gone() {
        let markup = "<b onclick=\"x()\">Run</b> & [look](javascript:x)";
        assert_eq!(clean(markup).as_deref(), Some(markup));
        assert_eq!(
            clean(" one\r\ntwo\rthree\tfour\u{0}\u{1b}\u{7f}\u{85}\u{202e} \n").unwrap(),
            "one\ntwo\nthree four"
        );
        let joined = "👩\u{200d}💻 می\u{200c}خواهم";
        assert_eq!(clean(joined).as_deref(), Some(joined), "joiners belong to writing");
        assert_eq!(clean(" \n\u{0}").as_deref(), Some(""));
    }

    #[test]
    fn a_task_too_long_is_none() {
        let longest = "ä".repeat(MAX_TASK);
        assert_eq!(clean(&longest).as_ref(), Some(&longest));
        assert_eq!(clean(&(longest + "x")), None);
    }

    #[test]
    fn every_byte_is_escaped_that_a_mailer_may_touch() {
        assert_eq!(escape("a-_.Z9 &=%+#ä\n"), "a-_.Z9%20%26%3D%25%2B%23%C3%A4%0A");
    }
}
