//! Rows, digests, and crossovers in traces made by hand.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::model::{Cell, Lane, LaneKind, MS, Machine, Mark, Record, Run, RunEnd, RunSpec, Trace, Values, What};

#[test]
fn blocks_cover_every_row_once() {
    for size in [1, 2, 7, 300, 1_000] {
        for workers in [1, 2, 3, 16] {
            let blocks = blocks(size, workers);
            assert_eq!(blocks.len() as u64, workers.min(u64::from(size)));
            assert!(blocks.iter().all(|(first, end)| first < end));
            assert!(blocks.windows(2).all(|pair| pair[0].1 == pair[1].0));
            assert_eq!((blocks[0].0, blocks.last().unwrap().1), (0, size));
        }
    }
}

#[test]
fn a_digest_tells_one_bit_and_the_order() {
    let of = |elements: &[f64]| digest([&elements.iter().flat_map(|e| e.to_le_bytes()).collect::<Vec<u8>>()]).unwrap();
    assert_ne!(of(&[1.0, 2.0]), of(&[2.0, 1.0]));
    assert_ne!(of(&[0.1]), of(&[0.1 + f64::EPSILON / 8.0]));
    assert_eq!(digest([&vec![0; 9]]), Err(Failure::Garbled));
}

#[test]
fn a_thousand_rows_give_what_cpython_gives() {
    let mut kernel = Matrix::new(1_000, 0, 1_000);
    let result =
        std::iter::from_fn(|| Some(crate::kernels::Kernel::slice(&mut kernel))).find_map(|slice| slice).unwrap();
    assert_eq!(digest([&result]).unwrap(), CPYTHON[2].1);
}

/// A run in which the product of each size takes `time` of it, in ms, whatever its rounds.
fn run(values: &Values, time: Time) -> Run {
    let plan = Plan {
        scenario: SCENARIO.id.to_owned(),
        values: values.clone(),
        model: Model::Sequential,
        variant: CROSSOVER.to_owned(),
        seed: 42,
        repeat: 0,
    };
    let lanes = vec![Lane { id: 0, kind: LaneKind::Thread, name: "main".to_owned() }];
    let mut trace = Trace { lanes, ..Trace::default() };
    let mut at = 5.0;
    let record =
        |at: f64, mark, job| Record { at: (at * MS as f64) as u64, lane: 0, what: What::Instant(mark), arg: job };
    for (job, payload) in (0..).zip(crossover::split(&plan)) {
        let (size, first, end): (u32, u32, u32) = crate::model::wire::decode(&payload).unwrap();
        trace.extend([record(at, Mark::Job, job)]);
        at += time(f64::from(size)) * f64::from(end - first) / f64::from(size);
        trace.extend([record(at, Mark::Finished, job)]);
    }
    Run { repeat: 0, end: RunEnd::Finished(Outcome::new("x")), elapsed: trace.end, trace }
}

/// The time of a product by its size, ms.
type Time = fn(f64) -> f64;

fn report(link: &[(&str, &str)], times: &[(Model, Time)]) -> Report {
    let mut values = Values::defaults(PARAMS);
    link.iter().for_each(|(key, value)| values.set(PARAMS, key, value).unwrap());
    let cell = |(model, time): &(Model, Time)| Cell {
        model: *model,
        variant: CROSSOVER.to_owned(),
        runs: vec![run(&values, *time)],
    };
    let cells = times.iter().map(cell).collect();
    let (models, variants) = (SCENARIO.models.to_vec(), vec![CROSSOVER.to_owned()]);
    let spec = RunSpec { scenario: SCENARIO.id.to_owned(), values, models, variants, repeats: 1, seed: 42 };
    let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 1 };
    Report { spec, machine, cells, recorded: None }
}

#[test]
fn the_crossover_is_where_a_constant_cost_is_repaid() {
    let alone: Time = |n| n * n * n / 1e6;
    let shared: Time = |n| 1.0 + n * n * n / 2e6; // 1 ms to share out: repaid above 2 ms, n = 126
    let never: Time = |n| 1.0 + n * n * n / 1e6;
    let pairs = [(Model::Sequential, alone), (Model::FreeThreads, shared), (Model::Processes, never)];
    let claims = crossover::claims(&report(&[], &pairs));
    assert_eq!(claims.len(), 2);
    assert!(claims[0].ok && claims[0].text.contains("150 × 150"), "{claims:?}");
    assert!(claims[0].measured.contains("100: 1.50 ms against 1.00 ms"), "{claims:?}");
    assert!(!claims[1].ok, "{claims:?}");
    let words = crossover::explain(&report(&[], &pairs)).join(" ");
    assert!(words.contains("never won") && words.contains("no size tried repays that"), "{words}");
    assert_eq!(crossover::claims(&report(&[("size", "200")], &pairs)), [], "too small to be sure of a crossover");
    assert_eq!(crossover::claims(&report(&[("workers", "1")], &pairs)), []);
}

/// A thread that was kept from its core ends a small product after greater ones, which took their time all the same.
#[test]
fn a_straggler_makes_no_other_size_faster() {
    let alone: Time = |n| n * n * n / 1e6;
    let mut report = report(&[], &[(Model::Sequential, alone), (Model::FreeThreads, alone)]);
    let trace = &mut report.cells[1].runs[0].trace;
    let late = |r: &&mut Record| r.what == What::Instant(Mark::Finished) && r.arg == 3;
    trace.records.iter_mut().find(late).unwrap().at = trace.end;
    let claims = crossover::claims(&report);
    assert!(claims[0].measured.contains("200: 8.00 ms against 8.00 ms"), "{claims:?}");
}
