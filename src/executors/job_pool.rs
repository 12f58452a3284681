//! `ThreadPoolExecutor`'s inside: threads that take jobs from one queue until none is left.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::KernelMaker;
use crate::executors::Jobs;
use crate::kernels::Kernel;
use crate::model::{Failure, Mark, Nanos, Outcome, Plan, State};
use crate::threading::{Interrupted, ThreadCx};

/// Jobs, the threads' way to them, and what came out.
pub(super) struct JobPool {
    plan: Plan,
    jobs: Jobs,
    kernel: KernelMaker,
    payloads: Vec<Vec<u8>>,
    /// The next job nobody has taken.
    next: AtomicUsize,
    /// Each job's share done, in thousandths.
    done: Vec<AtomicU32>,
    results: Mutex<Vec<Vec<u8>>>,
}

impl JobPool {
    pub(super) fn new(plan: Plan, jobs: Jobs, kernel: KernelMaker) -> Self {
        let payloads = (jobs.split)(&plan);
        let done = payloads.iter().map(|_| AtomicU32::new(0)).collect();
        let results = Mutex::new(vec![Vec::new(); payloads.len()]);
        Self { plan, jobs, kernel, payloads, next: AtomicUsize::new(0), done, results }
    }

    /// As `ThreadPoolExecutor` does it: never more threads than workers, nor than jobs.
    pub(super) fn threads(&self) -> Vec<String> {
        (0..workers(&self.plan, self.payloads.len())).map(|i| format!("ThreadPoolExecutor-0_{i}")).collect()
    }

    /// What one thread of the pool does.
    pub(super) fn run(&self, cx: &ThreadCx) -> Result<(), Stop> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(payload) = self.payloads.get(number) else { break };
            cx.working(number as u32 + 1);
            cx.lane.mark(Mark::Job, number as u32);
            let kernel = (self.kernel)(payload).map_err(Stop::Failed)?;
            let result = self.compute(cx, number, kernel)?;
            cx.lane.mark(Mark::Finished, number as u32);
            let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = results.get_mut(number) {
                *place = result;
            }
        }
        cx.lane.enter(State::Idle);
        Ok(())
    }

    fn compute(&self, cx: &ThreadCx, number: usize, mut kernel: Box<dyn Kernel>) -> Result<Vec<u8>, Interrupted> {
        loop {
            // A wait is never in the way of others, whatever the job computes with.
            while let Some(time) = kernel.wait() {
                cx.sleep(time)?;
            }
            if kernel.holds_gil() {
                if let Some(result) = self.slice(number, kernel.as_mut()) {
                    return Ok(result);
                }
                cx.check()?;
                continue;
            }
            let computed = cx.without_gil(|| {
                loop {
                    if let Some(result) = self.slice(number, kernel.as_mut()) {
                        return Ok(Computed::All(result));
                    }
                    if let Some(time) = kernel.wait() {
                        return Ok(Computed::UntilWait(time));
                    }
                    cx.alive()?;
                }
            })?;
            match computed {
                Computed::All(result) => return Ok(result),
                Computed::UntilWait(time) => cx.sleep(time)?,
            }
        }
    }

    fn slice(&self, number: usize, kernel: &mut dyn Kernel) -> Option<Vec<u8>> {
        let result = kernel.slice();
        if let Some(done) = self.done.get(number) {
            let share = if result.is_some() { 1.0 } else { kernel.progress() };
            done.store((share * 1000.0) as u32, Ordering::Relaxed);
        }
        result
    }

    /// Puts the results together, once all threads have ended well.
    pub(super) fn merge(&self) -> Result<Outcome, Failure> {
        let results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        (self.jobs.merge)(&self.plan, &results)
    }

    pub(super) fn progress(&self) -> f32 {
        let sum: u32 = self.done.iter().map(|d| d.load(Ordering::Relaxed)).sum();
        sum as f32 / (1000 * self.done.len().max(1)) as f32
    }
}

/// How far a job went without the GIL.
enum Computed {
    /// To its end, with this result.
    All(Vec<u8>),
    /// To a wait of this length.
    UntilWait(Nanos),
}

/// Workers for `jobs` jobs: as many as asked for, at least one.
pub(super) fn workers(plan: &Plan, jobs: usize) -> usize {
    (plan.values.count("workers").max(1) as usize).min(jobs.max(1))
}

/// Why a thread of the pool left early.
pub(super) enum Stop {
    /// The run was asked to end.
    Interrupted,
    /// A job failed.
    Failed(Failure),
}

impl From<Interrupted> for Stop {
    fn from(_: Interrupted) -> Self {
        Stop::Interrupted
    }
}
