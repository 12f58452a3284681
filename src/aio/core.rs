//! The loop's heart: one step of a task, and what an awaiting coroutine asks of it.

use super::any_task::Names;
use super::exception::Exception;
use super::handle::{Callback, Ending, Handle};
use super::kept::Kept;
use super::log::NO_LANE;
use super::mistakes::{Mistake, made};
use super::reports::Reports;
use super::slab::Key;
use super::state::{Awaited, Inner, Stage};
use super::{Host, Nanos};
use crate::model::State;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Shared by the loop, its tasks and everything they await.
pub(super) struct Core {
    /// The way to the world.
    pub host: Rc<dyn Host>,
    /// How many times faster simulated waits pass; at least 1.
    pub speed: u64,
    /// What the loop holds.
    pub inner: RefCell<Inner>,
    /// What it keeps beside tasks and futures.
    pub kept: Kept,
    /// How long programs have kept the thread.
    pub blocked: Cell<Nanos>,
    /// The task that runs.
    pub current: Cell<Option<Key>>,
    /// What was reported.
    pub reports: Reports,
    /// What tasks are called.
    pub names: RefCell<Names>,
    /// Whether the await at which the running task stopped is to raise `CancelledError`.
    throw: Cell<bool>,
    /// That error's message.
    throw_message: Cell<Option<Rc<str>>>,
    /// Whether `inner.now` is this very moment, so that the clock need not be asked again.
    fresh: Cell<bool>,
    /// Whether the next unstarted coroutine that is dropped was closed on purpose.
    closing: Cell<bool>,
}

/// Why a task waits, for the record.
#[derive(Clone, Copy)]
pub(super) struct Why {
    /// The state of its lane.
    pub state: State,
    /// The object it waits for, where there is one.
    pub object: u32,
}

impl Why {
    /// A simulated wait or an operation of the host's.
    pub const SLEEP: Why = Why { state: State::Sleeping, object: 0 };
    /// Another task.
    pub const TASK: Why = Why { state: State::Waiting, object: 0 };
}

impl Core {
    /// A core without tasks.
    pub fn new(host: Rc<dyn Host>, speed: u64, first_lane: u32) -> Self {
        Self {
            host,
            speed: speed.max(1),
            inner: RefCell::new(Inner::new(first_lane)),
            kept: Kept::default(),
            blocked: Cell::new(0),
            current: Cell::new(None),
            reports: Reports::default(),
            names: RefCell::default(),
            throw: Cell::new(false),
            throw_message: Cell::new(None),
            fresh: Cell::new(false),
            closing: Cell::new(false),
        }
    }

    /// Looks at the host's clock.
    pub fn now(&self) -> Nanos {
        let now = self.host.now();
        self.inner.borrow_mut().now = now;
        now
    }

    /// The clock has just been looked at for this lane's task, which stops here, and with it its step.
    pub fn now_is_fresh(&self, lane: u32) {
        self.fresh.set(lane != NO_LANE);
    }

    /// Calls one callback.
    pub fn call(self: &Rc<Self>, handle: Handle) {
        self.inner.borrow_mut().note_call(handle);
        match handle {
            Handle::Step(task) | Handle::Wakeup(task) => self.step(task),
            Handle::Call { call, which, ending } => {
                self.fresh.set(false);
                self.make(call, which, ending);
            }
            Handle::SetResult(future) => {
                self.inner.borrow_mut().settle(future, Stage::Done);
            }
            Handle::NapOver { task, number } => self.inner.borrow_mut().nap_over(task, number),
            Handle::TimeOut(limit) => self.inner.borrow_mut().time_out(limit),
            Handle::MainDone => {}
        }
    }

    /// `Task.__step`: runs a task up to its next await that has to wait.
    fn step(self: &Rc<Self>, key: Key) {
        let (throw, message, started, lane, cancels, body) = {
            let inner = &mut *self.inner.borrow_mut();
            let Some(slot) = inner.tasks.get_mut(key) else { return };
            slot.awaits = None;
            let throw = std::mem::take(&mut slot.must_cancel);
            let started = std::mem::replace(&mut slot.started, true);
            let (lane, cancels, body) = (slot.lane, slot.cancels, slot.body.take());
            if lane != NO_LANE && (started || !throw) {
                if !self.fresh.get() {
                    inner.now = self.host.now();
                }
                inner.log.running(lane, inner.now);
            }
            let message = if throw { inner.message_of(Awaited::Task(key)) } else { None };
            (throw, message, started, lane, cancels, body)
        };
        let Some(mut body) = body else { return };
        if throw && !started && !made(Mistake::UnstartedRuns) {
            // Cancelled before its first step: the body is never entered.
            body.as_mut().close(self, cancels, Exception::cancelled_with(message.as_deref()));
            self.drop_unstarted(body);
            self.inner.borrow_mut().end_task(key, Ending::Cancelled);
            return;
        }
        if throw {
            self.throw_message.set(message);
        }
        self.throw.set(throw);
        self.current.set(Some(key));
        self.fresh.set(false);
        let polled = body.as_mut().step(self, &mut Context::from_waker(Waker::noop()));
        self.current.set(None);
        self.throw.set(false);
        if lane != NO_LANE && !self.fresh.get() {
            self.now();
            self.fresh.set(true); // until somebody's code runs again
        }
        match polled {
            Poll::Ready(ending) => {
                drop(body); // what the coroutine held is given back before anybody hears of its end
                self.inner.borrow_mut().end_task(key, ending);
            }
            Poll::Pending => self.suspended(key, body),
        }
    }

    /// Drops what holds a coroutine that is closed before it began: nobody forgot to await that one.
    pub fn drop_unstarted<T>(&self, holder: T) {
        self.closing.set(true);
        drop(holder);
        self.closing.set(false);
    }

    /// Whether the coroutine that is being dropped was closed on purpose; answers once.
    pub fn take_closing(&self) -> bool {
        self.closing.take()
    }

    /// The task has stopped at an await.
    fn suspended(&self, key: Key, body: super::state::Body) {
        let inner = &mut *self.inner.borrow_mut();
        let Some(slot) = inner.tasks.get_mut(key) else { return };
        slot.body = Some(body);
        let Some(awaited) = slot.awaits else {
            // A bare yield. (A future that is not of this module says nothing about when it wants to go on: it is
            // asked again in the next iteration.)
            let lane = slot.lane;
            inner.log.yielded(lane, inner.now);
            inner.ready.push_back(Handle::Step(key));
            return;
        };
        if slot.must_cancel {
            let message = inner.message_of(Awaited::Task(key));
            if inner.cancel_with(awaited, message.as_ref())
                && let Some(slot) = inner.tasks.get_mut(key)
            {
                slot.must_cancel = false;
            }
        }
    }

    /// The `CancelledError` that the running task's await has to raise; answers once.
    pub fn take_throw(&self) -> Option<Exception> {
        self.throw.take().then(|| Exception::cancelled_with(self.throw_message.take().as_deref()))
    }

    /// The running task ends: its requests to cancel, and the cancellation that came too late for any await, if one did: then
    /// its result counts as cancelled.
    pub fn take_late_cancel(&self) -> (u32, Option<Exception>) {
        let mut inner = self.inner.borrow_mut();
        let Some(key) = self.current.get() else { return (0, None) };
        let Some(slot) = inner.tasks.get_mut(key) else { return (0, None) };
        let (cancels, late) = (slot.cancels, std::mem::take(&mut slot.must_cancel));
        (cancels, late.then(|| Exception::cancelled_with(inner.message(Awaited::Task(key)))))
    }

    /// Awaits something: what every primitive of this module does in its poll. `started` is its own, first `false`.
    pub fn poll_wait(&self, awaited: Awaited, why: Why, started: &mut bool) -> Poll<Result<Stage, Exception>> {
        if *started && let Some(thrown) = self.take_throw() {
            // Cancelled twice: what is awaited was cancelled first, and its message counts.
            let inner = self.inner.borrow();
            let first = inner.stage(awaited) == Stage::Cancelled;
            return Poll::Ready(Err(if first { Exception::cancelled_with(inner.message(awaited)) } else { thrown }));
        }
        let inner = &mut *self.inner.borrow_mut();
        match inner.stage(awaited) {
            Stage::Pending => {}
            Stage::Cancelled => return Poll::Ready(Err(Exception::cancelled_with(inner.message(awaited)))),
            stage => return Poll::Ready(Ok(stage)),
        }
        if let Some(current) = self.current.get()
            && let Some(slot) = inner.tasks.get_mut(current)
        {
            slot.awaits = Some(awaited);
            let lane = slot.lane;
            if lane != NO_LANE {
                inner.now = self.host.now();
                self.fresh.set(true); // the task stops here, and with it its step
                inner.log.enter(lane, inner.now, why.state, why.object);
            }
            inner.add_callback(awaited, Callback::Wakeup(current));
            *started = true;
        }
        Poll::Pending
    }

    /// Awaits nothing: gives way to whatever else is ready.
    pub fn poll_yield(&self, started: &mut bool) -> Poll<Result<(), Exception>> {
        if !*started {
            *started = true;
            return Poll::Pending;
        }
        if !self.throw.get() {
            return Poll::Ready(Ok(())); // nearly always, and quickly
        }
        Poll::Ready(self.take_throw().map_or(Ok(()), Err))
    }

    /// Drops every task that is left, wherever it is; those that nobody will ever finish are reported.
    pub fn abandon(&self) {
        let pending: Vec<u32> = {
            let inner = self.inner.borrow();
            inner.tasks.iter().filter(|(_, slot)| !slot.quiet).map(|(_, slot)| slot.number).collect()
        };
        for number in pending {
            self.report("Task was destroyed but it is pending!".to_owned(), Some(self.name_of(number)), None);
        }
        self.kept.close();
        let left = {
            let mut inner = self.inner.borrow_mut();
            inner.ready.clear();
            (inner.tasks.take_all(), inner.calls.take_all())
        };
        drop(left); // outside the borrow: a coroutine's locals may release a semaphore
    }
}
