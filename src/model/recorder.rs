//! The recorder: preallocated buffers, one per lane, written without a lock and drained in batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use super::time::{Clock, Nanos};
use super::trace::{Lane, LaneKind, Mark, Record, State, What};

/// Records a lane can hold between two drains; at one every 50 µs it is full after 200 ms, six times the drain period.
const ROOM: usize = 4096;

/// A ring with one writer and one reader; on a cache line of its own, or threads that only beat would slow each other down.
#[derive(Debug)]
#[repr(align(64))]
struct Ring {
    slots: Box<[[AtomicU64; 3]]>,
    /// Written so far; only the writer moves it.
    head: AtomicUsize,
    /// Read so far; only the reader moves it.
    tail: AtomicUsize,
    dropped: AtomicU32,
    /// Moves whenever the writer shows that it is alive.
    beats: AtomicU32,
    /// The state entered last.
    state: AtomicU32,
}

impl Ring {
    fn new() -> Self {
        let slots = (0..ROOM).map(|_| [const { AtomicU64::new(0) }; 3]).collect();
        Self {
            slots,
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            dropped: AtomicU32::new(0),
            beats: AtomicU32::new(0),
            state: AtomicU32::new(0),
        }
    }

    fn push(&self, record: Record) {
        let head = self.head.load(Ordering::Relaxed);
        if head.wrapping_sub(self.tail.load(Ordering::Acquire)) >= ROOM {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        for (slot, word) in self.slots[head % ROOM].iter().zip(record.words()) {
            slot.store(word, Ordering::Relaxed);
        }
        self.head.store(head.wrapping_add(1), Ordering::Release);
    }

    fn drain(&self, into: &mut Vec<Record>) {
        let head = self.head.load(Ordering::Acquire);
        let mut tail = self.tail.load(Ordering::Relaxed);
        while tail != head {
            let words = std::array::from_fn(|i| self.slots[tail % ROOM][i].load(Ordering::Relaxed));
            into.extend(Record::from_words(words));
            tail = tail.wrapping_add(1);
        }
        self.tail.store(tail, Ordering::Release);
    }
}

/// Writes what happens in one lane; one thread at a time.
#[derive(Clone)]
pub struct LaneWriter {
    ring: Arc<Ring>,
    lane: u32,
    clock: Arc<dyn Clock>,
}

impl LaneWriter {
    /// The lane's number.
    pub fn lane(&self) -> u32 {
        self.lane
    }

    /// Now, on the run's time base.
    pub fn now(&self) -> Nanos {
        self.clock.now()
    }

    /// The lane is in `state` from now on.
    pub fn enter(&self, state: State) {
        self.enter_with(state, 0);
    }

    /// The lane is in `state` from now on; `arg` says more (see [`State`]).
    pub fn enter_with(&self, state: State, arg: u32) {
        self.ring.state.store(state as u32, Ordering::Relaxed);
        self.write(What::Enter(state), arg);
    }

    /// `mark` happened now.
    pub fn mark(&self, mark: Mark, arg: u32) {
        self.write(What::Instant(mark), arg);
    }

    /// The object with this number stands at `level` from now on.
    pub fn level(&self, object: u32, level: u32) {
        self.write(What::Level(object), level);
    }

    /// Shows that the lane is alive, without a record.
    pub fn beat(&self) {
        self.ring.beats.fetch_add(1, Ordering::Relaxed);
    }

    fn write(&self, what: What, arg: u32) {
        self.beat();
        self.ring.push(Record { at: self.clock.now(), lane: self.lane, what, arg });
    }
}

/// How a lane is doing, for whoever watches over hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// The lane.
    pub lane: u32,
    /// How often it has shown that it is alive (wraps around).
    pub beats: u32,
    /// The state it entered last.
    pub state: State,
}

/// All lanes of one run in one memory.
#[derive(Clone)]
pub struct Recorder {
    lanes: Vec<(Lane, Arc<Ring>)>,
    clock: Arc<dyn Clock>,
}

impl Recorder {
    /// A recorder for lanes of one kind with these names, numbered from `first`.
    pub fn new(clock: Arc<dyn Clock>, kind: LaneKind, first: u32, names: impl IntoIterator<Item = String>) -> Self {
        let lanes =
            names.into_iter().zip(first..).map(|(name, id)| (Lane { id, kind, name }, Arc::new(Ring::new()))).collect();
        Self { lanes, clock }
    }

    /// The lanes, as the trace lists them.
    pub fn lanes(&self) -> Vec<Lane> {
        self.lanes.iter().map(|(lane, _)| lane.clone()).collect()
    }

    /// The clock everything is stamped with.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// The writer of the lane at `index`; `None` when there is no such lane.
    pub fn writer(&self, index: usize) -> Option<LaneWriter> {
        let (lane, ring) = self.lanes.get(index)?;
        Some(LaneWriter { ring: ring.clone(), lane: lane.id, clock: self.clock.clone() })
    }

    /// Takes what was recorded since the last call, lane by lane.
    pub fn drain(&self, into: &mut Vec<Record>) {
        for (_, ring) in &self.lanes {
            ring.drain(into);
        }
    }

    /// Records that found no room so far.
    pub fn dropped(&self) -> u64 {
        self.lanes.iter().map(|(_, ring)| u64::from(ring.dropped.load(Ordering::Relaxed))).sum()
    }

    /// How every lane is doing.
    pub fn pulses(&self) -> Vec<Pulse> {
        let pulse = |(lane, ring): &(Lane, Arc<Ring>)| Pulse {
            lane: lane.id,
            beats: ring.beats.load(Ordering::Relaxed),
            state: State::from_code(ring.state.load(Ordering::Relaxed) as u8).unwrap_or(State::Idle),
        };
        self.lanes.iter().map(pulse).collect()
    }
}
