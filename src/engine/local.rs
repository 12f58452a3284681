//! Runs inside the coordinator's own memory: in sequence, on one event loop, or on the thread pool.

use super::activity::{Activity, Next};
use super::clock::{BrowserClock, SharedClock};
use super::faults;
use super::outbox::Outbox;
use super::threads::{PoolSpawner, PoolState, ThreadPool};
use crate::executors::watchdog::Watchdog;
use crate::executors::{Burst, CooperativeRun, LocalRun, Order, SequentialRun, ThreadedRun};
use crate::model::{Clock, Failure, MS, Model, Nanos, SECOND, StopFlag};
use std::rc::Rc;
use std::sync::Arc;

/// How long the coordinator computes before it listens again; Stop is heard after that long at the latest.
const BURST: Nanos = 10 * MS;
/// How often it looks while threads are at work, in milliseconds.
const LOOK: i32 = 8;
/// How long the thread pool may take to start: rayon's helper waits for ever for a worker that could not.
const START_LIMIT: Nanos = 20 * SECOND;
/// Most threads of a pool.
const MOST: usize = 32;

/// A run that has not begun, because the thread pool starts.
struct Waiting {
    order: Order,
    pool: ThreadPool,
    /// Threads the pool gets when it starts; never fewer than the run needs.
    threads: u32,
    wake: Rc<dyn Fn()>,
}

/// A [`LocalRun`] and what drives it.
pub struct Local {
    waiting: Option<Waiting>,
    run: Option<Box<dyn LocalRun>>,
    number: u32,
    clock: BrowserClock,
    stop: StopFlag,
    watchdog: Watchdog,
    out: Option<Outbox>,
}

impl Local {
    /// A run of `order`. Its clock starts when it can: the thread pool's own start (with `threads`, or as many as the run needs)
    /// does not count, because the pool is there for every later run.
    pub fn new(number: u32, order: Order, pool: ThreadPool, threads: u32, wake: Rc<dyn Fn()>) -> Self {
        let clock = BrowserClock::start();
        Self {
            stop: order.stop.clone(),
            waiting: Some(Waiting { order, pool, threads, wake }),
            run: None,
            number,
            clock,
            watchdog: Watchdog::default(),
            out: Some(Outbox::new(number, clock)),
        }
    }

    /// Begins the run once its threads are there.
    fn begin(&mut self, waiting: Waiting) -> Result<(), Failure> {
        let model = waiting.order.plan.model;
        if model.needs_shared_memory() {
            let needed = waiting.order.program.threads(&waiting.order.plan).clamp(2, MOST);
            let at_start = needed.max(waiting.threads as usize).min(MOST);
            let wake = waiting.wake.clone();
            match waiting.pool.ensure(needed, at_start, move || wake()) {
                PoolState::On(_) => {}
                PoolState::Broken(failure) => return Err(failure),
                PoolState::Starting | PoolState::Off => {
                    self.waiting = Some(waiting);
                    return Ok(());
                }
            }
        }
        self.clock = BrowserClock::start();
        let out = Outbox::new(self.number, self.clock);
        let order = Order { clock: Arc::new(SharedClock::new(self.clock)), ..waiting.order };
        let run: Box<dyn LocalRun> = match model {
            Model::Sequential => Box::new(SequentialRun::start(order)?),
            Model::Asyncio => Box::new(CooperativeRun::start(order)?),
            Model::Threads | Model::FreeThreads => Box::new(ThreadedRun::start(order, &PoolSpawner)?),
            Model::Processes | Model::Hybrid => return Err(Failure::NotOffered),
        };
        out.lanes(run.lanes(), run.objects());
        self.out = Some(out);
        self.run = Some(run);
        Ok(())
    }

    fn end(&mut self, say: impl FnOnce(Outbox)) -> Next {
        if let Some(out) = self.out.take() {
            say(out);
        }
        Next::Over
    }
}

impl Activity for Local {
    fn turn(&mut self) -> Next {
        if let Some(waiting) = self.waiting.take() {
            if self.stop.is_raised() {
                return self.end(Outbox::stopped);
            }
            if let Err(failure) = self.begin(waiting) {
                return self.end(|out| out.failed(failure));
            }
        }
        let (Some(run), Some(out)) = (&mut self.run, &mut self.out) else {
            if self.clock.now() > START_LIMIT {
                let failure = Failure::Engine { message: "the thread pool did not start".to_owned() };
                return self.end(|out| out.failed(failure));
            }
            self.out.iter_mut().for_each(Outbox::alive);
            return Next::After(LOOK);
        };
        let burst = run.burst(self.clock.now() + BURST);
        run.drain(&mut out.pending);
        if let Some(failure) = faults::of_threads(&run.lanes()) {
            return self.end(|out| out.failed(failure));
        }
        let dropped = run.dropped();
        match burst {
            Burst::Done { outcome, elapsed } => return self.end(|out| out.done(outcome, elapsed, dropped)),
            Burst::Stopped => return self.end(Outbox::stopped),
            Burst::Failed(failure) => return self.end(|out| out.failed(failure)),
            Burst::More | Burst::Wait | Burst::Until(_) => {}
        }
        if let Some(hung) = self.watchdog.look(self.clock.now(), run.pulses()) {
            let name = run.lanes().into_iter().find(|l| l.id == hung.lane).map(|l| l.name);
            let failure = Failure::Hung { lane: name.unwrap_or_default(), millis: hung.silent / MS };
            return self.end(|out| out.failed(failure));
        }
        out.tick(run.progress());
        match burst {
            Burst::More => Next::Soon,
            Burst::Until(when) => Next::at(when, self.clock.now()),
            _ => Next::After(LOOK),
        }
    }

    fn stop(&mut self) {
        self.stop.raise();
    }
}
