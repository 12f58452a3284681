//! What a task came to: the cell that its coroutine writes and its handles read.

use super::core::Core;
use super::exception::Exception;
use super::handle::Ending;
use super::state::Coroutine;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

/// Shared by a task's coroutine and its handles; kept small, because 100,000 sleeping tasks have one each.
pub(super) struct Outcome<T> {
    /// The N of its name "Task-N", in the order of creation.
    pub number: u32,
    /// Requests to cancel it that nobody had taken back when it ended.
    pub cancels: Cell<u32>,
    /// Taken out for a moment to be looked at: a cell's flag would make every task larger.
    result: Cell<Came<T>>,
}

/// Nothing yet, a value, or another end.
type Came<T> = Option<Result<T, Box<Ended>>>;

/// How a task ended without a result.
struct Ended {
    exception: RefCell<Exception>,
    /// Who is told when nobody has looked at the exception by the time its last handle goes.
    unseen: RefCell<Option<Weak<Core>>>,
    number: u32,
    /// Whether it was cancelled too late for any await: then its message can be told again and again.
    late: bool,
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(core) = self.unseen.take().and_then(|core| core.upgrade()) {
            let exception = self.exception.take();
            let message = "Task exception was never retrieved".to_owned();
            core.report(message, Some(core.name_of(self.number)), Some(exception));
        }
    }
}

impl<T> Outcome<T> {
    /// Nothing yet.
    pub fn new(number: u32) -> Self {
        Self { number, cancels: Cell::new(0), result: Cell::new(None) }
    }

    fn set(&self, core: &Rc<Core>, result: Result<T, Exception>, late: bool) -> Ending {
        let ending = match &result {
            Ok(_) => Ending::Returned,
            Err(exception) if exception.is_cancelled() => Ending::Cancelled,
            Err(_) => Ending::Raised,
        };
        let unseen = (ending == Ending::Raised).then(|| Rc::downgrade(core));
        let ended = |exception| {
            let (exception, unseen) = (RefCell::new(exception), RefCell::new(unseen));
            Box::new(Ended { exception, unseen, number: self.number, late })
        };
        self.result.set(Some(result.map_err(ended)));
        ending
    }

    /// How the task ended; `None` before.
    pub fn ending(&self) -> Option<Ending> {
        self.look(|came| {
            Some(match came.as_ref()? {
                Ok(_) => Ending::Returned,
                Err(ended) if ended.exception.borrow().is_cancelled() => Ending::Cancelled,
                Err(_) => Ending::Raised,
            })
        })
    }

    fn look<R>(&self, looker: impl FnOnce(&Came<T>) -> R) -> R {
        let came = self.result.take();
        let seen = looker(&came);
        self.result.set(came);
        seen
    }

    /// From now on its exception counts as retrieved.
    pub fn see(&self) {
        self.look(|came| {
            if let Some(Err(ended)) = came {
                ended.unseen.take();
            }
        });
    }

    /// The exception it ended with, which thereby counts as retrieved. A cancellation's message is told once, as in Python.
    pub fn raised(&self) -> Option<Exception> {
        self.look(|came| {
            let ended = came.as_ref()?.as_ref().err()?;
            ended.unseen.take();
            let mut exception = ended.exception.borrow_mut();
            let told = exception.clone();
            if told.is_cancelled() && !ended.late {
                *exception = Exception::cancelled();
            }
            Some(told)
        })
    }

    /// The `CancelledError` that `gather` makes of its end, which does not count as telling the message.
    pub fn cancelled_anew(&self) -> Exception {
        self.look(|came| match came {
            Some(Err(ended)) if ended.late => ended.exception.borrow().clone(),
            _ => Exception::cancelled(),
        })
    }

    /// The value it returned.
    pub fn value(&self) -> Option<T>
    where
        T: Clone,
    {
        self.look(|came| came.as_ref()?.as_ref().ok().cloned())
    }
}

/// An [`Outcome`] of any type.
pub(super) trait Settled {
    /// The exception it ended with (not a cancellation), which thereby counts as retrieved.
    fn exception(&self) -> Option<Exception>;
}

impl<T> Settled for Outcome<T> {
    fn exception(&self) -> Option<Exception> {
        if self.ending() == Some(Ending::Raised) { self.raised() } else { None }
    }
}

pin_project_lite::pin_project! {
    /// Runs the coroutine and keeps its result for the handle. (An async block would hold the coroutine twice.)
    pub(super) struct Finishing<F, T> {
        pub outcome: Rc<Outcome<T>>,
        #[pin]
        pub body: F,
    }
}

impl<F: Future<Output = Result<T, Exception>>, T: 'static> Coroutine for Finishing<F, T> {
    fn step(self: Pin<&mut Self>, core: &Rc<Core>, cx: &mut Context<'_>) -> Poll<Ending> {
        let this = self.project();
        let Poll::Ready(mut result) = this.body.poll(cx) else { return Poll::Pending };
        let (cancels, late) = core.take_late_cancel();
        this.outcome.cancels.set(cancels);
        let mut too_late = false;
        if let Some(late) = late
            && result.is_ok()
        {
            (result, too_late) = (Err(late), true);
        }
        Poll::Ready(this.outcome.set(core, result, too_late))
    }

    fn close(self: Pin<&mut Self>, core: &Rc<Core>, cancels: u32, cancelled: Exception) {
        self.outcome.cancels.set(cancels);
        self.outcome.set(core, Err(cancelled), false);
    }

    fn outcome(&self) -> Rc<dyn Settled> {
        self.outcome.clone()
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + size_of::<Outcome<T>>() + 2 * size_of::<usize>() // the Rc's two counts
    }
}
