//! Notices from outside a run what browsers and computers do to it: a hidden tab, and time in which nothing happened.

use crate::model::distortion::{Distortion, Facts, distortion};
use crate::model::{MS, Nanos, RunEnd, Trace};
use crate::page::browser;
use gloo_events::EventListener;
use std::cell::Cell;
use std::rc::Rc;

/// How often it looks at the clocks, ms.
const EVERY: i32 = 500;

#[derive(Default)]
struct Seen {
    over: Cell<bool>,
    /// Since when the page is hidden.
    since: Cell<Option<f64>>,
    /// For how long it was hidden before that, ms.
    hidden: Cell<f64>,
    /// Both clocks when they were last looked at: some browsers stop the page's own while the computer sleeps.
    looked: Cell<(f64, f64)>,
    silent: Cell<f64>,
}

/// Watches over one run, until it is dropped.
pub struct Watch {
    seen: Rc<Seen>,
    _listener: Option<EventListener>,
}

fn clocks() -> (f64, f64) {
    (browser::now_ms(), js_sys::Date::now())
}

impl Seen {
    fn visibility(&self) {
        let now = browser::now_ms();
        let hidden = browser::document().is_some_and(|d| d.hidden());
        let before = self.since.replace(hidden.then_some(now));
        self.hidden.set(self.hidden.get() + before.map_or(0.0, |since| now - since));
    }

    fn look(&self) {
        let (now, then) = (clocks(), self.looked.get());
        self.looked.set(now);
        self.silent.set(self.silent.get().max(now.0 - then.0).max(now.1 - then.1));
    }
}

fn again(seen: Rc<Seen>) {
    browser::later(EVERY, move || {
        if !seen.over.get() {
            seen.look();
            again(seen);
        }
    });
}

impl Watch {
    /// Begins to watch.
    pub fn begin() -> Self {
        let seen = Rc::new(Seen { looked: Cell::new(clocks()), ..Seen::default() });
        seen.visibility();
        again(seen.clone());
        let on_change = seen.clone();
        let listener =
            browser::document().map(|d| EventListener::new(&d, "visibilitychange", move |_| on_change.visibility()));
        Self { seen, _listener: listener }
    }

    /// How the run counts that left this trace: a distorted one is no result.
    pub fn judge(&self, end: RunEnd, trace: Option<&Trace>) -> RunEnd {
        self.seen.visibility();
        self.seen.look();
        let nanos = |ms: f64| (ms.max(0.0) * MS as f64) as Nanos;
        let facts = Facts { hidden: nanos(self.seen.hidden.get()), silent: nanos(self.seen.silent.get()) };
        let found: Option<Distortion> = trace.and_then(|trace| distortion(facts, trace));
        match (end, found) {
            (RunEnd::Finished(_), Some(found)) => RunEnd::Distorted(found),
            (end, _) => end,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.seen.over.set(true);
    }
}
