//! One thing after another, in one lane.

use super::{Burst, KernelMaker, LocalRun, Order};
use crate::executors::{Jobs, Program};
use crate::kernels::Kernel;
use crate::model::recorder::Pulse;
use crate::model::{
    Ambush, Clock, Failure, Lane, LaneKind, LaneWriter, Mark, Nanos, Plan, Record, Recorder, State, StopFlag,
};
use std::sync::Arc;

/// Jobs one after another, computed by whoever calls [`LocalRun::burst`].
pub struct SequentialRun {
    plan: Plan,
    jobs: Jobs,
    maker: KernelMaker,
    clock: Arc<dyn Clock>,
    stop: StopFlag,
    fault: Option<Arc<Ambush>>,
    began: Nanos,
    payloads: Vec<Vec<u8>>,
    results: Vec<Vec<u8>>,
    current: Option<Box<dyn Kernel>>,
    /// When the current job's wait is over, while it waits.
    until: Option<Nanos>,
    recorder: Recorder,
    lane: LaneWriter,
    end: Option<Burst>,
}

impl SequentialRun {
    /// A run of `order`'s jobs; its time begins now.
    ///
    /// # Errors
    /// [`Failure::NotOffered`] when the order's program has no jobs.
    pub fn start(order: Order) -> Result<Self, Failure> {
        let (Program::Jobs(Some(jobs)), Some(maker)) = (order.program, order.kernel) else {
            return Err(Failure::NotOffered);
        };
        let began = order.clock.now();
        let recorder = Recorder::new(order.clock.clone(), LaneKind::Thread, 0, ["main".to_owned()]);
        let lane = recorder.writer(0).ok_or(Failure::NotOffered)?;
        let payloads = (jobs.split)(&order.plan);
        Ok(Self {
            results: Vec::with_capacity(payloads.len()),
            payloads,
            plan: order.plan,
            jobs,
            maker,
            clock: order.clock,
            stop: order.stop,
            fault: order.fault,
            began,
            current: None,
            until: None,
            recorder,
            lane,
            end: None,
        })
    }

    /// Begins the next job, waits, computes a slice, or merges; `Some` when the run is over or waits.
    fn step(&mut self) -> Result<Option<Burst>, Failure> {
        let number = self.results.len() as u32;
        if self.current.is_none() {
            let Some(payload) = self.payloads.get(self.results.len()) else { return self.merge().map(Some) };
            self.lane.enter_with(State::Running, number + 1);
            self.lane.mark(Mark::Job, number);
            self.current = Some((self.maker)(payload)?);
        }
        if let Some(until) = self.until {
            if self.clock.now() < until {
                return Ok(Some(Burst::Until(until)));
            }
            self.until = None;
            self.lane.enter_with(State::Running, number + 1);
        }
        if let Some(time) = self.current.as_mut().and_then(|k| k.wait()) {
            self.lane.enter(State::Sleeping);
            self.until = Some(self.clock.now().saturating_add(time));
            return Ok(None);
        }
        if let Some(fault) = &self.fault {
            fault.look(self.clock.now(), 0, 1);
        }
        if let Some(result) = self.current.as_mut().and_then(|k| k.slice()) {
            self.lane.mark(Mark::Finished, number);
            self.results.push(result);
            self.current = None;
        }
        self.lane.beat();
        Ok(None)
    }

    fn merge(&mut self) -> Result<Burst, Failure> {
        let outcome = (self.jobs.merge)(&self.plan, &self.results)?;
        self.lane.mark(Mark::Merged, 0);
        Ok(Burst::Done { outcome, elapsed: self.clock.now().saturating_sub(self.began) })
    }

    fn end_with(&mut self, end: Burst) -> Burst {
        self.lane.enter(State::Done);
        self.end.insert(end).clone()
    }
}

impl LocalRun for SequentialRun {
    fn burst(&mut self, until: Nanos) -> Burst {
        if let Some(end) = &self.end {
            return end.clone();
        }
        loop {
            if self.stop.is_raised() {
                return self.end_with(Burst::Stopped);
            }
            match self.step() {
                Ok(None) => {}
                Ok(Some(wait @ Burst::Until(_))) => return wait,
                Ok(Some(end)) => return self.end_with(end),
                Err(failure) => return self.end_with(Burst::Failed(failure)),
            }
            if self.clock.now() >= until {
                return Burst::More;
            }
        }
    }
    fn lanes(&self) -> Vec<Lane> {
        self.recorder.lanes()
    }
    fn objects(&self) -> Vec<String> {
        Vec::new()
    }
    fn drain(&mut self, into: &mut Vec<Record>) {
        self.recorder.drain(into);
    }
    fn dropped(&self) -> u64 {
        self.recorder.dropped()
    }
    fn pulses(&self) -> Vec<Pulse> {
        self.recorder.pulses()
    }
    fn progress(&self) -> f32 {
        let current = self.current.as_ref().map_or(0.0, |k| k.progress());
        (self.results.len() as f32 + current) / self.payloads.len().max(1) as f32
    }
}
