//! A host whose clock jumps to the next timer: programs run to their end at once, always in the same way.

use super::{Completion, Cx, EventLoop, Exception, Host, Operation, Turn, no_browser};
use crate::model::{Nanos, Outcome, Trace};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Carries out an operation on the spot: its result, and how long it takes on the virtual clock.
pub type Work = Box<dyn Fn(Operation) -> (Result<Vec<u8>, Exception>, Nanos)>;

/// What a program came to in virtual time.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// Its result.
    pub result: Result<Outcome, Exception>,
    /// When its main task ended.
    pub elapsed: Nanos,
    /// What happened.
    pub trace: Trace,
}

struct Virtual {
    now: Cell<Nanos>,
    work: Work,
    pending: RefCell<VecDeque<Pending>>,
}

struct Pending {
    when: Nanos,
    done: Completion,
    result: Result<Vec<u8>, Exception>,
}

impl Virtual {
    /// The operation that ends first; of several, the one that began first.
    fn first(&self) -> Option<(usize, Nanos)> {
        self.pending.borrow().iter().map(|p| p.when).enumerate().min_by_key(|(_, when)| *when)
    }
}

impl Host for Virtual {
    fn now(&self) -> Nanos {
        self.now.get()
    }

    fn begin(&self, operation: Operation, done: Completion) {
        if operation == Operation::BrowserOrder {
            return no_browser(done);
        }
        let (result, takes) = (self.work)(operation);
        self.pending.borrow_mut().push_back(Pending { when: self.now.get() + takes, done, result });
    }

    fn block(&self, time: Nanos) {
        self.now.set(self.now.get() + time);
    }
}

/// A [`Work`] for programs that need nothing from outside: every operation fails.
pub fn no_work() -> Work {
    Box::new(|_| (Err(Exception::new("RuntimeError", "no executor")), 0))
}

/// Runs a coroutine to its end; `work` carries out what it hands to an executor.
///
/// A program that waits for something that can never happen ends with a `RuntimeError` instead of hanging.
pub fn run<F>(speed: u64, work: Work, main: impl FnOnce(Cx) -> F) -> Ran
where
    F: Future<Output = Result<Outcome, Exception>> + 'static,
{
    let host = Rc::new(Virtual { now: Cell::new(0), work, pending: RefCell::default() });
    let event_loop = EventLoop::new(host.clone(), speed, 0);
    event_loop.start(main);
    let mut stuck = false;
    loop {
        let timer = match event_loop.turn(Nanos::MAX) {
            Turn::Finished => break,
            Turn::Soon => continue,
            Turn::At(when) => Some(when),
            Turn::Outside => None,
        };
        match (host.first(), timer) {
            (Some((index, when)), timer) if timer.is_none_or(|timer| when <= timer) => {
                host.now.set(host.now.get().max(when));
                let pending = host.pending.borrow_mut().remove(index);
                if let Some(Pending { done, result, .. }) = pending {
                    done(result);
                }
            }
            (_, Some(timer)) => host.now.set(host.now.get().max(timer)),
            (_, None) => {
                stuck = true;
                break;
            }
        }
    }
    let mut trace = Trace { lanes: event_loop.new_lanes(), objects: event_loop.objects(), ..Trace::default() };
    let mut records = Vec::new();
    event_loop.drain(&mut records);
    trace.extend(records);
    let result = match event_loop.result() {
        Some(result) if !stuck => result,
        _ => Err(Exception::new("RuntimeError", "nothing is left that could happen")),
    };
    Ran { result, elapsed: event_loop.ended_at().unwrap_or(host.now.get()), trace }
}
