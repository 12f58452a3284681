//! Carries out what the process pool commands: workers of the browser, each with its own instance and memory.

use super::child::{Child, Heard, Inbox};
use super::clock::BrowserClock;
use super::outbox::Outbox;
use crate::executors::process_pool::{Command, ProcessPool};
use crate::executors::watchdog::Watchdog;
use crate::model::recorder::Pulse;
use crate::model::wire::{self, FromProcess, ToProcess};
use crate::model::{Clock, Failure, Fault, Lane, LaneKind, MS, Mark, Nanos, Plan, SECOND, State};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How often processes are looked after when none of them says anything, in milliseconds.
pub const LOOK: i32 = 33;
/// How long a worker may take to start; its script may have to come from afar.
const START_LIMIT: Nanos = 20 * SECOND;

/// What every process is told, and where it comes from.
pub struct Source {
    /// Address of the worker's script.
    pub script: String,
    /// Calls for a turn of the coordinator.
    pub wake: Rc<dyn Fn()>,
    /// Whose kernel the jobs are for.
    pub plan: Plan,
    /// The run's clock.
    pub clock: BrowserClock,
    /// A fault to put in.
    pub fault: Option<Fault>,
}

/// The processes of one run.
pub struct Processes {
    source: Source,
    pool: ProcessPool,
    lanes: Vec<Lane>,
    /// The lane of whoever sends the jobs, when it is one of ours.
    parent: Option<u32>,
    members: BTreeMap<usize, Child>,
    payloads: BTreeMap<u32, Vec<u8>>,
    inbox: Inbox,
    watchdog: Watchdog,
}

impl Processes {
    /// Starts `count` processes, all at once, in lanes numbered from `first_lane`.
    ///
    /// # Errors
    /// [`Failure::Engine`] when the browser refuses a worker.
    pub fn start(
        source: Source,
        count: usize,
        first_lane: u32,
        parent: Option<u32>,
        out: &mut Outbox,
    ) -> Result<Self, Failure> {
        let (pool, commands) = ProcessPool::new(count);
        let lanes = (first_lane..)
            .zip(1..=count.max(1))
            .map(|(id, n)| Lane { id, kind: LaneKind::Process, name: format!("SpawnProcess-{n}") })
            .collect();
        let mut processes = Self {
            source,
            pool,
            lanes,
            parent,
            members: BTreeMap::new(),
            payloads: BTreeMap::new(),
            inbox: Inbox::default(),
            watchdog: Watchdog::default(),
        };
        processes.carry_out(commands, out)?;
        Ok(processes)
    }

    /// Their lanes.
    pub fn lanes(&self) -> Vec<Lane> {
        self.lanes.clone()
    }

    /// Whether all of them have ended.
    pub fn is_over(&self) -> bool {
        self.pool.is_over()
    }

    /// The jobs in hand, counted by the share of each that is done.
    pub fn underway(&self) -> f32 {
        self.members.values().map(|m| m.progress).sum()
    }

    /// A job more.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn submit(&mut self, job: u32, payload: Vec<u8>, out: &mut Outbox) -> Result<(), Failure> {
        self.payloads.insert(job, payload);
        let commands = self.pool.submit(job);
        self.carry_out(commands, out)
    }

    /// No more jobs.
    ///
    /// # Errors
    /// As [`Processes::submit`].
    pub fn close(&mut self, out: &mut Outbox) -> Result<(), Failure> {
        let commands = self.pool.close();
        self.carry_out(commands, out)
    }

    /// Ends all of them at once.
    pub fn end(&mut self, out: &mut Outbox) {
        for command in self.pool.stop() {
            let _ = self.carry_out(vec![command], out); // ending cannot fail
        }
    }

    /// Reads what came in; the results, in the order they came.
    ///
    /// # Errors
    /// What one of them failed with, or that it hangs.
    pub fn hear(&mut self, out: &mut Outbox) -> Result<Vec<(u32, Vec<u8>)>, Failure> {
        let mut results = Vec::new();
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            let Some((worker, heard)) = next else { break };
            let Some(member) = self.members.get_mut(&worker) else { continue };
            member.beats = member.beats.wrapping_add(1);
            match heard {
                Heard::Script => member.give_module(),
                Heard::Lost => return Err(Failure::Lost { lane: self.name(worker) }),
                Heard::Broken(message) => return Err(Failure::Engine { message }),
                Heard::Letter(bytes) => results.extend(self.read(worker, &bytes, out)?),
            }
        }
        self.look_after(self.source.clock.now())?;
        Ok(results)
    }

    fn read(&mut self, worker: usize, bytes: &[u8], out: &mut Outbox) -> Result<Option<(u32, Vec<u8>)>, Failure> {
        let began = self.source.clock.now();
        match wire::decode(bytes)? {
            FromProcess::Ready => {
                let commands = self.pool.ready(worker).map_err(|_| Failure::Garbled)?;
                self.carry_out(commands, out)?;
                Ok(None)
            }
            FromProcess::Batch { records, progress } => {
                out.pending.extend(records);
                self.members.get_mut(&worker).into_iter().for_each(|m| m.progress = progress);
                Ok(None)
            }
            FromProcess::Result { job, result } => {
                if let Some(parent) = self.parent {
                    out.enter_at(parent, State::Pickling, began);
                    out.mark(parent, Mark::Received, bytes.len());
                    out.enter(parent, State::Waiting);
                }
                self.members.get_mut(&worker).into_iter().for_each(|m| m.progress = 0.0);
                let commands = self.pool.result(worker, job).map_err(|_| Failure::Garbled)?;
                self.carry_out(commands, out)?;
                Ok(Some((job, result)))
            }
            FromProcess::Failed(Failure::Panicked { message, .. }) => {
                Err(Failure::Panicked { lane: self.name(worker), message })
            }
            FromProcess::Failed(failure) => Err(failure),
            FromProcess::Stands { .. } | FromProcess::Exited { .. } => Err(Failure::Garbled),
        }
    }

    fn look_after(&mut self, now: Nanos) -> Result<(), Failure> {
        let pool = &self.pool;
        if self.members.iter().any(|(i, m)| pool.is_starting(*i) && now.saturating_sub(m.started) > START_LIMIT) {
            return Err(Failure::Engine { message: "a process did not start".to_owned() });
        }
        let pulse = |(i, m): (&usize, &Child)| {
            let state = if pool.is_busy(*i) { State::Running } else { State::Waiting };
            Pulse { lane: *i as u32, beats: m.beats, state }
        };
        match self.watchdog.look(now, self.members.iter().map(pulse)) {
            Some(hung) => Err(Failure::Hung { lane: self.name(hung.lane as usize), millis: hung.silent / MS }),
            None => Ok(()),
        }
    }

    fn name(&self, worker: usize) -> String {
        self.lanes.get(worker).map(|l| l.name.clone()).unwrap_or_default()
    }

    fn carry_out(&mut self, commands: Vec<Command>, out: &mut Outbox) -> Result<(), Failure> {
        for command in commands {
            match command {
                Command::Start(worker) => {
                    let started = self.source.clock.now();
                    let member =
                        Child::start(worker, &self.source.script, &self.inbox, self.source.wake.clone(), started)?;
                    out.enter(self.lanes[worker].id, State::Starting);
                    self.members.insert(worker, member);
                }
                Command::Begin(worker) => {
                    let Source { plan, clock, fault, .. } = &self.source;
                    let (plan, epoch_ms, lane) = (plan.clone(), clock.epoch_ms(), self.lanes[worker].clone());
                    let mine = |f: &Fault| f.worker.is_none_or(|w| w as usize % self.lanes.len().max(1) == worker);
                    let fault = fault.filter(mine);
                    let bytes = wire::encode(&ToProcess::Begin { plan, epoch_ms, lane, fault })?;
                    self.members.get(&worker).into_iter().for_each(|m| m.post(&bytes));
                }
                Command::Send { worker, job } => self.send(worker, job, out)?,
                Command::End(worker) => {
                    if self.members.remove(&worker).is_some() {
                        out.enter(self.lanes[worker].id, State::Done);
                    }
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, worker: usize, job: u32, out: &mut Outbox) -> Result<(), Failure> {
        let began = self.source.clock.now();
        let payload = self.payloads.remove(&job).unwrap_or_default();
        let bytes = wire::encode(&ToProcess::Job { job, payload })?;
        self.members.get(&worker).into_iter().for_each(|m| m.post(&bytes));
        if let Some(parent) = self.parent {
            out.enter_at(parent, State::Pickling, began);
            out.mark(parent, Mark::Sent, bytes.len());
            out.enter(parent, State::Waiting);
        }
        Ok(())
    }
}
