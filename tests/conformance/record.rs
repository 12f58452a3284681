//! Writes the corpus anew: what CPython does with the programs written by hand, and with fresh ones.

use crate::compare;
use crate::generate;
use crate::programs::corpus::{self, Recorded, WRITTEN};
use crate::prune;
use crate::python::{self, REFERENCE, Session};
use crate::report::worth_keeping;
use std::fs;

/// Where the files are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/corpus/");
/// Generated programs there are to be, and the seed of the first.
const PROGRAMS: usize = 2_800;
const FIRST_SEED: u64 = 1;

/// Records both files.
///
/// # Errors
/// What is missing.
pub fn record() -> Result<(), String> {
    let python = python::find()?;
    if python.minor != REFERENCE {
        return Err(format!(
            "The corpus is what CPython {}.{} does, and this is {}.",
            REFERENCE.0, REFERENCE.1, python.version
        ));
    }
    let mut session = Session::start(&python)?;
    let mut written = corpus::read(WRITTEN)?;
    for one in &mut written {
        one.log = session.log(&one.program.to_string())?;
    }
    save("written.txt", &written)?;
    let mut all = Vec::new();
    let seeds = FIRST_SEED..FIRST_SEED + 3 * PROGRAMS as u64;
    let make = |seed| prune::pruned(generate::program(seed, REFERENCE));
    compare::all(&python, seeds, make, |compared| {
        if worth_keeping(&compared.program, &compared.cpython) {
            all.push((compared.seed, compared.program, compared.cpython));
        }
    })?;
    all.sort_by_key(|(seed, ..)| *seed);
    all.truncate(PROGRAMS);
    let all: Vec<_> =
        all.into_iter().map(|(_, program, log)| Recorded { title: String::new(), program, log }).collect();
    save("generated.txt", &all)
}

fn save(name: &str, all: &[Recorded]) -> Result<(), String> {
    let text = corpus::write(all);
    println!("{name}: {} programs, {} kB", all.len(), text.len() / 1_000);
    fs::write(format!("{FOLDER}{name}"), text).map_err(|error| error.to_string())
}
