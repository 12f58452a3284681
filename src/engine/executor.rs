//! `run_in_executor` for programs on an event loop: jobs come one by one, on processes or in the engine itself.

use super::activity::{Activity, Next};
use super::clock::BrowserClock;
use super::outbox::Outbox;
use super::processes::{self, Processes, Source};
use crate::executors::{KernelMaker, strike};
use crate::kernels::Kernel;
use crate::model::{Clock, Failure, Fault, Lane, LaneKind, MS, Mark, Nanos, Outcome, State};
use crate::scenarios;
use std::collections::VecDeque;

/// How long the engine itself computes before it listens again.
const BURST: Nanos = 10 * MS;

/// Where the jobs are computed.
enum Place {
    Processes(Box<Processes>),
    Here(Here),
}

/// One lane inside the coordinator.
struct Here {
    make: KernelMaker,
    clock: BrowserClock,
    lane: u32,
    queue: VecDeque<(u32, Vec<u8>)>,
    current: Option<(u32, Box<dyn Kernel>)>,
    fault: Option<Fault>,
}

/// An executor that is open until it is closed and has nothing left to do.
pub struct Executor {
    clock: BrowserClock,
    place: Place,
    in_hand: u32,
    closed: bool,
    stopped: bool,
    failed: Option<Failure>,
    out: Option<Outbox>,
}

impl Executor {
    /// Opens an executor with `count` processes, or (0) with one lane here, that tells `out` what happens.
    ///
    /// # Errors
    /// When the scenario has no kernel, or the browser refuses a worker.
    pub fn open(count: u32, first_lane: u32, source: Source, mut out: Outbox) -> Result<Self, Failure> {
        let clock = source.clock;
        let place = if count == 0 {
            let make = scenarios::find(&source.plan.scenario).and_then(|s| s.kernel).ok_or(Failure::NotOffered)?;
            let name = "ThreadPoolExecutor-0_0".to_owned();
            out.lanes(vec![Lane { id: first_lane, kind: LaneKind::Thread, name }], Vec::new());
            let (queue, fault) = (VecDeque::new(), source.fault);
            Place::Here(Here { make, clock, lane: first_lane, queue, current: None, fault })
        } else {
            let processes = Processes::start(source, count.min(16) as usize, first_lane, None, &mut out)?;
            out.lanes(processes.lanes(), Vec::new());
            Place::Processes(Box::new(processes))
        };
        let out = Some(out);
        Ok(Self { clock, place, in_hand: 0, closed: false, stopped: false, failed: None, out })
    }

    /// Runs `step` with the outbox at hand and keeps its failure for the next turn.
    fn with_out<T>(&mut self, step: impl FnOnce(&mut Place, &mut Outbox) -> Result<T, Failure>) -> Option<T> {
        let out = self.out.as_mut()?;
        match step(&mut self.place, out) {
            Ok(value) => Some(value),
            Err(failure) => {
                self.failed.get_or_insert(failure);
                None
            }
        }
    }

    fn finish(&mut self) -> Next {
        let Some(mut out) = self.out.take() else { return Next::Over };
        match &mut self.place {
            Place::Processes(processes) => processes.end(&mut out),
            Place::Here(here) => out.enter(here.lane, State::Done),
        }
        match self.failed.take() {
            Some(failure) => out.failed(failure),
            None if self.stopped => out.stopped(),
            None => out.done(Outcome::default(), self.clock.now(), 0),
        }
        Next::Over
    }
}

impl Activity for Executor {
    fn turn(&mut self) -> Next {
        let stopped = self.stopped;
        let results = self.with_out(|place, out| match place {
            _ if stopped => Ok(Vec::new()),
            Place::Processes(processes) => processes.hear(out),
            Place::Here(here) => here.burst(out),
        });
        for (job, result) in results.into_iter().flatten() {
            self.in_hand -= 1;
            self.out.iter_mut().for_each(|out| out.job_done(job, result.clone()));
        }
        if self.failed.is_some() || self.stopped || (self.closed && self.in_hand == 0) {
            return self.finish();
        }
        self.out.iter_mut().for_each(|out| out.tick(0.0));
        match &self.place {
            Place::Here(here) if here.current.is_some() || !here.queue.is_empty() => Next::Soon,
            _ => Next::After(processes::LOOK),
        }
    }

    fn stop(&mut self) {
        self.stopped = true;
    }

    fn submit(&mut self, job: u32, payload: Vec<u8>) {
        self.in_hand += 1;
        self.with_out(|place, out| match place {
            Place::Processes(processes) => processes.submit(job, payload, out),
            Place::Here(here) => {
                here.queue.push_back((job, payload));
                Ok(())
            }
        });
    }

    fn close(&mut self) {
        self.closed = true;
        self.with_out(|place, out| match place {
            Place::Processes(processes) => processes.close(out),
            Place::Here(_) => Ok(()),
        });
    }
}

impl Here {
    fn burst(&mut self, out: &mut Outbox) -> Result<Vec<(u32, Vec<u8>)>, Failure> {
        let until = self.clock.now() + BURST;
        let mut results = Vec::new();
        while self.clock.now() < until {
            let (job, mut kernel) = match self.current.take() {
                Some(current) => current,
                None => {
                    let Some((job, payload)) = self.queue.pop_front() else { break };
                    let kernel = (self.make)(&payload)?;
                    out.record(self.lane, crate::model::What::Enter(State::Running), job + 1);
                    out.mark(self.lane, Mark::Job, job as usize);
                    (job, kernel)
                }
            };
            self.fault.take().into_iter().for_each(strike);
            match kernel.slice() {
                Some(result) => {
                    out.mark(self.lane, Mark::Finished, job as usize);
                    out.enter(self.lane, State::Idle);
                    results.push((job, result));
                }
                None => self.current = Some((job, kernel)),
            }
        }
        Ok(results)
    }
}
