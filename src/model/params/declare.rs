//! How scenarios declare parameters in a line each, and those that many share.

use super::{Kind, Param};
use rust_decimal::Decimal;

/// Words that a page fetches with the texts of the scenario it shows, instead of carrying those of all: empty in the page.
pub const fn beside(words: &'static str) -> &'static str {
    if cfg!(all(target_arch = "wasm32", feature = "page")) { "" } else { words }
}

/// Shorthand for a [`Kind::Count`] parameter.
pub const fn count(
    key: &'static str,
    label: &'static str,
    (min, max): (u64, u64),
    default: u64,
    unit: &'static str,
    help: &'static str,
) -> Param {
    Param { key, label, kind: Kind::Count { min, max, default, unit }, help: beside(help) }
}

/// Shorthand for a [`Kind::Millis`] parameter.
pub const fn wait(
    key: &'static str,
    label: &'static str,
    (min, max): (u64, u64),
    default: u64,
    help: &'static str,
) -> Param {
    Param { key, label, kind: Kind::Millis { min, max, default }, help: beside(help) }
}

/// Shorthand for a [`Kind::Amount`] parameter; amounts are given in units of 10^-`scale`.
pub const fn amount(
    key: &'static str,
    label: &'static str,
    (min, max, default): (u32, u32, u32),
    scale: u32,
    unit: &'static str,
    help: &'static str,
) -> Param {
    const fn decimal(units: u32, scale: u32) -> Decimal {
        Decimal::from_parts(units, 0, 0, false, scale)
    }
    let kind =
        Kind::Amount { min: decimal(min, scale), max: decimal(max, scale), default: decimal(default, scale), unit };
    Param { key, label, kind, help: beside(help) }
}

/// How many times faster simulated waits pass; programs never see it, the loop divides by it.
pub const SPEED: Param = Param {
    key: "speed",
    label: "Speed",
    kind: Kind::OneOf { options: &[1, 2, 5, 10], default: 1, unit: "×", names: &[] },
    help: beside("Divides every simulated wait."),
};

/// Shorthand for a [`Kind::OneOf`] parameter whose options have names; they are the numbers from 1 on in links.
pub const fn choice(
    key: &'static str,
    label: &'static str,
    names: &'static [&'static str],
    options: &'static [u64],
    help: &'static str,
) -> Param {
    Param { key, label, kind: Kind::OneOf { options, default: 1, unit: "", names }, help: beside(help) }
}

/// How long a thread waits for the GIL before it asks for it; 5 ms where a scenario does not declare it.
pub const SWITCH_INTERVAL: Param = count(
    "switch-interval",
    "Switch interval",
    (100, 100_000),
    5_000,
    "µs",
    "How long a thread waits for the GIL before it asks for it.",
);

/// A scenario that declares a parameter with this key handles a stop signal: by itself after that time, or when the reader
/// gives it.
pub const SIGNAL_AFTER: &str = "signal-after";

/// How many workers share the work.
pub const WORKERS: Param = count("workers", "Workers", (1, 16), 4, "", "Threads or processes that share the work.");
