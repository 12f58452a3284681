//! The runner's dealings with the guest: it is fetched for the first run, runs coroutines, and judges what ran.

use super::Inner;
use crate::model::wire::{FromEngine, FromGuest, ToGuest};
use crate::model::{Failure, Verdict};
use crate::page::browser;
use crate::page::effects::later;
use crate::page::engine::{Guest, Said};
use crate::page::state::Phase;
use std::rc::Rc;
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

    /// The guest, which is fetched when there is none.
    pub(super) async fn guest(self: &Rc<Self>) -> Result<Rc<Guest>, Failure> {
        let known = self.guest.borrow().clone();
        if let Some(guest) = known {
            return Ok(guest);
        }
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
            if inner.sessions.get() == serial {
                inner.next();
            }
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

    /// The guest's verdict on what it knows; an empty one when it cannot give any.
    pub(super) fn verdict(&self, whole: bool) -> Verdict {
        let verdict = self.guest.borrow().as_ref().map(|guest| guest.ask(whole));
        verdict.and_then(Result::ok).unwrap_or_default()
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
                    if matches!(end, FromEngine::Failed { failure: Failure::Panicked { .. }, .. }) {
                        inner.guest.take();
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

    fn lose_guest(self: &Rc<Self>, failure: Failure) {
        self.guest.take();
        let on_loop = self.session.borrow().as_ref().is_some_and(super::Session::on_loop);
        if on_loop {
            self.finish(crate::model::RunEnd::Failed(failure), None, 0);
        }
    }
}
