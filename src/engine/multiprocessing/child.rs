//! Inside a child: its function, its ends, and what it tells its parent.

use super::driver::Driver;
use super::memories::Memories;
use super::ports::Ports;
use crate::aio::Exception;
use crate::engine::clock::BrowserClock;
use crate::engine::mail;
use crate::model::wire::{self, FromProcess, ToProcess};
use crate::model::{Clock, Failure, MS, Nanos};
use crate::multiprocessing::{self, Blocks, Body, Cells, End, Handle, Method, Port, Start, Value, not_yet};
use crate::scenarios::{self, Program};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::MessageEvent;

/// How often what was recorded is told.
const BATCH: Nanos = 33 * MS;

struct ChildPort {
    ports: Rc<Ports>,
    memories: Memories,
    clock: BrowserClock,
}

impl Port for ChildPort {
    fn now(&self) -> Nanos {
        self.clock.now()
    }

    fn pipe(&self) -> Result<(End, End), Exception> {
        self.ports.pipe()
    }

    fn post(&self, end: End, bytes: Vec<u8>) {
        self.ports.post(end, &bytes);
    }

    fn close(&self, end: End) {
        self.ports.close(end);
    }

    fn start(&self, _start: Start) -> Result<(), Exception> {
        Err(not_yet())
    }

    fn terminate(&self, _process: u32) {}

    fn stock(&self, _count: u32) -> Result<(), Exception> {
        Err(not_yet())
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

/// A child that has begun; lives as long as its worker.
pub type Begun = Rc<Driver<Value>>;

/// Makes this worker the process that a message says, with what came along.
///
/// # Errors
/// When the message is none, or its scenario has no such program.
pub fn begin(message: ToProcess, event: &MessageEvent) -> Result<Option<Begun>, Failure> {
    let ToProcess::Child { plan, epoch_ms, process, target, args, shared, ends: there, fault } = message else {
        return Err(Failure::Garbled);
    };
    let Some(Program::Processes(multiprocessing::Processes { code: Some(code), .. })) = scenarios::program(&plan)
    else {
        return Err(Failure::NotOffered);
    };
    let clock = BrowserClock::since(epoch_ms);
    let ports = Ports::new();
    let came = mail::ports_of(event).zip(&there);
    let ends = came.map(|(port, (mailbox, mail))| ports.adopt(port, mailbox.closed, *mail)).collect();
    let mailboxes = there.into_iter().map(|(mailbox, _)| mailbox).collect();
    let mut along = mail::along(event);
    let memories = Memories::given(along.by_ref().take(shared.len()).map(JsCast::unchecked_into));
    for block in along {
        ports.keep(block.unchecked_into());
    }
    let handle = |(memory, (object, len, name)): (u32, (u32, u32, String))| {
        let name = name.into();
        Handle { memory, object, len, name }
    };
    let shared = (0..).zip(shared).map(handle).collect();
    let (name, method) = (String::new(), Method::Spawn);
    let start = Start { process, name, target, args, ends, mailboxes, shared, method };
    let port = Rc::new(ChildPort { ports: ports.clone(), memories, clock });
    let body = match multiprocessing::child(port, code, plan, &start) {
        Ok(body) => body,
        Err(raised) => {
            exit(&ports, Err(raised));
            return Ok(None);
        }
    };
    let told = Cell::new(clock.now());
    let went = move |body: &Body<Value>| {
        if !body.has_records() {
            return None;
        }
        let since = clock.now().saturating_sub(told.get());
        if since < BATCH {
            return Some(BATCH - since);
        }
        told.set(clock.now());
        flush(body);
        None
    };
    let all = ports.clone();
    let ended = move |body: &Body<Value>, result| {
        flush(body);
        exit(&all, result);
    };
    Driver::start(body, ports, clock, fault, Box::new(went), Box::new(ended)).map(Some)
}

fn flush(body: &Body<Value>) {
    let mut records = Vec::new();
    body.drain(&mut records);
    mail::post(&FromProcess::Batch { records, progress: body.progress() });
}

fn exit(ports: &Ports, result: Result<Value, Exception>) {
    ports.close_all();
    let (code, error) = multiprocessing::exit_of(result);
    mail::post(&FromProcess::Exited { code, error, mail: ports.mail() });
}

/// Hears what the main process says to a child that has begun.
pub fn hear(child: &Begun, bytes: &[u8]) {
    match wire::decode(bytes) {
        Ok(ToProcess::Ping(number)) => mail::post(&FromProcess::Stands { number, rest: child.rest() }),
        Ok(ToProcess::Closed(end)) => child.orphan(end),
        _ => {}
    }
}
