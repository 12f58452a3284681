//! Finds threads of which none can ever go on: a circle of locks and joins, or nobody left who could wake anybody.

use super::Interpreter;
use super::note::Waits;
use super::site::{Core, Kind, UNNAMED};
use crate::model::{Deadlock, MS, Nanos, Stuck};
use crate::sync::atomic::Ordering::SeqCst;

/// How long it rests between two looks.
const REST: Nanos = 2 * MS;
/// Looks that must find the same threads in the same waits. Between the first and the last of three nobody moved, so what
/// the second one saw was so at one moment, however long its own looking took; and what holds then holds for ever.
const LOOKS: u32 = 3;

/// Who can end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Help {
    /// The thread in this seat, and no other.
    Seat(usize),
    Anybody,
}

/// A thread that waits without a limit.
struct Waiting {
    seat: usize,
    /// The number of the wait.
    wait: u64,
    help: Help,
    waits: Waits,
}

/// Looks for deadlocks now and then; to be asked as often as one likes.
#[derive(Default)]
pub struct Detector {
    looked: Option<Nanos>,
    /// Seats and the numbers of their waits.
    suspects: Vec<(usize, u64)>,
    times: u32,
}

impl Detector {
    /// Looks, if it is time to; a deadlock once it is sure of one. `objects` are the names of the run's objects.
    pub fn look(&mut self, interpreter: &Interpreter, objects: &[String], now: Nanos) -> Option<Deadlock> {
        if self.looked.is_some_and(|last| now < last + REST) {
            return None;
        }
        self.looked = Some(now);
        let stuck = stuck(interpreter);
        let suspects: Vec<(usize, u64)> = stuck.iter().map(|w| (w.seat, w.wait)).collect();
        self.times = if suspects == self.suspects { self.times + 1 } else { 1 };
        self.suspects = suspects;
        // Daemons may wait for ever: their program ends without them.
        let daemon = |w: &Waiting| interpreter.seats.get(w.seat).is_some_and(|seat| seat.daemon.load(SeqCst));
        let found = self.times >= LOOKS && !stuck.iter().all(daemon) && !interpreter.is_over();
        found.then(|| describe(interpreter, objects, &stuck, now))
    }
}

/// The threads that cannot go on, as far as one look shows.
fn stuck(interpreter: &Interpreter) -> Vec<Waiting> {
    let mut goes_on = vec![false; interpreter.seats.len()];
    let mut waiting = Vec::new();
    for (seat, place) in interpreter.seats.iter().enumerate() {
        let (wait, waits) = interpreter.slot(seat as u32).read();
        match (place.taken(), waits) {
            ((true, true), Some(waits)) => match help(&waits) {
                Some(help) => waiting.push(Waiting { seat, wait, help, waits }),
                None => goes_on[seat] = true,
            },
            ((taken, _), _) => goes_on[seat] = taken,
        }
    }
    // Who can be helped by somebody who goes on may go on; until nobody more is found.
    loop {
        let anybody = goes_on.contains(&true);
        let before = waiting.len();
        waiting.retain(|w| {
            let helped = match w.help {
                Help::Seat(seat) => goes_on.get(seat).is_some_and(|goes_on| *goes_on),
                Help::Anybody => anybody,
            };
            if helped {
                goes_on[w.seat] = true;
            }
            !helped
        });
        if waiting.len() == before {
            return waiting;
        }
    }
}

/// Who can end this wait; `None` when it needs nobody any more.
fn help(waits: &Waits) -> Option<Help> {
    if waits.may_go_on() {
        return None;
    }
    let owner = waits.core.owner.load(SeqCst);
    match waits.core.kind {
        Kind::Lock | Kind::Thread if owner & Core::ANYBODY == 0 => Some(Help::Seat(owner.checked_sub(1)? as usize)),
        _ => Some(Help::Anybody),
    }
}

fn describe(interpreter: &Interpreter, objects: &[String], stuck: &[Waiting], at: Nanos) -> Deadlock {
    let name = |seat: usize| interpreter.seats.get(seat).map(|seat| seat.name.clone()).unwrap_or_default();
    let describe = |w: &Waiting| {
        let wants = match (w.waits.core.kind, w.help) {
            (Kind::Thread, Help::Seat(seat)) => format!("the end of {}", name(seat)),
            (kind, _) => object(objects, w.waits.core.object, kind),
        };
        let holder = w.waits.core.holder().checked_sub(1);
        Stuck { lane: w.seat as u32, thread: name(w.seat), wants, holder }
    };
    let next = |i: usize| match stuck.get(i)?.help {
        Help::Seat(seat) => stuck.iter().position(|w| w.seat == seat),
        Help::Anybody => None,
    };
    Deadlock::new(at, stuck.iter().map(describe).collect(), next)
}

/// What an object is called.
fn object(objects: &[String], number: u32, kind: Kind) -> String {
    let named = if number == UNNAMED { None } else { objects.get(number as usize) };
    let unnamed = match kind {
        Kind::Thread => "a thread",
        kind => kind.reason().words(),
    };
    named.cloned().unwrap_or_else(|| unnamed.to_owned())
}
