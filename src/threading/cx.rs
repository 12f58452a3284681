//! What a thread's program is given: its lane, the GIL, the stop flag, and its own account of the GIL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

use super::note::Slot;
use super::thread::Task;
use super::{Gil, Interpreter, Interrupted, Thread};
use crate::model::{LaneWriter, Mark, Nanos, State, StopFlag, US};

/// What the GIL cost and gave one thread. Only its own thread writes it.
#[derive(Debug, Default)]
pub struct Account {
    hand_overs: AtomicU32,
    forced: AtomicU32,
    began: AtomicU64,
    held: AtomicU64,
    waited: AtomicU64,
    taken_at: AtomicU64,
    holding: AtomicBool,
    /// The argument of the thread's `Running` state.
    work: AtomicU32,
}

impl Account {
    /// How often the thread took the GIL from another.
    pub fn hand_overs(&self) -> u32 {
        self.hand_overs.load(Relaxed)
    }

    /// How often it had to give the GIL up because another thread asked for it.
    pub fn forced(&self) -> u32 {
        self.forced.load(Relaxed)
    }

    /// How long it held the GIL, up to its last release.
    pub fn held(&self) -> Nanos {
        self.held.load(Relaxed)
    }

    /// How long it waited for the GIL.
    pub fn waited(&self) -> Nanos {
        self.waited.load(Relaxed)
    }
}

/// What a thread's program is given.
#[derive(Clone)]
pub struct ThreadCx {
    /// Its lane.
    pub lane: LaneWriter,
    /// The GIL, when there is one.
    pub gil: Option<Arc<Gil>>,
    /// Asks the run to end.
    pub stop: StopFlag,
    /// What the GIL cost and gave it.
    pub account: Arc<Account>,
    pub(super) interpreter: Arc<Interpreter>,
    thread: Thread,
    daemon: bool,
    ident: u32,
}

impl ThreadCx {
    /// The context of the thread that writes `lane`, whose number is its seat's.
    pub fn new(lane: LaneWriter, gil: Option<Arc<Gil>>, stop: StopFlag, interpreter: Arc<Interpreter>) -> Self {
        let ident = lane.lane() + 1;
        let name = interpreter.seats.get(lane.lane() as usize).map(|seat| seat.name.clone()).unwrap_or_default();
        let thread = Thread::running(name, ident);
        if lane.lane() == 0 {
            interpreter.main.get_or_init(|| thread.clone());
        }
        Self { lane, gil, stop, account: Arc::default(), interpreter, thread, daemon: false, ident }
    }

    /// It is this thread's context from now on.
    pub(super) fn sit_down(&mut self, task: &Task) {
        self.thread = task.thread.clone();
        self.daemon = self.thread.is_daemon();
        self.ident = self.thread.ident().unwrap_or(0);
        self.account = Arc::default();
    }

    /// `threading.current_thread()`.
    pub fn current_thread(&self) -> Thread {
        self.thread.clone()
    }

    /// The thread's name.
    pub fn name(&self) -> String {
        self.thread.name()
    }

    /// `threading.get_ident()`; the main thread's is 1.
    pub fn ident(&self) -> u32 {
        self.ident
    }

    /// Whether the program does not wait for it.
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }

    /// Whether it must leave: the run was asked to end, or it is a daemon and the program has ended.
    #[inline]
    pub fn is_interrupted(&self) -> bool {
        self.stop.is_raised() || self.daemon && self.interpreter.is_over()
    }

    /// Where it notes what it waits for.
    pub(super) fn slot(&self) -> &Slot {
        self.interpreter.slot(self.lane.lane())
    }

    /// The thread's number for the GIL; never 0.
    pub(super) fn me(&self) -> u32 {
        self.lane.lane() + 1
    }

    /// To be called between slices: shows a sign of life, sees a stop, and hands the GIL over when it was asked for.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    #[inline]
    pub fn check(&self) -> Result<(), Interrupted> {
        self.alive()?;
        match &self.gil {
            Some(gil) if gil.wanted_from(self.me()) => self.yield_gil(),
            _ => Ok(()),
        }
    }

    /// Shows a sign of life and sees a stop, without looking at the GIL.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    #[inline]
    pub fn alive(&self) -> Result<(), Interrupted> {
        if let Some(ambush) = self.interpreter.ambush() {
            ambush.look(self.lane.now(), self.lane.lane(), self.interpreter.seats.len());
        }
        if self.wakes() { Err(Interrupted) } else { Ok(()) }
    }

    /// Shows a sign of life between two steps of a wait; whether the thread must leave.
    #[inline]
    pub(super) fn wakes(&self) -> bool {
        self.lane.beat();
        self.is_interrupted()
    }

    /// The thread computes from now on; `arg` says at what (a job's number + 1, or 0).
    pub fn working(&self, arg: u32) {
        self.account.work.store(arg, Relaxed);
        self.resume();
    }

    /// Back to computing, after a wait.
    pub(super) fn resume(&self) {
        self.lane.enter_with(State::Running, self.account.work.load(Relaxed));
    }

    /// Drops the GIL for whoever asked for it, and gets in line again.
    #[cold]
    fn yield_gil(&self) -> Result<(), Interrupted> {
        self.account.forced.fetch_add(1, Relaxed);
        self.lane.mark(Mark::Forced, 0);
        self.lane.enter(State::Gil);
        let from = self.lane.now();
        self.give_back(false);
        self.acquire_gil_wanted_since(from)?;
        self.resume();
        Ok(())
    }

    /// Waits for the GIL; does nothing when there is none. The lane stays as it is when the GIL is free at once.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn acquire_gil(&self) -> Result<(), Interrupted> {
        if self.gil.is_some() { self.acquire_gil_wanted_since(self.lane.now()) } else { Ok(()) }
    }

    fn acquire_gil_wanted_since(&self, from: Nanos) -> Result<(), Interrupted> {
        let Some(gil) = &self.gil else { return Ok(()) };
        if self.account.began.load(Relaxed) == 0 {
            self.account.began.store(from.max(1), Relaxed);
        }
        let handed_over = gil.take(self)?;
        let now = self.lane.now();
        self.account.holding.store(true, Relaxed);
        self.account.taken_at.store(now, Relaxed);
        self.account.waited.fetch_add(now.saturating_sub(from), Relaxed);
        if handed_over {
            self.account.hand_overs.fetch_add(1, Relaxed);
            self.lane.mark(Mark::HandOver, 0);
        }
        Ok(())
    }

    /// Gives the GIL back for good; does nothing when the thread does not hold it.
    pub fn release_gil(&self) {
        self.give_back(true);
    }

    fn give_back(&self, last: bool) {
        let Some(gil) = &self.gil else { return };
        if self.account.holding.swap(false, Relaxed) {
            let held = self.lane.now().saturating_sub(self.account.taken_at.load(Relaxed));
            self.account.held.fetch_add(held, Relaxed);
            gil.release(self, last);
        }
    }

    /// Records what the GIL cost and gave the thread, which is about to end and may hold it. Without a GIL it cost nothing.
    pub(super) fn tell_account(&self) {
        let Some(began) = self.gil.as_ref().map(|_| self.account.began.load(Relaxed)).filter(|began| *began > 0) else {
            return;
        };
        let now = self.lane.now();
        let holds = self.account.holding.load(Relaxed);
        let still = if holds { now.saturating_sub(self.account.taken_at.load(Relaxed)) } else { 0 };
        let (held, wanted) = (self.account.held() + still, self.account.waited());
        let without = now.saturating_sub(began + held + wanted);
        for (mark, time) in [(Mark::GilHeld, held), (Mark::GilWanted, wanted), (Mark::GilWithout, without)] {
            self.lane.mark(mark, u32::try_from(time / US).unwrap_or(u32::MAX));
        }
    }

    /// Runs `body` without the GIL (a wait, or work CPython lets go of the GIL for), then waits for the GIL again.
    /// The lane's state during `body` is the caller's to write, before; afterwards it computes again.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end; the GIL is not held then.
    pub fn without_gil<T>(&self, body: impl FnOnce() -> Result<T, Interrupted>) -> Result<T, Interrupted> {
        self.give_back(false);
        let result = body()?;
        if self.gil.is_some() {
            self.lane.enter(State::Gil);
            self.acquire_gil()?;
        }
        self.resume();
        Ok(result)
    }
}
