//! What plain `cargo test` holds true: the recorded programs run as CPython ran them, and they show everything.

use crate::compare::ours;
use crate::generate;
use crate::programs::corpus::{self, GENERATED, Recorded, WRITTEN};
use crate::programs::notation::Program;
use crate::python::REFERENCE;
use crate::report::side_by_side;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Fewest generated programs there must be.
const FEWEST: usize = 2_000;
/// Fewest programs a statement must occur in.
const FEWEST_WITH: usize = 20;

type Check = (&'static str, fn() -> Result<String, String>);

const CHECKS: &[Check] = &[
    ("written_programs_run_as_cpython_runs_them", || recorded(WRITTEN, 40)),
    ("generated_programs_run_as_cpython_runs_them", || recorded(GENERATED, FEWEST)),
    ("every_kind_of_statement_occurs", every_kind_occurs),
    ("programs_read_as_they_are_written", reads_as_written),
];

/// Names of the checks, as cargo's own tests list theirs.
pub fn list() -> ExitCode {
    CHECKS.iter().for_each(|(name, _)| println!("{name}: test"));
    ExitCode::SUCCESS
}

/// Runs the checks whose name contains one of the words (all, if there are none).
pub fn run(words: &[&str]) -> ExitCode {
    let words: Vec<_> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let mut failed = 0;
    for (name, check) in CHECKS {
        if !words.is_empty() && !words.iter().any(|word| name.contains(**word)) {
            continue;
        }
        match check() {
            Ok(figures) => println!("test {name} ... ok ({figures})"),
            Err(message) => {
                failed += 1;
                println!("test {name} ... FAILED\n{message}");
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn recorded(text: &str, fewest: usize) -> Result<String, String> {
    let all = corpus::read(text)?;
    if all.len() < fewest {
        return Err(format!("only {} programs", all.len()));
    }
    let different: Vec<(&Recorded, String)> =
        all.iter().map(|one| (one, ours(&one.program))).filter(|(one, ours)| *ours != one.log).collect();
    let shown = different
        .iter()
        .take(3)
        .map(|(one, ours)| format!("{}\n{}\n{}", one.title, one.program, side_by_side(ours, &one.log)));
    match different.len() {
        0 => Ok(format!("{} programs", all.len())),
        n => Err(format!("{n} of {} programs differ; the first:\n{}", all.len(), shown.collect::<Vec<_>>().join("\n"))),
    }
}

fn every_kind_occurs() -> Result<String, String> {
    let programs: Vec<Program> = corpus::read(GENERATED)?.into_iter().map(|one| one.program).collect();
    let counts = kinds(&programs);
    let rare: Vec<_> =
        generate::KINDS.iter().filter(|kind| counts.get(**kind).is_none_or(|n| *n < FEWEST_WITH)).collect();
    let unknown: Vec<_> = counts.keys().filter(|kind| !generate::KINDS.contains(&kind.as_str())).collect();
    if rare.is_empty() && unknown.is_empty() {
        return Ok(format!("{} kinds, each in {FEWEST_WITH} programs or more", counts.len()));
    }
    Err(format!("too rare: {rare:?}; not in the list of kinds: {unknown:?}"))
}

/// In how many programs each statement occurs.
pub fn kinds(programs: &[Program]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for program in programs {
        let mut here = std::collections::BTreeSet::new();
        program.each(&mut |node| {
            here.insert(node.name.clone());
        });
        here.into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
    }
    counts
}

fn reads_as_written() -> Result<String, String> {
    let count = 500;
    for seed in 0..count {
        let program = generate::program(seed, REFERENCE);
        let again = Program::parse(&program.to_string())?;
        if again != program {
            return Err(format!("seed {seed}: {program}"));
        }
    }
    Ok(format!("{count} programs"))
}
