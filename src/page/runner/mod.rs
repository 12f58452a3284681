//! Runs a specification: cell by cell, on the page's loop or in the engine, and tells the page how far it is.

mod controls;
mod hearing;
mod lessons;
pub mod order;
mod queued;
mod reading;
mod recorded;
pub mod report;
mod session;
pub mod sweep;

use crate::model::wire::{ToEngine, ToGuest};
use crate::model::{Answer, Failure, Fault, RunEnd};
use crate::page::browser;
use crate::page::engine::{Engine, Guest, Module, STOP_LIMIT};
use crate::page::state::{Phase, Progress};
use js_sys::Promise;
use queued::Queued;
use report::Shared;
use session::{Session, on_loop};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// How often progress is told, ms: often enough to look alive, seldom enough to cost nothing.
const TELL_EVERY: i32 = 200;
/// How long Stop waits for an answer before it goes on without, ms: for the engine's end and its word on that.
const PATIENCE: i32 = STOP_LIMIT + 40;

/// Told how a run goes on.
pub type Notify = Rc<dyn Fn(Phase, Progress, Option<Shared>)>;

/// Told what every session came to that ran or showed a scenario, even when the page goes on showing what ran before it.
pub type Came = Rc<dyn Fn(&Shared)>;

/// Told the curve of a sweep.
type Swept = Box<dyn Fn(Answer)>;

/// Runs one specification at a time.
#[derive(Clone)]
pub struct Runner(Rc<Inner>);

struct Inner {
    notify: Notify,
    came: Came,
    /// Compiled once, for the engine and for the guest.
    module: Module,
    engine: RefCell<Option<Engine>>,
    /// The engine on the page's own thread; the next run gets a new one when it broke.
    guest: RefCell<Option<Rc<Guest>>>,
    /// Kept while a guest is being fetched: resolved once it has come, or not.
    guest_comes: RefCell<Option<Promise>>,
    /// Why there is no guest any more.
    guest_broke: RefCell<Option<Failure>>,
    session: RefCell<Option<Session>>,
    /// Results shown before the session began; they come back when it brings none.
    before: RefCell<Option<Shared>>,
    serial: Cell<u32>,
    /// Faults for the runs to come.
    faults: RefCell<VecDeque<Option<Fault>>>,
    /// Sessions so far.
    sessions: Cell<u32>,
    /// The engine is being fetched.
    loading: Cell<bool>,
    /// A recorded run is being fetched: its number among the sessions, and its scenario.
    showing: Cell<Option<(u32, &'static str)>>,
    queued: Queued,
    /// The number of a session whose scenario was left: what it brings does not come back with that.
    left: Cell<u32>,
    /// Told the curve when the session is a sweep over numbers of workers; its report is shown by nobody.
    sweeping: RefCell<Option<Swept>>,
}

impl PartialEq for Runner {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Runner {
    /// A runner that tells `notify` how it goes on and `came` what came of it; of `faults`, each goes into one run.
    pub fn new(notify: Notify, came: Came, faults: &[Option<Fault>]) -> Self {
        Self(Rc::new(Inner {
            notify,
            came,
            module: Module::default(),
            engine: RefCell::default(),
            guest: RefCell::default(),
            guest_comes: RefCell::default(),
            guest_broke: RefCell::default(),
            session: RefCell::default(),
            before: RefCell::default(),
            serial: Cell::new(0),
            faults: RefCell::new(faults.iter().copied().collect()),
            sessions: Cell::new(0),
            loading: Cell::new(false),
            showing: Cell::default(),
            queued: Queued::default(),
            left: Cell::default(),
            sweeping: RefCell::default(),
        }))
    }
}

impl Inner {
    fn begin(self: &Rc<Self>, session: Session) {
        self.session.replace(Some(session));
        self.sessions.set(self.sessions.get().wrapping_add(1));
        self.loading.set(false);
        self.tell(Phase::Running);
        self.keep_telling(self.sessions.get());
        self.prepare(self.sessions.get());
    }

    fn sweeps(&self) -> bool {
        self.sweeping.borrow().is_some()
    }

    /// The engine, which is fetched when the first run needs it.
    fn engine(self: &Rc<Self>) -> Engine {
        if let Some(engine) = self.engine.borrow().as_ref() {
            return engine.clone();
        }
        let weak = Rc::downgrade(self);
        let engine = Engine::new(
            self.module.clone(),
            Rc::new(move |event| {
                if let Some(inner) = weak.upgrade() {
                    Inner::heard(&inner, event);
                }
            }),
        );
        self.engine.replace(Some(engine.clone()));
        engine
    }

    fn is_current(&self, run: u32) -> bool {
        self.session.borrow().as_ref().is_some_and(|s| s.is_current(run))
    }

    /// Begins the next run of session number `serial`, or ends that session.
    fn next(self: &Rc<Self>, serial: u32) {
        if self.sessions.get() != serial || self.session.borrow().is_none() || self.close_without_guest() {
            return;
        }
        let run = self.serial.get().wrapping_add(1);
        let begun = {
            let mut session = self.session.borrow_mut();
            let Some(session) = session.as_mut() else { return };
            session.begin(run)
        };
        self.serial.set(run);
        let Some((program, plan, threads)) = begun else { return self.close(Phase::Done) };
        let fault = self.faults.borrow_mut().pop_front().flatten();
        if on_loop(&program, plan.model) {
            self.to_guest(&ToGuest::Run { run, plan, fault });
        } else {
            self.engine().send(ToEngine::Run { run, plan, threads, fault });
        }
    }

    /// The current run ended.
    fn finish(self: &Rc<Self>, end: RunEnd, elapsed: Option<u64>, dropped: u64) {
        let current = self.session.borrow().as_ref().and_then(Session::current);
        if let Some((run, true)) = current {
            self.to_guest(&ToGuest::End { run }); // tells what it recorded until now
        }
        let (over, ran) = {
            let mut session = self.session.borrow_mut();
            let Some(session) = session.as_mut() else { return };
            session.end(end, elapsed, dropped)
        };
        if let Some((cell, run)) = ran.filter(|_| !self.sweeps()) {
            self.to_guest(&ToGuest::Ran { cell, run });
            if over.is_none() && self.session.borrow().as_ref().is_some_and(|s| s.progress().done == 1) {
                self.verdict(true); // a rehearsal: what has never judged is slow when Stop asks for it
            }
            self.judge(false);
        }
        match over {
            Some(phase) => self.close(phase),
            None => {
                let (inner, serial) = (self.clone(), self.sessions.get());
                browser::later(0, move || Inner::next(&inner, serial));
            }
        }
    }

    fn close(self: &Rc<Self>, mut phase: Phase) {
        self.judge(true);
        // Without words on what came out it is not done.
        if phase == Phase::Done
            && self.guest.borrow().is_none()
            && let Some(failure) = self.guest_broke.take()
        {
            phase = Phase::Failed(failure);
        }
        let Some(session) = self.session.take() else { return };
        let swept = self.sweeping.take();
        match swept {
            Some(told) => self.measured(phase, &session, told),
            None => self.ended(phase, &session),
        }
        self.run_queued();
    }

    fn ended(self: &Rc<Self>, phase: Phase, session: &Session) {
        let report = session.report();
        (self.came)(&report);
        let before = self.before.take().filter(|before| before.scenario() == report.scenario());
        let report = match before {
            Some(before) if !report.has_anything() => {
                self.to_guest(&ToGuest::Back);
                before
            }
            _ => report.renewed(),
        };
        if self.left.get() != self.sessions.get() {
            self.before.replace(Some(report.clone()));
        }
        (self.notify)(phase, session.progress(), Some(report));
    }

    /// Tells how far it is, with what came out so far.
    fn tell(&self, phase: Phase) {
        let told = self.session.borrow().as_ref().map(|s| (s.progress(), s.report().renewed()));
        if let Some((progress, report)) = told {
            (self.notify)(phase, progress, (!self.sweeps()).then_some(report));
        }
    }

    /// Tells it again and again, as long as session number `serial` lasts.
    fn keep_telling(self: &Rc<Self>, serial: u32) {
        let inner = self.clone();
        browser::later(TELL_EVERY, move || {
            if inner.session.borrow().is_some() && inner.sessions.get() == serial {
                inner.tell(if inner.loading.get() { Phase::Loading } else { Phase::Running });
                inner.keep_telling(serial);
            }
        });
    }
}
