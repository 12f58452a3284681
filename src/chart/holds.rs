//! What an event loop holds at a moment: who runs, the ready queue, timers, and who waits for what.

use crate::model::{LaneIndex, LaneKind, Nanos, State, Trace, US, What, units};

/// Names listed before the rest is only counted.
const LISTED: usize = 5;

/// Tasks as a time and an order to sort them by, and their lane.
type Tasks = Vec<(Nanos, usize, usize)>;

/// What the loop of a trace holds at a moment, as terms and their descriptions; empty without a loop.
pub fn holds(trace: &Trace, at: Nanos) -> Vec<(&'static str, String)> {
    let index = LaneIndex::of(trace);
    // Of each lane: the record that brought it where it is.
    let mut last = vec![None; trace.lanes.len()];
    for (place, record) in trace.records.iter().enumerate() {
        if let (true, What::Enter(state), Some(lane)) = (record.at <= at, record.what, index.get(record.lane)) {
            last[lane] = Some((state, record, place));
        }
    }
    let (mut running, mut ready, mut timers, mut others) = (Tasks::new(), Tasks::new(), Tasks::new(), Tasks::new());
    let mut blocked = vec![Tasks::new(); trace.objects.len()];
    let mut looping = None;
    for (lane, last) in last.into_iter().enumerate() {
        let kind = trace.lanes[lane].kind;
        if kind == LaneKind::Loop {
            looping = Some(last.map_or(State::Idle, |(state, ..)| state));
        }
        let Some((state, record, place)) = last.filter(|_| kind == LaneKind::Task) else { continue };
        let task = (record.at, place, lane);
        match state {
            State::Running => running.push(task),
            State::Ready => ready.push(task),
            State::Sleeping if record.arg == 0 => timers.push((Nanos::MAX, place, lane)),
            State::Sleeping => timers.push((record.at + u64::from(record.arg) * US, place, lane)),
            State::Blocked => blocked.get_mut(record.arg as usize).unwrap_or(&mut others).push(task),
            State::Waiting => others.push(task),
            _ => {}
        }
    }
    let Some(state) = looping else { return Vec::new() };
    let runs = match state {
        State::Sleeping => "nothing: the loop waits for its timers and for what is outside".to_owned(),
        State::Done => "nothing: the loop has ended".to_owned(),
        _ => names(trace, running, false),
    };
    let mut waits = String::new();
    for (object, tasks) in trace.objects.iter().zip(blocked) {
        if !tasks.is_empty() {
            waits.push_str(&format!("for {object}: {}; ", names(trace, tasks, false)));
        }
    }
    if !others.is_empty() || waits.is_empty() {
        let sort = if others.is_empty() { "" } else { "for others: " };
        waits.push_str(&format!("{sort}{}", names(trace, others, false)));
    }
    let waits = waits.trim_end_matches("; ").to_owned();
    vec![
        ("Runs", runs),
        ("Ready", names(trace, ready, false)),
        ("Timers", names(trace, timers, true)),
        ("Waits", waits),
    ]
}

/// The names of the tasks, first come, first served; of sleepers the soonest first, with the moment they are due.
fn names(trace: &Trace, mut tasks: Tasks, due: bool) -> String {
    tasks.sort_unstable();
    let mut names = Vec::new();
    for (at, _, lane) in &tasks {
        let mut name = trace.lanes[*lane].name.clone();
        if due && *at == Nanos::MAX {
            name.push_str(" (an operation outside)");
        } else if due {
            name.push_str(&format!(" at {}", units::time(*at)));
        }
        names.push(name);
    }
    listed(names)
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
