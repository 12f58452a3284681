//! What an event loop holds at a moment: who runs, the ready queue, timers, and who waits for what.

use crate::model::{LaneIndex, LaneKind, Nanos, State, Trace, US, What, units};

/// Names listed before the rest is only counted.
const LISTED: usize = 5;

/// Where a task is listed: what runs, the ready queue, timers, what waits for others, and then what waits for each object.
const RUNS: usize = 0;
const READY: usize = 1;
const TIMERS: usize = 2;
const OTHERS: usize = 3;
const OBJECTS: usize = 4;

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
    // Where it is listed, what it is sorted by (first come, first served; the soonest timer first), and the lane.
    let mut tasks: Vec<(usize, Nanos, usize, usize)> = Vec::new();
    for (lane, last) in last.into_iter().enumerate() {
        let (state, since, arg, place) = last.unwrap_or((State::Idle, 0, 0, 0));
        match trace.lanes[lane].kind {
            LaneKind::Loop => looping = Some(state),
            LaneKind::Task => {
                let (list, by) = match state {
                    State::Running => (RUNS, since),
                    State::Ready => (READY, since),
                    State::Sleeping if arg == 0 => (TIMERS, Nanos::MAX),
                    State::Sleeping => (TIMERS, since.saturating_add(u64::from(arg) * US)),
                    State::Waiting => (OTHERS, since),
                    State::Blocked => (OBJECTS.saturating_add(arg as usize), since),
                    _ => continue,
                };
                tasks.push((list, by, place, lane));
            }
            _ => {}
        }
    }
    let Some(state) = looping else { return Vec::new() };
    tasks.sort_unstable();
    let names = |list: usize| {
        let mut names = Vec::new();
        for (of, by, _, lane) in &tasks {
            if *of == list {
                let name = &trace.lanes[*lane].name;
                names.push(match *by {
                    Nanos::MAX => format!("{name} (an operation outside)"),
                    due if list == TIMERS => format!("{name} at {}", units::time(due)),
                    _ => name.clone(),
                });
            }
        }
        listed(names)
    };
    let runs = match state {
        State::Sleeping => "nothing: the loop waits for its timers and for what is outside".to_owned(),
        State::Done => "nothing: the loop has ended".to_owned(),
        _ => names(RUNS),
    };
    let mut waits = format!("for others: {}", names(OTHERS));
    for (n, object) in trace.objects.iter().enumerate() {
        waits.push_str(&format!("; for {object}: {}", names(OBJECTS + n)));
    }
    vec![("Runs", runs), ("Ready", names(READY)), ("Timers", names(TIMERS)), ("Waits", waits)]
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
