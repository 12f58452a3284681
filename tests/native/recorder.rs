//! The recorder: order kept, overflow counted, one writer beside one reader.

use interleave::model::{Clock, LaneKind, Mark, Nanos, Record, Recorder, State, Trace, What};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A clock that moves on by one at every look.
#[derive(Default)]
struct Steps(AtomicU64);

impl Clock for Steps {
    fn now(&self) -> Nanos {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

fn recorder(lanes: usize) -> Recorder {
    let names = (0..lanes).map(|i| format!("thread {i}"));
    Recorder::new(Arc::new(Steps::default()), LaneKind::Thread, 5, names)
}

#[test]
fn lanes_are_numbered_and_named() {
    let recorder = recorder(2);
    let lanes: Vec<_> = recorder.lanes().into_iter().map(|l| (l.id, l.name)).collect();
    assert_eq!(lanes, [(5, "thread 0".to_owned()), (6, "thread 1".to_owned())]);
    assert_eq!(recorder.writer(1).unwrap().lane(), 6);
    assert!(recorder.writer(2).is_none());
}

#[test]
fn records_come_out_in_order_once() {
    let recorder = recorder(2);
    let (a, b) = (recorder.writer(0).unwrap(), recorder.writer(1).unwrap());
    a.enter(State::Running);
    b.enter_with(State::Blocked, 3);
    a.mark(Mark::Sent, 512);
    let mut out = Vec::new();
    recorder.drain(&mut out);
    let expected = [
        Record { at: 0, lane: 5, what: What::Enter(State::Running), arg: 0 },
        Record { at: 2, lane: 5, what: What::Instant(Mark::Sent), arg: 512 },
        Record { at: 1, lane: 6, what: What::Enter(State::Blocked), arg: 3 },
    ];
    assert_eq!(out, expected);
    recorder.drain(&mut out);
    assert_eq!(out.len(), 3);
}

#[test]
fn every_record_survives_its_words() {
    let states = State::ALL.iter().map(|s| What::Enter(*s));
    let marks = Mark::ALL.iter().map(|m| What::Instant(*m));
    let levels = [0, 1, 255, 256, u32::MAX].map(What::Level);
    for what in states.chain(marks).chain(levels) {
        let record = Record { at: u64::MAX - 1, lane: 70_000, what, arg: u32::MAX };
        assert_eq!(Record::from_words(record.words()), Some(record));
    }
    assert_eq!(Record::from_words([0, 0, 1 << 16]), None, "only a level has an object in its word");
    assert_eq!(Record::from_words([0, 0, 3 << 8]), None);
}

#[test]
fn overflow_is_counted_and_keeps_the_oldest() {
    let recorder = recorder(1);
    let writer = recorder.writer(0).unwrap();
    for i in 0..10_000 {
        writer.mark(Mark::Level, i);
    }
    let mut out = Vec::new();
    recorder.drain(&mut out);
    assert!(out.len() >= 1_000);
    assert_eq!(out.len() as u64 + recorder.dropped(), 10_000);
    assert!(out.iter().map(|r| r.arg).eq(0..out.len() as u32));
    // Room again.
    writer.mark(Mark::Level, 77);
    out.clear();
    recorder.drain(&mut out);
    assert_eq!(out.iter().map(|r| r.arg).collect::<Vec<_>>(), [77]);
}

#[test]
fn pulses_tell_who_is_alive() {
    let recorder = recorder(2);
    let writer = recorder.writer(0).unwrap();
    let before = recorder.pulses();
    assert_eq!((before[0].beats, before[0].state, before[1].lane), (0, State::Idle, 6));
    writer.beat();
    writer.enter(State::Gil);
    let after = recorder.pulses();
    assert_eq!((after[0].beats, after[0].state), (2, State::Gil));
    assert_eq!(after[1], before[1]);
}

#[test]
fn a_reader_beside_writers_sees_each_record_whole_and_in_order() {
    const EACH: u32 = 200_000;
    let recorder = recorder(2);
    let writers: Vec<_> = (0..2)
        .map(|i| {
            let writer = recorder.writer(i).unwrap();
            std::thread::spawn(move || {
                for n in 0..EACH {
                    // State and argument belong together: a torn record would mix them up.
                    writer.enter_with(State::ALL[n as usize % State::ALL.len()], n);
                }
            })
        })
        .collect();
    let mut trace = Trace { lanes: recorder.lanes(), ..Trace::default() };
    let mut batch = Vec::new();
    loop {
        let over = writers.iter().all(|w| w.is_finished());
        recorder.drain(&mut batch);
        trace.extend(batch.drain(..));
        if over {
            break;
        }
        std::thread::yield_now();
    }
    for writer in writers {
        writer.join().unwrap();
    }
    assert_eq!(trace.records.len() as u64 + recorder.dropped(), 2 * u64::from(EACH));
    for lane in [5, 6] {
        let records: Vec<_> = trace.records.iter().filter(|r| r.lane == lane).collect();
        assert!(records.is_sorted_by(|a, b| a.arg < b.arg && a.at < b.at), "lane {lane}");
        let whole = |r: &&Record| r.what == What::Enter(State::ALL[r.arg as usize % State::ALL.len()]);
        assert!(records.iter().all(whole), "lane {lane}");
    }
}
