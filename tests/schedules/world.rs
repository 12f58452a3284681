//! Threads for one schedule after another: their contexts, a clock that every look moves on, and how often all is tried.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::sync::atomic::AtomicBool;
use shuttle::{Config, FailurePersistence, Runner};

use crate::model::{Clock, LaneKind, Nanos, Recorder, StopFlag, US};
use crate::threading::{Gil, Interpreter, ThreadCx};

/// Schedules of each kind, when nothing else is asked for.
const FEW: usize = 2_000;
/// Steps that may come in another order than priorities say.
const DEPTH: usize = 3;
const SEED: u64 = 42;

/// Every look moves it on.
struct Ticks(AtomicU64);

impl Clock for Ticks {
    fn now(&self) -> Nanos {
        self.0.fetch_add(20 * US, Ordering::Relaxed)
    }
}

/// What the threads of every schedule have in common.
#[derive(Clone)]
pub struct World {
    recorder: Recorder,
    threads: usize,
    with_gil: bool,
}

impl World {
    pub fn new(threads: usize, with_gil: bool) -> Self {
        let names = (0..threads).map(|i| format!("Thread-{i}"));
        let recorder = Recorder::new(Arc::new(Ticks(AtomicU64::new(1))), LaneKind::Thread, 0, names);
        Self { recorder, threads, with_gil }
    }

    /// A context for each thread of one schedule.
    pub fn contexts(&self, interpreter: &Arc<Interpreter>) -> Vec<ThreadCx> {
        let gil = self.with_gil.then(|| Arc::new(Gil::new(50 * US)));
        let stop = StopFlag::new();
        let cx = |i| ThreadCx::new(self.recorder.writer(i).unwrap(), gil.clone(), stop.clone(), interpreter.clone());
        (0..self.threads).map(cx).collect()
    }

    /// Runs `program` on all threads of one schedule, entered as an executor does it.
    pub fn together(&self, program: impl Fn(&ThreadCx, usize) + Send + Sync + 'static) {
        self.beside(&Interpreter::simple(self.threads), program, || ());
    }

    /// As [`World::together`]; meanwhile this thread of the schedule does something else.
    pub fn beside(
        &self,
        interpreter: &Arc<Interpreter>,
        program: impl Fn(&ThreadCx, usize) + Send + Sync + 'static,
        meanwhile: impl FnOnce(),
    ) {
        let program = Arc::new(program);
        let spawn = |(index, cx): (usize, ThreadCx)| {
            let program = program.clone();
            shuttle::thread::spawn(move || {
                cx.acquire_gil().unwrap();
                cx.working(0);
                program(&cx, index);
                cx.leave();
            })
        };
        let handles: Vec<_> = self.contexts(interpreter).into_iter().enumerate().map(spawn).collect();
        meanwhile();
        handles.into_iter().for_each(|handle| handle.join().unwrap());
    }
}

/// Notices when two threads are inside at once.
pub struct Inside(AtomicBool);

impl Inside {
    pub fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    pub fn visit(&self) {
        assert!(!self.0.swap(true, Ordering::SeqCst), "somebody is inside already");
        shuttle::thread::yield_now();
        self.0.store(false, Ordering::SeqCst);
    }
}

/// How many schedules of each kind are tried.
pub fn schedules() -> usize {
    std::env::var("SCHEDULES").ok().and_then(|n| n.parse().ok()).unwrap_or(FEW)
}

/// Tries `count` schedules at random and as many by changing priorities; panics at the first that fails.
pub fn explore(count: usize, schedule: impl Fn() + Send + Sync + Clone + 'static) {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    Runner::new(RandomScheduler::new_from_seed(SEED, count), config.clone()).run(schedule.clone());
    Runner::new(PctScheduler::new_from_seed(SEED, DEPTH, count), config).run(schedule);
}
