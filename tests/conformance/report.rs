//! `./dev conformance`: compares fresh programs and tells what came of it.

use crate::checks::kinds;
use crate::compare::{self, Compared};
use crate::generate;
use crate::programs::notation::Program;
use crate::python::{self, REFERENCE};
use crate::shrink::shrink;
use std::time::Instant;

/// So many differences are shown.
const SHOWN: usize = 3;

/// Compares `count` programs, from this seed on.
///
/// # Errors
/// The differences, or what is missing.
pub fn compare(count: u64, seed: u64) -> Result<(), String> {
    let python = python::find()?;
    let (begin, minor) = (Instant::now(), python.minor);
    println!("{count} programs from seed {seed}, on aio and on CPython {} ({})", python.version, python.command);
    if minor != REFERENCE {
        let (major, minor) = REFERENCE;
        println!("The reference is CPython {major}.{minor}. {}", python.differs());
    }
    let (mut programs, mut events, mut stuck, mut different) = (Vec::new(), 0, 0, Vec::new());
    compare::all(
        &python,
        seed..seed + count,
        |seed| generate::program(seed, minor),
        |compared| {
            events += compared.cpython.split(' ').filter(|word| !word.starts_with('@')).count();
            stuck += usize::from(compared.cpython.ends_with("stuck"));
            if !compared.equal() {
                different.push(compared.clone());
            }
            programs.push(compared.program);
        },
    )?;
    let kinds = kinds(&programs).len();
    println!("{events} events compared, {kinds} kinds of statements; {stuck} programs are stuck in the end");
    println!("{:.1} s", begin.elapsed().as_secs_f64());
    if different.is_empty() {
        println!("No difference.");
        return Ok(());
    }
    different.sort_by_key(|compared| compared.seed);
    for compared in different.iter().take(SHOWN) {
        show(&python, compared);
    }
    let told = format!("\n{} of {} programs differ", different.len(), programs.len());
    if minor == REFERENCE {
        return Err(told);
    }
    println!("{told}: here CPython {} may differ from CPython {}.{}.", python.version, REFERENCE.0, REFERENCE.1);
    Ok(())
}

fn show(python: &python::Python, compared: &Compared) {
    let small = shrink(python, compared.clone());
    println!("\n--- seed {} (./dev conformance 1 {}), made smaller", compared.seed, compared.seed);
    println!("{}\n", small.program);
    let text = python::source(python, &small.program.to_string()).unwrap_or_default();
    println!("{text}\n\n{}", side_by_side(&small.ours, &small.cpython));
}

/// Two logs beside each other, a mark where they part.
pub fn side_by_side(ours: &str, cpython: &str) -> String {
    let (ours, cpython): (Vec<_>, Vec<_>) = (ours.split(' ').collect(), cpython.split(' ').collect());
    let width = ours.iter().map(|word| word.len()).max().unwrap_or(0).max(8);
    let mut text = format!("  {:width$}  CPython\n", "aio");
    let mut parted = false;
    for line in 0..ours.len().max(cpython.len()) {
        let [left, right] = [&ours, &cpython].map(|log| log.get(line).copied().unwrap_or(""));
        let mark = if left != right && !parted { ">" } else { " " };
        parted |= left != right;
        text += &format!("{mark} {left:width$}  {right}\n");
    }
    text
}

/// Whether a program is worth keeping in the corpus: it says something, and not too much.
pub fn worth_keeping(program: &Program, log: &str) -> bool {
    let events = log.split(' ').count();
    (6..80).contains(&events) && program.to_string().len() < 500
}
