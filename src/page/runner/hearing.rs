//! What the runner hears of a run, from the engine and from the guest, and what follows from it.

use super::Inner;
use super::session::Session;
use crate::model::RunEnd;
use crate::model::wire::{FromEngine, ToGuest};
use crate::page::engine::EngineEvent;
use crate::page::state::Phase;
use std::rc::Rc;

impl Inner {
    pub(super) fn heard(self: &Rc<Self>, event: EngineEvent) {
        match event {
            EngineEvent::Loading => {
                self.loading.set(true);
                self.tell(Phase::Loading);
            }
            EngineEvent::Lost { run, failure } => {
                if self.is_current(run) {
                    Self::finish(self, RunEnd::Failed(failure), None, 0);
                }
            }
            // An executor that is closed, not the run on the loop it worked for.
            EngineEvent::Message(FromEngine::Done { run, .. }) if self.runs_on_loop(run) => {}
            EngineEvent::Message(message) => self.message(message),
        }
    }

    pub(super) fn message(self: &Rc<Self>, message: FromEngine) {
        self.loading.set(false);
        match message {
            FromEngine::Ready => {}
            FromEngine::Lanes { run, lanes, objects } => self.with(run, |s| s.lanes(lanes, objects)),
            FromEngine::Batch { run, records, progress, now } => self.with(run, |s| s.batch(records, progress, now)),
            FromEngine::JobDone { run, job, result } => {
                if self.is_current(run) {
                    self.to_guest(&ToGuest::JobDone { run, job, result });
                }
            }
            FromEngine::Done { run, outcome, elapsed, dropped } => {
                if self.is_current(run) {
                    Self::finish(self, RunEnd::Finished(outcome), Some(elapsed), dropped);
                }
            }
            FromEngine::Failed { run, failure } => {
                if self.is_current(run) {
                    Self::finish(self, RunEnd::Failed(failure), None, 0);
                }
            }
            FromEngine::Stopped { run } => {
                if self.is_current(run) {
                    Self::finish(self, RunEnd::Stopped, None, 0);
                }
            }
        }
    }

    fn with(&self, run: u32, change: impl FnOnce(&mut Session)) {
        if let Some(session) = self.session.borrow_mut().as_mut().filter(|s| s.is_current(run)) {
            change(session);
        }
    }

    fn runs_on_loop(&self, run: u32) -> bool {
        self.session.borrow().as_ref().and_then(Session::current) == Some((run, true))
    }
}
