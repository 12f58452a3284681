//! What SVG files are written with: short numbers, texts that fit, and what must be escaped.

/// How far a text is squeezed before it is cut.
const SQUEEZE: f64 = 0.84;

/// A number with one decimal, if it needs one.
pub(super) fn n(value: f64) -> String {
    short(format!("{value:.1}"))
}

/// A number with up to two decimals.
pub(super) fn n2(value: f64) -> String {
    short(format!("{value:.2}"))
}

fn short(text: String) -> String {
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// About how wide a text is, in pixels: nobody measures fonts here.
fn width(text: &str, strong: bool) -> f64 {
    let one = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | '!' | 'I' => 3.2,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '-' | '/' => 4.4,
        'm' | 'w' | 'M' | 'W' | '…' | '×' => 10.0,
        c if c.is_ascii_uppercase() => 8.2,
        _ => 6.8,
    };
    text.chars().map(one).sum::<f64>() * if strong { 1.03 } else { 1.0 }
}

/// The text for the room it has, and whether it has to be squeezed; cut in the middle, because names differ at their ends.
pub(super) fn fitting(text: &str, max: f64, strong: bool) -> Option<(String, bool)> {
    let fits = |t: &str| width(t, strong) * SQUEEZE <= max;
    if text.chars().count() == 1 || fits(text) {
        return Some((text.to_owned(), width(text, strong) > max));
    }
    let chars: Vec<char> = text.chars().collect();
    (2..chars.len()).rev().find_map(|count| {
        let (head, tail) = (&chars[..count - count / 2], &chars[chars.len() - count / 2..]);
        let cut: String = head.iter().chain(['…'].iter()).chain(tail).collect();
        fits(&cut).then(|| (cut.clone(), width(&cut, strong) > max))
    })
}

/// Text as it may stand in a file: what means something there is written out, what may not stand there is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
