//! `asyncio.Event`: a flag that tasks wait for.

use super::cx::Cx;
use super::exception::Exception;
use super::mistakes::{Mistake, made};
use super::object::Object;
use super::waiters::Waiters;
use std::cell::Cell;
use std::rc::Rc;

struct Shared {
    object: Object,
    value: Cell<bool>,
    waiters: Waiters,
}

/// A flag, at first not set; clones are the same flag. Its level on the record is 1 while it is set.
#[derive(Clone)]
pub struct Event(Rc<Shared>);

impl Event {
    /// A flag that is not set; `name` is shown where tasks wait for it.
    pub fn new(cx: &Cx, name: impl Into<String>) -> Self {
        Self::on(Object::new(cx, name.into()))
    }

    pub(super) fn on(object: Object) -> Self {
        Self(Rc::new(Shared { waiters: Waiters::new(object.clone()), object, value: Cell::new(false) }))
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.value.get()
    }

    /// Sets it: all who wait go on.
    pub fn set(&self) {
        if !self.0.value.replace(true) {
            self.0.object.level(1);
            self.0.waiters.wake(if made(Mistake::EventWakesOne) { 1 } else { usize::MAX });
        }
    }

    /// Takes it back: who waits from now on waits until it is set again.
    pub fn clear(&self) {
        if self.0.value.replace(false) {
            self.0.object.level(0);
        }
    }

    /// Waits until it is set; at once when it is.
    ///
    /// # Errors
    /// `CancelledError`, when the task is cancelled while it waits.
    pub fn wait(&self) -> impl Future<Output = Result<(), Exception>> + use<> {
        let event = self.clone();
        async move { if event.is_set() { Ok(()) } else { event.0.waiters.join().await } }
    }
}
