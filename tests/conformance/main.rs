//! Whether `aio` does what CPython does: the recorded programs (plain `cargo test`), and fresh ones beside a CPython
//! (`./dev conformance`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may stop at once
#![cfg_attr(target_arch = "wasm32", allow(clippy::drop_non_drop))] // linted there too, where a pipe is nothing

mod checks;
mod compare;
mod generate;
mod programs;
mod prune;
mod python;
mod record;
mod report;
mod shrink;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many programs `./dev conformance` compares unless told otherwise.
const COUNT: u64 = 10_000;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["--compare", rest @ ..] => numbers(rest)
            .and_then(|[count, seed]| report::compare(count.unwrap_or(COUNT), seed.unwrap_or_else(from_clock))),
        ["--record"] => record::record(),
        ["--list", ..] => return checks::list(),
        words => return checks::run(words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// A count and a seed, where they are given.
fn numbers(words: &[&str]) -> Result<[Option<u64>; 2], String> {
    let mut numbers = [None; 2];
    for (index, word) in words.iter().enumerate() {
        let place = numbers.get_mut(index).ok_or_else(|| format!("one word too many: {word}"))?;
        *place = Some(word.parse().map_err(|_| format!("not a number: {word}"))?);
    }
    Ok(numbers)
}

fn from_clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_millis() as u64 % 1_000_000_000)
}
