//! What all threads of one run share: their seats, the program's end, and the exceptions nobody caught.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};

use super::note::Slot;
use super::seat::Seat;
use super::thread::Thread;
use super::{ThreadCx, ThreadError};
use crate::model::{Ambush, Deadlock, Nanos, StopFlag};

/// An exception that left a thread's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unhandled {
    /// The thread's name.
    pub thread: String,
    /// What was raised.
    pub error: ThreadError,
}

/// `threading.excepthook`.
pub type ExceptHook = Arc<dyn Fn(&ThreadCx, &Unhandled) + Send + Sync>;

/// What all threads of one run share. (Its own bookkeeping is never waited for: it is of std in every build.)
pub struct Interpreter {
    pub(super) seats: Vec<Seat>,
    /// Each thread's note of what it waits for.
    slots: Vec<Slot>,
    nowhere: Slot,
    /// Whether a seat takes another thread when its own has ended.
    pub(super) reuse: bool,
    speed: u64,
    /// Threads that were started, in that order.
    pub(super) started: Mutex<Vec<Thread>>,
    idents: AtomicU32,
    /// Raised when the main thread and all that are no daemons have ended.
    over: AtomicBool,
    ended: AtomicU64,
    unhandled: Mutex<Vec<Unhandled>>,
    hook: Mutex<Option<ExceptHook>>,
    deadlock: Mutex<Option<Arc<Deadlock>>>,
    progress: AtomicU32,
    /// What is done when the main function has ended.
    exits: Mutex<Vec<AtExit>>,
    /// Whether the main function has ended.
    exiting: AtomicBool,
    /// The thread of the first seat.
    pub(super) main: OnceLock<Thread>,
    ambush: OnceLock<Arc<Ambush>>,
}

/// See [`ThreadCx::at_exit`].
type AtExit = Box<dyn FnOnce(&ThreadCx) -> Result<(), ThreadError> + Send>;

impl Interpreter {
    /// For threads with these names; those for which `begins` says no wait for a [`Thread::start`]. Waits pass `speed` times
    /// faster than the program says.
    pub fn new(names: Vec<String>, begins: impl Fn(usize) -> bool, reuse: bool, speed: u64) -> Arc<Self> {
        Arc::new(Self {
            slots: names.iter().map(|_| Slot::default()).collect(),
            nowhere: Slot::default(),
            seats: names.into_iter().enumerate().map(|(i, name)| Seat::new(name, begins(i))).collect(),
            reuse,
            speed: speed.max(1),
            started: Mutex::default(),
            idents: AtomicU32::new(1),
            over: AtomicBool::new(false),
            ended: AtomicU64::new(0),
            unhandled: Mutex::default(),
            hook: Mutex::default(),
            deadlock: Mutex::default(),
            progress: AtomicU32::new(0),
            exits: Mutex::default(),
            exiting: AtomicBool::new(false),
            main: OnceLock::new(),
            ambush: OnceLock::new(),
        })
    }

    /// For threads that all begin at once, in real time.
    pub fn simple(threads: usize) -> Arc<Self> {
        Self::new((1..=threads).map(|i| format!("Thread-{i}")).collect(), |_| true, false, 1)
    }

    /// A fault lies in wait for the threads.
    pub fn lay(&self, ambush: Arc<Ambush>) {
        let _ = self.ambush.set(ambush); // one for each run
    }

    /// The fault that lies in wait.
    #[inline]
    pub(super) fn ambush(&self) -> Option<&Ambush> {
        self.ambush.get().map(Arc::as_ref)
    }

    /// How many times faster than the program says its waits pass.
    pub(super) fn speed(&self) -> u64 {
        self.speed
    }

    /// The place for the note of the thread in this lane; lanes without a seat share one.
    pub(super) fn slot(&self, lane: u32) -> &Slot {
        self.slots.get(lane as usize).unwrap_or(&self.nowhere)
    }

    /// A number no thread had before.
    pub(super) fn next_ident(&self) -> u32 {
        self.idents.fetch_add(1, SeqCst) + 1
    }

    /// The program has ended at `now`: daemons are cut short, and seats nobody took are left.
    pub fn end(&self, now: Nanos) {
        self.ended.store(now.max(1), SeqCst);
        self.over.store(true, SeqCst);
        self.seats.iter().for_each(Seat::wake);
    }

    /// Whether the program has ended.
    pub fn is_over(&self) -> bool {
        self.over.load(SeqCst)
    }

    /// When the program ended, once it has.
    pub fn ended(&self) -> Option<Nanos> {
        self.is_over().then(|| self.ended.load(SeqCst))
    }

    /// The deadlock the run ended in.
    pub fn deadlock(&self) -> Option<Arc<Deadlock>> {
        super::shared::lock(&self.deadlock).clone()
    }

    /// Ends the run in a deadlock.
    pub fn end_in(&self, deadlock: Deadlock, stop: &StopFlag) {
        super::shared::lock(&self.deadlock).get_or_insert_with(|| Arc::new(deadlock));
        stop.raise();
    }

    /// Share of the work done, 0 to 1, as the program told it last.
    pub fn progress(&self) -> f32 {
        self.progress.load(SeqCst) as f32 / 1000.0
    }
}

impl ThreadCx {
    /// Tells what share of the work is done, 0 to 1.
    pub fn progress(&self, share: f32) {
        self.interpreter.progress.store((share.clamp(0.0, 1.0) * 1000.0) as u32, SeqCst);
    }

    /// `threading._register_atexit`: `exit` is called in the main thread when its function has ended, before it joins the others;
    /// what was registered last is called first.
    pub(crate) fn at_exit(&self, exit: impl FnOnce(&ThreadCx) -> Result<(), ThreadError> + Send + 'static) {
        super::shared::lock(&self.interpreter.exits).push(Box::new(exit));
    }

    /// Whether the main function has ended.
    pub(crate) fn is_exiting(&self) -> bool {
        self.interpreter.exiting.load(SeqCst)
    }

    /// Calls what was registered.
    pub(super) fn exit(&self) -> Result<(), ThreadError> {
        self.interpreter.exiting.store(true, SeqCst);
        let next = || super::shared::lock(&self.interpreter.exits).pop();
        while let Some(exit) = next() {
            exit(self)?;
        }
        Ok(())
    }

    /// `threading.main_thread()`.
    pub fn main_thread(&self) -> Thread {
        self.interpreter.main.get().cloned().unwrap_or_else(|| self.current_thread())
    }

    /// `threading.enumerate()`: the threads that are alive, the main thread first; `threading.active_count()` is their number.
    pub fn enumerate(&self) -> Vec<Thread> {
        let started = super::shared::lock(&self.interpreter.started);
        let alive = started.iter().filter(|thread| thread.is_alive());
        self.interpreter.main.get().into_iter().chain(alive).cloned().collect()
    }

    /// `threading.excepthook = …`: called in a thread whose body raised, instead of printing. What was raised is kept for
    /// [`ThreadCx::unhandled`] all the same.
    pub fn set_excepthook(&self, hook: impl Fn(&ThreadCx, &Unhandled) + Send + Sync + 'static) {
        *super::shared::lock(&self.interpreter.hook) = Some(Arc::new(hook));
    }

    /// The exceptions that left threads' bodies so far.
    pub fn unhandled(&self) -> Vec<Unhandled> {
        super::shared::lock(&self.interpreter.unhandled).clone()
    }

    /// What becomes of an exception that left this thread's body.
    pub(super) fn report(&self, thread: String, error: ThreadError) {
        let unhandled = Unhandled { thread, error };
        super::shared::lock(&self.interpreter.unhandled).push(unhandled.clone());
        let hook = super::shared::lock(&self.interpreter.hook).clone();
        if let Some(hook) = hook {
            hook(self, &unhandled);
        }
    }
}
