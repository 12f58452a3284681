//! Done-callbacks that are more than waking a task: closures the loop calls when something ends.

use super::core::Core;
use super::handle::{Callback, Ending, Handle};
use super::log::SetTimer;
use super::slab::Key;
use super::state::Awaited;
use crate::model::Nanos;
use std::cell::Cell;
use std::num::NonZeroU32;
use std::rc::Rc;

/// Called with the number given when it was attached, and how that ended.
pub(super) type Call = Rc<dyn Fn(u32, Ending)>;

/// A call of something that can be called once.
pub(super) fn once(call: impl FnOnce() + 'static) -> Call {
    let call = Cell::new(Some(call));
    Rc::new(move |_, _| {
        if let Some(call) = call.take() {
            call();
        }
    })
}

/// What a loop can be asked to call: a closure, or one with a name ([`named`]).
pub trait Callable: 'static {
    /// Its name, if it has one, and what is called.
    fn into_parts(self) -> (Option<String>, impl FnOnce() + 'static);
}

impl<F: FnOnce() + 'static> Callable for F {
    fn into_parts(self) -> (Option<String>, impl FnOnce() + 'static) {
        (None, self)
    }
}

/// A callback with a name, made by [`named`].
pub struct Named<F>(String, F);

impl<F: FnOnce() + 'static> Callable for Named<F> {
    fn into_parts(self) -> (Option<String>, impl FnOnce() + 'static) {
        (Some(self.0), self.1)
    }
}

/// Gives a callback the name by which whoever follows the loop step by step knows it, as a Python function has one.
pub fn named<F: FnOnce() + 'static>(name: impl Into<String>, call: F) -> Named<F> {
    Named(name.into(), call)
}

/// A call, and how often it is still to be made.
pub(super) struct Registered {
    left: u32,
    /// The object with its name.
    pub name: Option<NonZeroU32>,
    call: Call,
}

impl Core {
    /// Keeps a call for [`Core::when_done`]; it goes when all it was attached to has ended.
    pub fn register(&self, call: Call) -> Key {
        self.inner.borrow_mut().calls.insert(Registered { left: 0, name: None, call })
    }

    /// The same for what is called once, with its name.
    pub fn register_once(&self, name: Option<String>, call: impl FnOnce() + 'static) -> Key {
        let inner = &mut *self.inner.borrow_mut();
        let name = name.and_then(|name| NonZeroU32::new(inner.log.object(name) + 1));
        inner.calls.insert(Registered { left: 0, name, call: once(call) })
    }

    /// `loop.call_soon`: calls it in the next iteration. A closed loop calls nothing.
    pub fn call_soon(&self, call: impl Callable) {
        if self.kept.closed() {
            return;
        }
        let (name, call) = call.into_parts();
        let call = self.register_once(name, call);
        self.inner.borrow_mut().ready.push_back(Handle::Call { call, which: 0, ending: Ending::Returned });
    }

    /// Calls `then` in the iteration after the last of these tasks has ended.
    pub fn when_all_done(&self, tasks: &[Key], then: impl FnOnce() + 'static) {
        let (left, then) = (Cell::new(tasks.len()), once(then));
        let call = self.register(Rc::new(move |which, ending| {
            left.set(left.get().saturating_sub(1));
            if left.get() == 0 {
                then(which, ending);
            }
        }));
        for task in tasks {
            self.when_done(Awaited::Task(*task), None, call, 0);
        }
    }

    /// Whether this call is still to be made.
    pub fn registered(&self, call: Key) -> bool {
        self.inner.borrow().calls.get(call).is_some()
    }

    /// `add_done_callback`: makes the call when that ends; in the next iteration when it has ended already, as `ended` says.
    pub fn when_done(&self, awaited: Awaited, ended: Option<Ending>, call: Key, which: u32) {
        let inner = &mut *self.inner.borrow_mut();
        if let Some(registered) = inner.calls.get_mut(call) {
            registered.left += 1;
        }
        match ended {
            Some(ending) => inner.ready.push_back(Handle::Call { call, which, ending }),
            None => inner.add_callback(awaited, Callback::Call { call, which }),
        }
    }

    /// `remove_done_callback` from all of these: the call will not be made any more.
    pub fn unregister(&self, call: Key, from: impl Iterator<Item = Awaited>) {
        let gone = {
            let inner = &mut *self.inner.borrow_mut();
            for awaited in from {
                inner.remove_calls(awaited, call);
            }
            inner.calls.remove(call)
        };
        drop(gone); // outside the borrow: a closure may hold the last handle on a task
    }

    /// Makes the call at this moment of the host's clock.
    pub fn call_at(&self, when: Nanos, call: Key) -> Option<SetTimer> {
        let handle = Handle::Call { call, which: 0, ending: Ending::Returned };
        let now = self.now();
        let inner = &mut *self.inner.borrow_mut();
        inner.timers.set(when, handle);
        let name = inner.calls.get(call).and_then(|call| call.name).map(|name| name.get() - 1);
        inner.log.timer(None, now, when, name)
    }

    /// A call that a timer was to make will not be made.
    pub fn cancel_timer(&self, call: Key, set: Option<SetTimer>) {
        let gone = {
            let inner = &mut *self.inner.borrow_mut();
            let gone = inner.calls.remove(call);
            if gone.is_some() {
                inner.timer_cancelled();
                inner.log.timer_gone(inner.now, set);
            }
            gone
        };
        drop(gone);
    }

    /// Makes a call whose turn has come.
    pub(super) fn make(&self, call: Key, which: u32, ending: Ending) {
        let (made, gone) = {
            let inner = &mut *self.inner.borrow_mut();
            let Some(registered) = inner.calls.get_mut(call) else { return };
            registered.left = registered.left.saturating_sub(1);
            let made = registered.call.clone();
            let over = registered.left == 0;
            (made, if over { inner.calls.remove(call) } else { None })
        };
        made(which, ending);
        drop(gone);
    }
}
