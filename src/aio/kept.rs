//! What the loop keeps beside tasks and futures: generators to be closed, and the handler of the stop signal.

use super::exception::Exception;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::{Rc, Weak};

/// A generator that has begun, without the type of its items.
pub(super) trait Closable {
    /// `aclose()`.
    fn closing(self: Rc<Self>) -> Pin<Box<dyn Future<Output = Result<(), Exception>>>>;
}

/// All of it, and whether it is over.
#[derive(Default)]
pub(super) struct Kept {
    generators: RefCell<Vec<Weak<dyn Closable>>>,
    handler: RefCell<Option<Rc<dyn Fn()>>>,
    closed: Cell<bool>,
}

impl Kept {
    /// Whether the loop is closed: nothing will be called any more.
    pub fn closed(&self) -> bool {
        self.closed.get()
    }

    /// Closes the loop and drops all of it.
    pub fn close(&self) {
        self.closed.set(true);
        let left = (self.handler.take(), self.generators.take());
        drop(left); // outside the borrows: a handler holds anything
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
