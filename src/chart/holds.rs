//! What an event loop holds at a moment: who runs, the ready queue, timers, and who waits for what.

use crate::model::{Call, LaneIndex, LaneKind, Mark, Nanos, State, Trace, US, What, units};
use std::collections::HashSet;

/// Names listed before the rest is only counted.
const LISTED: usize = 5;

/// Where something is listed: what runs, the ready queue, timers, what waits for others, for what is outside the loop, and then
/// what waits for each object.
const RUNS: usize = 0;
const READY: usize = 1;
const TIMERS: usize = 2;
const OTHERS: usize = 3;
const OUTSIDE: usize = 4;
const OBJECTS: usize = 5;

/// What the loop of a trace holds at a moment, as terms and their descriptions; empty without a loop.
pub fn holds(trace: &Trace, at: Nanos) -> Vec<(&'static str, String)> {
    let index = LaneIndex::of(trace);
    // Of each lane: the record that brought it where it is.
    let mut last = vec![None; trace.lanes.len()];
    for (place, record) in trace.records.iter().enumerate() {
        if let (true, What::Enter(state), Some(lane)) = (record.at <= at, record.what, index.get(record.lane)) {
            last[lane] = Some((state, record.at, record.arg, place));
        }
    }
    let mut looping = None;
    // Where it is listed, what it is sorted by (first come, first served; the soonest timer first), and its words.
    let mut all: Vec<(usize, Nanos, usize, String)> = Vec::new();
    for (lane, last) in trace.lanes.iter().zip(last) {
        let (state, since, arg, place) = last.unwrap_or((State::Idle, 0, 0, 0));
        match lane.kind {
            LaneKind::Loop => looping = Some(state),
            LaneKind::Task => {
                let (list, by) = match state {
                    State::Running => (RUNS, since),
                    State::Ready => (READY, since),
                    State::Sleeping if arg == 0 => (OUTSIDE, since),
                    State::Sleeping => (TIMERS, since.saturating_add(u64::from(arg) * US)),
                    State::Waiting => (OTHERS, since),
                    State::Blocked => (OBJECTS.saturating_add(arg as usize), since),
                    _ => continue,
                };
                let words = if list == TIMERS { until(&lane.name, by) } else { lane.name.clone() };
                all.push((list, by, place, words));
            }
            _ => {}
        }
    }
    let Some(state) = looping else { return Vec::new() };
    for Timer { due, place, owner } in timers(trace, &index, at) {
        all.push((TIMERS, due, place, until(&owner, due)));
    }
    all.sort_unstable();
    let names = |list: usize| listed(all.iter().filter(|one| one.0 == list).map(|one| one.3.clone()).collect());
    let runs = match state {
        State::Sleeping => "nothing: the loop waits for its timers and for what is outside".to_owned(),
        State::Done => "nothing: the loop has ended".to_owned(),
        _ => names(RUNS),
    };
    let mut waits = format!("for others: {}", names(OTHERS));
    if all.iter().any(|one| one.0 == OUTSIDE) {
        waits.push_str(&format!("; for what is outside: {}", names(OUTSIDE)));
    }
    let callbacks: HashSet<u32> = trace.records.iter().filter_map(|record| named(record.what, record.arg)).collect();
    for (n, object) in (0..).zip(&trace.objects).filter(|(n, _)| !callbacks.contains(n)) {
        waits.push_str(&format!("; for {object}: {}", names(OBJECTS + n as usize)));
    }
    vec![("Runs", runs), ("Ready", names(READY)), ("Timers", names(TIMERS)), ("Waits", waits)]
}

fn until(what: &str, due: Nanos) -> String {
    format!("{what} at {}", units::time(due))
}

/// The object that is a callback's name, if the record says so.
fn named(what: What, arg: u32) -> Option<u32> {
    match (what, Call::from_code(arg)) {
        (What::Instant(Mark::TimerCalls), _) => Some(arg),
        (What::Instant(Mark::Called), Call::Named(object)) => Some(object),
        _ => None,
    }
}

/// A timer that is no sleep: when it is due, its place among the records, and what it is.
struct Timer {
    due: Nanos,
    place: usize,
    owner: String,
}

/// The timers that are set and not yet due: limits of tasks, and calls to come.
fn timers(trace: &Trace, index: &LaneIndex, at: Nanos) -> impl Iterator<Item = Timer> {
    let mut by_lane: Vec<Vec<Option<Timer>>> = Vec::new();
    by_lane.resize_with(trace.lanes.len(), Vec::new);
    for (place, record) in trace.records.iter().enumerate().filter(|(_, record)| record.at <= at) {
        let (What::Instant(mark), Some(lane)) = (record.what, index.get(record.lane)) else { continue };
        let (own, arg) = (&mut by_lane[lane], record.arg as usize);
        match mark {
            Mark::TimerSet => {
                let lane = &trace.lanes[lane];
                let owner = if lane.kind == LaneKind::Loop {
                    "a callback".to_owned()
                } else {
                    format!("{}'s limit", lane.name)
                };
                own.push(Some(Timer { due: record.at.saturating_add(arg as u64 * US), place, owner }));
            }
            Mark::TimerCalls => {
                if let (Some(Some(timer)), Some(name)) = (own.last_mut(), trace.objects.get(arg)) {
                    timer.owner.clone_from(name);
                }
            }
            Mark::TimerGone => {
                if let Some(timer) = own.get_mut(arg) {
                    *timer = None;
                }
            }
            _ => {}
        }
    }
    by_lane.into_iter().flatten().flatten().filter(move |timer| timer.due > at)
}

/// The first few of them, and how many more there are.
pub(super) fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match more {
        0 if names.is_empty() => "none".to_owned(),
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
