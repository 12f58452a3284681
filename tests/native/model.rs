//! The vocabulary: parameters, traces, statistics, units and the wire.

use crate::sample;
use interleave::model::params::{ParamError, amount, count, wait};
use interleave::model::stats::{self, Speedup};
use interleave::model::wire::{self, FromEngine, FromProcess, ToEngine, ToProcess};
use interleave::model::{
    Failure, Fault, Harm, Kind, Lane, LaneKind, MS, Mark, Model, Outcome, Param, Plan, Record, State, Trace, Value,
    Values, What, rng::Rng, units,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

const JOBS: Param = count("jobs", "Jobs", (1, 1_000), 10, "", "");
const PRICE: Param = amount("price", "Price", (0, 1_000_000, 6_000), 2, "", "");

proptest! {
    #[test]
    fn numbers_in_range_are_read_back(n in any::<u64>()) {
        let parsed = JOBS.parse(&n.to_string());
        prop_assert_eq!(parsed.is_ok(), (1..=1_000).contains(&n));
        if let Ok(value) = parsed {
            prop_assert_eq!(value, Value::Count(n));
            prop_assert_eq!(value.to_string(), n.to_string());
        }
    }

    #[test]
    fn amounts_keep_their_scale(units in -10i64..1_000_010, scale in 0u32..6) {
        let text = Decimal::new(units, scale).to_string();
        if let Ok(Value::Amount(amount)) = PRICE.parse(&text) {
            prop_assert_eq!(amount.scale(), 2);
            prop_assert!(amount >= Decimal::ZERO && amount <= Decimal::new(1_000_000, 2));
            prop_assert_eq!(PRICE.parse(&amount.to_string()), Ok(Value::Amount(amount)));
        }
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        let speed = interleave::model::params::SPEED;
        for param in [JOBS, PRICE, wait("work", "", (1, 9), 1, ""), speed] {
            if let Ok(value) = param.parse(&text) {
                prop_assert_eq!(param.parse(&value.to_string()), Ok(value));
            }
        }
    }

    #[test]
    fn records_survive_the_wire(at in any::<u64>(), lane in any::<u32>(), arg in any::<u32>(), code in 0u8..30, mark in any::<bool>()) {
        let what = if mark { Mark::from_code(code).map(What::Instant) } else { State::from_code(code).map(What::Enter) };
        if let Some(what) = what {
            let record = Record { at, lane, what, arg };
            prop_assert_eq!(Record::from_words(record.words()), Some(record));
        }
    }

    #[test]
    fn any_words_are_survived(words in any::<[u64; 3]>()) {
        if let Some(record) = Record::from_words(words) {
            prop_assert_eq!(Record::from_words(record.words()), Some(record));
        }
    }

    #[test]
    fn any_bytes_are_no_disaster(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = wire::decode::<ToEngine>(&bytes);
        let _ = wire::decode::<FromEngine>(&bytes);
        let _ = wire::decode::<ToProcess>(&bytes);
        let _ = wire::decode::<FromProcess>(&bytes);
    }

    #[test]
    fn the_median_lies_in_the_middle(figures in proptest::collection::vec(-1e9..1e9f64, 1..40)) {
        let median = stats::median(&figures).unwrap();
        let below = figures.iter().filter(|f| **f < median).count();
        let above = figures.iter().filter(|f| **f > median).count();
        prop_assert!(below * 2 <= figures.len() && above * 2 <= figures.len());
    }

    #[test]
    fn shuffling_loses_nothing(seed in any::<u64>(), n in 0usize..100) {
        let mut items: Vec<_> = (0..n).collect();
        Rng::new(seed, 1).shuffle(&mut items);
        let mut again: Vec<_> = (0..n).collect();
        Rng::new(seed, 1).shuffle(&mut again);
        prop_assert_eq!(&items, &again);
        items.sort_unstable();
        prop_assert!(items.into_iter().eq(0..n));
    }
}

#[test]
fn bad_values_change_nothing() {
    let params = [JOBS, PRICE];
    let mut values = Values::defaults(&params);
    assert_eq!(
        values.set(&params, "jobs", "1001"),
        Err(ParamError::OutOfRange { min: "1".into(), max: "1000".into() })
    );
    for text in ["", "ten", "1e2", "+5", " 5", "5 ", "0x10", "٣", "99999999999999999999999", "--1", "1.0"] {
        assert!(values.set(&params, "jobs", text).is_err(), "{text}");
    }
    for text in ["", ".", "-", "1.2.3", "1e2", "99999999999999999999999999999999", "NaN", "10000.01"] {
        assert!(values.set(&params, "price", text).is_err(), "{text}");
    }
    for (text, shown) in [("-0", "0.00"), ("5", "5.00"), (".5", "0.50"), ("9999.999", "10000.00")] {
        let value = PRICE.parse(text).map(|v| v.to_string());
        assert_eq!(value, Ok(shown.to_owned()), "{text}");
    }
    assert_eq!(values.set(&params, "__proto__", "1"), Err(ParamError::Unknown));
    assert_eq!(values, Values::defaults(&params));
    assert_eq!((values.count("nothing"), values.wait("nothing"), values.amount("nothing")), (0, 0, Decimal::ZERO));
    assert_eq!(values.speed(), 1);
    assert!(matches!(JOBS.kind, Kind::Count { max: 1_000, .. }));
}

#[test]
fn spans_follow_from_states() {
    let trace = sample::two_threads();
    let spans: Vec<_> = trace.spans().iter().map(|s| (s.lane, s.state, s.start / MS, s.end / MS)).collect();
    let expected = [
        (0, State::Running, 0, 60),
        (0, State::Sleeping, 60, 80),
        (0, State::Gil, 80, 100),
        (0, State::Running, 100, 120),
        (1, State::Sleeping, 0, 20),
        (1, State::Blocked, 20, 60),
        (1, State::Running, 60, 100),
    ];
    assert_eq!(spans, expected);
    assert_eq!(trace.total(State::Running), 120 * MS);
    assert_eq!((trace.peak(State::Running), trace.peak(State::Pickling)), (1, 0));
    assert_eq!(trace.marks(Mark::Acquired).count(), 2);
    // An open span reaches to the end, and records of unknown lanes are left out.
    let record = |lane| Record { at: 10, lane, what: What::Enter(State::Waiting), arg: 0 };
    let mut open = Trace { lanes: trace.lanes[..1].to_vec(), end: 50, ..Trace::default() };
    open.extend([record(0), record(9)]);
    assert_eq!(open.spans().iter().map(|s| (s.start, s.end)).collect::<Vec<_>>(), [(10, 50)]);
}

#[test]
fn pairs_of_the_same_repeat_make_the_speedup() {
    let report = sample::report(&[(Model::Sequential, &[100, 200, 300, 50]), (Model::Threads, &[50, 100, 100])]);
    let speedup = stats::speedup(&report, (Model::Sequential, "lock"), (Model::Threads, "lock"));
    assert_eq!(speedup, Some(Speedup { median: 2.0, min: 2.0, max: 3.0, pairs: 3 }));
    assert_eq!(stats::speedup(&report, (Model::Sequential, "lock"), (Model::Hybrid, "lock")), None);
    let summary = stats::summary(&report, Model::Sequential, "lock").unwrap();
    assert_eq!((summary.n, summary.median, summary.min, summary.max), (4, 150.0, 50.0, 300.0));
    assert_eq!(stats::median(&[]), None);
}

#[test]
fn figures_read_well() {
    assert_eq!(
        ["0", "999", "1,000", "41,538", "1,234,567"],
        [0, 999, 1_000, 41_538, 1_234_567].map(units::grouped)[..]
    );
    let times = [0, 850_000, 1_500_000, 12_340_000, 999_000_000, 3_000_000_000];
    assert_eq!(times.map(units::time)[..], ["0 ms", "850 µs", "1.50 ms", "12.3 ms", "999 ms", "3.00 s"]);
    // Just below a unit's end the next unit is used, not a four-digit figure.
    assert_eq!(
        [999_999, 9_999_999, 99_990_000, 999_999_999].map(units::time)[..],
        ["1.00 ms", "10.0 ms", "100 ms", "1.00 s"]
    );
    assert_eq!(
        [0, 1_023, 1_024, 524_288, 1_048_575, 2_097_152].map(units::bytes)[..],
        ["0 bytes", "1023 bytes", "1 KiB", "512 KiB", "1.0 MiB", "2.0 MiB"]
    );
    assert_eq!(
        (units::percent(0.734), units::times(1.9372), units::time_ms(-1.0)),
        ("73 %".into(), "1.94×".into(), "0 ms".into())
    );
}

#[test]
fn messages_cross_the_wire_unchanged() {
    let values = Values::defaults(&[JOBS, PRICE]);
    let plan =
        Plan { scenario: "primes".into(), values, model: Model::Hybrid, variant: "x".into(), seed: 42, repeat: 3 };
    let lane = Lane { id: 7, kind: LaneKind::Process, name: "process 1".into() };
    let records = sample::two_threads().records;
    let failure = Failure::Hung { lane: "thread 1".into(), millis: 2_000 };
    let outcome = Outcome::new("41,538").with("primes", 41_538.0).line("done");
    let to_engine = [
        ToEngine::Run { run: 1, plan: plan.clone(), threads: 8, fault: Some(Fault::at_once(Harm::Hang)) },
        ToEngine::Open { run: 2, plan: plan.clone(), epoch_ms: 1.5, first_lane: 4, processes: 2, fault: None },
        ToEngine::Submit { run: 2, job: 9, payload: vec![1, 2, 3] },
        ToEngine::Close { run: 2 },
        ToEngine::Stop,
    ];
    for message in to_engine {
        assert_eq!(wire::decode(&wire::encode(&message).unwrap()), Ok(message));
    }
    let from_engine = [
        FromEngine::Ready,
        FromEngine::Lanes { run: 1, lanes: vec![lane.clone()], objects: vec!["lock".into()] },
        FromEngine::Batch { run: 1, records: records.clone(), progress: 0.5, now: 7 },
        FromEngine::JobDone { run: 1, job: 3, result: vec![] },
        FromEngine::Done { run: 1, outcome, elapsed: 5, dropped: 1 },
        FromEngine::Failed { run: 1, failure: failure.clone() },
        FromEngine::Stopped { run: 1 },
    ];
    for message in from_engine {
        assert_eq!(wire::decode(&wire::encode(&message).unwrap()), Ok(message));
    }
    let begin = ToProcess::Begin {
        plan,
        epoch_ms: 0.25,
        lane,
        fault: Some(Fault { harm: Harm::Lose, after: 9, worker: Some(1) }),
    };
    assert_eq!(wire::decode(&wire::encode(&begin).unwrap()), Ok(begin));
    for message in [FromProcess::Ready, FromProcess::Batch { records, progress: 0.5 }, FromProcess::Failed(failure)] {
        assert_eq!(wire::decode(&wire::encode(&message).unwrap()), Ok(message));
    }
    assert_eq!(wire::decode::<ToEngine>(&[]), Err(Failure::Garbled));
}

#[test]
fn lanes_are_found_by_number_in_any_order_and_with_gaps() {
    use interleave::model::{Lane, LaneIndex, LaneKind, Trace};
    let lane = |id| Lane { id, kind: LaneKind::Task, name: String::new() };
    for ids in [vec![], vec![0, 1, 2], vec![1_000, 1_001], vec![5, 2, 9], vec![0, 1, 1_000, 1_003]] {
        let trace = Trace { lanes: ids.iter().copied().map(lane).collect(), ..Trace::default() };
        let index = LaneIndex::of(&trace);
        for id in (0..12).chain(998..1_006) {
            assert_eq!(index.get(id), ids.iter().position(|i| *i == id), "{id} in {ids:?}");
        }
    }
}
