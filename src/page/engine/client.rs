//! The engine as the rest of the page sees it: messages go in, events come out, and one run is on at a time.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

use super::link::{Heard, Link};
use super::module::Module;
use super::timer::Timer;
use crate::model::Failure;
use crate::model::wire::{FromEngine, ToEngine};

/// How long a run may take to stop by itself, in milliseconds. Stop has 250: where the page's thread draws slowly, this timer
/// came 50 to 100 late.
pub const STOP_LIMIT: i32 = 120;
/// How long a crash waits for the engine's own word on it, in milliseconds.
const LAST_WORDS: i32 = 300;
/// How often the watchdog looks, in milliseconds.
const LOOK: i32 = 500;
/// How long a running engine may be silent while the page is visible, in milliseconds.
const SILENCE: u64 = 8_000;
/// How long it may take to start, in milliseconds.
const START: u64 = 20_000;

/// What the page hears.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineEvent {
    /// The engine is being fetched and started.
    Loading,
    /// A message from it.
    Message(FromEngine),
    /// It is gone, and the run with it; the next run gets a new one.
    Lost {
        /// Number of the run.
        run: u32,
        /// Why.
        failure: Failure,
    },
}

/// The engine; clones are the same one.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    me: Weak<Inner>,
    events: Rc<dyn Fn(EngineEvent)>,
    module: Module,
    link: RefCell<Option<Link>>,
    /// Counts engines; what belongs to an earlier one is not heard.
    generation: Cell<u32>,
    loading: Cell<bool>,
    ready: Cell<bool>,
    /// Threads its pool gets or has; 0 until a run needs them.
    threads: Cell<u32>,
    queue: RefCell<Vec<ToEngine>>,
    run: Cell<Option<u32>>,
    stopping: RefCell<Option<Timer>>,
    dying: RefCell<Option<Timer>>,
    watchdog: RefCell<Option<Timer>>,
    silence: Cell<u64>,
}

impl Engine {
    /// An engine that tells `events` what happens. Nothing is loaded yet.
    pub fn new(module: Module, events: Rc<dyn Fn(EngineEvent)>) -> Engine {
        Engine(Rc::new_cyclic(|me| Inner {
            me: me.clone(),
            events,
            module,
            link: RefCell::default(),
            generation: Cell::new(0),
            loading: Cell::new(false),
            ready: Cell::new(false),
            threads: Cell::new(0),
            queue: RefCell::default(),
            run: Cell::new(None),
            stopping: RefCell::default(),
            dying: RefCell::default(),
            watchdog: RefCell::default(),
            silence: Cell::new(0),
        }))
    }

    /// Sends a message; loads and starts the engine when there is none. A `Run` or an `Open` begins a run: one at a time.
    pub fn send(&self, mut message: ToEngine) {
        let inner = &self.0;
        match &mut message {
            ToEngine::Run { run, threads, .. } => {
                inner.bury();
                if inner.threads.get() > 0 && inner.threads.get() < *threads {
                    inner.dispose(); // rayon's pool cannot grow: a new engine gets a bigger one
                }
                // The pool starts with the first run that needs one, and must do for those asked for before and stopped.
                *threads = inner.threads.get().max(*threads);
                inner.threads.set(*threads);
                inner.begin(*run);
            }
            ToEngine::Open { run, .. } => {
                inner.bury();
                inner.begin(*run);
            }
            // Jobs for an engine that is gone are gone with it.
            ToEngine::Submit { run, .. } | ToEngine::Close { run } if inner.run.get() != Some(*run) => return,
            ToEngine::Submit { .. } | ToEngine::Close { .. } => {}
            ToEngine::Stop => return self.stop(),
        }
        inner.queue.borrow_mut().push(message);
        inner.flush();
    }

    /// Stops the run, if one is on: what was asked nicely has 120 ms, then the worker is terminated. Always ends in
    /// [`FromEngine::Stopped`], once.
    pub fn stop(&self) {
        let inner = &self.0;
        if inner.run.get().is_none() || inner.stopping.borrow().is_some() {
            return;
        }
        let asked = inner.ready.get()
            && inner.queue.borrow().is_empty()
            && inner.link.borrow().as_ref().is_some_and(|l| l.send(&ToEngine::Stop).is_ok());
        let patience = if asked { STOP_LIMIT } else { 0 };
        let me = inner.me.clone();
        *inner.stopping.borrow_mut() = Timer::once(patience, move || {
            if let Some(inner) = me.upgrade() {
                inner.dispose();
                inner.end_stopped();
            }
        });
    }

    /// Ends the engine and forgets what was on its way; the next message starts a new one.
    pub fn dispose(&self) {
        self.0.dispose();
        self.0.over();
    }
}

impl Inner {
    fn begin(&self, run: u32) {
        self.over();
        self.queue.borrow_mut().clear();
        self.run.set(Some(run));
        let me = self.me.clone();
        *self.watchdog.borrow_mut() = Timer::every(LOOK, move || me.upgrade().iter().for_each(|i| i.look()));
    }

    /// Gives up an engine that broke, and whose last words come too late for the run that is over.
    fn bury(&self) {
        if self.dying.borrow().is_some() {
            self.dispose();
        }
    }

    /// No run is on any more.
    fn over(&self) -> Option<u32> {
        self.watchdog.take();
        self.stopping.take();
        self.silence.set(0);
        self.run.take()
    }

    fn end_stopped(&self) {
        if let Some(run) = self.over() {
            (self.events)(EngineEvent::Message(FromEngine::Stopped { run }));
        }
    }

    fn lose(&self, failure: Failure) {
        self.dispose();
        if self.stopping.borrow().is_some() {
            return self.end_stopped();
        }
        if let Some(run) = self.over() {
            (self.events)(EngineEvent::Lost { run, failure });
        }
    }

    fn dispose(&self) {
        self.generation.set(self.generation.get() + 1);
        self.link.take();
        self.dying.take();
        self.queue.borrow_mut().clear();
        self.loading.set(false);
        self.ready.set(false);
        self.threads.set(0);
    }

    /// Sends what waits, or sees to it that there is somebody to send it to.
    fn flush(&self) {
        if !self.ready.get() {
            return self.load();
        }
        let messages = self.queue.take();
        let sent = match self.link.borrow().as_ref() {
            Some(link) => messages.iter().try_for_each(|m| link.send(m)),
            None => Ok(()),
        };
        if let Err(failure) = sent {
            self.lose(failure);
        }
    }

    fn load(&self) {
        if self.loading.replace(true) {
            return;
        }
        let (me, generation) = (self.me.clone(), self.generation.get());
        let module = self.module.clone();
        (self.events)(EngineEvent::Loading);
        spawn_local(async move {
            let compiled = module.get().await;
            let Some(inner) = me.upgrade() else { return };
            if inner.generation.get() == generation {
                let hear = move |heard| {
                    if let Some(inner) = me.upgrade() {
                        inner.hear(generation, heard);
                    }
                };
                match compiled.and_then(|module| Link::start(&module, hear)) {
                    Ok(link) => drop(inner.link.replace(Some(link))),
                    Err(failure) => inner.lose(failure),
                }
            }
        });
    }

    fn hear(&self, generation: u32, heard: Heard) {
        if self.generation.get() != generation {
            return;
        }
        self.silence.set(0);
        match heard {
            Heard::Message(FromEngine::Ready) => {
                self.ready.set(true);
                (self.events)(EngineEvent::Message(FromEngine::Ready));
                self.flush();
            }
            Heard::Message(message) if self.run.get() == Some(run_of(&message)) => self.message(message),
            Heard::Message(_) => {} // of a run that is over
            Heard::Lost => self.lose(Failure::Lost { lane: "the engine".to_owned() }),
            Heard::Broken(message) => {
                // What ended a thread is known below; give the engine time to say it better than the browser does.
                let me = self.me.clone();
                let patience = if self.ready.get() { LAST_WORDS } else { 0 };
                *self.dying.borrow_mut() = Timer::once(patience, move || {
                    let failure = Failure::Engine { message: message.clone() };
                    me.upgrade().iter().for_each(|i| i.lose(failure.clone()));
                });
            }
        }
    }

    fn message(&self, message: FromEngine) {
        match &message {
            FromEngine::Done { .. } | FromEngine::Stopped { .. } => {}
            FromEngine::Failed { failure, .. } => {
                // Refusals leave the engine whole; after anything else its memory cannot be trusted.
                if !matches!(failure, Failure::NoSharedMemory | Failure::NotOffered) {
                    self.link.take().into_iter().for_each(Link::leave);
                    self.dispose();
                }
            }
            _ => return (self.events)(EngineEvent::Message(message)),
        }
        if self.stopping.borrow().is_some() {
            return self.end_stopped();
        }
        self.over();
        (self.events)(EngineEvent::Message(message));
    }

    /// The watchdog's look: only silence that a visible page could have heard counts.
    fn look(&self) {
        let hidden = web_sys::window().and_then(|w| w.document()).is_some_and(|d| d.hidden());
        if hidden || self.link.borrow().is_none() {
            return self.silence.set(0);
        }
        self.silence.set(self.silence.get() + LOOK as u64);
        let millis = self.silence.get();
        if self.ready.get() && millis >= SILENCE {
            self.lose(Failure::Hung { lane: "the engine".to_owned(), millis });
        } else if millis >= START {
            self.lose(Failure::Engine { message: "it did not start".to_owned() });
        }
    }
}

fn run_of(message: &FromEngine) -> u32 {
    match message {
        FromEngine::Ready => 0,
        FromEngine::Lanes { run, .. }
        | FromEngine::Batch { run, .. }
        | FromEngine::JobDone { run, .. }
        | FromEngine::Done { run, .. }
        | FromEngine::Failed { run, .. }
        | FromEngine::Stopped { run } => *run,
    }
}
