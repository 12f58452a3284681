//! One process: its function, polled whenever it may go on. Whoever drives it tells it what came in.

use super::core::{Core, Wake};
use super::cx::ProcessCx;
use super::port::{Event, Port};
use super::program::LocalFuture;
use super::shared::holder;
use crate::aio::Exception;
use crate::model::{Lane, Mails, Nanos, Record, Rest, State};
use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// What a turn came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn<T> {
    /// It has more to do at once.
    Soon,
    /// It goes on at this moment, or when something comes in.
    At(Nanos),
    /// It goes on when something comes in.
    Outside,
    /// It goes on when a lock is free, and wants to look again soon whether it is.
    Look,
    /// Its function is over.
    Finished(Result<T, Exception>),
}

/// A process from its begin to its end.
pub struct Body<T> {
    core: Rc<Core>,
    function: LocalFuture<Result<T, Exception>>,
    turns: Cell<u64>,
}

impl<T> Body<T> {
    /// A process with lane `lane` whose simulated waits pass `speed` times faster.
    pub fn new(
        port: Rc<dyn Port>,
        lane: u32,
        speed: u64,
        function: impl FnOnce(ProcessCx) -> LocalFuture<Result<T, Exception>>,
    ) -> Self {
        let core = Rc::new(Core::new(port, lane, speed));
        let function = function(ProcessCx { core: core.clone() });
        Self { core, function, turns: Cell::new(0) }
    }

    /// Goes on until it has to wait, or for one slice of computing.
    pub fn turn(&mut self) -> Turn<T> {
        self.core.want_nothing();
        self.turns.set(self.turns.get() + 1);
        match self.function.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                self.core.enter(State::Done);
                Turn::Finished(result)
            }
            Poll::Pending => match self.core.wanted() {
                Wake::Soon => Turn::Soon,
                Wake::Look => Turn::Look,
                Wake::At(when) => Turn::At(when),
                Wake::Outside => Turn::Outside,
            },
        }
    }

    /// Something came in; the next turn may go on.
    pub fn hear(&self, event: Event) {
        self.turns.set(self.turns.get() + 1);
        self.core.hear(event);
    }

    /// Takes what was recorded since the last call.
    pub fn drain(&self, into: &mut Vec<Record>) {
        self.core.drain(into);
    }

    /// Whether something was recorded since then.
    pub fn has_records(&self) -> bool {
        self.core.has_records()
    }

    /// The lanes of children started since the last call.
    pub fn new_lanes(&self) -> Vec<Lane> {
        self.core.news.lanes()
    }

    /// The lanes of children started since the last call and the names of all queues, if there is a new one among either.
    pub fn news(&self) -> Option<(Vec<Lane>, Vec<String>)> {
        self.core.news.tell()
    }

    /// The turns it has had and the events it has heard, without turns in which it only looked in vain for a lock.
    pub fn turns(&self) -> u64 {
        self.turns.get() - self.core.locks.looks()
    }

    /// How it stands when it waits for something to come in, or for a lock, after its ends sent and heard `mail`; `None` when that
    /// lock is free by now, or the host will answer something. So a lock that all say to wait for was held when they said it; it is
    /// by one of those who had no turn since, or by nobody.
    pub fn rest(&self, mail: Mails) -> Option<Rest> {
        if self.core.outside.is_asked() {
            return None;
        }
        let (wants, holder) = match self.core.locks.wanted() {
            Some((memory, name)) => (name.to_string(), Some(holder(&self.core, memory)?)),
            None => self.core.wants(),
        };
        Some(Rest { turns: self.turns(), mail, wants, holder })
    }

    /// Ends it where it stands: unlike one that is dropped, it never frees a lock.
    pub fn kill(self) {
        self.core.locks.die();
    }

    /// Names of queues.
    pub fn objects(&self) -> Vec<String> {
        self.core.news.objects()
    }

    /// Share done, 0 to 1, as far as the function tells.
    pub fn progress(&self) -> f32 {
        self.core.progress()
    }
}

impl<T> Drop for Body<T> {
    /// Whoever ends it where it stands ends what would be done at its end, too.
    fn drop(&mut self) {
        self.core.children.forget_at_exit();
    }
}
