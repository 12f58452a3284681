//! What happened in a run: lanes, records of what changed when, and the spans that follow from them.

use super::lane_index::LaneIndex;
use super::time::Nanos;
use serde::{Deserialize, Serialize};

/// What a lane stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LaneKind {
    /// An event loop.
    Loop,
    /// A task on an event loop.
    Task,
    /// A thread.
    Thread,
    /// An isolated process.
    Process,
}

/// One row of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Number, unique in its trace.
    pub id: u32,
    /// What it stands for.
    pub kind: LaneKind,
    /// Name, as Python would show it ("Task-2", "thread 1").
    pub name: String,
}

macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every one of them, in order of their codes.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The one with this code.
            pub fn from_code(code: u8) -> Option<$name> {
                Self::ALL.get(usize::from(code)).copied()
            }
        }
    };
}

coded! {
    /// What a lane is doing.
    State {
        /// Nothing to do, or not begun.
        Idle,
        /// Being started (a worker, a process).
        Starting,
        /// Could go on, but something else has the loop or the core.
        Ready,
        /// Computing.
        Running,
        /// In a simulated wait (a task's argument is how long it asked for, µs) or an operation of the browser's (0).
        Sleeping,
        /// Waiting for another task, thread, process or message; the argument is the [`Reason`](super::Reason)'s code.
        Waiting,
        /// Waiting at something that has a name: a lock, a queue, an event, futures; the argument is the object's number.
        Blocked,
        /// Wants the GIL.
        Gil,
        /// Turning values into bytes or back.
        Pickling,
        /// Over.
        Done,
    }
}

coded! {
    /// Something that happened at one moment.
    Mark {
        /// It was created.
        Created,
        /// It ended with a result.
        Finished,
        /// It ended with an exception.
        Failed,
        /// It ended as cancelled.
        Cancelled,
        /// Somebody asked it to cancel.
        CancelRequested,
        /// A time limit passed.
        TimedOut,
        /// Took a lock or a semaphore; the argument is the object's number.
        Acquired,
        /// Gave it back; the argument is the object's number.
        Released,
        /// Took the GIL from another thread.
        HandOver,
        /// Asked the holder to drop the GIL.
        DropRequest,
        /// A message or a job went out; the argument is its size in bytes.
        Sent,
        /// A message or a result came in; the argument is its size in bytes.
        Received,
        /// Began a job; the argument is the job's number.
        Job,
        /// Updates lost; the argument is how many.
        Lost,
        /// A number worth drawing (a queue's depth, a counter).
        Level,
        /// All results were put together.
        Merged,
        /// The run was asked to stop.
        Stopped,
        /// An iteration of the event loop began, in the loop's lane; the argument is the number of callbacks it is to call.
        Turn,
        /// The loop called a callback that concerns this lane; the argument is the [`Call`](super::Call)'s code.
        Called,
        /// Callbacks kept the loop from looking at its timers until now; the argument is for how long, µs.
        Held,
        /// The host came back to the loop later than it was asked to; the argument is how late, µs.
        Late,
        /// Waits for what another thread holds or is: an edge of the wait-for graph; the argument is that thread's lane.
        WaitsFor,
        /// Was found in a deadlock; the argument is the lane it waits for, or its own when no one thread could help.
        Deadlocked,
        /// A daemon whose program ended before it did.
        CutShort,
        /// Gave the GIL up because another thread had asked for it.
        Forced,
        /// For how long a thread that ends has held the GIL, µs.
        GilHeld,
        /// For how long a thread that ends has waited for the GIL, µs.
        GilWanted,
        /// For how long a thread that ends neither held the GIL nor waited for it, µs.
        GilWithout,
        /// A timer was set that is no sleep: a time limit, or a call to come in the loop's lane; the argument is the time until it is
        /// due, µs. Those of a lane are numbered from 0.
        TimerSet,
        /// The timer set just before will call the callback with this name; the argument is the object's number.
        TimerCalls,
        /// A timer of this lane will do nothing, or has done it; the argument is its number.
        TimerGone,
    }
}

/// A change of state, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The lane is in this state from now on.
    Enter(State),
    /// This happened.
    Instant(Mark),
    /// The object with this number stands at the argument: items in a queue, tasks inside a semaphore, waiting at a barrier.
    Level(u32),
}

/// One thing that happened in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When, from the beginning of the run.
    pub at: Nanos,
    /// In which lane.
    pub lane: u32,
    /// What.
    pub what: What,
    /// A number whose meaning depends on what happened; 0 if none.
    pub arg: u32,
}

impl Record {
    /// Bytes of one record in a batch.
    pub const BYTES: usize = 24;

    /// The record as three words, the form it is buffered and sent in.
    pub fn words(self) -> [u64; 3] {
        let (kind, code) = match self.what {
            What::Enter(s) => (0u64, s as u64),
            What::Instant(m) => (1u64, m as u64),
            What::Level(object) => (2u64 | (u64::from(object) << 8), 0),
        };
        [self.at, (u64::from(self.lane) << 32) | u64::from(self.arg), (kind << 8) | code]
    }

    /// Reads [`Record::words`] back; `None` for words no record gives.
    pub fn from_words([at, who, what]: [u64; 3]) -> Option<Record> {
        let code = (what & 0xff) as u8;
        let (kind, object) = ((what >> 8) & 0xff, what >> 16);
        let what = match (kind, object) {
            (0, 0) => What::Enter(State::from_code(code)?),
            (1, 0) => What::Instant(Mark::from_code(code)?),
            (2, _) if code == 0 => What::Level(u32::try_from(object).ok()?),
            _ => return None,
        };
        Some(Record { at, lane: (who >> 32) as u32, what, arg: who as u32 })
    }
}

/// A lane was in one state from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// In which lane.
    pub lane: u32,
    /// In which state.
    pub state: State,
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// The argument it was entered with.
    pub arg: u32,
}

/// What happened in one run; everything shown is derived from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The rows, in the order they are shown.
    pub lanes: Vec<Lane>,
    /// Names of locks, semaphores and queues; an object's number is its index here.
    pub objects: Vec<String>,
    /// What happened; ascending in time within a lane.
    pub records: Vec<Record>,
    /// When the run ended, or the last thing known while it runs.
    pub end: Nanos,
    /// Records that found no room in their buffer.
    pub dropped: u64,
}

impl Trace {
    /// Adds records, moving `end` along.
    pub fn extend(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.end = self.end.max(record.at);
            self.records.push(record);
        }
    }

    /// The spans of every lane, by lane in the order of `lanes`, ascending in time; `Idle` and `Done` have none.
    pub fn spans(&self) -> Vec<Span> {
        let index = LaneIndex::of(self);
        let mut by_lane: Vec<Vec<Span>> = vec![Vec::new(); self.lanes.len()];
        let mut open: Vec<Option<Span>> = vec![None; self.lanes.len()];
        let mut close = |i: usize, open: &mut Option<Span>, end: Nanos| {
            if let Some(mut span) = open.take() {
                span.end = end.max(span.start);
                if span.end > span.start && !matches!(span.state, State::Idle | State::Done) {
                    by_lane[i].push(span);
                }
            }
        };
        for record in &self.records {
            let (What::Enter(state), Some(i)) = (record.what, index.get(record.lane)) else { continue };
            close(i, &mut open[i], record.at);
            open[i] = Some(Span { lane: record.lane, state, start: record.at, end: record.at, arg: record.arg });
        }
        for (i, last) in open.iter_mut().enumerate() {
            close(i, last, self.end);
        }
        by_lane.into_iter().flatten().collect()
    }

    /// The instants of one kind, as they were recorded.
    pub fn marks(&self, mark: Mark) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |r| r.what == What::Instant(mark))
    }

    /// How an object's level changed: from when it stood at what, ascending in time. Before the first change it is 0.
    pub fn levels(&self, object: u32) -> impl Iterator<Item = (Nanos, u32)> {
        self.records.iter().filter(move |r| r.what == What::Level(object)).map(|r| (r.at, r.arg))
    }

    /// Time all lanes together spent in `state`.
    pub fn total(&self, state: State) -> Nanos {
        self.spans().iter().filter(|s| s.state == state).map(|s| s.end - s.start).sum()
    }

    /// The most lanes that were in `state` at one moment.
    pub fn peak(&self, state: State) -> usize {
        let mut edges: Vec<(Nanos, i32)> = Vec::new();
        for span in self.spans().iter().filter(|s| s.state == state) {
            edges.push((span.start, 1));
            edges.push((span.end, -1));
        }
        edges.sort_unstable();
        let (mut now, mut most) = (0, 0);
        for (_, step) in edges {
            now += step;
            most = most.max(now);
        }
        most as usize
    }
}
