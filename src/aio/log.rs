//! Records what the loop and its tasks do: one lane each, written so that nothing is said twice.

use crate::model::{Call, Lane, LaneKind, MS, Mark, Nanos, Record, State, US, What};

/// Tasks beyond this many get no lane of their own: nobody could see them, and 100,000 tasks must stay cheap.
const MOST_LANES: u32 = 2_000;

/// Callbacks beyond this many are not recorded one by one: nobody could step through them, and turns must stay cheap.
const MOST_CALLS: u32 = 2_000;

/// Timers beyond this many are not on record: nobody could read them, and a time limit must stay cheap.
const MOST_TIMERS: u32 = 2_000;

/// A loop that was kept from its timers for less than this is not worth a record.
const WORTH: Nanos = 20 * MS;

/// A task without a lane.
pub(super) const NO_LANE: u32 = u32::MAX;

/// A timer on record: its lane, and its number there.
#[derive(Clone, Copy, Debug)]
pub(super) struct SetTimer {
    lane: u32,
    number: u32,
}

/// The loop's recorder.
pub(super) struct Log {
    first: u32,
    tasks: u32,
    unrecorded: u32,
    /// Callbacks recorded so far.
    calls: u32,
    /// Timers on record so far: in all, and by lane.
    timers: (u32, Vec<u32>),
    /// Whether the only task that is ready goes straight on: nobody wants to read that again and again.
    alone: bool,
    looping: Option<State>,
    new_lanes: Vec<Lane>,
    objects: Vec<String>,
    records: Vec<Record>,
    /// Records drained so far; with it, `last` outlives a drain.
    drained: usize,
    /// By lane: where its last change of state is (counted from the first record ever), plus one.
    last: Vec<usize>,
    /// By object: where its last change of level is, counted as in `last`.
    levels: Vec<usize>,
    /// Tasks that have just yielded: ready again, unless the loop goes straight on with the only one.
    yielded: Vec<(u32, Nanos)>,
}

impl Log {
    /// A log whose loop is lane `first`; tasks get the numbers after it.
    pub fn new(first: u32) -> Self {
        let looping = Lane { id: first, kind: LaneKind::Loop, name: "event loop".to_owned() };
        Self {
            first,
            tasks: 0,
            unrecorded: 0,
            calls: 0,
            timers: (0, vec![0]),
            alone: false,
            looping: None,
            new_lanes: vec![looping],
            objects: Vec::new(),
            records: Vec::new(),
            drained: 0,
            last: vec![0],
            levels: Vec::new(),
            yielded: Vec::new(),
        }
    }

    /// A lane for a new task; [`NO_LANE`] when there are too many.
    pub fn task(&mut self, at: Nanos, name: impl FnOnce() -> String) -> u32 {
        if self.tasks >= MOST_LANES {
            self.unrecorded += 1;
            return NO_LANE;
        }
        self.tasks += 1;
        let id = self.first + self.tasks;
        self.new_lanes.push(Lane { id, kind: LaneKind::Task, name: name() });
        self.last.push(0);
        self.timers.1.push(0);
        self.mark(id, at, Mark::Created, 0);
        self.enter(id, at, State::Ready, 0);
        id
    }

    /// Gives a lane another name, unless it has been fetched.
    pub fn rename(&mut self, lane: u32, name: String) {
        if let Some(lane) = self.new_lanes.iter_mut().find(|new| new.id == lane) {
            lane.name = name;
        }
    }

    /// Whether the next task would get no lane.
    pub fn full(&self) -> bool {
        self.tasks >= MOST_LANES
    }

    /// How many tasks got no lane.
    pub fn unrecorded(&self) -> u32 {
        self.unrecorded
    }

    /// Names an object tasks can be blocked on; its number.
    pub fn object(&mut self, name: String) -> u32 {
        self.objects.push(name);
        self.levels.push(0);
        self.objects.len() as u32 - 1
    }

    /// Names of the objects.
    pub fn objects(&self) -> Vec<String> {
        self.objects.clone()
    }

    /// Lanes since the last call.
    pub fn new_lanes(&mut self) -> Vec<Lane> {
        std::mem::take(&mut self.new_lanes)
    }

    /// The loop itself is in this state.
    pub fn looping(&mut self, at: Nanos, state: State) {
        if self.looping != Some(state) {
            self.looping = Some(state);
            self.enter(self.first, at, state, 0);
        }
    }

    /// An iteration begins that is to call this many callbacks.
    pub fn turn(&mut self, at: Nanos, callbacks: usize) {
        self.alone = callbacks == 1 && self.yielded.len() == 1;
        if self.lists() {
            self.records.push(Record { at, lane: self.first, what: What::Instant(Mark::Turn), arg: callbacks as u32 });
        }
    }

    /// Whether callbacks are still recorded.
    pub fn lists(&self) -> bool {
        self.calls < MOST_CALLS && !self.alone
    }

    /// A callback is called that concerns this lane's task; [`NO_LANE`] for the loop's own.
    pub fn called(&mut self, lane: u32, at: Nanos, call: Call) {
        self.calls += 1;
        // A lane's records ascend in time; the only task that has yielded goes on without a record.
        if self.yielded.len() > 1 && self.yielded.iter().any(|(yielded, _)| *yielded == lane) {
            self.settle();
        }
        let lane = if lane == NO_LANE { self.first } else { lane };
        self.records.push(Record { at, lane, what: What::Instant(Mark::Called), arg: call.code() });
    }

    /// A timer is set for `due` that is no sleep: a limit of this lane's task, or (with none) a call to come, perhaps with the name
    /// of an object. What [`Log::timer_gone`] takes back; `None` when it is not on record.
    pub fn timer(&mut self, lane: Option<u32>, at: Nanos, due: Nanos, named: Option<u32>) -> Option<SetTimer> {
        let lane = lane.unwrap_or(self.first);
        let number = self.timers.1.get_mut(lane.checked_sub(self.first)? as usize).filter(|_| lane != NO_LANE)?;
        if self.timers.0 == MOST_TIMERS {
            return None;
        }
        let set = SetTimer { lane, number: *number };
        (self.timers.0, *number) = (self.timers.0 + 1, *number + 1);
        let time = u32::try_from(due.saturating_sub(at) / US).unwrap_or(u32::MAX);
        self.mark(lane, at, Mark::TimerSet, time);
        if let Some(object) = named {
            self.mark(lane, at, Mark::TimerCalls, object);
        }
        Some(set)
    }

    /// It will do nothing, or has done what it was set for.
    pub fn timer_gone(&mut self, at: Nanos, set: Option<SetTimer>) {
        if let Some(SetTimer { lane, number }) = set {
            self.mark(lane, at, Mark::TimerGone, number);
        }
    }

    /// The loop could look at its timers only now: its callbacks held it, or its host came late.
    pub fn kept(&mut self, at: Nanos, by: Mark, time: Nanos) {
        if time >= WORTH {
            let arg = u32::try_from(time / US).unwrap_or(u32::MAX);
            self.mark(self.first, at, by, arg);
        }
    }

    /// The lane is in this state; a state that lasted no time at all is replaced.
    pub fn enter(&mut self, lane: u32, at: Nanos, state: State, arg: u32) {
        if lane == NO_LANE {
            return;
        }
        let record = Record { at, lane, what: What::Enter(state), arg };
        let Some(last) = self.last.get_mut((lane - self.first) as usize) else { return };
        if let Some(place) = last.checked_sub(self.drained + 1)
            && let Some(earlier) = self.records.get_mut(place)
            && earlier.at == at
        {
            *earlier = record;
            return;
        }
        self.records.push(record);
        *last = self.drained + self.records.len();
    }

    /// The task goes on.
    pub fn running(&mut self, lane: u32, at: Nanos) {
        match self.yielded.as_slice() {
            [] => {}
            [(only, _)] if *only == lane => {
                self.yielded.clear();
                return;
            }
            _ => self.settle(),
        }
        self.enter(lane, at, State::Running, 0);
    }

    /// The task gave way and is ready at once.
    pub fn yielded(&mut self, lane: u32, at: Nanos) {
        if lane != NO_LANE {
            self.yielded.push((lane, at));
        }
    }

    /// Writes down the tasks that have yielded.
    fn settle(&mut self) {
        let mut yielded = std::mem::take(&mut self.yielded);
        for (lane, at) in yielded.drain(..) {
            self.enter(lane, at, State::Ready, 0);
        }
        self.yielded = yielded; // its room is kept
    }

    /// Something happened in the lane.
    pub fn mark(&mut self, lane: u32, at: Nanos, mark: Mark, arg: u32) {
        if lane == NO_LANE {
            return;
        }
        if !self.yielded.is_empty() {
            self.settle(); // a lane's records ascend in time
        }
        self.records.push(Record { at, lane, what: What::Instant(mark), arg });
    }

    /// The object stands at `level`; a level that lasted no time at all is replaced. Without a lane it is the loop's doing.
    pub fn level(&mut self, lane: u32, at: Nanos, object: u32, level: u32) {
        if !self.yielded.is_empty() {
            self.settle();
        }
        let Some(last) = self.levels.get_mut(object as usize) else { return };
        if let Some(place) = last.checked_sub(self.drained + 1)
            && let Some(earlier) = self.records.get_mut(place)
            && earlier.at == at
        {
            earlier.arg = level;
            return;
        }
        let lane = if lane == NO_LANE { self.first } else { lane };
        self.records.push(Record { at, lane, what: What::Level(object), arg: level });
        *last = self.drained + self.records.len();
    }

    /// Takes what was recorded since the last call.
    pub fn drain(&mut self, into: &mut Vec<Record>) {
        self.drained += self.records.len();
        into.append(&mut self.records);
    }
}
