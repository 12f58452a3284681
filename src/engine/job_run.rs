//! `ProcessPoolExecutor.map`: a program's jobs on processes that are started for it and ended with it.

use super::activity::{Activity, Next};
use super::outbox::Outbox;
use super::processes::{self, Processes, Source};
use crate::model::{Clock, Failure, Lane, LaneKind, Mark, Outcome, Plan, State};
use crate::scenarios::Jobs;
use std::collections::BTreeMap;

/// The lane of the process that hands out the jobs.
const PARENT: u32 = 0;

/// One run of a program's jobs on processes. Its time begins before they are started.
pub struct JobRun {
    jobs: Jobs,
    plan: Plan,
    clock: super::clock::BrowserClock,
    processes: Processes,
    total: usize,
    results: BTreeMap<u32, Vec<u8>>,
    out: Option<Outbox>,
    failed: Option<Failure>,
    stopped: bool,
}

impl JobRun {
    /// Splits the work, starts the processes and hands out the jobs.
    ///
    /// # Errors
    /// When the browser refuses a worker.
    pub fn start(number: u32, jobs: Jobs, source: Source) -> Result<Self, Failure> {
        let (plan, clock) = (source.plan.clone(), source.clock);
        let mut out = Outbox::new(number, clock);
        let count = plan.values.count("workers").clamp(1, 16) as usize;
        out.enter(PARENT, State::Running);
        // Started first: they load while the work is split.
        let mut processes = Processes::start(source, count, PARENT + 1, Some(PARENT), &mut out)?;
        let mut lanes = vec![Lane { id: PARENT, kind: LaneKind::Process, name: "MainProcess".to_owned() }];
        lanes.extend(processes.lanes());
        out.lanes(lanes, Vec::new());
        let payloads = (jobs.split)(&plan);
        let total = payloads.len();
        for (job, payload) in (0..).zip(payloads) {
            processes.submit(job, payload, &mut out)?;
        }
        processes.close(&mut out)?;
        out.enter(PARENT, State::Waiting);
        let (results, out) = (BTreeMap::new(), Some(out));
        Ok(Self { jobs, plan, clock, processes, total, results, out, failed: None, stopped: false })
    }

    fn merge(&self, out: &mut Outbox) -> Result<Outcome, Failure> {
        out.enter(PARENT, State::Running);
        let results: Vec<Vec<u8>> = self.results.values().cloned().collect();
        let outcome = (self.jobs.merge)(&self.plan, &results)?;
        out.mark(PARENT, Mark::Merged, 0);
        Ok(outcome)
    }
}

impl Activity for JobRun {
    fn turn(&mut self) -> Next {
        let Some(mut out) = self.out.take() else { return Next::Over };
        match self.processes.hear(&mut out) {
            Ok(results) => self.results.extend(results),
            Err(failure) => self.failed = Some(failure),
        }
        if self.failed.is_none() && !self.stopped && self.results.len() < self.total {
            let done = self.results.len() as f32 + self.processes.underway();
            out.tick(done / self.total.max(1) as f32);
            self.out = Some(out);
            return Next::After(processes::LOOK);
        }
        let ended = match self.failed.take() {
            Some(failure) => Err(failure),
            None if self.stopped => Ok(None),
            None => self.merge(&mut out).map(Some),
        };
        self.processes.end(&mut out);
        out.enter(PARENT, State::Done);
        match ended {
            Ok(Some(outcome)) => out.done(outcome, self.clock.now(), 0),
            Ok(None) => out.stopped(),
            Err(failure) => out.failed(failure),
        }
        Next::Over
    }

    fn stop(&mut self) {
        self.stopped = true;
    }
}
