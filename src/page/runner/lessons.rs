//! The runner's dealings with the guest: it is fetched for the first run, runs coroutines, and judges what ran.

use super::Inner;
use crate::model::wire::{FromEngine, FromGuest, ToGuest};
use crate::model::{Failure, RunEnd, Verdict};
use crate::page::browser;
use crate::page::effects::later;
use crate::page::engine::{Guest, Said};
use crate::page::state::Phase;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

impl Inner {
    /// Sees to it that there is a guest, then begins the session numbered `serial` with it.
    pub(super) fn prepare(self: &Rc<Self>, serial: u32) {
        if self.guest.borrow().is_some() {
            return self.open(serial);
        }
        self.loading.set(true);
        self.tell(Phase::Loading);
        let inner = self.clone();
        spawn_local(async move {
            let started = inner.guest().await;
            if inner.sessions.get() != serial {
                return;
            }
            inner.loading.set(false);
            match started {
                Ok(_) => inner.open(serial),
                Err(failure) => inner.close(Phase::Failed(failure)),
            }
        });
    }

    /// The guest, which is fetched when there is none; whoever asks while one is on its way waits for that one.
    pub(super) async fn guest(self: &Rc<Self>) -> Result<Rc<Guest>, Failure> {
        loop {
            let known = self.guest.borrow().clone();
            if let Some(guest) = known {
                return Ok(guest);
            }
            let coming = self.guest_comes.borrow().clone();
            let Some(coming) = coming else { break };
            let _ = JsFuture::from(coming).await; // it came, or is to be fetched again
        }
        let mut arrived = None;
        self.guest_comes.replace(Some(Promise::new(&mut |resolve, _| arrived = Some(resolve))));
        let guest = self.fetch_guest().await;
        self.guest_comes.take();
        if let Some(arrived) = arrived {
            let _ = arrived.call0(&JsValue::UNDEFINED); // resolves: it does not throw
        }
        guest
    }

    async fn fetch_guest(self: &Rc<Self>) -> Result<Rc<Guest>, Failure> {
        let weak = Rc::downgrade(self);
        let said = Rc::new(move |said| {
            if let Some(inner) = weak.upgrade() {
                inner.said(said);
            }
        });
        // What draws answers comes along, so that the first is drawn at once; without it words and picture remain.
        let drawing = later::script("later/answer.js");
        let guest = Rc::new(Guest::start(&self.module.get().await?, said).await?);
        let _ = JsFuture::from(drawing).await;
        self.guest.replace(Some(guest.clone()));
        Ok(guest)
    }

    /// Tells the guest what is run from now on, and begins.
    fn open(self: &Rc<Self>, serial: u32) {
        let opening = self.session.borrow().as_ref().filter(|_| self.sessions.get() == serial).map(|s| {
            let report = s.report();
            let report = report.read();
            let cells = report.cells.iter().map(|c| (c.model, c.variant.clone())).collect();
            ToGuest::Session { spec: report.spec.clone(), machine: report.machine.clone(), cells }
        });
        let Some(opening) = opening else { return };
        // What a sweep measures is neither judged nor saved: the guest keeps what is shown.
        if !self.sweeps() {
            self.to_guest(&opening);
        }
        self.judge(false);
        self.tell(Phase::Running);
        // The page shows that it runs before the clock starts.
        let inner = self.clone();
        browser::later(0, move || {
            inner.next(serial);
        });
    }

    /// Tells the guest something and does what it answers. A guest that breaks is gone, and its run with it.
    pub(super) fn to_guest(self: &Rc<Self>, message: &ToGuest) {
        let guest = self.guest.borrow().clone();
        let Some(guest) = guest else { return };
        match guest.tell(message) {
            Ok(told) => told.into_iter().for_each(|message| self.from_guest(message)),
            Err(failure) => self.lose_guest(failure),
        }
    }

    /// Puts the guest's verdict on what ran into the report.
    pub(super) fn judge(&self, whole: bool) {
        let report = self.session.borrow().as_ref().map(super::Session::report).filter(|_| !self.sweeps());
        if let Some(report) = report {
            report.judged(self.verdict(whole));
        }
    }

    /// The guest's verdict on what it knows; an empty one when it cannot give any. Nothing is on the loop when it is asked.
    pub(super) fn verdict(&self, whole: bool) -> Verdict {
        let verdict = self.guest.borrow().as_ref().map(|guest| guest.ask(whole));
        match verdict {
            Some(Ok(verdict)) => verdict,
            Some(Err(failure)) => {
                self.drop_guest(failure);
                Verdict::default()
            }
            None => Verdict::default(),
        }
    }

    /// Gives what runs on the loop the stop signal.
    pub(super) fn signal(self: &Rc<Self>) {
        let current = self.session.borrow().as_ref().and_then(super::Session::current);
        if let Some((run, true)) = current {
            self.to_guest(&ToGuest::Signal { run });
        }
    }

    fn from_guest(self: &Rc<Self>, message: FromGuest) {
        match message {
            FromGuest::Tell(message) => self.message(message),
            FromGuest::Recorded(_) => {} // an answer, which `recorded` takes
            FromGuest::Ask(message) => {
                if let Some(session) = self.session.borrow_mut().as_mut() {
                    session.uses_engine();
                }
                self.engine().send(message);
            }
        }
    }

    /// What the guest says of itself, from its turns of the loop.
    fn said(self: &Rc<Self>, said: Said) {
        match said {
            // The guest is still in its turn: what follows from the end of a run comes after it.
            Said::Message(FromGuest::Tell(end @ (FromEngine::Done { .. } | FromEngine::Failed { .. }))) => {
                let inner = self.clone();
                browser::later(0, move || {
                    if let FromEngine::Failed { failure: failure @ Failure::Panicked { .. }, .. } = &end {
                        inner.drop_guest(failure.clone());
                    }
                    inner.message(end);
                });
            }
            Said::Message(message) => self.from_guest(message),
            Said::Broken(message) => {
                let inner = self.clone();
                browser::later(0, move || inner.lose_guest(Failure::Engine { message }));
            }
        }
    }

    /// The guest broke. What runs on its loop ends with it; a run in the engine ends as it would, and the session with it.
    fn lose_guest(self: &Rc<Self>, failure: Failure) {
        let on_loop = self.session.borrow().as_ref().is_some_and(super::Session::on_loop);
        self.drop_guest(failure.clone());
        if on_loop {
            self.finish(RunEnd::Failed(failure), None, 0);
        }
    }

    /// It broke when it was asked about what had run: by the page while it draws, so what follows comes later.
    pub(super) fn broke_reading(self: &Rc<Self>, failure: Failure) {
        self.drop_guest(failure.clone());
        let current = self.session.borrow().as_ref().and_then(super::Session::current);
        if let Some((run, true)) = current {
            let inner = self.clone();
            browser::later(0, move || {
                if inner.is_current(run) {
                    inner.finish(RunEnd::Failed(failure), None, 0);
                }
            });
        }
    }

    pub(super) fn drop_guest(&self, failure: Failure) {
        self.guest.take();
        self.guest_broke.replace(Some(failure));
    }

    /// Ends a session whose guest is gone, and that has still something to run or to be told; whether it did.
    pub(super) fn close_without_guest(self: &Rc<Self>) -> bool {
        let gone = self.guest.borrow().is_none();
        if gone {
            let failure = self.guest_broke.take().unwrap_or(Failure::Lost { lane: "the loop".to_owned() });
            self.close(Phase::Failed(failure));
        }
        gone
    }
}
