//! The threads that count: four ways to add up what several threads contribute.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use crate::model::units::grouped;
use crate::model::{Mark, Outcome};
use crate::threading::{Barrier, Lock, Queue, ThreadCx, ThreadError, ThreadsRun};

/// How the additions come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Read, add, write, with nothing to stop others in between.
    Unprotected,
    /// The same three steps under a lock.
    Lock,
    /// In batches, through a queue, to one consumer that alone writes the counter.
    Queue,
    /// Each thread for itself; added up in the end.
    Aggregate,
}

/// Additions in one message to the consumer.
const BATCH: u32 = 100;
/// Messages the queue holds.
const CAPACITY: usize = 64;
/// Rounds of work that take as long as the bytecode of one addition; 1 ns each.
const BYTECODE: u32 = 48;
/// How often each thread shows the counter in the trace.
const LEVELS: u32 = 16;

/// Threads that add to one counter.
pub(super) struct Counting {
    way: Way,
    threads: usize,
    increments: u32,
    counter: AtomicU32,
    /// What each thread added for itself.
    own: Vec<AtomicU32>,
    lock: Lock,
    /// `None` says that a producer has sent everything.
    queue: Queue<Option<u32>>,
    /// `None` where nobody starts.
    start_line: Option<Barrier>,
    finished: AtomicUsize,
    turns: Vec<AtomicU32>,
}

impl Counting {
    pub(super) fn new(way: Way, threads: usize, increments: u32) -> Self {
        let each = || (0..threads).map(|_| AtomicU32::new(0)).collect();
        let mut counting = Self {
            way,
            threads,
            increments,
            counter: AtomicU32::new(0),
            own: each(),
            lock: Lock::busy(0),
            queue: Queue::busy(0, CAPACITY),
            start_line: None,
            finished: AtomicUsize::new(0),
            turns: each(),
        };
        counting.start_line = Barrier::unnamed(counting.threads().len()).ok();
        counting
    }

    /// `counter += 1` as CPython does it: read, add, write, as three steps that others can come between.
    ///
    /// Reading and writing an atomic one after the other is that race without undefined behaviour.
    #[inline]
    fn add_one(&self) {
        let seen = black_box(self.counter.load(Relaxed));
        let next = interpret(seen) + 1;
        self.counter.store(black_box(next), Relaxed);
    }

    fn add_all(&self, cx: &ThreadCx, index: usize) -> Result<(), ThreadError> {
        let mut pending = 0;
        for turn in 1..=self.increments {
            match self.way {
                Way::Unprotected => self.add_one(),
                Way::Lock => {
                    let _held = self.lock.acquire(cx)?;
                    self.add_one();
                }
                Way::Queue | Way::Aggregate => pending = interpret(pending) + 1,
            }
            if self.way == Way::Queue && (pending == BATCH || turn == self.increments) {
                self.queue.put(cx, Some(pending))?;
                pending = 0;
            }
            // The end of a loop's turn: here, and not inside the addition, CPython looks whether the GIL is wanted.
            cx.check()?;
            if turn.is_multiple_of((self.increments / LEVELS).max(1)) {
                self.show(cx, index, turn, pending);
            }
        }
        match self.way {
            Way::Queue => self.queue.put(cx, None)?,
            Way::Aggregate => self.own[index].store(pending, Relaxed),
            Way::Unprotected | Way::Lock => {}
        }
        Ok(())
    }

    fn show(&self, cx: &ThreadCx, index: usize, turn: u32, pending: u32) {
        self.turns[index].store(turn, Relaxed);
        let level = if self.way == Way::Aggregate { pending } else { self.counter.load(Relaxed) };
        cx.lane.mark(Mark::Level, level);
    }

    /// The only thread that writes the counter when there is a queue.
    fn consume(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        let mut producers = self.threads;
        while producers > 0 {
            match self.queue.get(cx)? {
                Some(batch) => self.counter.store(self.counter.load(Relaxed) + batch, Relaxed),
                None => producers -= 1,
            }
            cx.check()?;
        }
        Ok(())
    }

    fn total(&self) -> u32 {
        self.counter.load(Relaxed) + self.own.iter().map(|n| n.load(Relaxed)).sum::<u32>()
    }

    fn expected(&self) -> u32 {
        self.threads as u32 * self.increments
    }
}

/// The work CPython's interpreter has with one addition besides the addition: some 50 ns. Gives `value` back, but late:
/// nobody can know it before the work is done, as between the read and the write of `counter += 1`.
#[inline]
fn interpret(value: u32) -> u32 {
    let work = (0..BYTECODE).fold(value, |work, _| black_box(work.rotate_left(7).wrapping_mul(0x9e37_79b9)));
    value + (work ^ black_box(work))
}

impl ThreadsRun for Counting {
    fn threads(&self) -> Vec<String> {
        let mut names: Vec<String> = (1..=self.threads).map(|i| format!("Thread-{i}")).collect();
        if self.way == Way::Queue {
            names.push("consumer".to_owned());
        }
        names
    }

    fn objects(&self) -> Vec<String> {
        match self.way {
            Way::Lock => vec!["lock".to_owned()],
            Way::Queue => vec!["queue".to_owned()],
            Way::Unprotected | Way::Aggregate => Vec::new(),
        }
    }

    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), ThreadError> {
        if let Some(line) = &self.start_line {
            line.wait(cx)?;
        }
        if index < self.threads {
            self.add_all(cx, index)?
        } else {
            self.consume(cx)?
        }
        if self.finished.fetch_add(1, std::sync::atomic::Ordering::AcqRel) + 1 == self.threads().len() {
            let lost = self.expected().saturating_sub(self.total());
            cx.lane.mark(Mark::Lost, lost);
        }
        Ok(())
    }

    fn outcome(&self) -> Outcome {
        let (total, expected) = (self.total(), self.expected());
        let lost = expected.saturating_sub(total);
        Outcome::new(grouped(total.into()))
            .with("counter", total.into())
            .with("expected", expected.into())
            .with("lost", lost.into())
            .line(format!("{} of {}, {} lost", grouped(total.into()), grouped(expected.into()), grouped(lost.into())))
    }

    fn progress(&self) -> Option<f32> {
        let turns: u64 = self.turns.iter().map(|t| u64::from(t.load(Relaxed))).sum();
        Some(turns as f32 / self.expected().max(1) as f32)
    }
}
