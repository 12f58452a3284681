//! Judging of reports made by hand, where every figure is known.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::model::params::WORKERS;
use crate::model::{Cell, Lane, LaneKind, MS, Outcome, Record, Run, RunEnd, RunSpec, Values, What};

fn trace(states: &[(u32, Nanos, State)]) -> Trace {
    let lane = |id| Lane { id, kind: LaneKind::Thread, name: format!("Thread-{id}") };
    let mut trace = Trace { lanes: (0..3).map(lane).collect(), ..Trace::default() };
    trace.extend(states.iter().map(|&(lane, at, state)| Record { at, lane, what: What::Enter(state), arg: 0 }));
    trace
}

/// A report on 4 workers whose runs took these milliseconds and all gave `value`.
fn report(cores: u32, value: &str, cells: &[(Model, &[u64])]) -> Report {
    let run = |(repeat, ms): (u32, &u64)| Run {
        repeat,
        end: RunEnd::Finished(Outcome::new(value)),
        elapsed: ms * MS,
        trace: Trace::default(),
    };
    let cell = |(model, times): &(Model, &[u64])| Cell {
        model: *model,
        variant: String::new(),
        runs: (0..).zip(times.iter()).map(run).collect(),
    };
    Report {
        spec: RunSpec {
            scenario: "primes".to_owned(),
            values: Values::defaults(&[WORKERS]),
            models: cells.iter().map(|c| c.0).collect(),
            variants: Vec::new(),
            repeats: 3,
            seed: 42,
        },
        machine: Machine { cores, isolated: true, shared_memory: true, top_level: true, clock_step: 1 },
        cells: cells.iter().map(cell).collect(),
        recorded: None,
    }
}

#[test]
fn overlap_counts_time_with_two_lanes_running_and_counts_it_once() {
    use State::{Done, Gil, Running};
    let apart = [(0, 0, Running), (1, 0, Gil), (0, 10, Gil), (1, 10, Running), (1, 20, Done)];
    assert_eq!(overlap(&trace(&apart)), 0);
    let three = [(0, 0, Running), (1, 5, Running), (2, 6, Running), (0, 10, Done), (1, 12, Done), (2, 15, Done)];
    assert_eq!(overlap(&trace(&three)), 7);
    assert_eq!(longest(&trace(&three), Running), 10);
}

#[test]
fn two_pairs_are_too_few_to_speak_of_speed() {
    let two: &[(Model, &[u64])] = &[(Model::Sequential, &[100, 100]), (Model::FreeThreads, &[50, 50])];
    assert_eq!(gains(&report(2, "1", two), Model::FreeThreads, "", 8), None);
    assert!(verdict(&report(2, "1", two), Model::FreeThreads, "", 8).contains("Three repeats"));
}

#[test]
fn a_gain_is_judged_by_its_median_and_only_where_it_is_possible() {
    let fast: &[(Model, &[u64])] = &[(Model::Sequential, &[100, 100, 100]), (Model::FreeThreads, &[50, 200, 60])];
    let claim = gains(&report(2, "1", fast), Model::FreeThreads, "", 8).unwrap();
    assert!(claim.ok, "{claim:?}");
    assert_eq!(claim.measured, "1.67× (0.50 to 2.00, 3 pairs)");
    assert_eq!(gains(&report(1, "1", fast), Model::FreeThreads, "", 8), None, "one core");
    assert_eq!(gains(&report(2, "1", fast), Model::FreeThreads, "", 1), None, "one job");
    let slow: &[(Model, &[u64])] = &[(Model::Sequential, &[100; 3]), (Model::FreeThreads, &[90; 3])];
    assert!(!gains(&report(2, "1", slow), Model::FreeThreads, "", 8).unwrap().ok);
    assert!(verdict(&report(2, "1", slow), Model::FreeThreads, "", 8).contains("1.11×"));
    let slower: &[(Model, &[u64])] = &[(Model::Sequential, &[100; 3]), (Model::FreeThreads, &[102; 3])];
    let said = |jobs| verdict(&report(2, "1", slower), Model::FreeThreads, "", jobs);
    assert!(said(8).contains("machine busy") && said(1).contains("is one job") && !said(1).contains("busy"));
    assert!(!gains_at_least(&report(4, "1", fast), Model::FreeThreads, "", 8, 2.0).unwrap().ok, "more may be demanded");
}

#[test]
fn threads_that_gain_under_the_gil_are_not_believed() {
    let as_expected: &[(Model, &[u64])] = &[(Model::Sequential, &[100; 3]), (Model::Threads, &[103; 3])];
    assert!(gil_gains_nothing(&report(2, "1", as_expected), "").unwrap().ok);
    let broken: &[(Model, &[u64])] = &[(Model::Sequential, &[100; 3]), (Model::Threads, &[52; 3])];
    assert!(!gil_gains_nothing(&report(2, "1", broken), "").unwrap().ok);
}

#[test]
fn a_start_is_blamed_only_for_what_it_explains() {
    let cells: &[(Model, &[u64])] = &[(Model::Sequential, &[100]), (Model::Processes, &[130])];
    let mut report = report(2, "1", cells);
    let mut told = |start: Nanos, jobs| {
        report.cells[1].runs[0].trace = trace(&[(1, 0, State::Starting), (1, start, State::Done)]);
        words::processes(&report, "", jobs).unwrap()
    };
    for start in [3 * MS, 60 * MS] {
        let alone = told(start, 1);
        assert!(alone.contains("is one job") && !alone.contains("too short") && !alone.contains("explain"), "{alone}");
    }
    let mut said = |start| told(start, 8);
    assert!(said(60 * MS).contains("**60 %** of the time one thread needs") && said(60 * MS).contains("too short"));
    assert!(said(3 * MS).contains("**3 %** of that, does not explain it") && !said(3 * MS).contains("too short"));
    report.machine.cores = 1;
    let on_one_core = words::processes(&report, "", 8).unwrap();
    assert!(on_one_core.contains("Only one of them can compute at a time here"), "{on_one_core}");
}

#[test]
fn tiny_work_is_held_against_the_start_of_a_process() {
    let said = |ms: u64, start: Nanos| {
        let cells: &[(Model, &[u64])] = &[(Model::Sequential, &[ms]), (Model::Processes, &[40])];
        let mut report = report(2, "1", cells);
        report.cells[1].runs[0].trace = trace(&[(1, 0, State::Starting), (1, start, State::Done)]);
        words::speeds(&report, "", 4).first().map(|claim| (claim.ok, claim.measured.clone()))
    };
    assert_eq!(said(4, 20 * MS), Some((true, "20.0 ms against 4.00 ms".to_owned())));
    assert_eq!(said(4, 3 * MS), Some((false, "3.00 ms against 4.00 ms".to_owned())));
    assert_eq!(said(6, 20 * MS), None, "a quick machine may be sooner");
}

#[test]
fn one_different_result_is_seen_and_shown() {
    let cells: &[(Model, &[u64])] = &[(Model::Sequential, &[1, 1]), (Model::Threads, &[1])];
    let mut report = report(2, "41,538", cells);
    assert!(same_result(&report, "Primes", None).unwrap().ok);
    assert!(same_result(&report, "Primes", Some("41,538")).unwrap().ok);
    assert!(!same_result(&report, "Primes", Some("41,539")).unwrap().ok);
    report.cells[1].runs[0].end = RunEnd::Finished(Outcome::new("41,537"));
    let claim = same_result(&report, "Primes", None).unwrap();
    assert!(!claim.ok && claim.measured.contains("41,537"), "{claim:?}");
}

#[test]
fn jobs_that_differ_in_every_run_alike_are_found_out() {
    let cells: &[(Model, &[u64])] = &[(Model::Sequential, &[1, 1]), (Model::Threads, &[1])];
    let claim = same_result(&report(2, "41,538 and 41,537", cells), "Primes", None).unwrap();
    assert!(!claim.ok && claim.measured == "0 of 3 runs; also seen: 41,538 and 41,537", "{claim:?}");
    assert!(same_result(&report(2, "1 and 2", cells), "Both", Some("1 and 2")).unwrap().ok);
}

#[test]
fn a_single_run_is_not_compared_with_itself() {
    let one = report(2, "41,537", &[(Model::Sequential, &[1])]);
    assert_eq!(same_result(&one, "Primes", None), None);
    assert!(!same_result(&one, "Primes", Some("41,538")).unwrap().ok);
}

#[test]
fn the_bound_divides_by_what_can_really_run_at_once() {
    let cells: &[(Model, &[u64])] = &[(Model::Sequential, &[120; 3]), (Model::Threads, &[120; 3])];
    let report = report(8, "1", cells);
    let at = |model, jobs, gil| best_possible(&report, model, "", jobs, gil).unwrap().time / MS;
    assert_eq!(at(Model::FreeThreads, 100, true), 30, "4 workers");
    assert_eq!(at(Model::FreeThreads, 3, true), 40, "3 jobs");
    assert_eq!(at(Model::Threads, 100, true), 120);
    assert_eq!(at(Model::Threads, 100, false), 30);
    assert_eq!(best_possible(&report, Model::Sequential, "", 100, true), None);
}
