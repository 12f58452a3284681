//! Figures as people read them.

use super::time::{MS, Nanos, SECOND, US};

/// A whole number with its thousands apart: `41,538`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time in the unit that suits it, with three digits or so: `850 µs`, `12.3 ms`, `3.00 s`.
pub fn time(t: Nanos) -> String {
    // Each unit ends where its figure would round up to the next one.
    match t {
        0 => "0 ms".to_owned(),
        t if t < MS - US / 2 => format!("{} µs", (t + US / 2) / US),
        t if t < 9_995 * US => format!("{:.2} ms", t as f64 / MS as f64),
        t if t < 99_950 * US => format!("{:.1} ms", t as f64 / MS as f64),
        t if t < SECOND - MS / 2 => format!("{:.0} ms", t as f64 / MS as f64),
        t => format!("{:.2} s", t as f64 / SECOND as f64),
    }
}

/// A time given in milliseconds, as [`time`] writes it.
pub fn time_ms(ms: f64) -> String {
    time((ms.max(0.0) * MS as f64) as Nanos)
}

/// A ratio: `1.94×`.
pub fn times(ratio: f64) -> String {
    format!("{ratio:.2}×")
}

/// A share of one: `73 %`.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A size in bytes: `512 KiB`.
pub fn bytes(n: u64) -> String {
    match n {
        n if n < 1024 => format!("{n} bytes"),
        n if n < 1024 * 1024 - 512 => format!("{:.0} KiB", n as f64 / 1024.0),
        n => format!("{:.1} MiB", n as f64 / 1_048_576.0),
    }
}
