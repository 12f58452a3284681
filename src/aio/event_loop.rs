//! The event loop: asyncio's `_run_once`, in turns that the host asks for.

use super::core::Core;
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Callback, Handle};
use super::mistakes::{Mistake, made};
use super::outcome::Settled;
use super::task::Task;
use super::{Host, Turn};
use crate::model::{Lane, MS, Mark, Nanos, Outcome, Record, State};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How long a stopped program has to clean up before its tasks are dropped.
const GRACE: Nanos = 150 * MS;

/// The clock is looked at after this many callbacks of tasks that have no lane.
const LOOK_EVERY: u32 = 32;

/// How far the program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The main task runs.
    Running,
    /// The main task is done; the tasks it left behind were cancelled and may clean up, as `asyncio.run` does it.
    Cancelling,
    /// They have ended; generators that are held somewhere are closed (`shutdown_asyncgens`).
    Generators,
    /// They are closed; the loop goes round as often as it takes to find no executor to shut down.
    Executor,
    /// Nothing will happen any more.
    Finished,
}

/// The event loop. Dropping the last handle drops the tasks that are left.
#[derive(Clone)]
pub struct EventLoop(pub(super) Rc<Owner>);

pub(super) struct Owner {
    pub(super) core: Rc<Core>,
    main: RefCell<Option<Task<Outcome>>>,
    pub(super) phase: Cell<Phase>,
    /// Callbacks of the current iteration still to be called: a turn may end in the middle of one.
    todo: Cell<usize>,
    /// When the current iteration began; time that passed outside the loop since then is added.
    began: Cell<Nanos>,
    /// When the loop gave way, and when it wanted to be called again.
    left: Cell<Option<(Nanos, Nanos)>>,
    main_done: Cell<Option<Nanos>>,
    /// Whether what the loop ran for was done in this iteration, its last for that.
    pub(super) stopping: Cell<bool>,
    deadline: Cell<Option<Nanos>>,
    /// Tasks that were left when the main task ended, by number, and what they come to.
    pub(super) left_over: RefCell<Vec<(u32, Rc<dyn Settled>)>>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.core.abandon(); // tasks hold the core, and the core holds them
        self.core.reports.forget_handler();
    }
}

impl EventLoop {
    /// A loop on `host`; simulated waits pass `speed` times faster; lanes are numbered from `first_lane`.
    pub fn new(host: Rc<dyn Host>, speed: u64, first_lane: u32) -> Self {
        Self(Rc::new(Owner {
            core: Rc::new(Core::new(host, speed, first_lane)),
            main: RefCell::new(None),
            phase: Cell::new(Phase::Running),
            todo: Cell::new(0),
            began: Cell::new(0),
            left: Cell::new(None),
            main_done: Cell::new(None),
            stopping: Cell::new(false),
            deadline: Cell::new(None),
            left_over: RefCell::default(),
        }))
    }

    /// `asyncio.run(main())`, without running it: the first turn does that. To be called once.
    pub fn start<F>(&self, main: impl FnOnce(Cx) -> F)
    where
        F: Future<Output = Result<Outcome, Exception>> + 'static,
    {
        let core = &self.0.core;
        let task = Task::create(core, None, main(Cx { core: core.clone() }));
        core.inner.borrow_mut().add_callback(task.awaited(), Callback::MainDone);
        *self.0.main.borrow_mut() = Some(task);
    }

    pub(super) fn core(&self) -> &Rc<Core> {
        &self.0.core
    }

    /// What the main task came to; `None` until it has ended.
    pub fn result(&self) -> Option<Result<Outcome, Exception>> {
        let main = self.0.main.borrow();
        let main = main.as_ref()?;
        match self.0.phase.get() {
            _ if main.done() && main.outcome.ending().is_some() => {
                main.outcome.value().map(Ok).or_else(|| main.outcome.raised().map(Err))
            }
            Phase::Finished => Some(Err(Exception::cancelled())), // dropped before its end
            _ => None,
        }
    }

    /// When the main task ended, on the host's clock.
    pub fn ended_at(&self) -> Option<Nanos> {
        self.0.main_done.get()
    }

    /// Cancels the main task; what has not cleaned up 150 ms later is dropped by the next turn. The host takes a turn now.
    pub fn stop(&self) {
        if self.0.deadline.get().is_none() {
            self.0.deadline.set(Some(self.0.core.host.now() + GRACE));
        }
        if let Some(main) = self.0.main.borrow().as_ref() {
            main.cancel();
        }
    }

    /// Takes turns (asyncio's `_run_once`) until there is nothing ready or `budget` is used up.
    pub fn turn(&self, budget: Nanos) -> Turn {
        let core = &self.0.core;
        let start = core.now();
        self.returned(start);
        let next = self.run(start, start.saturating_add(budget));
        let now = core.inner.borrow().now;
        self.0.left.set(match next {
            Turn::Soon => Some((now, now)),
            Turn::At(when) => Some((now, when)),
            Turn::Outside | Turn::Finished => None,
        });
        next
    }

    /// The host is back: was it late, and how much of the iteration that goes on was its own time?
    fn returned(&self, now: Nanos) {
        let Some((left, asked)) = self.0.left.take() else { return };
        self.0.began.set(self.0.began.get() + now.saturating_sub(left));
        self.0.core.inner.borrow_mut().log.kept(now, Mark::Late, now.saturating_sub(asked));
    }

    fn run(&self, start: Nanos, until: Nanos) -> Turn {
        let core = &self.0.core;
        if self.0.deadline.get().is_some_and(|deadline| start >= deadline) {
            self.finish(start);
        }
        while self.0.phase.get() != Phase::Finished {
            if self.0.todo.get() == 0 {
                self.collect();
            }
            if self.0.todo.get() == 0 {
                return self.idle();
            }
            core.inner.borrow_mut().log.looping(core.host.now(), State::Running);
            if !self.call_ready(until) {
                return Turn::Soon;
            }
            {
                let inner = &mut *core.inner.borrow_mut();
                inner.log.kept(inner.now, Mark::Held, inner.now.saturating_sub(self.0.began.get()));
            }
            self.end_iteration();
            if core.inner.borrow().now >= until && self.0.phase.get() != Phase::Finished {
                return Turn::Soon;
            }
        }
        Turn::Finished
    }

    /// Begins an iteration: moves the timers that are due to the ready queue and counts what is in there.
    fn collect(&self) {
        let core = &self.0.core;
        let now = core.now();
        let end = now + core.host.resolution();
        let inner = &mut *core.inner.borrow_mut();
        while inner.next_timer().is_some_and(|when| when < end) {
            inner.ready.extend(inner.timers.pop());
        }
        if inner.ready.len() > 1 && made(Mistake::SwapReady) {
            inner.ready.swap(0, 1);
        }
        self.0.began.set(now);
        self.0.todo.set(inner.ready.len());
        if !inner.ready.is_empty() {
            inner.log.turn(now, inner.ready.len());
        }
    }

    /// Calls what is left of the iteration; `false` when the time was up before its end.
    fn call_ready(&self, until: Nanos) -> bool {
        let core = &self.0.core;
        let mut called = 0;
        while self.0.todo.get() > 0 {
            self.0.todo.set(self.0.todo.get() - 1);
            let Some(handle) = core.inner.borrow_mut().ready.pop_front() else { break };
            if matches!(handle, Handle::MainDone) {
                self.0.stopping.set(true);
                if self.0.main_done.get().is_none() {
                    self.0.main_done.set(Some(core.now()));
                }
            }
            core.call(handle);
            called += 1;
            if called % LOOK_EVERY == 0 {
                core.now();
            }
            if core.inner.borrow().now >= until && self.0.todo.get() > 0 {
                return false;
            }
        }
        self.0.todo.set(0);
        true
    }

    pub(super) fn finish(&self, at: Nanos) {
        self.report_left();
        self.0.core.abandon();
        self.0.todo.set(0);
        self.0.main_done.set(self.0.main_done.get().or(Some(at)));
        self.0.phase.set(Phase::Finished);
        self.0.core.inner.borrow_mut().log.looping(at, State::Done);
    }

    /// Nothing is ready: when does that change?
    fn idle(&self) -> Turn {
        let core = &self.0.core;
        let now = core.now();
        let inner = &mut *core.inner.borrow_mut();
        inner.log.looping(now, State::Sleeping);
        match (inner.next_timer(), self.0.deadline.get()) {
            (Some(timer), Some(deadline)) => Turn::At(timer.min(deadline)),
            (Some(one), None) | (None, Some(one)) => Turn::At(one),
            (None, None) => Turn::Outside,
        }
    }

    /// Lanes that came up since the last call.
    pub fn new_lanes(&self) -> Vec<Lane> {
        self.0.core.inner.borrow_mut().log.new_lanes()
    }

    /// Tasks that got no lane because there were too many.
    pub fn unrecorded(&self) -> u32 {
        self.0.core.inner.borrow().log.unrecorded()
    }

    /// Names of the locks and semaphores so far.
    pub fn objects(&self) -> Vec<String> {
        self.0.core.inner.borrow().log.objects()
    }

    /// Takes what was recorded since the last call.
    pub fn drain(&self, into: &mut Vec<Record>) {
        self.0.core.inner.borrow_mut().log.drain(into);
    }
}
