//! Shows a recorded run instead of running: its file is fetched when it is asked for; the guest reads and judges it.

use super::report::Shared;
use super::{Inner, Runner, order};
use crate::model::wire::{FromEngine, FromGuest, ToGuest};
use crate::model::{Failure, RunEnd};
use crate::page::effects::files::fetch;
use crate::page::engine::Guest;
use crate::page::state::{Phase, Progress};
use crate::scenarios::{Scenario, recorded};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Runner {
    /// Shows the recorded run of a scenario, unless something runs.
    pub fn show(&self, scenario: &'static Scenario) {
        if self.0.session.borrow().is_none() {
            let inner = self.0.clone();
            let serial = inner.sessions.get().wrapping_add(1);
            inner.sessions.set(serial);
            inner.showing.set(Some((serial, scenario.id)));
            (inner.notify)(Phase::Loading, Progress::default(), None);
            spawn_local(inner.show(scenario, serial));
        }
    }
}

impl Inner {
    async fn show(self: Rc<Self>, scenario: &'static Scenario, serial: u32) {
        let bytes = fetch(&recorded::address(scenario.id)).await.ok_or(Failure::NoRecording);
        let guest = self.guest().await;
        // Something else has begun meanwhile, or Stop was pressed.
        if self.sessions.get() != serial {
            return;
        }
        self.showing.take();
        match bytes.and_then(|bytes| read(guest?.as_ref(), scenario, bytes)) {
            Ok(report) => {
                report.judged(self.verdict(true));
                self.before.replace(Some(report.clone()));
                (self.came)(&report);
                (self.notify)(Phase::Recorded, Progress::default(), Some(report));
            }
            Err(failure) => {
                self.guest.take(); // it may be the guest that broke
                (self.notify)(Phase::Failed(failure), Progress::default(), None);
            }
        }
    }

    /// Ends what [`Runner::show`] has begun, if it is still under way.
    pub(super) fn show_nothing(&self) {
        let serial = self.sessions.get();
        if self.showing.take().is_some_and(|(shown, _)| shown == serial) {
            self.sessions.set(serial.wrapping_add(1));
            (self.notify)(Phase::Idle, Progress::default(), None);
        }
    }
}

/// The report of a recorded run, told by the guest as a live one is.
fn read(guest: &Guest, scenario: &Scenario, bytes: Vec<u8>) -> Result<Shared, Failure> {
    let spec = recorded::spec(scenario);
    let cells = scenario.pairs(&spec);
    let mut told = guest.tell(&ToGuest::Recorded { scenario: spec.scenario.clone(), bytes })?.into_iter();
    let Some(FromGuest::Recorded(origin)) = told.next() else { return Err(Failure::NoRecording) };
    let mut report = order::report(scenario, &spec, &origin.machine());
    report.recorded = Some(origin);
    let report = Shared::new(report);
    for message in told {
        let FromGuest::Tell(message) = message else { continue };
        let (FromEngine::Lanes { run, .. } | FromEngine::Batch { run, .. } | FromEngine::Done { run, .. }) = &message
        else {
            continue;
        };
        let Some((model, variant)) = cells.get(*run as usize) else { continue };
        match message {
            FromEngine::Lanes { lanes, objects, .. } => {
                report.begin(*model, variant, 0);
                report.lanes(*model, variant, lanes, objects);
            }
            FromEngine::Batch { records, now, .. } => report.records(*model, variant, records, now),
            FromEngine::Done { outcome, elapsed, dropped, .. } => {
                report.end(*model, variant, RunEnd::Finished(outcome), elapsed, dropped);
            }
            _ => {}
        }
    }
    Ok(report)
}
