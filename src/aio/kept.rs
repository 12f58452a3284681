//! What the loop keeps beside tasks and futures: closures to be called, generators to be closed, the handler of the stop signal.

use super::core::Core;
use super::exception::Exception;
use super::handle::{Callback, Handle};
use super::slab::{Key, Slab};
use super::state::Awaited;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::{Rc, Weak};

/// A closure that a callback calls.
pub(super) type Closure = Box<dyn FnOnce()>;

/// A generator that has begun, without the type of its items.
pub(super) trait Closable {
    /// `aclose()`.
    fn closing(self: Rc<Self>) -> Pin<Box<dyn Future<Output = Result<(), Exception>>>>;
}

/// All of it.
#[derive(Default)]
pub(super) struct Kept {
    closures: RefCell<Slab<Closure>>,
    generators: RefCell<Vec<Weak<dyn Closable>>>,
    handler: RefCell<Option<Rc<dyn Fn()>>>,
    closed: Cell<bool>,
}

impl Kept {
    /// Calls the closure with this key, once.
    pub fn call(&self, closure: Key) {
        let closure = self.closures.borrow_mut().remove(closure);
        if let Some(closure) = closure {
            closure();
        }
    }

    /// Whether the loop is closed: nothing will be called any more.
    pub fn closed(&self) -> bool {
        self.closed.get()
    }

    /// Closes the loop and drops all of it.
    pub fn close(&self) {
        self.closed.set(true);
        let left = (self.closures.borrow_mut().take_all(), self.handler.take(), self.generators.take());
        drop(left); // outside the borrows: closures hold anything
    }

    /// A generator has begun (`_asyncgen_firstiter_hook`).
    pub fn add_generator(&self, generator: Weak<dyn Closable>) {
        self.generators.borrow_mut().push(generator);
    }

    /// A generator is over, or its holder has let it go.
    pub fn remove_generator(&self, generator: &Weak<dyn Closable>) {
        self.generators.borrow_mut().retain(|other| !other.ptr_eq(generator));
    }

    /// The generators that have begun and are not over, to be closed.
    pub fn take_generators(&self) -> Vec<Rc<dyn Closable>> {
        self.generators.take().iter().filter_map(Weak::upgrade).collect()
    }

    /// Whether there are any.
    pub fn has_generators(&self) -> bool {
        self.generators.borrow().iter().any(|generator| generator.strong_count() > 0)
    }

    /// What is called on the stop signal; gives back what was called before.
    pub fn set_handler(&self, handler: Option<Rc<dyn Fn()>>) -> Option<Rc<dyn Fn()>> {
        self.handler.replace(handler)
    }

    /// What is called on the stop signal.
    pub fn handler(&self) -> Option<Rc<dyn Fn()>> {
        self.handler.borrow().clone()
    }
}

impl Core {
    /// Keeps a closure for a callback.
    pub fn keep(&self, closure: Closure) -> Key {
        self.kept.closures.borrow_mut().insert(closure)
    }

    /// `loop.call_soon`: calls it in the next iteration. A closed loop calls nothing.
    pub fn call_soon(&self, closure: Closure) {
        if self.kept.closed() {
            return;
        }
        let closure = self.keep(closure);
        self.inner.borrow_mut().ready.push_back(Handle::Closure(closure));
    }

    /// Calls `then` in the iteration after the last of these tasks has ended.
    pub fn when_all_done(&self, tasks: &[Key], then: impl FnOnce() + 'static) {
        let (left, then) = (Rc::new(Cell::new(tasks.len())), Rc::new(Cell::new(Some(then))));
        for task in tasks {
            let (left, then) = (left.clone(), then.clone());
            let closure = self.keep(Box::new(move || {
                left.set(left.get() - 1);
                if left.get() == 0
                    && let Some(then) = then.take()
                {
                    then();
                }
            }));
            self.inner.borrow_mut().add_callback(Awaited::Task(*task), Callback::Closure(closure));
        }
    }
}
