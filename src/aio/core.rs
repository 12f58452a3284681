//! The loop's heart: one step of a task, and what an awaiting coroutine asks of it.

use super::exception::Exception;
use super::handle::{Callback, Ending, Handle};
use super::kept::Kept;
use super::log::NO_LANE;
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
    /// Whether the await at which the running task stopped is to raise `CancelledError`.
    throw: Cell<bool>,
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
            throw: Cell::new(false),
        }
    }

    /// Looks at the host's clock.
    pub fn now(&self) -> Nanos {
        let now = self.host.now();
        self.inner.borrow_mut().now = now;
        now
    }

    /// Calls one callback.
    pub fn call(&self, handle: Handle) {
        match handle {
            Handle::Step(task) | Handle::Wakeup(task) => self.step(task),
            Handle::Gathered { outer, child, ending } => self.inner.borrow_mut().gathered(outer, child, ending),
            Handle::SetResult(future) => {
                self.inner.borrow_mut().settle(future, Stage::Done);
            }
            Handle::TimeOut(limit) => self.inner.borrow_mut().time_out(limit),
            Handle::Closure(closure) => self.kept.call(closure),
            Handle::MainDone => {}
        }
    }

    /// `Task.__step`: runs a task up to its next await that has to wait.
    fn step(&self, key: Key) {
        let begun = {
            let inner = &mut *self.inner.borrow_mut();
            let Some(slot) = inner.tasks.get_mut(key) else { return };
            slot.awaits = None;
            let throw = std::mem::take(&mut slot.must_cancel);
            if throw && !slot.started {
                // Cancelled before its first step: the body is never entered.
                Err(inner.end_task(key, Ending::Cancelled))
            } else {
                slot.started = true;
                let (lane, body) = (slot.lane, slot.body.take());
                if lane != NO_LANE {
                    inner.now = self.host.now();
                    inner.log.running(lane, inner.now);
                }
                Ok((throw, lane, body))
            }
        };
        let Ok((throw, lane, Some(mut body))) = begun else { return };
        self.throw.set(throw);
        self.current.set(Some(key));
        let polled = body.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.current.set(None);
        self.throw.set(false);
        if lane != NO_LANE {
            self.now();
        }
        match polled {
            Poll::Ready(ending) => {
                drop(body); // what the coroutine held is given back before anybody hears of its end
                self.inner.borrow_mut().end_task(key, ending);
            }
            Poll::Pending => self.suspended(key, body),
        }
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
        if slot.must_cancel
            && inner.cancel(awaited)
            && let Some(slot) = inner.tasks.get_mut(key)
        {
            slot.must_cancel = false;
        }
    }

    /// Whether the running task's await has to raise `CancelledError`; answers once.
    pub fn take_throw(&self) -> bool {
        self.throw.take()
    }

    /// Whether a cancellation of the running task came too late for any await: then its result counts as cancelled.
    pub fn take_late_cancel(&self) -> bool {
        let mut inner = self.inner.borrow_mut();
        let slot = self.current.get().and_then(|key| inner.tasks.get_mut(key));
        slot.is_some_and(|slot| std::mem::take(&mut slot.must_cancel))
    }

    /// Awaits something: what every primitive of this module does in its poll. `started` is its own, first `false`.
    pub fn poll_wait(&self, awaited: Awaited, why: Why, started: &mut bool) -> Poll<Result<Stage, Exception>> {
        if *started && self.take_throw() {
            return Poll::Ready(Err(Exception::cancelled()));
        }
        let inner = &mut *self.inner.borrow_mut();
        match inner.stage(awaited) {
            Stage::Pending => {}
            Stage::Cancelled => return Poll::Ready(Err(Exception::cancelled())),
            stage => return Poll::Ready(Ok(stage)),
        }
        if let Some(current) = self.current.get()
            && let Some(slot) = inner.tasks.get_mut(current)
        {
            slot.awaits = Some(awaited);
            let lane = slot.lane;
            if lane != NO_LANE {
                inner.now = self.host.now();
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
        Poll::Ready(if self.take_throw() { Err(Exception::cancelled()) } else { Ok(()) })
    }

    /// Drops every task that is left, wherever it is.
    pub fn abandon(&self) {
        self.kept.close();
        let tasks = {
            let mut inner = self.inner.borrow_mut();
            inner.ready.clear();
            inner.tasks.take_all()
        };
        drop(tasks); // outside the borrow: a coroutine's locals may release a semaphore
    }
}
