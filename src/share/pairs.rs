//! A part of a link as keys and values: split at `&`, percent-escapes undone, sizes limited.

use super::keys::{MAX_BYTES, MAX_KEYS};
use super::notice::Notice;

/// Splits a query or a hash into keys (lower case) and values; what cannot be read goes to `notices`.
pub(super) fn split(text: &str, notices: &mut Vec<Notice>) -> Vec<(String, String)> {
    let mut too_long = false;
    let text = if text.len() > MAX_BYTES {
        too_long = true;
        // A key cut in two would be an unknown key, so the cut is made before it.
        let head = &text[..text.floor_char_boundary(MAX_BYTES)];
        head.rfind('&').map_or("", |end| &head[..end])
    } else {
        text
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (i, part) in text.split('&').filter(|p| !p.is_empty()).enumerate() {
        if i == MAX_KEYS {
            too_long = true;
            break;
        }
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match (unescape(key), unescape(value)) {
            (Some(key), Some(value)) => {
                let key = key.to_ascii_lowercase();
                if pairs.iter().any(|(k, _)| *k == key) {
                    notices.push(Notice::bad(&key, &value, "given twice"));
                } else {
                    pairs.push((key, value));
                }
            }
            _ => notices.push(Notice::bad(key, value, "a broken percent-escape")),
        }
    }
    if too_long {
        notices.push(Notice::TooLong);
    }
    pairs
}

/// Undoes percent-escapes; `None` when one is broken or the bytes are no text.
fn unescape(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, String)>, Vec<Notice>) {
        let mut notices = Vec::new();
        (split(text, &mut notices), notices)
    }

    #[test]
    fn keys_are_lower_cased_and_escapes_undone() {
        let (pairs, notices) = read("S=primes&Limit=%31%30&&run");
        let expected = [("s", "primes"), ("limit", "10"), ("run", "")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(pairs, expected);
        assert!(notices.is_empty());
    }

    #[test]
    fn broken_escapes_cost_their_value_only() {
        for broken in ["a=%", "a=%1", "a=%zz", "a=%ff", "%=1", "a=%c3%28", "a=%+1"] {
            let (pairs, notices) = read(&format!("{broken}&b=1"));
            assert_eq!(pairs, [("b".to_owned(), "1".to_owned())], "{broken}");
            assert_eq!(notices.len(), 1, "{broken}");
        }
    }

    #[test]
    fn a_key_given_twice_keeps_its_first_value() {
        let (pairs, notices) = read("a=1&A=2");
        assert_eq!(pairs, [("a".to_owned(), "1".to_owned())]);
        assert_eq!(notices.len(), 1);
    }

    #[test]
    fn absurd_lengths_are_cut() {
        let keys: String = (0..10_000).map(|i| format!("k{i}=1&")).collect();
        let (pairs, notices) = read(&keys);
        assert_eq!((pairs.len(), notices), (MAX_KEYS, vec![Notice::TooLong]));
        let (pairs, notices) = read(&format!("a=1&b={}", "é".repeat(MAX_BYTES)));
        assert_eq!((pairs.len(), notices), (1, vec![Notice::TooLong]));
        let (pairs, notices) = read(&"x".repeat(MAX_BYTES + 1));
        assert_eq!((pairs.len(), notices), (0, vec![Notice::TooLong]));
    }
}
