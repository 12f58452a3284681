//! The main process's children: workers that start, wait in stock, run and end.

use super::member::{Begin, Member, Stage, in_stock};
use super::memories::Memories;
use super::ports::Ports;
use crate::aio::Exception;
use crate::engine::child::{Child, Heard, Inbox};
use crate::engine::processes::Source;
use crate::executors::watchdog::Watchdog;
use crate::model::recorder::Pulse;
use crate::model::wire::{self, FromProcess, ToProcess};
use crate::model::{Clock, Failure, MS, Nanos, Record, Rest, SECOND, State};
use crate::multiprocessing::{Blocks, Cells, End, Event, Method, Pipes, Place, Port, Start, Waves};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How long a worker may take to start; its script may have to come from afar.
const START_LIMIT: Nanos = 20 * SECOND;
/// How often children are asked how they stand: also a sign of life, and more often once the main process can do nothing but wait.
const PING: Nanos = 500 * MS;
const PING_AT_REST: Nanos = 100 * MS;

/// Carries out what the main process asks of its port.
pub struct Family {
    source: Source,
    ports: Rc<Ports>,
    memories: Memories,
    members: RefCell<BTreeMap<usize, Member>>,
    next: Cell<usize>,
    inbox: Inbox,
    watchdog: RefCell<Watchdog>,
    pinged: Cell<Nanos>,
    waves: RefCell<Waves>,
    pipes: RefCell<Pipes>,
}

impl Family {
    /// No children yet.
    pub fn new(source: Source, ports: Rc<Ports>) -> Self {
        Self {
            source,
            ports,
            memories: Memories::default(),
            members: RefCell::default(),
            next: Cell::new(0),
            inbox: Inbox::default(),
            watchdog: RefCell::default(),
            pinged: Cell::new(0),
            waves: RefCell::default(),
            pipes: RefCell::default(),
        }
    }

    /// Ends all of them.
    pub fn end(&self) {
        self.members.borrow_mut().clear();
    }

    /// Reads what workers said: their records go into `records`, the rest is told to the main process. `main` is asked how that
    /// stands then.
    ///
    /// # Errors
    /// What one of them failed with, or that it hangs; that none of the processes can ever go on.
    pub fn hear(&self, records: &mut Vec<Record>, main: impl FnOnce() -> Option<Rest>) -> Result<(), Failure> {
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            let Some((index, heard)) = next else { break };
            match self.read(index, heard, records)? {
                Some(event @ Event::Exited { process, .. }) => self.ended(process, event),
                Some(event) => self.ports.say(event),
                None => {}
            }
        }
        // The loop is free now: whoever has ended and is not heard closing its ends is waited for from here on.
        let now = self.source.clock.now();
        self.ports.give_way(now);
        self.ports.look_after_orphans(now);
        let main = main();
        self.look_after(main.is_some())?;
        self.look_around(main)
    }

    /// A child has ended by itself. What it had sent comes over its pipes, and may come later than this: it is heard first.
    fn ended(&self, process: u32, event: Event) {
        let others = self.pipes.borrow().others(process);
        others.iter().filter(|other| other.process == 0).for_each(|other| self.ports.orphan(other.end, true));
        self.ports.say_after(others, event);
    }

    fn read(&self, index: usize, heard: Heard, records: &mut Vec<Record>) -> Result<Option<Event>, Failure> {
        let mut members = self.members.borrow_mut();
        let Some(member) = members.get_mut(&index) else { return Ok(None) };
        member.worker.beats = member.worker.beats.wrapping_add(1);
        let bytes = match heard {
            Heard::Script => {
                member.worker.give_module();
                return Ok(None);
            }
            Heard::Lost => return Err(Failure::Lost { lane: member.name() }),
            Heard::Broken(message) => return Err(Failure::Engine { message }),
            Heard::Letter(bytes) => bytes,
        };
        match wire::decode(&bytes)? {
            FromProcess::Ready => {
                if let Stage::Starting(begin) = &mut member.stage {
                    let begin = begin.take();
                    member.be(begin, &self.ports)?;
                }
                Ok(matches!(member.stage, Stage::Stock).then(|| Event::Stock(in_stock(&members))))
            }
            FromProcess::Batch { records: told, .. } => {
                records.extend(told);
                Ok(None)
            }
            FromProcess::Stands { number, rest } => {
                if let Stage::Running { process, .. } = member.stage {
                    self.waves.borrow_mut().answer(number, process, rest);
                }
                Ok(None)
            }
            FromProcess::Exited { code, error, mail } => match members.remove(&index).map(|member| member.stage) {
                Some(Stage::Running { process, name, .. }) => {
                    self.waves.borrow_mut().gone(process, name, Some(mail));
                    Ok(Some(Event::Exited { process, code, error }))
                }
                _ => Err(Failure::Garbled),
            },
            FromProcess::Failed(Failure::Panicked { message, .. }) => {
                Err(Failure::Panicked { lane: member.name(), message })
            }
            FromProcess::Failed(failure) => Err(failure),
            FromProcess::Result { .. } => Err(Failure::Garbled),
        }
    }

    /// Whoever has begun must answer now and then: a worker that computes listens every few milliseconds.
    fn look_after(&self, main_rests: bool) -> Result<(), Failure> {
        let now = self.source.clock.now();
        let members = self.members.borrow();
        let late = |m: &&Member| now.saturating_sub(m.worker.started) > START_LIMIT;
        if members.values().filter(|m| matches!(m.stage, Stage::Starting(_))).any(|m| late(&m)) {
            return Err(Failure::Engine { message: "a process did not start".to_owned() });
        }
        if now.saturating_sub(self.pinged.get()) >= if main_rests { PING_AT_REST } else { PING } {
            self.pinged.set(now);
            let ping = wire::encode(&ToProcess::Ping(self.waves.borrow().number()))?;
            members.values().filter(|m| matches!(m.stage, Stage::Running { .. })).for_each(|m| m.worker.post(&ping));
        }
        let pulse = |(index, m): (&usize, &Member)| {
            let state = if matches!(m.stage, Stage::Running { .. }) { State::Running } else { State::Waiting };
            Pulse { lane: *index as u32, beats: m.worker.beats, state }
        };
        match self.watchdog.borrow_mut().look(now, members.iter().map(pulse)) {
            Some(hung) => {
                let lane = members.get(&(hung.lane as usize)).map(Member::name).unwrap_or_default();
                Err(Failure::Hung { lane, millis: hung.silent / MS })
            }
            None => Ok(()),
        }
    }

    /// Whether any of them can still go on.
    fn look_around(&self, main: Option<Rest>) -> Result<(), Failure> {
        let mut children = BTreeMap::new();
        for member in self.members.borrow().values() {
            match &member.stage {
                Stage::Running { process, name, .. } => drop(children.insert(*process, name.clone())),
                Stage::Starting(_) => return Ok(()),
                Stage::Stock => {}
            }
        }
        let stuck = self.waves.borrow_mut().look(self.source.clock.now(), main, &children, &self.pipes.borrow());
        stuck.map_or(Ok(()), Err)
    }

    /// Adds a member, once it has its worker: what `stage` gives away stays where it is if the browser refuses one.
    fn add(&self, stage: impl FnOnce() -> Stage) -> Result<(), Exception> {
        self.waves.borrow_mut().begin_anew();
        let index = self.next.get();
        self.next.set(index + 1);
        let Source { script, wake, clock, .. } = &self.source;
        let worker = Child::start(index, script, &self.inbox, wake.clone(), clock.now())
            .map_err(|failure| Exception::new("OSError", failure.to_string()))?;
        let stage = stage();
        self.members.borrow_mut().insert(index, Member { worker, stage });
        Ok(())
    }

    fn begin(&self, start: Start) -> Begin {
        let Source { plan, clock, fault, .. } = &self.source;
        let (mut ends, mut closed) = (Vec::new(), Vec::new());
        for (end, mailbox) in start.ends.into_iter().zip(start.mailboxes) {
            let Some(orphan) = self.ports.leaves(end, mailbox) else { continue };
            // A child numbers its ends as it gets them.
            let place = ends.len() as End;
            self.pipes.borrow_mut().gave(end, Place { process: start.process, end: place });
            closed.extend(orphan.then_some(place));
            ends.push(end);
        }
        let (plan, epoch_ms, process) = (plan.clone(), clock.epoch_ms(), start.process);
        // Children are counted from 1, after the main process.
        let fault = fault.filter(|f| f.worker.is_none_or(|worker| worker + 1 == process));
        let memories = start.shared.iter().filter_map(|handle| self.memories.buffer(handle.memory)).collect();
        let shared = start.shared.iter().map(|handle| (handle.object, handle.len, handle.name.to_string())).collect();
        let (target, args) = (start.target, start.args);
        let message = ToProcess::Child { plan, epoch_ms, process, target, args, shared, ends: Vec::new(), fault };
        Begin { process, name: start.name, message, ends, memories, closed }
    }
}

impl Port for Family {
    fn now(&self) -> Nanos {
        self.source.clock.now()
    }

    fn pipe(&self) -> Result<(End, End), Exception> {
        let (a, b) = self.ports.pipe()?;
        self.pipes.borrow_mut().made(a, b);
        Ok((a, b))
    }

    fn post(&self, end: End, bytes: Vec<u8>) {
        self.ports.post(end, &bytes);
    }

    fn close(&self, end: End) {
        self.ports.close(end);
    }

    fn start(&self, start: Start) -> Result<(), Exception> {
        let stock = |member: &Member| start.method == Method::ForkServer && matches!(member.stage, Stage::Stock);
        let index = self.members.borrow().iter().find(|(_, member)| stock(member)).map(|(index, _)| *index);
        let Some(index) = index else { return self.add(|| Stage::Starting(Some(self.begin(start)))) };
        self.waves.borrow_mut().begin_anew();
        let begin = self.begin(start);
        let mut members = self.members.borrow_mut();
        if let Some(member) = members.get_mut(&index) {
            let be = member.be(Some(begin), &self.ports);
            be.map_err(|failure| Exception::new("OSError", failure.to_string()))?;
        }
        let left = in_stock(&members);
        drop(members);
        self.ports.say(Event::Stock(left));
        Ok(())
    }

    fn terminate(&self, process: u32) {
        let mut members = self.members.borrow_mut();
        let index = members.iter().find(|(_, member)| member.is(process)).map(|(index, _)| *index);
        let Some(ended) = index.and_then(|index| members.remove(&index)) else { return };
        if let Stage::Starting(Some(begin)) = &ended.stage {
            begin.ends.iter().for_each(|end| drop(self.ports.take(*end)));
        }
        self.waves.borrow_mut().gone(process, ended.name(), None);
        let others = self.pipes.borrow().others(process);
        for other in &others {
            match members.values_mut().find(|member| member.is(other.process)) {
                Some(holder) => holder.closed(other.end),
                None if other.process == 0 => self.ports.orphan(other.end, false),
                None => {}
            }
        }
        drop(members);
        self.ports.say_after(others, Event::Exited { process, code: -15, error: None });
    }

    fn stock(&self, count: u32) -> Result<(), Exception> {
        (0..count).try_for_each(|_| self.add(|| Stage::Starting(None)))
    }

    fn digest(&self, bytes: Vec<u8>) {
        self.ports.digest(&bytes);
    }

    fn blocks(&self) -> &dyn Blocks {
        &*self.ports
    }

    fn cells(&self) -> &dyn Cells {
        &self.memories
    }
}
