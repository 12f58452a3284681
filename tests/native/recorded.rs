//! Recorded runs: their format, and that every file in www/recorded still is what it says. One that fails here is made anew
//! with `./dev record`.

use crate::sample;
use interleave::chart;
use interleave::model::recording::{self, Origin, Recording, Subject, VERSION};
use interleave::model::{Failure, MS, Mark, Model, Outcome, Record, Report, RunEnd, State, Trace, US, What};
use interleave::scenarios::{self, REGISTRY, Scenario, recorded};
use interleave::share;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The largest file, in bytes.
const LARGEST: usize = 120_000;

fn origin() -> Origin {
    let (browser, system, date) = ("Chromium 156".to_owned(), "Linux".to_owned(), "2026-11-20".to_owned());
    Origin { browser, system, date, cores: 2, clock_step: 5_000 }
}

/// Every kind of record, some earlier than the one before.
fn every_record() -> Trace {
    let states = State::ALL.iter().map(|s| What::Enter(*s));
    let marks = Mark::ALL.iter().map(|m| What::Instant(*m));
    let levels = [0, 1, 200, u32::MAX - 128].map(What::Level);
    let mut trace = sample::two_threads();
    trace.extend(states.chain(marks).chain(levels).zip(0..).map(|(what, i)| Record {
        at: (100 - i) * MS + i * US,
        lane: i as u32 % 3,
        what,
        arg: u32::MAX - i as u32,
    }));
    trace.dropped = 7;
    trace
}

fn subject() -> Subject {
    Subject { spec: sample::SCENARIO.defaults(), cells: vec![(Model::Threads, "lock".to_owned())] }
}

fn recording() -> Recording {
    let outcome = Outcome::new("41,538").with("found", 41_538.0).line("done");
    Recording { origin: origin(), runs: vec![(outcome, 1_234_567_890, every_record())] }
}

#[test]
fn a_file_is_read_as_it_was_written() {
    let bytes = recording::write(&subject(), &recording()).unwrap();
    assert_eq!(recording::read(&subject(), &bytes), Ok(recording()));
}

#[test]
fn moments_lose_less_than_a_microsecond() {
    let mut exact = recording();
    exact.runs[0].2.records[3].at += 999;
    let bytes = recording::write(&subject(), &exact).unwrap();
    assert_eq!(recording::read(&subject(), &bytes), Ok(recording()));
}

#[test]
fn what_is_foreign_is_refused() {
    let bytes = recording::write(&subject(), &recording()).unwrap();
    let refused = |subject: &Subject, bytes: &[u8]| recording::read(subject, bytes) == Err(Failure::NoRecording);
    for version in (0..=u8::MAX).filter(|v| *v != VERSION) {
        let mut other = bytes.clone();
        other[0] = version;
        assert!(refused(&subject(), &other), "version {version}");
    }
    for length in 0..bytes.len() {
        assert!(refused(&subject(), &bytes[..length]), "the first {length} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(refused(&subject(), &longer));
    let mut other = subject();
    other.spec.values.set(sample::SCENARIO.params, "jobs", "11").unwrap();
    assert!(refused(&other, &bytes), "another default");
    let cells = vec![(Model::Processes, "lock".to_owned())];
    assert!(refused(&Subject { cells, ..subject() }, &bytes), "another model");
}

#[test]
fn spoilt_bytes_are_survived() {
    let bytes = recording::write(&subject(), &recording()).unwrap();
    for place in 0..bytes.len() {
        for bit in [1, 16, 128] {
            let mut spoilt = bytes.clone();
            spoilt[place] ^= bit;
            let _ = recording::read(&subject(), &spoilt);
        }
    }
}

fn path(scenario: &Scenario) -> PathBuf {
    Path::new("www").join(recorded::address(scenario.id))
}

/// The scenarios that have a recorded run, with it.
pub fn all() -> impl Iterator<Item = (&'static Scenario, Report)> {
    REGISTRY.iter().copied().map(|scenario| {
        let (id, path) = (scenario.id, path(scenario));
        let again = format!("make it anew: ./dev record {id}");
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; {again}", path.display()));
        assert!(bytes.len() <= LARGEST, "{id}: {} bytes are too many", bytes.len());
        let recording = recorded::read(scenario, &bytes);
        (scenario, recorded::report(scenario, recording.unwrap_or_else(|e| panic!("{id}: {e}; {again}"))))
    })
}

#[test]
fn every_scenario_is_recorded_and_nothing_else_is() {
    let files: BTreeSet<_> = std::fs::read_dir("www/recorded").unwrap().map(|e| e.unwrap().path()).collect();
    let wanted: BTreeSet<_> = REGISTRY.iter().map(|s| path(s)).collect();
    assert_eq!(files, wanted);
}

#[test]
fn every_recorded_run_is_whole() {
    for (scenario, report) in all() {
        let id = scenario.id;
        let spec = recorded::spec(scenario);
        let ran: Vec<_> = report.cells.iter().map(|c| (c.model, c.variant.clone())).collect();
        assert_eq!((ran, &report.spec), (scenario.pairs(&spec), &spec), "{id}");
        let origin = report.recorded.as_ref().unwrap();
        assert!(origin.browser.starts_with("Chromium ") && origin.cores > 1, "{id}: {origin:?}");
        let digits = |at: usize| origin.date.split('-').nth(at).is_some_and(|part| part.parse::<u32>().is_ok());
        assert!(origin.date.len() == 10 && (0..3).all(digits), "{id}: {origin:?}");
        for (cell, bar) in report.cells.iter().zip(chart::bars(&report, &scenarios::judge(&report))) {
            let (run, _) = cell.last().unwrap();
            assert!(!run.trace.lanes.is_empty() && !run.trace.spans().is_empty(), "{id}: {}", cell.model.id());
            assert!(!chart::table(&run.trace, 10).is_empty() && bar.summary.n == 1, "{id}: {}", cell.model.id());
        }
    }
}

#[test]
fn what_is_claimed_of_recorded_runs_holds() {
    for (scenario, report) in all() {
        let verdict = scenarios::judge(&report);
        assert!(!verdict.claims.is_empty() && !verdict.words.is_empty(), "{}", scenario.id);
        for claim in verdict.claims {
            assert!(claim.ok, "{}: {} ({}); ./dev record {0}", scenario.id, claim.text, claim.measured);
        }
    }
}

#[test]
fn only_a_whole_run_with_defaults_is_recorded() {
    let (_, report) = all().next().unwrap();
    let write = |report: &Report| {
        let Origin { browser, system, date, .. } = report.recorded.clone().unwrap();
        recorded::write(report, browser, system, date)
    };
    let scenario = scenarios::find(&report.spec.scenario).unwrap();
    let again = recorded::read(scenario, &write(&report).unwrap()).unwrap();
    assert_eq!(recorded::report(scenario, again), report);
    let spoilt = |change: fn(&mut Report)| {
        let mut report = report.clone();
        change(&mut report);
        assert_eq!(write(&report), Err(Failure::NoRecording));
    };
    spoilt(|r| r.spec.repeats = 2);
    spoilt(|r| drop(r.cells.pop()));
    spoilt(|r| r.cells[0].runs.clear());
    spoilt(|r| r.cells[0].runs[0].end = RunEnd::Stopped);
}

#[test]
fn a_recorded_result_says_so() {
    let mut report = sample::report(&[(Model::Threads, &[90])]);
    let message = |report: &Report| -> serde_json::Value {
        serde_json::from_str(&share::result_for(Some(&sample::SCENARIO), report, &[])).unwrap()
    };
    assert!(message(&report).get("recorded").is_none());
    report.recorded = Some(origin());
    let said = serde_json::json!({"browser": "Chromium 156", "system": "Linux", "cores": 2, "date": "2026-11-20"});
    assert_eq!(message(&report)["recorded"], said);
}
