//! What a run tells the page: lanes, batches about every 33 ms, and how it ended.

use super::clock::BrowserClock;
use super::mail;
use crate::model::wire::FromEngine;
use crate::model::{Clock, Failure, Lane, MS, Mark, Nanos, Outcome, Record, State, What};
use std::rc::Rc;

/// How often the page hears of new records; about two frames.
const BATCH: Nanos = 33 * MS;
/// How often it hears that the engine lives when there is nothing else to say.
const SIGN_OF_LIFE: Nanos = 500 * MS;

/// Where messages go.
pub type Post = Rc<dyn Fn(FromEngine)>;

/// The way of one run to whoever follows it.
pub struct Outbox {
    run: u32,
    post: Post,
    clock: BrowserClock,
    last: Nanos,
    progress: f32,
    /// Records the page has not heard of.
    pub pending: Vec<Record>,
}

impl Outbox {
    /// An outbox for run number `run`, on the run's clock, to the page.
    pub fn new(run: u32, clock: BrowserClock) -> Self {
        Self::to(run, clock, Rc::new(|message| mail::post(&message)))
    }

    /// An outbox whose messages `post` gets.
    pub fn to(run: u32, clock: BrowserClock, post: Post) -> Self {
        Self { run, post, clock, last: clock.now(), progress: 0.0, pending: Vec::with_capacity(1024) }
    }

    /// Writes a record of something that happens now.
    pub fn record(&mut self, lane: u32, what: What, arg: u32) {
        self.pending.push(Record { at: self.clock.now(), lane, what, arg });
    }

    /// The lane is in `state` from now on.
    pub fn enter(&mut self, lane: u32, state: State) {
        self.record(lane, What::Enter(state), 0);
    }

    /// The lane has been in `state` since `at`; nothing may have been recorded in it since.
    pub fn enter_at(&mut self, lane: u32, state: State, at: Nanos) {
        self.pending.push(Record { at, lane, what: What::Enter(state), arg: 0 });
    }

    /// `mark` happened now.
    pub fn mark(&mut self, lane: u32, mark: Mark, arg: usize) {
        self.record(lane, What::Instant(mark), u32::try_from(arg).unwrap_or(u32::MAX));
    }

    /// Names the lanes and objects.
    pub fn lanes(&self, lanes: Vec<Lane>, objects: Vec<String>) {
        (self.post)(FromEngine::Lanes { run: self.run, lanes, objects });
    }

    /// Posts a batch if one is due.
    pub fn tick(&mut self, progress: f32) {
        let since = self.clock.now().saturating_sub(self.last);
        let news = !self.pending.is_empty() || progress != self.progress;
        if since >= SIGN_OF_LIFE || (news && since >= BATCH) {
            self.flush(progress);
        }
    }

    /// A sign of life from before the clock started: nothing was recorded yet.
    pub fn alive(&mut self) {
        self.tick(0.0);
    }

    fn flush(&mut self, progress: f32) {
        self.last = self.clock.now();
        self.progress = progress;
        let records = std::mem::take(&mut self.pending);
        (self.post)(FromEngine::Batch { run: self.run, records, progress, now: self.last });
    }

    /// A job of an open executor ended; what happened before it is told before it.
    pub fn job_done(&mut self, job: u32, result: Vec<u8>) {
        if !self.pending.is_empty() {
            self.flush(self.progress);
        }
        (self.post)(FromEngine::JobDone { run: self.run, job, result });
    }

    /// The run ended well.
    pub fn done(mut self, outcome: Outcome, elapsed: Nanos, dropped: u64) {
        self.flush(1.0);
        (self.post)(FromEngine::Done { run: self.run, outcome, elapsed, dropped });
    }

    /// The run ended without a result; what happened until then is kept.
    pub fn failed(mut self, failure: Failure) {
        self.flush(self.progress);
        (self.post)(FromEngine::Failed { run: self.run, failure });
    }

    /// The run was stopped; what happened until then is kept.
    pub fn stopped(mut self) {
        self.flush(self.progress);
        (self.post)(FromEngine::Stopped { run: self.run });
    }
}
