//! Threads that each sleep once.

use super::{STACK, lateness};
use crate::model::units::grouped;
use crate::model::{Nanos, Outcome, Plan};
use crate::threading::{ThreadCx, ThreadError, ThreadsRun};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

struct Sleepers {
    wait: Nanos,
    speed: u64,
    /// How long each slept; 0 before.
    slept: Vec<AtomicU64>,
    /// Where each has its stack: the address of something that lies on it; 0 before.
    stacks: Vec<AtomicUsize>,
}

/// As many threads as the plan says.
pub(super) fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let values = &plan.values;
    let threads = values.count("threads");
    let slept = (0..threads).map(|_| AtomicU64::new(0)).collect();
    let stacks = (0..threads).map(|_| AtomicUsize::new(0)).collect();
    Arc::new(Sleepers { wait: values.wait("wait"), speed: values.speed(), slept, stacks })
}

impl Sleepers {
    fn slept(&self) -> Vec<Nanos> {
        self.slept.iter().map(|slept| slept.load(Relaxed)).filter(|slept| *slept > 0).collect()
    }

    /// How near two stacks lie, which is what one of them takes; `None` for a thread on its own.
    fn stack(&self) -> Option<usize> {
        let mut places: Vec<usize> = self.stacks.iter().map(|place| place.load(Relaxed)).filter(|p| *p > 0).collect();
        places.sort_unstable();
        places.iter().zip(places.iter().skip(1)).map(|(one, next)| next - one).filter(|apart| *apart > 0).min()
    }
}

impl ThreadsRun for Sleepers {
    fn threads(&self) -> Vec<String> {
        (1..=self.slept.len()).map(|i| format!("Thread-{i}")).collect()
    }

    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), ThreadError> {
        let on_my_stack = 0_u8;
        if let Some(place) = self.stacks.get(index) {
            place.store(std::ptr::from_ref(black_box(&on_my_stack)).addr(), Relaxed);
        }
        let from = cx.lane.now();
        cx.sleep(self.wait)?;
        if let Some(slept) = self.slept.get(index) {
            slept.store(cx.lane.now() - from, Relaxed);
        }
        Ok(())
    }

    fn outcome(&self) -> Outcome {
        let slept = self.slept();
        let outcome = Outcome::new(format!("{} threads woke up", grouped(slept.len() as u64)));
        let outcome = match self.stack() {
            Some(bytes) => outcome.with(STACK, bytes as f64),
            None => outcome,
        };
        lateness(outcome, slept, self.wait / self.speed)
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
            assert!(outcome.figure(super::STACK).is_some_and(|bytes| bytes > 10_000.0), "{:?}", outcome.figures);
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
