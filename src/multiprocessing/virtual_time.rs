//! Whole programs at once: every process on one thread, on a clock that jumps to whatever happens next.

mod blocks;

use super::block::Blocks;
use super::port::{End, Event, Method, Port, Start};
use super::shared::Cells;
use super::virtual_cells::VirtualCells;
use super::{Body, Code, Turn, Value, exit_of, not_yet};
use crate::aio::Exception;
use crate::kernels::FileHash;
use crate::model::{Lane, LaneKind, MS, Nanos, Outcome, Plan, Trace, US};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How long things take.
const SPAWN: Nanos = 30 * MS;
const FROM_STOCK: Nanos = 2 * MS;
const MESSAGE: Nanos = 50 * US;
/// Bytes that cross in a nanosecond.
const BYTES: u64 = 1;
const SLICE: Nanos = 100 * US;
/// Bytes that the host hashes in a nanosecond.
const HASHED: u64 = 1;

/// For whoever holds the end by then.
const NOBODY: u32 = u32::MAX;

/// What a program came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// Its result.
    pub result: Result<Outcome, Exception>,
    /// When the main function ended.
    pub elapsed: Nanos,
    /// What happened.
    pub trace: Trace,
}

/// What is on its way.
enum Coming {
    Event(Event),
    Begin(Start),
    Turn,
    /// A turn of one that waits for a lock.
    Look,
}

#[derive(Default)]
struct World {
    now: Cell<Nanos>,
    /// By moment and order: for which process.
    coming: RefCell<BTreeMap<(Nanos, u64), (u32, Coming)>>,
    serial: Cell<u64>,
    /// By end: who holds it, and the other end. Ends have the same numbers everywhere.
    ends: RefCell<BTreeMap<End, (u32, End)>>,
    /// By end: when the last thing sent to it comes in.
    latest: RefCell<BTreeMap<End, Nanos>>,
    stock: Cell<u32>,
    /// Processes that were terminated: one that has not begun never does.
    gone: RefCell<BTreeSet<u32>>,
    cells: VirtualCells,
    /// By number, the same everywhere.
    blocks: RefCell<Vec<Vec<u8>>>,
}

impl World {
    fn later(&self, after: Nanos, process: u32, coming: Coming) {
        self.serial.set(self.serial.get() + 1);
        self.coming.borrow_mut().insert((self.now.get() + after, self.serial.get()), (process, coming));
    }

    /// Whether nothing comes but looks at locks.
    fn looks(&self) -> bool {
        self.coming.borrow().values().all(|(_, coming)| matches!(coming, Coming::Look))
    }

    /// Tells whoever holds the other end.
    fn tell(&self, end: End, after: Nanos, event: impl FnOnce(End) -> Event) {
        let other = self.ends.borrow().get(&end).map(|(_, other)| *other);
        if let Some(other) = other {
            // What is sent later never comes earlier.
            let mut latest = self.latest.borrow_mut();
            let latest = latest.entry(other).or_default();
            *latest = (self.now.get() + after).max(*latest);
            self.later(*latest - self.now.get(), NOBODY, Coming::Event(event(other)));
        }
    }

    /// Closes all ends that a process holds, in how long whatever it sent will have come in.
    fn close_all(&self, process: u32) -> Nanos {
        let mut last = self.now.get();
        let held: Vec<End> = self.ends.borrow().iter().filter(|(_, (p, _))| *p == process).map(|(e, _)| *e).collect();
        for end in held {
            self.tell(end, MESSAGE, |end| Event::Closed { end });
            let gone = self.ends.borrow_mut().remove(&end);
            let heard = gone.and_then(|(_, other)| self.latest.borrow().get(&other).copied());
            last = heard.unwrap_or_default().max(last);
        }
        last - self.now.get()
    }
}

struct VirtualPort {
    world: Rc<World>,
    process: u32,
}

impl Port for VirtualPort {
    fn now(&self) -> Nanos {
        self.world.now.get()
    }

    fn pipe(&self) -> Result<(End, End), Exception> {
        self.world.serial.set(self.world.serial.get() + 2);
        let b = self.world.serial.get() as End;
        let a = b - 1;
        self.world.ends.borrow_mut().extend([(a, (self.process, b)), (b, (self.process, a))]);
        Ok((a, b))
    }

    fn post(&self, end: End, bytes: Vec<u8>) {
        let takes = MESSAGE + bytes.len() as u64 / BYTES;
        self.world.tell(end, takes, |end| Event::Letter { end, bytes });
    }

    fn close(&self, end: End) {
        self.world.tell(end, MESSAGE, |end| Event::Closed { end });
        self.world.ends.borrow_mut().remove(&end);
    }

    fn start(&self, start: Start) -> Result<(), Exception> {
        if self.process != 0 {
            return Err(not_yet());
        }
        for end in &start.ends {
            self.world.ends.borrow_mut().get_mut(end).into_iter().for_each(|(holder, _)| *holder = start.process);
        }
        let ready = start.method == Method::ForkServer && self.world.stock.get() > 0;
        if ready {
            self.world.stock.set(self.world.stock.get() - 1);
            self.world.later(0, 0, Coming::Event(Event::Stock(self.world.stock.get())));
        }
        self.world.later(if ready { FROM_STOCK } else { SPAWN }, start.process, Coming::Begin(start));
        Ok(())
    }

    fn terminate(&self, process: u32) {
        self.world.gone.borrow_mut().insert(process);
        self.world.coming.borrow_mut().retain(|_, (whose, _)| *whose != process);
        let heard = self.world.close_all(process);
        self.world.later(heard, 0, Coming::Event(Event::Exited { process, code: -15, error: None }));
    }

    fn stock(&self, count: u32) -> Result<(), Exception> {
        self.world.stock.set(count);
        self.world.later(SPAWN, 0, Coming::Event(Event::Stock(count)));
        Ok(())
    }

    fn digest(&self, bytes: Vec<u8>) {
        let digest = Event::Digested(Ok(FileHash::digest(&bytes)));
        self.world.later(bytes.len() as u64 / HASHED, self.process, Coming::Event(digest));
    }

    fn cells(&self) -> &dyn Cells {
        &self.world.cells
    }

    fn blocks(&self) -> &dyn Blocks {
        &*self.world
    }

    fn slice(&self) -> Option<Nanos> {
        Some(SLICE)
    }
}

/// Runs a program to its end.
///
/// One that waits for something that can never happen ends with a `RuntimeError` instead of hanging.
pub fn run(code: Code, plan: &Plan) -> Ran {
    let world = Rc::new(World::default());
    let port = |process| Rc::new(VirtualPort { world: world.clone(), process });
    let mut main = super::main(port(0), code, plan.clone());
    let mut children: BTreeMap<u32, Body<Value>> = BTreeMap::new();
    // What came before its process had begun.
    let mut early: BTreeMap<u32, Vec<Event>> = BTreeMap::new();
    let lanes = vec![Lane { id: 0, kind: LaneKind::Process, name: "MainProcess".to_owned() }];
    let mut trace = Trace { lanes, ..Trace::default() };
    world.later(0, 0, Coming::Turn);
    // Turns that came to nothing, one after the other.
    let mut vain = 0;
    let result = loop {
        // If all have looked in vain for locks, none of these will ever be free.
        let stuck = world.looks() && vain > world.coming.borrow().len();
        let next = world.coming.borrow_mut().pop_first().filter(|_| !stuck);
        let Some(((when, _), (process, coming))) = next else {
            break Err(Exception::runtime("nothing is left that could happen"));
        };
        world.now.set(world.now.get().max(when));
        let process = match &coming {
            Coming::Event(Event::Letter { end, .. } | Event::Block { end, .. } | Event::Closed { end }) => {
                match world.ends.borrow().get(end) {
                    Some((holder, _)) => *holder,
                    None => continue,
                }
            }
            _ => process,
        };
        if process == 0 {
            if let Coming::Event(event) = coming {
                if let Event::Exited { process, .. } = event {
                    children.remove(&process).into_iter().for_each(Body::kill);
                }
                main.hear(event);
            }
            let before = main.turns();
            let turn = main.turn();
            vain = if main.turns() == before { vain + 1 } else { 0 };
            collect(&main, &mut trace);
            if let Turn::Finished(result) = turn {
                break result;
            }
            again(&world, 0, &turn);
            continue;
        }
        match coming {
            _ if world.gone.borrow().contains(&process) => continue,
            Coming::Begin(start) => match super::child(port(process), code, plan.clone(), &start) {
                Ok(body) => {
                    early.remove(&process).into_iter().flatten().for_each(|event| body.hear(event));
                    children.insert(process, body);
                }
                Err(raised) => exit(&world, process, Err(raised)),
            },
            Coming::Event(event) => match children.get(&process) {
                Some(child) => child.hear(event),
                None => early.entry(process).or_default().push(event),
            },
            Coming::Turn | Coming::Look => {}
        }
        let Some(child) = children.get_mut(&process) else { continue };
        let before = child.turns();
        let turn = child.turn();
        vain = if child.turns() == before { vain + 1 } else { 0 };
        collect(child, &mut trace);
        match turn {
            Turn::Finished(result) => {
                children.remove(&process);
                exit(&world, process, result);
            }
            turn => again(&world, process, &turn),
        }
    };
    let elapsed = world.now.get();
    trace.objects = main.objects();
    trace.end = trace.end.max(elapsed);
    Ran { result, elapsed, trace }
}

fn collect<T>(body: &Body<T>, trace: &mut Trace) {
    let mut records = Vec::new();
    body.drain(&mut records);
    trace.lanes.extend(body.new_lanes());
    trace.extend(records);
}

fn again<T>(world: &World, process: u32, turn: &Turn<T>) {
    match turn {
        Turn::Soon => world.later(0, process, Coming::Turn),
        Turn::Look => world.later(SLICE, process, Coming::Look),
        Turn::At(when) => world.later(when.saturating_sub(world.now.get()), process, Coming::Turn),
        Turn::Outside | Turn::Finished(_) => {}
    }
}

fn exit(world: &World, process: u32, result: Result<Value, Exception>) {
    let heard = world.close_all(process);
    let (code, error) = exit_of(result);
    world.later(heard.max(MESSAGE), 0, Coming::Event(Event::Exited { process, code, error }));
}
