//! Threads that each sleep once.

use super::lateness;
use crate::model::units::grouped;
use crate::model::{Nanos, Outcome, Plan};
use crate::threading::{ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

struct Sleepers {
    wait: Nanos,
    speed: u64,
    /// How long each slept; 0 before.
    slept: Vec<AtomicU64>,
}

/// As many threads as the plan says.
pub(super) fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let values = &plan.values;
    let slept = (0..values.count("threads")).map(|_| AtomicU64::new(0)).collect();
    Arc::new(Sleepers { wait: values.wait("wait"), speed: values.speed(), slept })
}

impl Sleepers {
    fn slept(&self) -> Vec<Nanos> {
        self.slept.iter().map(|slept| slept.load(Relaxed)).filter(|slept| *slept > 0).collect()
    }
}

impl ThreadsRun for Sleepers {
    fn threads(&self) -> Vec<String> {
        (1..=self.slept.len()).map(|i| format!("Thread-{i}")).collect()
    }

    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), ThreadError> {
        let from = cx.lane.now();
        cx.sleep(self.wait)?;
        if let Some(slept) = self.slept.get(index) {
            slept.store(cx.lane.now() - from, Relaxed);
        }
        Ok(())
    }

    fn outcome(&self) -> Outcome {
        let slept = self.slept();
        lateness(
            Outcome::new(format!("{} threads woke up", grouped(slept.len() as u64))),
            slept,
            self.wait / self.speed,
        )
    }

    fn progress(&self) -> Option<f32> {
        Some(self.slept().len() as f32 / self.slept.len().max(1) as f32)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{PARAMS, SCENARIO, claims};
    use crate::executors::testing::{StdThreads, Wall};
    use crate::executors::{Burst, LocalRun, ThreadedRun};
    use crate::model::{Cell, Machine, Model, Report, Run, RunEnd, StopFlag, Trace};
    use crate::scenarios::{order, waiting::testing::spec};

    #[test]
    fn threads_sleep_and_end_with_the_gil_and_without() {
        let mut spec = spec(&SCENARIO, "threads=5&wait=10");
        spec.models = vec![Model::Threads, Model::FreeThreads];
        let cells = spec.models.iter().map(|model| {
            let order = order(spec.plan(*model, "", 0), Wall::begin(), StopFlag::new(), None).unwrap();
            let mut run = ThreadedRun::start(order, &StdThreads).unwrap();
            let (outcome, elapsed) = loop {
                match run.burst(0) {
                    Burst::Done { outcome, elapsed } => break (outcome, elapsed),
                    end => assert_eq!(end, Burst::Wait),
                }
                std::thread::yield_now();
            };
            assert_eq!(outcome.value, "5 threads woke up");
            let run = Run { repeat: 0, end: RunEnd::Finished(outcome), elapsed, trace: Trace::default() };
            Cell { model: *model, variant: String::new(), runs: vec![run] }
        });
        let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
        let mut report = Report { cells: cells.collect(), spec: spec.clone(), machine, recorded: None };
        let wrong = |report: &Report| claims(report).iter().filter(|claim| !claim.timed && !claim.ok).count();
        assert_eq!(wrong(&report), 0);
        report.spec.values.set(PARAMS, "threads", "6").unwrap();
        assert_eq!(wrong(&report), 2);
    }
}
