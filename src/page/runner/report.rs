//! The report of a run while it grows: written by the runner alone, read by whoever draws it.

use crate::model::{Lane, Model, Nanos, Record, Report, Run, RunEnd, Trace, Verdict, What};
use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

struct Inner {
    report: RefCell<Report>,
    /// What its scenario makes of it; claims and words only when all has ended.
    verdict: RefCell<Rc<Verdict>>,
    /// Moves with every change, so that a picture knows whether to paint again.
    beat: Cell<u64>,
    /// Moves when there is something new besides more of the same: a run, a lane, a state not seen before.
    news: Cell<u64>,
    /// States seen in the run that goes on, a bit for each.
    seen: Cell<u32>,
}

/// A report that many parts of the page look at. Two are equal when they are the same report at the same edition.
#[derive(Clone)]
pub struct Shared {
    inner: Rc<Inner>,
    edition: u64,
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner) && self.edition == other.edition
    }
}

impl Shared {
    /// A report with nothing run yet.
    pub fn new(report: Report) -> Self {
        Self {
            inner: Rc::new(Inner {
                report: RefCell::new(report),
                verdict: RefCell::default(),
                beat: Cell::new(0),
                news: Cell::new(0),
                seen: Cell::new(0),
            }),
            edition: 0,
        }
    }

    /// The report as it is now.
    pub fn read(&self) -> Ref<'_, Report> {
        self.inner.report.borrow()
    }

    /// What its scenario makes of it.
    pub fn verdict(&self) -> Rc<Verdict> {
        self.inner.verdict.borrow().clone()
    }

    /// The scenario has judged it.
    pub fn judged(&self, verdict: Verdict) {
        self.inner.verdict.replace(Rc::new(verdict));
        self.news();
    }

    /// The last run of a cell, with the cell's place.
    pub fn last_run(&self, model: Model, variant: &str) -> Option<(u32, Run)> {
        let report = self.read();
        let place = report.cells.iter().position(|c| c.model == model && c.variant == variant)?;
        Some((place as u32, report.cells.get(place)?.runs.last()?.clone()))
    }

    /// Counts the changes.
    pub fn beat(&self) -> u64 {
        self.inner.beat.get()
    }

    /// The same report at its present edition: different from the last for whoever compares, if there is news.
    pub fn renewed(&self) -> Self {
        Self { inner: self.inner.clone(), edition: self.inner.news.get() }
    }

    fn news(&self) {
        self.inner.news.set(self.inner.news.get() + 1);
    }

    /// Whether this is the same report, at any edition.
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }

    /// A number that no other report has at the same time.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.inner).addr()
    }

    /// Id of the scenario that ran.
    pub fn scenario(&self) -> String {
        self.read().spec.scenario.clone()
    }

    /// Whether any run of it ended well or left a trace.
    pub fn has_anything(&self) -> bool {
        self.read().cells.iter().any(|c| c.runs.iter().any(Run::is_anything))
    }

    /// Whether what `new` brings can be set beside this: the same scenario, measured here, with a run that ended well.
    pub fn earlier(&self, new: &Self) -> bool {
        let (old, new) = (self.read(), new.read());
        old.spec.scenario == new.spec.scenario
            && old.recorded.is_none()
            && new.recorded.is_none()
            && old.cells.iter().any(|c| c.last().is_some())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Report) -> T) -> T {
        let out = change(&mut self.inner.report.borrow_mut());
        self.inner.beat.set(self.inner.beat.get() + 1);
        out
    }

    /// Begins a run: it is the last of its cell from now on.
    pub fn begin(&self, model: Model, variant: &str, repeat: u32) {
        let run = Run { repeat, end: RunEnd::Running, elapsed: 0, trace: Trace::default() };
        self.change(|report| {
            if let Some(cell) = report.cells.iter_mut().find(|c| c.model == model && c.variant == variant) {
                cell.runs.push(run);
            }
        });
        self.inner.seen.set(0);
        self.news();
    }

    fn current(&self, model: Model, variant: &str, change: impl FnOnce(&mut Run)) {
        self.change(|report| {
            let cell = report.cells.iter_mut().find(|c| c.model == model && c.variant == variant);
            if let Some(run) = cell.and_then(|c| c.runs.last_mut()) {
                change(run);
            }
        });
    }

    /// Adds lanes and the names of objects to the run that goes on.
    pub fn lanes(&self, model: Model, variant: &str, lanes: Vec<Lane>, objects: Vec<String>) {
        if !lanes.is_empty() {
            self.news();
        }
        self.current(model, variant, |run| {
            for lane in lanes {
                if !run.trace.lanes.iter().any(|known| known.id == lane.id) {
                    run.trace.lanes.push(lane);
                }
            }
            if objects.len() > run.trace.objects.len() {
                run.trace.objects = objects;
            }
        });
    }

    /// Adds what was recorded; `now` moves the end along even when nothing was.
    pub fn records(&self, model: Model, variant: &str, records: Vec<Record>, now: Nanos) {
        let states =
            records.iter().filter_map(|r| if let What::Enter(s) = r.what { Some(1 << s as u32) } else { None });
        let seen = states.fold(self.inner.seen.get(), |seen, state: u32| seen | state);
        if self.inner.seen.replace(seen) != seen {
            self.news();
        }
        self.current(model, variant, |run| {
            run.trace.extend(records);
            run.trace.end = run.trace.end.max(now);
        });
    }

    /// Lets go of what happened in the last run of a cell; its time stays.
    pub fn forget(&self, model: Model, variant: &str) {
        self.current(model, variant, |run| run.trace = Trace::default());
    }

    /// Ends the run.
    pub fn end(&self, model: Model, variant: &str, end: RunEnd, elapsed: Nanos, dropped: u64) {
        self.current(model, variant, |run| {
            run.end = end;
            run.elapsed = elapsed;
            run.trace.end = run.trace.records.iter().map(|r| r.at).max().unwrap_or(0).max(elapsed);
            run.trace.dropped += dropped;
        });
        self.news();
    }
}
