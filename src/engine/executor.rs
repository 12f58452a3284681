//! `run_in_executor` for programs on an event loop: jobs come one by one, on processes or in the engine itself.

use super::activity::{Activity, Next};
use super::clock::BrowserClock;
use super::faults;
use super::outbox::Outbox;
use super::processes::{self, Processes, Source};
use crate::executors::OneCore;
use crate::model::{Ambush, Clock, Failure, MS, Nanos, Outcome};
use crate::scenarios;

/// How long the engine itself computes before it listens again.
const BURST: Nanos = 10 * MS;

/// Where the jobs are computed.
enum Place {
    Processes(Box<Processes>),
    Here(OneCore),
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
    /// Opens an executor with `count` processes, or (0) with threads on this core, that tells `out` what happens.
    ///
    /// # Errors
    /// When the scenario has no kernel, or the browser refuses a worker.
    pub fn open(count: u32, first_lane: u32, source: Source, mut out: Outbox) -> Result<Self, Failure> {
        let clock = source.clock;
        let place = if count == 0 {
            let make = scenarios::find(&source.plan.scenario).and_then(|s| s.kernel).ok_or(Failure::NotOffered)?;
            Place::Here(OneCore::new(make, first_lane, source.fault.map(|fault| Ambush::new(fault, faults::strike))))
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
            Place::Here(here) => here.end(self.clock.now(), &mut out.pending),
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
        let (stopped, clock) = (self.stopped, self.clock);
        let results = self.with_out(|place, out| match place {
            _ if stopped => Ok(Vec::new()),
            Place::Processes(processes) => processes.hear(out),
            Place::Here(here) => {
                let results = here.burst(&clock, clock.now() + BURST, &mut out.pending)?;
                let lanes = here.new_lanes();
                if !lanes.is_empty() {
                    out.lanes(lanes, Vec::new());
                }
                Ok(results)
            }
        });
        for (job, result) in results.into_iter().flatten() {
            self.in_hand -= 1;
            self.out.iter_mut().for_each(|out| out.job_done(job, result.clone()));
        }
        if self.failed.is_some() || self.stopped || (self.closed && self.in_hand == 0) {
            return self.finish();
        }
        self.out.iter_mut().for_each(|out| out.tick(0.0));
        let now = clock.now();
        match &self.place {
            Place::Here(here) => match here.next(now) {
                Some(when) => Next::at(when, now),
                None => Next::After(processes::LOOK),
            },
            Place::Processes(_) => Next::After(processes::LOOK),
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
                here.submit(job, payload);
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
