//! Those who wait for a signal, in the order they came.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sync::Condvar;

struct Waiter {
    ticket: u64,
    /// It was told to look, and has not looked since.
    called: bool,
    signal: Arc<Condvar>,
}

/// Threads that wait for the same thing. They are called first come, first served, as CPython's conditions do it, which its
/// semaphores and queues are built on; whoever was called, and found that a newcomer had been faster, stands at the end again.
#[derive(Default)]
pub(super) struct Line {
    next: u64,
    waiting: VecDeque<Waiter>,
}

impl Line {
    /// Stands at the end: its ticket, and what it is called by.
    pub fn join(&mut self) -> (u64, Arc<Condvar>) {
        let (ticket, signal) = (self.next, Arc::new(Condvar::new()));
        self.next += 1;
        self.waiting.push_back(Waiter { ticket, called: false, signal: signal.clone() });
        (ticket, signal)
    }

    /// Calls so many of those who have waited longest.
    pub fn call(&mut self, n: usize) {
        for waiter in self.waiting.iter_mut().filter(|waiter| !waiter.called).take(n) {
            waiter.called = true;
            waiter.signal.notify_one();
        }
    }

    /// Whether it is this one's turn to look: it was called, or nobody stands before it.
    pub fn turn(&self, ticket: u64) -> bool {
        self.place(ticket)
            .is_some_and(|place| place == 0 || self.waiting.get(place).is_some_and(|waiter| waiter.called))
    }

    /// It has looked, if it was its turn, and found nothing: it waits on.
    pub fn wait_on(&mut self, ticket: u64) {
        let called = |waiter: &Waiter| waiter.ticket == ticket && waiter.called;
        if let Some(place) = self.waiting.iter().position(called)
            && let Some(waiter) = self.waiting.remove(place)
        {
            self.waiting.push_back(Waiter { called: false, ..waiter });
        }
    }

    /// It waits no more; whether it had been called since it last looked.
    pub fn leave(&mut self, ticket: u64) -> bool {
        let waiter = self.place(ticket).and_then(|place| self.waiting.remove(place));
        waiter.is_some_and(|waiter| waiter.called)
    }

    fn place(&self, ticket: u64) -> Option<usize> {
        self.waiting.iter().position(|waiter| waiter.ticket == ticket)
    }
}
