//! What asyncio would have told its exception handler: things nobody looked at, and things that were never awaited.

use super::cx::Cx;
use super::event_loop::EventLoop;
use super::exception::Exception;
use crate::model::Nanos;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// One report.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// When, on the host's clock.
    pub at: Nanos,
    /// What asyncio says ("Task exception was never retrieved").
    pub message: String,
    /// Name of the task it is about.
    pub task: Option<String>,
    /// The exception it is about.
    pub exception: Option<Exception>,
}

impl fmt::Display for Reported {
    /// One line: the message, the task, the exception.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(task) = &self.task {
            write!(f, " ({task})")?;
        }
        if let Some(exception) = &self.exception {
            write!(f, ": {exception}")?;
        }
        Ok(())
    }
}

type Handler = Rc<dyn Fn(&Reported)>;

/// What was reported so far. It has cells of its own: a report may come from a destructor while the loop is busy.
#[derive(Default)]
pub(super) struct Reports {
    all: RefCell<Vec<Reported>>,
    handler: RefCell<Option<Handler>>,
}

impl Reports {
    /// `loop.call_exception_handler`.
    pub fn add(&self, reported: Reported) {
        let handler = self.handler.borrow().clone();
        if let Some(handler) = handler {
            handler(&reported);
        }
        self.all.borrow_mut().push(reported);
    }

    /// Forgets the handler, which may hold the loop that holds it.
    pub fn forget_handler(&self) {
        let handler = self.handler.take();
        drop(handler);
    }
}

impl Cx {
    /// `loop.set_exception_handler`: called with every report from now on, at once. It must not await or cancel anything.
    pub fn set_exception_handler(&self, handler: impl Fn(&Reported) + 'static) {
        *self.core.reports.handler.borrow_mut() = Some(Rc::new(handler));
    }

    /// `loop.call_exception_handler`: reports something of one's own.
    pub fn call_exception_handler(&self, message: impl Into<String>, exception: Option<Exception>) {
        self.core.report(message.into(), None, exception);
    }

    /// What was reported so far, oldest first.
    pub fn reports(&self) -> Vec<Reported> {
        self.core.reports.all.borrow().clone()
    }
}

impl EventLoop {
    /// What was reported so far, oldest first: exceptions nobody looked at, coroutines never awaited.
    pub fn reports(&self) -> Vec<Reported> {
        self.core().reports.all.borrow().clone()
    }
}

impl super::core::Core {
    /// Reports something now.
    pub fn report(&self, message: String, task: Option<String>, exception: Option<Exception>) {
        self.reports.add(Reported { at: self.host.now(), message, task, exception });
    }
}
