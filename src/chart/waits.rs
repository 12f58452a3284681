//! Who waits for whom: what each thread or process waits for and holds at a moment, and whether that closes a circle.

use crate::model::{LaneIndex, LaneKind, Mark, Nanos, Reason, Record, State, Trace, What};

/// A wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    /// For which object; `None` when it has no name, as the end of another thread.
    pub object: Option<usize>,
    /// Why, when it has none.
    pub reason: Reason,
    /// Place of the lane that the waiting thread found in possession of it, and when.
    told: Option<(usize, Nanos)>,
}

/// What is known of a lane.
#[derive(Clone, Debug, Default)]
pub(super) struct Now {
    /// Its state, once it has one.
    pub state: Option<State>,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// Objects it holds, by number.
    held: Vec<usize>,
    /// Objects it has given back, by number, and when it last did.
    given_back: Vec<(usize, Nanos)>,
}

impl Now {
    fn take(&mut self, record: &Record, index: &LaneIndex) {
        let object = record.arg as usize;
        match record.what {
            What::Enter(state) => {
                let wait = match state {
                    State::Blocked => Some((Some(object), Reason::Others)),
                    State::Waiting => Some((None, Reason::from_code(record.arg))),
                    _ => None,
                };
                if wait != self.wait.map(|wait| (wait.object, wait.reason)) {
                    self.wait = wait.map(|(object, reason)| Wait { object, reason, told: None });
                }
                self.state = Some(state);
            }
            What::Instant(Mark::WaitsFor) => {
                if let Some(wait) = &mut self.wait {
                    wait.told = index.get(record.arg).map(|lane| (lane, record.at));
                }
            }
            What::Instant(Mark::Acquired) => {
                self.wait = self.wait.filter(|wait| wait.object != Some(object));
                self.held.push(object);
            }
            What::Instant(Mark::Released) => {
                self.given_back.retain(|(given, _)| *given != object);
                self.given_back.push((object, record.at));
            }
            What::Instant(_) | What::Level(_) => {}
        }
    }

    /// Whether it has given an object back since a moment, or at it.
    fn gave_back_since(&self, object: usize, moment: Nanos) -> bool {
        self.given_back.iter().any(|(given, at)| *given == object && *at >= moment)
    }

    /// Gives an object back; whether it had it.
    fn give_back(&mut self, object: usize) -> bool {
        let at = self.held.iter().position(|held| *held == object);
        at.map(|at| self.held.swap_remove(at)).is_some()
    }

    fn waits_for(&self, object: usize) -> bool {
        self.wait.is_some_and(|wait| wait.object == Some(object))
    }

    /// Whether it can do nothing more, or has not begun.
    fn is_over(&self) -> bool {
        matches!(self.state, None | Some(State::Idle | State::Done))
    }
}

/// What the threads or processes of a trace wait for and hold, extended as records come in. (What a lane waits for follows from
/// its own records alone, so that it does not matter in which order lanes are recorded.)
#[derive(Clone, Debug, Default)]
pub struct Waits {
    pub(super) lanes: Vec<Now>,
    seen: usize,
    /// Whether any of them ever waited for something that has a name.
    named: bool,
    /// Once all is over: the moment that tells most.
    telling: Option<Nanos>,
}

impl Waits {
    /// Everything in `trace`.
    pub fn of(trace: &Trace) -> Self {
        let mut waits = Self::default();
        waits.extend(trace);
        waits
    }

    /// How it was at a moment, when everything had happened that happened at it.
    pub fn at(trace: &Trace, at: Nanos) -> Self {
        let mut waits = Self::default();
        let index = LaneIndex::of(trace);
        waits.lanes.resize_with(trace.lanes.len(), Now::default);
        for record in trace.records.iter().filter(|record| record.at <= at) {
            waits.take(record, &index);
        }
        waits
    }

    /// Takes in what `trace` has more than at the last call; begins anew when it has less. An event loop has views of its own.
    pub fn extend(&mut self, trace: &Trace) {
        if trace.records.len() < self.seen {
            *self = Self::default();
        }
        let news = trace.records.get(self.seen..).unwrap_or_default();
        if news.is_empty() || !trace.lanes.iter().all(|l| matches!(l.kind, LaneKind::Thread | LaneKind::Process)) {
            return;
        }
        let index = LaneIndex::of(trace);
        self.lanes.resize_with(trace.lanes.len(), Now::default);
        for record in news {
            self.take(record, &index);
            let named = (record.arg as usize) < trace.objects.len();
            self.named |= named && record.what == What::Enter(State::Blocked);
        }
        self.seen = trace.records.len();
        let over = self.named && self.lanes.iter().all(Now::is_over);
        self.telling = over.then(|| telling(trace)).flatten();
    }

    fn take(&mut self, record: &Record, index: &LaneIndex) {
        let Some(lane) = index.get(record.lane).filter(|lane| *lane < self.lanes.len()) else { return };
        self.lanes[lane].take(record, index);
        let object = record.arg as usize;
        if record.what == What::Instant(Mark::Released) && !self.lanes[lane].give_back(object) {
            // Another thread may release what one has kept.
            let _ = self.lanes.iter_mut().any(|other| other.give_back(object));
        }
    }

    /// Whether there is anything to show: somebody waited for something that has a name.
    pub fn shown(&self) -> bool {
        self.named
    }

    /// The moment shown: the cursor's, if it is set; while it runs, the last one known; then the first at which a circle was
    /// closed, or else the first at which most threads waited.
    pub fn moment(&self, trace: &Trace, cursor: Option<Nanos>) -> Nanos {
        cursor.or(self.telling).unwrap_or(trace.end)
    }

    /// Places of the lanes that hold an object. What a thread found that waits for it counts when no lane says so itself: not
    /// every lock records every acquisition.
    pub(super) fn holders(&self, object: usize) -> Vec<usize> {
        let mut out = Vec::new();
        for (lane, now) in self.lanes.iter().enumerate() {
            if now.held.contains(&object) {
                out.push(lane);
            }
        }
        if out.is_empty() {
            for (lane, now) in self.lanes.iter().enumerate() {
                let told = now.wait.filter(|wait| wait.object == Some(object)).and_then(|wait| wait.told);
                // Who waits for it does not hold it any more, or knows best that it does; who gave it back since does not.
                let holds = |(to, since): &(usize, Nanos)| {
                    let other = &self.lanes[*to];
                    (*to == lane || !other.waits_for(object)) && !other.gave_back_since(object, *since)
                };
                if let Some((to, _)) = told.filter(holds) {
                    out.push(to);
                    break;
                }
            }
        }
        out
    }

    /// What a lane waits for that is neither an object nor the only lane that could help, in words.
    pub(super) fn reason(&self, lane: usize) -> Option<&'static str> {
        let wait = self.lanes.get(lane)?.wait.filter(|wait| wait.object.is_none() && wait.told.is_none())?;
        (wait.reason != Reason::Others).then(|| wait.reason.words())
    }

    /// The only lane that a lane waits for, by way of an object or without.
    pub(super) fn target(&self, lane: usize) -> Option<usize> {
        let wait = self.lanes.get(lane)?.wait?;
        match wait.object.map(|object| self.holders(object)) {
            None => wait.told.map(|(lane, _)| lane),
            Some(holders) if holders.len() == 1 => holders.first().copied(),
            Some(_) => None,
        }
    }

    /// Places of lanes that wait for each other in a circle, in its order; empty when there is none.
    pub fn circle(&self) -> Vec<usize> {
        (0..self.lanes.len()).find_map(|lane| self.circle_of(lane)).unwrap_or_default()
    }

    /// The circle that a lane is part of, beginning with it.
    fn circle_of(&self, lane: usize) -> Option<Vec<usize>> {
        let mut path = vec![lane];
        while let Some(next) = path.last().and_then(|last| self.target(*last)) {
            if next == lane {
                return Some(path);
            }
            if path.contains(&next) {
                break; // it leads into a circle that begins elsewhere
            }
            path.push(next);
        }
        None
    }
}

/// The first moment at which a circle was closed; without one, the first at which most waited for what has a name.
fn telling(trace: &Trace) -> Option<Nanos> {
    let index = LaneIndex::of(trace);
    let mut waits = Waits::default();
    waits.lanes.resize_with(trace.lanes.len(), Now::default);
    // Of each lane: where its records go on. They ascend in time within a lane, not between lanes.
    let mut next = vec![0; trace.lanes.len()];
    let mut most = (0, None);
    loop {
        let mut soonest = None::<(usize, &Record)>;
        for (lane, next) in next.iter_mut().enumerate() {
            let records = trace.records.get(*next..).unwrap_or_default();
            let Some(ahead) = records.iter().position(|r| index.get(r.lane) == Some(lane)) else {
                *next = trace.records.len();
                continue;
            };
            *next += ahead;
            let record = &trace.records[*next];
            if soonest.is_none_or(|(_, soonest)| record.at < soonest.at) {
                soonest = Some((lane, record));
            }
        }
        let Some((lane, record)) = soonest else { return most.1 };
        next[lane] += 1;
        waits.take(record, &index);
        // Only who begins to wait can close it, or finds whom it waits for.
        match record.what {
            What::Instant(Mark::WaitsFor) if waits.circle_of(lane).is_some() => return Some(record.at),
            What::Enter(State::Blocked) => {
                let waiting = waits.lanes.iter().filter(|now| now.wait.is_some_and(|w| w.object.is_some())).count();
                if waiting > most.0 {
                    most = (waiting, Some(record.at));
                }
                if waits.circle_of(lane).is_some() {
                    return Some(record.at);
                }
            }
            _ => {}
        }
    }
}
