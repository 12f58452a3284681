//! What an event loop holds at a moment: who runs, the ready queue, timers, and who waits for what.

use crate::model::{Lane, LaneIndex, LaneKind, Nanos, State, Trace, US, What, units};

/// Names listed before the rest is only counted.
const LISTED: usize = 8;

/// A task in its state, since a record.
struct Task<'a> {
    name: &'a str,
    state: State,
    arg: u32,
    /// When it entered the state, and as which record.
    since: (Nanos, usize),
}

/// What the loop of a trace holds at a moment, as terms and their descriptions; empty without a loop.
pub fn holds(trace: &Trace, at: Nanos) -> Vec<(&'static str, String)> {
    let Some(looping) = trace.lanes.iter().position(|lane| lane.kind == LaneKind::Loop) else { return Vec::new() };
    let index = LaneIndex::of(trace);
    let mut last: Vec<Option<(State, u32, (Nanos, usize))>> = vec![None; trace.lanes.len()];
    for (place, record) in trace.records.iter().enumerate().filter(|(_, r)| r.at <= at) {
        if let (What::Enter(state), Some(lane)) = (record.what, index.get(record.lane)) {
            last[lane] = Some((state, record.arg, (record.at, place)));
        }
    }
    let loop_state = last[looping].map(|(state, ..)| state);
    let known = |(lane, last): (&'_ Lane, &Option<_>)| (lane.kind == LaneKind::Task).then_some(()).and(*last);
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for pair in trace.lanes.iter().zip(&last) {
        if let Some((state, arg, since)) = known(pair) {
            tasks.push(Task { name: &pair.0.name, state, arg, since });
        }
    }
    // First come, first served: a queue is in the order of its arrivals.
    tasks.sort_by_key(|task| task.since);
    let of = |state: State| tasks.iter().filter(move |task| task.state == state);
    let names = |state| listed(of(state).map(|task| task.name.to_owned()).collect());
    let running = match loop_state {
        Some(State::Sleeping) => "nothing: the loop waits for its timers and for what is outside".to_owned(),
        Some(State::Done) => "nothing: the loop has ended".to_owned(),
        _ => names(State::Running),
    };
    vec![
        ("Runs", running),
        ("Ready", names(State::Ready)),
        ("Timers", timers(of(State::Sleeping).collect())),
        ("Waiting", waiting(trace, &tasks)),
    ]
}

/// Sleepers, the soonest first; then operations, whose end nobody knows.
fn timers(sleepers: Vec<&Task<'_>>) -> String {
    let due = |task: &&Task<'_>| (task.arg > 0).then(|| task.since.0 + u64::from(task.arg) * US);
    let (mut timed, outside): (Vec<_>, Vec<_>) = sleepers.into_iter().partition(|task| due(task).is_some());
    timed.sort_by_key(due);
    let timed = timed.iter().map(|t| format!("{} due at {}", t.name, units::time(due(t).unwrap_or(0))));
    let all: Vec<_> = timed.chain(outside.iter().map(|t| format!("{} until its operation is done", t.name))).collect();
    if all.is_empty() { "none".to_owned() } else { listed(all) }
}

fn waiting(trace: &Trace, tasks: &[Task<'_>]) -> String {
    let mut out = Vec::new();
    for (object, name) in trace.objects.iter().enumerate() {
        let queue = tasks.iter().filter(|t| t.state == State::Blocked && t.arg as usize == object);
        let queue: Vec<_> = queue.map(|t| t.name.to_owned()).collect();
        if !queue.is_empty() {
            out.push(format!("for {name}: {}", listed(queue)));
        }
    }
    let others: Vec<_> = tasks.iter().filter(|t| t.state == State::Waiting).map(|t| t.name.to_owned()).collect();
    if !others.is_empty() {
        out.push(format!("for others: {}", listed(others)));
    }
    if out.is_empty() { "nobody".to_owned() } else { out.join("; ") }
}

/// The first few of them, and how many more there are.
pub(super) fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.is_empty(), more) {
        (true, _) => "nobody".to_owned(),
        (_, 0) => names.join(", "),
        (_, more) => format!("{} and {} more", names.join(", "), units::grouped(more as u64)),
    }
}
