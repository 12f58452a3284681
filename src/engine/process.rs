//! Inside a process: jobs come in as bytes, are computed in slices, and go out as bytes; or it becomes a child of a program.

use super::activity::Next;
use super::clock::BrowserClock;
use super::multiprocessing::child;
use super::turns::Turns;
use super::{faults, mail};
use crate::executors::KernelMaker;
use crate::kernels::Kernel;
use crate::model::wire::{self, FromProcess, ToProcess};
use crate::model::{Ambush, Clock, Failure, LaneKind, LaneWriter, MS, Mark, Nanos, Recorder, State};
use crate::scenarios;
use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

/// How often what was recorded is sent; also how long a process computes before it listens.
const BATCH: Nanos = 33 * MS;

/// What a process is once it has been told.
struct Process {
    clock: BrowserClock,
    recorder: Recorder,
    lane: LaneWriter,
    make: KernelMaker,
    fault: Option<Ambush>,
    /// Jobs as they came, unread: reading one is part of its cost and is recorded when it begins.
    letters: VecDeque<Vec<u8>>,
    current: Option<(u32, Box<dyn Kernel>)>,
    /// When the current job's wait is over, while it waits.
    until: Option<Nanos>,
    progress: f32,
}

/// Starts listening, and says so.
pub fn start() -> Result<(), JsValue> {
    faults::install();
    faults::is_process();
    let process: Rc<RefCell<Option<Process>>> = Rc::default();
    let turns: Rc<OnceCell<Turns>> = Rc::default();
    let soon = {
        let turns = turns.clone();
        move || turns.get().into_iter().for_each(Turns::soon)
    };
    let (in_turn, again) = (process.clone(), turns.clone());
    let made = Turns::new(move || match in_turn.borrow_mut().as_mut().map(Process::turn) {
        Some(Ok(Some(next))) => again.get().into_iter().for_each(|turns| match next {
            Next::Soon => turns.soon(),
            Next::After(ms) => turns.after(ms),
            Next::Over => {}
        }),
        Some(Err(failure)) => mail::post(&FromProcess::Failed(failure)),
        Some(Ok(None)) | None => {}
    })?;
    let _ = turns.set(made);
    let mut child: Option<child::Begun> = None;
    mail::hear(move |bytes, event| {
        let mut process = process.borrow_mut();
        match process.as_mut() {
            Some(process) => process.letters.push_back(bytes),
            // A child hears all else at its ends.
            None if child.is_some() => return child.iter().for_each(|child| child::hear(child, &bytes)),
            None => match Role::begin(&bytes, event) {
                Ok(Role::Pooled(begun)) => *process = Some(*begun),
                Ok(Role::Child(begun)) => child = begun,
                Err(failure) => mail::post(&FromProcess::Failed(failure)),
            },
        }
        soon();
    });
    mail::post(&FromProcess::Ready);
    Ok(())
}

/// What a worker can become.
enum Role {
    /// One of a pool's.
    Pooled(Box<Process>),
    /// A child of a program of processes; none when it has ended at once.
    Child(Option<child::Begun>),
}

impl Role {
    fn begin(bytes: &[u8], event: &MessageEvent) -> Result<Self, Failure> {
        match wire::decode(bytes)? {
            message @ ToProcess::Child { .. } => Ok(Self::Child(child::begin(message, event)?)),
            message => Ok(Self::Pooled(Box::new(Process::begin(message)?))),
        }
    }
}

impl Process {
    fn begin(message: ToProcess) -> Result<Self, Failure> {
        let ToProcess::Begin { plan, epoch_ms, lane, fault } = message else { return Err(Failure::Garbled) };
        let fault = fault.map(|fault| Ambush::new(fault.anywhere(), faults::strike));
        let make = scenarios::find(&plan.scenario).and_then(|s| s.kernel).ok_or(Failure::NotOffered)?;
        let clock = BrowserClock::since(epoch_ms);
        let recorder = Recorder::new(Arc::new(clock), LaneKind::Process, lane.id, [lane.name]);
        let writer = recorder.writer(0).ok_or(Failure::Garbled)?;
        writer.enter(State::Waiting);
        let (letters, current, until, progress) = (VecDeque::new(), None, None, 0.0);
        Ok(Self { clock, recorder, lane: writer, make, fault, letters, current, until, progress })
    }

    /// Computes until a batch is due; when it wants its next turn, if it has anything left to do. A process that waits has turns
    /// too, so that it shows signs of life.
    fn turn(&mut self) -> Result<Option<Next>, Failure> {
        let until = self.clock.now() + BATCH;
        while self.clock.now() < until {
            if !self.step()? {
                break;
            }
        }
        self.flush();
        let busy = self.current.is_some() || !self.letters.is_empty();
        Ok(self.until.map(|until| Next::at(until, self.clock.now())).or(busy.then_some(Next::Soon)))
    }

    /// Begins a job, a wait or a slice; `false` when there is nothing to do now.
    fn step(&mut self) -> Result<bool, Failure> {
        let (job, mut kernel) = match self.current.take() {
            Some(current) => current,
            None => match self.letters.pop_front() {
                Some(letter) => self.unpickle(&letter)?,
                None => return Ok(false),
            },
        };
        if let Some(until) = self.until {
            if self.clock.now() < until {
                self.current = Some((job, kernel));
                return Ok(false);
            }
            self.until = None;
            self.lane.enter_with(State::Running, job + 1);
        }
        if let Some(time) = kernel.wait() {
            self.lane.enter(State::Sleeping);
            self.until = Some(self.clock.now().saturating_add(time));
            self.current = Some((job, kernel));
            return Ok(true);
        }
        if let Some(fault) = &self.fault {
            fault.look(self.clock.now(), 0, 1);
        }
        match kernel.slice() {
            Some(result) => self.finish(job, result)?,
            None => {
                self.progress = kernel.progress();
                self.current = Some((job, kernel));
            }
        }
        Ok(true)
    }

    fn unpickle(&mut self, letter: &[u8]) -> Result<(u32, Box<dyn Kernel>), Failure> {
        self.lane.enter(State::Pickling);
        self.lane.mark(Mark::Received, letter.len() as u32);
        let ToProcess::Job { job, payload } = wire::decode(letter)? else { return Err(Failure::Garbled) };
        let kernel = (self.make)(&payload)?;
        self.lane.enter_with(State::Running, job + 1);
        self.lane.mark(Mark::Job, job);
        Ok((job, kernel))
    }

    fn finish(&mut self, job: u32, result: Vec<u8>) -> Result<(), Failure> {
        self.lane.mark(Mark::Finished, job);
        self.lane.enter(State::Pickling);
        let bytes = wire::encode(&FromProcess::Result { job, result })?;
        self.lane.mark(Mark::Sent, bytes.len() as u32);
        self.lane.enter(State::Waiting);
        self.progress = 0.0;
        self.flush(); // what led to the result is told before it: perhaps nobody listens after it
        mail::post_bytes(&bytes);
        Ok(())
    }

    fn flush(&mut self) {
        let mut records = Vec::new();
        self.recorder.drain(&mut records);
        if self.current.is_some() || !records.is_empty() {
            mail::post(&FromProcess::Batch { records, progress: self.progress });
        }
    }
}
