//! What was going on at a moment, in words, and the moments worth looking at.

use super::looks::of_the_loop;
use crate::model::{Lane, LaneIndex, LaneKind, Mark, Nanos, Reason, Record, State, Trace, What, units};

/// What is known of a lane at the cursor.
#[derive(Default)]
struct Now {
    /// The state and its argument.
    state: Option<(State, u32)>,
    /// When the next change of state comes.
    next: Option<Nanos>,
    /// The job begun last.
    job: Option<u32>,
    /// Locks held, by number.
    held: Vec<u32>,
    /// How it ended, if it did.
    end: Option<Mark>,
}

impl Now {
    fn take(&mut self, record: &Record, at: Nanos) {
        if record.at > at {
            if matches!(record.what, What::Enter(_)) && self.next.is_none() {
                self.next = Some(record.at);
            }
            return;
        }
        match record.what {
            What::Enter(state) => self.state = Some((state, record.arg)),
            What::Instant(Mark::Job) => self.job = Some(record.arg),
            What::Instant(Mark::Acquired) => self.held.push(record.arg),
            What::Instant(Mark::Released) => {
                if let Some(i) = self.held.iter().rposition(|&o| o == record.arg) {
                    self.held.remove(i);
                }
            }
            What::Instant(mark @ (Mark::Finished | Mark::Failed | Mark::Cancelled)) => {
                self.end = Some(mark);
                self.job = None;
            }
            What::Instant(_) | What::Level(_) => {}
        }
    }

    fn sentence(&self, lane: &Lane, trace: &Trace) -> String {
        let name = &lane.name;
        let object = |n: u32| trace.objects.get(n as usize).map_or("a lock", String::as_str);
        let until = |verb: &str| match self.next {
            Some(t) => format!("{verb} until {}", units::time(t)),
            None => verb.to_owned(),
        };
        let doing = match self.state {
            None => "has not begun".to_owned(),
            Some((State::Idle, _)) => "has nothing to do".to_owned(),
            Some((State::Starting, _)) => "starts".to_owned(),
            Some((State::Ready, _)) => "is ready and waits for its turn".to_owned(),
            Some((State::Running, _)) => match (self.job, lane.kind) {
                (Some(job), LaneKind::Thread | LaneKind::Process) => format!("computes job {job}"),
                (_, LaneKind::Loop) => "runs".to_owned(),
                _ => "computes".to_owned(),
            },
            Some((State::Sleeping, _)) if lane.kind == LaneKind::Loop => until("has nothing ready and waits"),
            Some((State::Sleeping, _)) => until("sleeps"),
            Some((State::Waiting, why)) => until(&format!("waits for {}", Reason::from_code(why).words())),
            Some((State::Blocked, n)) => format!("waits for {}", object(n)),
            Some((State::Gil, _)) => "waits for the GIL".to_owned(),
            Some((State::Pickling, _)) => "turns values into bytes or back".to_owned(),
            Some((State::Done, _)) => match self.end {
                Some(Mark::Failed) => "has failed".to_owned(),
                Some(Mark::Cancelled) => "was cancelled".to_owned(),
                _ => "is done".to_owned(),
            },
        };
        if self.held.is_empty() {
            return format!("{name} {doing}.");
        }
        let held: Vec<_> = self.held.iter().map(|&n| object(n)).collect();
        format!("{name} {doing} and holds {}.", held.join(" and "))
    }
}

/// What was going on at a moment: one sentence per lane, in the order of the lanes.
pub fn at_cursor(trace: &Trace, at: Nanos) -> Vec<String> {
    let index = LaneIndex::of(trace);
    let mut lanes: Vec<Now> = trace.lanes.iter().map(|_| Now::default()).collect();
    for record in &trace.records {
        if let Some(i) = index.get(record.lane) {
            lanes[i].take(record, at);
        }
    }
    trace.lanes.iter().zip(&lanes).map(|(lane, now)| now.sentence(lane, trace)).collect()
}

/// The moments something happened, ascending, each once: what the cursor steps along. Or, with `turns`, the moments at which
/// an event loop began its iterations.
pub fn moments(trace: &Trace, turns: bool) -> Vec<Nanos> {
    let of = |r: &&Record| match r.what {
        What::Instant(Mark::Turn) => turns,
        What::Instant(mark) if of_the_loop(mark) => false,
        _ => !turns,
    };
    let mut moments: Vec<_> = trace.records.iter().filter(of).map(|r| r.at).collect();
    moments.sort_unstable();
    moments.dedup();
    moments
}
