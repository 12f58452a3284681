//! `asyncio.sleep`. Its future lives in the sleeping task's own slot: most tasks that wait at all wait for time.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::Handle;
use super::mistakes::{Mistake, made};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Inner, Nap, Stage};
use crate::model::{Nanos, State, US};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// `asyncio.sleep` for a time of the simulated world; 0 gives way once to whatever else is ready.
    pub fn sleep(&self, delay: Nanos) -> Sleep {
        Sleep { core: self.core.clone(), waits: Waits::Not(delay) }
    }
}

/// A wait; made by [`Cx::sleep`].
#[must_use = "nothing waits until it is awaited"]
pub struct Sleep {
    core: Rc<Core>,
    waits: Waits,
}

/// How a [`Sleep`] waits.
enum Waits {
    /// Not yet; it will, so long.
    Not(Nanos),
    /// It gives way.
    GivesWay,
    /// In the task's slot: it is that task's nap of this number.
    Nap { task: Key, number: u32 },
    /// On a future of its own: the task was in another nap already.
    Future { future: Key, started: bool },
}

impl Sleep {
    /// Sets the timer.
    fn begin(&mut self, delay: Nanos) -> Poll<Result<(), Exception>> {
        let core = self.core.clone();
        let now = core.now();
        let delay = (delay / core.speed).max(1);
        let when = now + delay;
        // How long, for whoever looks at the sleepers: of an operation, whose end nobody knows, it is 0.
        let asked = u32::try_from(delay.div_ceil(US)).unwrap_or(u32::MAX);
        let mut inner = core.inner.borrow_mut();
        let task = core.current.get();
        if let Some(task) = task
            && let Some(number) = inner.lie_down(task)
        {
            inner.timers.set(when, Handle::NapOver { task, number });
            let lane = inner.tasks.get(task).map_or(super::log::NO_LANE, |slot| slot.lane);
            inner.log.enter(lane, now, State::Sleeping, asked);
            core.now_is_fresh(lane);
            self.waits = Waits::Nap { task, number };
            return Poll::Pending;
        }
        let future = inner.futures.insert(FutureSlot::new(true));
        inner.timers.set(when, Handle::SetResult(future));
        drop(inner);
        self.waits = Waits::Future { future, started: false };
        self.poll_future(future, asked)
    }

    fn poll_future(&mut self, future: Key, asked: u32) -> Poll<Result<(), Exception>> {
        let Waits::Future { started, .. } = &mut self.waits else { return Poll::Ready(Ok(())) };
        let why = Why { object: asked, ..Why::SLEEP };
        let waited = self.core.poll_wait(Awaited::Future(future), why, started);
        waited.map(|result| result.map(|_| ()))
    }

    fn poll_nap(&self, task: Key) -> Poll<Result<(), Exception>> {
        if self.core.current.get() != Some(task) {
            return Poll::Ready(Err(Exception::runtime("coroutine is being awaited already")));
        }
        let thrown = self.core.take_throw();
        let nap = Awaited::Nap(task);
        let inner = &mut *self.core.inner.borrow_mut();
        match inner.stage(nap) {
            Stage::Cancelled => Poll::Ready(Err(Exception::cancelled_with(inner.message(nap)))),
            _ if thrown.is_some() => Poll::Ready(thrown.map_or(Ok(()), Err)),
            Stage::Pending => {
                if let Some(slot) = inner.tasks.get_mut(task) {
                    slot.awaits = Some(nap);
                }
                Poll::Pending
            }
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl Future for Sleep {
    type Output = Result<(), Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match this.waits {
            Waits::Not(0) if made(Mistake::SleepZeroGoesOn) => Poll::Ready(Ok(())),
            Waits::Not(0) => {
                this.waits = Waits::GivesWay;
                Poll::Pending
            }
            Waits::Not(delay) => this.begin(delay),
            Waits::GivesWay => this.core.poll_yield(&mut true),
            Waits::Nap { task, .. } => this.poll_nap(task),
            Waits::Future { future, .. } => this.poll_future(future, 0),
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        match self.waits {
            Waits::Nap { task, number } => self.core.inner.borrow_mut().get_up(task, number),
            Waits::Future { future, .. } => self.core.inner.borrow_mut().forget(future),
            Waits::Not(_) | Waits::GivesWay => {}
        }
    }
}

impl Inner {
    /// Begins a nap of the task's, which waits for it from now on: the nap's number. `None` when it is in one.
    fn lie_down(&mut self, task: Key) -> Option<u32> {
        let slot = self.tasks.get_mut(task)?;
        if slot.nap != Nap::None {
            return None;
        }
        slot.nap = Nap::Pending;
        slot.naps = slot.naps.wrapping_add(1);
        slot.awaits = Some(Awaited::Nap(task));
        Some(slot.naps)
    }

    /// The nap with this number is over for the task.
    fn get_up(&mut self, task: Key, number: u32) {
        let Some(slot) = self.tasks.get_mut(task).filter(|slot| slot.naps == number) else { return };
        if std::mem::replace(&mut slot.nap, Nap::None) == Nap::Pending {
            self.timer_cancelled();
        }
        self.take_message(Awaited::Nap(task));
    }

    /// The nap's time is up.
    pub fn nap_over(&mut self, task: Key, number: u32) {
        if self.tasks.get(task).is_some_and(|slot| slot.naps == number) {
            self.end_nap(task, Nap::Over);
        }
    }

    /// Ends the nap that a task is in, and wakes the task; whether it was in one.
    pub fn end_nap(&mut self, task: Key, nap: Nap) -> bool {
        let Some(slot) = self.tasks.get_mut(task) else { return false };
        if slot.nap != Nap::Pending {
            return false;
        }
        slot.nap = nap;
        self.log.enter(slot.lane, self.now, State::Ready, 0);
        self.ready.push_back(Handle::Wakeup(task));
        true
    }
}
