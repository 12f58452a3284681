//! `threading.Thread`: started by a running program, joined, daemons and all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

use super::mistakes::{Mistake, made};
use super::site::{Kind, Site, UNNAMED};
use super::{ThreadCx, ThreadError, shared};
use crate::model::Nanos;

/// What a thread runs.
pub(super) type Body = Box<dyn FnOnce(&ThreadCx) -> Result<(), ThreadError> + Send>;

/// A thread on its way to its seat.
pub(super) struct Task {
    pub thread: Thread,
    pub body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Initial,
    Limbo,
    Running,
    Stopped,
}

struct Inner {
    name: std::sync::Mutex<String>,
    body: std::sync::Mutex<Option<Body>>,
    /// 0 no, 1 yes, 2 as the thread that starts it.
    daemon: AtomicU8,
    site: Site<(Stage, u32)>,
}

/// A thread of the program, to be started once.
#[derive(Clone)]
pub struct Thread(Arc<Inner>);

impl Thread {
    /// A thread with this name that will run `body`. An exception that leaves the body ends this thread only (see
    /// [`ThreadCx::set_excepthook`]).
    pub fn new(
        name: impl Into<String>,
        body: impl FnOnce(&ThreadCx) -> Result<(), ThreadError> + Send + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            name: std::sync::Mutex::new(name.into()),
            body: std::sync::Mutex::new(Some(Box::new(body))),
            daemon: AtomicU8::new(2),
            site: Site::new(Kind::Thread, UNNAMED, (Stage::Initial, 0)),
        }))
    }

    /// A thread that nobody has to start: the one that runs the program's main function, for instance.
    pub(super) fn running(name: String, ident: u32) -> Self {
        let thread = Self::new(name, |_| Ok(())).daemon(false);
        shared::lock(&thread.0.body).take();
        thread.0.site.with(|state| *state = (Stage::Running, ident));
        // It sits in the seat of this number.
        thread.0.site.core.owner.store(ident, SeqCst);
        thread
    }

    /// `daemon=True`: the program does not wait for it. To be said before it is started; without it a thread is what the one
    /// is that starts it.
    pub fn daemon(self, daemon: bool) -> Self {
        self.0.daemon.store(u8::from(daemon), SeqCst);
        self
    }

    /// `thread.daemon = daemon`.
    ///
    /// # Errors
    /// `RuntimeError` when it has been started.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), ThreadError> {
        if self.ident().is_some() {
            return Err(ThreadError::runtime("cannot set daemon status of active thread"));
        }
        self.0.daemon.store(u8::from(daemon), SeqCst);
        Ok(())
    }

    /// Whether it is a daemon; of a thread that was not started: whether it was said to be one.
    pub fn is_daemon(&self) -> bool {
        self.0.daemon.load(SeqCst) == 1
    }

    /// Its name.
    pub fn name(&self) -> String {
        shared::lock(&self.0.name).clone()
    }

    /// `thread.name = name`. Its lane keeps the name it has.
    pub fn set_name(&self, name: impl Into<String>) {
        *shared::lock(&self.0.name) = name.into();
    }

    /// Its number, once it has been started; no two threads of a run have the same.
    pub fn ident(&self) -> Option<u32> {
        self.0.site.with(|(stage, ident)| (*stage > Stage::Initial).then_some(*ident))
    }

    /// Whether it has been started and has not ended.
    pub fn is_alive(&self) -> bool {
        self.0.site.with(|(stage, _)| matches!(stage, Stage::Limbo | Stage::Running))
    }

    /// Starts it in the first free seat (of its name, if there is one) and waits, as CPython does, until it runs.
    ///
    /// # Errors
    /// `RuntimeError` when it has been started before, or the program has said that it has fewer threads;
    /// [`ThreadError::Interrupted`].
    pub fn start(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        let inner = &self.0;
        let first = inner.site.with(|(stage, _)| {
            let first = *stage == Stage::Initial;
            *stage = (*stage).max(Stage::Limbo);
            first
        });
        let body = shared::lock(&inner.body).take();
        let (true, Some(body)) = (first, body) else {
            return Err(ThreadError::runtime("threads can only be started once"));
        };
        if inner.daemon.load(SeqCst) == 2 {
            inner.daemon.store(u8::from(cx.is_daemon()), SeqCst);
        }
        let ident = cx.interpreter.next_ident();
        inner.site.with(|state| state.1 = ident);
        if let Err(body) = self.take_a_seat(cx, body) {
            *shared::lock(&inner.body) = Some(body);
            inner.site.with(|state| *state = (Stage::Initial, 0));
            return Err(ThreadError::runtime("can't start new thread"));
        }
        shared::lock(&cx.interpreter.started).push(self.clone());
        let begun = |(stage, _): &mut (Stage, u32)| (*stage >= Stage::Running).then_some(());
        inner.site.until(cx, 0, None, begun)?;
        Ok(())
    }

    fn take_a_seat(&self, cx: &ThreadCx, body: Body) -> Result<(), Body> {
        let name = self.name();
        let seats = || (1..).zip(&cx.interpreter.seats).filter(|(_, seat)| seat.is_free());
        let mut task = Task { thread: self.clone(), body };
        let named = seats().filter(|(_, seat)| seat.name == name);
        for (number, seat) in named.chain(seats()) {
            // Whoever waits for it waits for whoever sits there.
            self.0.site.core.owner.store(number, crate::sync::atomic::Ordering::SeqCst);
            match seat.give(task) {
                Ok(()) => return Ok(()),
                Err(back) => task = back,
            }
        }
        Err(task.body)
    }

    /// It runs: whoever started it goes on.
    pub(super) fn begin(&self) {
        self.0.site.change(|state| state.0 = Stage::Running);
    }

    /// It is about to end: nobody is needed for that any more, although its seat is empty in a moment.
    pub(super) fn leaves(&self) {
        if !made(Mistake::SeatEmptiedFirst) {
            self.0.site.core.owner.store(0, SeqCst);
        }
    }

    /// It has ended.
    pub(super) fn end(&self) {
        let stop = |state: &mut (Stage, u32)| state.0 = Stage::Stopped;
        if made(Mistake::EndNotTold) { self.0.site.with(stop) } else { self.0.site.change(stop) }
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// `RuntimeError` when it has not been started, or is the thread that calls; [`ThreadError::Interrupted`].
    pub fn join(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        self.join_within(cx, None)
    }

    /// Waits until it has ended, but no longer than `limit`; [`Thread::is_alive`] tells which it was.
    ///
    /// # Errors
    /// As [`Thread::join`].
    pub fn join_timeout(&self, cx: &ThreadCx, limit: Nanos) -> Result<(), ThreadError> {
        self.join_within(cx, Some(limit))
    }

    fn join_within(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<(), ThreadError> {
        let stage = self.0.site.with(|state| state.0);
        if stage == Stage::Initial {
            return Err(ThreadError::runtime("cannot join thread before it is started"));
        }
        if cx.ident() == self.ident().unwrap_or(0) {
            return Err(ThreadError::runtime("cannot join current thread"));
        }
        self.0.site.until(cx, 0, limit, |(stage, _)| (*stage == Stage::Stopped).then_some(()))?;
        Ok(())
    }
}
