//! `asyncio.Semaphore`, with the algorithm CPython 3.13 has: first come, first served, also when waiters are cancelled.

use super::core::Core;
use super::cx::Cx;
use super::exception::Exception;
use super::mistakes::{Mistake, made};
use super::object::Object;
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::waiters::remove;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

struct Shared {
    object: Object,
    value: Cell<u64>,
    /// The most `value` may be, where there is a bound.
    bound: u64,
    /// Permits that are held.
    inside: Cell<usize>,
    waiters: RefCell<VecDeque<Key>>,
}

/// A counter of permits that tasks take and give back. Its level on the record is how many are held.
#[derive(Clone)]
pub struct Semaphore(Rc<Shared>);

impl Semaphore {
    /// A semaphore with `value` permits; `name` is shown where tasks are blocked on it.
    pub fn new(cx: &Cx, name: impl Into<String>, value: u64) -> Self {
        Self::with_bound(cx, name, value, u64::MAX)
    }

    pub(super) fn with_bound(cx: &Cx, name: impl Into<String>, value: u64, bound: u64) -> Self {
        let object = Object::new(cx, name.into());
        let (value, inside) = (Cell::new(value), Cell::new(0));
        Self(Rc::new(Shared { object, value, bound, inside, waiters: RefCell::default() }))
    }

    /// Whether it cannot be taken at once: no permit, or others are waiting.
    pub fn locked(&self) -> bool {
        let waits = |key: &Key| self.core().inner.borrow().stage(Awaited::Future(*key)) != Stage::Cancelled;
        self.0.value.get() == 0 || self.0.waiters.borrow().iter().any(waits)
    }

    /// Whether, by mistake, a newcomer takes a permit that others wait for.
    fn overtakes(&self) -> bool {
        self.0.value.get() > 0 && made(Mistake::SemaphoreOvertakes)
    }

    /// Takes a permit, waiting for one if need be; it is given back when the [`Permit`] is dropped.
    pub fn acquire(&self) -> Acquire {
        Acquire { semaphore: self.clone(), waiter: None, started: false }
    }

    fn core(&self) -> &Rc<Core> {
        self.0.object.core()
    }

    /// Adds a permit: one whose [`Permit`] was forgotten, or one that never was. The first who waits gets it.
    pub fn release(&self) {
        let _ = self.give_back(); // without a bound it cannot fail
    }

    /// Adds a permit, unless there are as many as there may be.
    pub(super) fn give_back(&self) -> Result<(), Exception> {
        if self.0.value.get() >= self.0.bound {
            return Err(Exception::new("ValueError", "BoundedSemaphore released too many times"));
        }
        self.0.inside.set(self.0.inside.get().saturating_sub(1));
        self.0.object.released(self.0.inside.get());
        self.0.value.set(self.0.value.get() + 1);
        self.wake_up_next();
        Ok(())
    }

    /// Hands a permit to the first waiter that has none yet; whether there was one.
    fn wake_up_next(&self) -> bool {
        let inner = &mut *self.core().inner.borrow_mut();
        for waiter in self.0.waiters.borrow().iter() {
            if inner.settle(*waiter, Stage::Done) {
                self.0.value.set(self.0.value.get() - 1);
                return true;
            }
        }
        false
    }

    fn wake_up_all_allowed(&self) {
        while self.0.value.get() > 0 && self.wake_up_next() {}
    }

    fn permit(&self) -> Permit {
        self.0.inside.set(self.0.inside.get() + 1);
        self.0.object.acquired(self.0.inside.get());
        Permit(Some(self.clone()))
    }
}

/// Waits for a permit; made by [`Semaphore::acquire`].
#[must_use = "nothing is taken until it is awaited"]
pub struct Acquire {
    semaphore: Semaphore,
    waiter: Option<Key>,
    started: bool,
}

impl Acquire {
    /// Leaves the queue; whether it had been handed a permit.
    fn leave(&mut self, waiter: Key) -> bool {
        self.waiter = None;
        remove(&mut self.semaphore.0.waiters.borrow_mut(), waiter);
        let mut inner = self.semaphore.core().inner.borrow_mut();
        let handed = inner.stage(Awaited::Future(waiter)) == Stage::Done;
        inner.forget(waiter);
        handed
    }
}

impl Future for Acquire {
    type Output = Result<Permit, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let semaphore = this.semaphore.clone();
        let waiter = match this.waiter {
            Some(waiter) => waiter,
            None if !semaphore.locked() || semaphore.overtakes() => {
                semaphore.0.value.set(semaphore.0.value.get() - 1);
                return Poll::Ready(Ok(semaphore.permit()));
            }
            None => {
                let waiter = semaphore.core().inner.borrow_mut().futures.insert(FutureSlot::new(false));
                semaphore.0.waiters.borrow_mut().push_back(waiter);
                *this.waiter.insert(waiter)
            }
        };
        let why = semaphore.0.object.why();
        let Poll::Ready(waited) = semaphore.core().poll_wait(Awaited::Future(waiter), why, &mut this.started) else {
            return Poll::Pending;
        };
        let handed = this.leave(waiter);
        if waited.is_err() && handed {
            semaphore.0.value.set(semaphore.0.value.get() + 1); // cancelled with the permit in hand: pass it on
        }
        semaphore.wake_up_all_allowed();
        Poll::Ready(waited.map(|_| semaphore.permit()))
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter
            && self.leave(waiter)
        {
            self.semaphore.0.value.set(self.semaphore.0.value.get() + 1);
            self.semaphore.wake_up_next();
        }
    }
}

/// A permit that is held; dropping it gives it back.
#[must_use = "the permit is given back when this is dropped"]
pub struct Permit(Option<Semaphore>);

impl Permit {
    /// Gives it back now, and says what dropping it could not say.
    ///
    /// # Errors
    /// `ValueError` from a [`BoundedSemaphore`](super::BoundedSemaphore) that has all its permits already.
    pub fn release(mut self) -> Result<(), Exception> {
        self.0.take().map_or(Ok(()), |semaphore| semaphore.give_back())
    }

    /// Keeps the permit taken until [`Semaphore::release`] is called.
    pub fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(semaphore) = self.0.take() {
            let _ = semaphore.give_back(); // it fails only where `release` was called beside the permit
        }
    }
}
