//! Panics and memory that ran out, in whichever thread or process: told to whoever can still speak.
//!
//! On wasm both end the instance they happen in. Before it ends, a coordinator or a process posts what happened; a
//! thread of the pool, which has nobody to post to, leaves it in a place that the coordinator looks at.

use super::{guest, mail};
use crate::executors;
use crate::model::numbered::{LAST_WORDS as LAST, numbered};
use crate::model::wire::{self, FromEngine, FromGuest, FromProcess};
use crate::model::{Failure, Harm, Lane};
use js_sys::Uint8Array;
use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, TryLockError};

/// Who this instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Unknown,
    Coordinator { run: u32 },
    Guest { run: u32 },
    Process,
    Thread { index: usize },
}

thread_local! {
    static ROLE: Cell<Role> = const { Cell::new(Role::Unknown) };
    /// "Out of memory", encoded while there still is some.
    static LAST_WORDS: RefCell<Option<Uint8Array>> = const { RefCell::new(None) };
}

/// The first panic of a thread: its index and what it said.
static PANICKED: Mutex<Option<(usize, String)>> = Mutex::new(None);
static OUT_OF_MEMORY: AtomicBool = AtomicBool::new(false);

/// Hooks panics and failed allocations, once for each memory.
pub fn install() {
    std::panic::set_hook(Box::new(panicked));
    std::alloc::set_alloc_error_hook(out_of_memory);
}

/// This instance is a coordinator busy with `run`.
pub fn coordinates(run: u32) {
    ROLE.set(Role::Coordinator { run });
    prepare(&FromEngine::Failed { run, failure: Failure::OutOfMemory });
}

/// This instance is the page's guest, busy with `run` on the page's loop.
pub fn is_guest(run: u32) {
    ROLE.set(Role::Guest { run });
}

/// This instance is a process.
pub fn is_process() {
    ROLE.set(Role::Process);
    prepare(&FromProcess::Failed(Failure::OutOfMemory));
}

/// This instance is thread number `index` of the pool.
pub fn is_thread(index: usize) {
    ROLE.set(Role::Thread { index });
}

/// What a worker says that is to be killed (www/engine/coordinator.js hears it).
const KILL: &str = "kill me";

/// Does what a fault says to the thread or process that calls it. One that is to be killed asks for it and takes no other
/// step: browsers let a worker that they end go on for as long as two seconds, and its run might be over by then.
pub fn strike(harm: Harm) {
    if harm == Harm::Lose {
        return mail::lose_next();
    }
    if harm == Harm::Kill {
        let _ = mail::scope().post_message(&KILL.into());
    }
    executors::strike(harm);
}

/// What happened to a thread since the last look, if anything; `lanes` name the threads.
pub fn of_threads(lanes: &[Lane]) -> Option<Failure> {
    let mut place = match PANICKED.try_lock() {
        Ok(place) => place,
        Err(TryLockError::Poisoned(place)) => place.into_inner(),
        Err(TryLockError::WouldBlock) => return None, // being written: the next look finds it
    };
    if let Some((index, message)) = place.take() {
        let lane = lanes.get(index).map_or_else(|| format!("thread {}", index + 1), |l| l.name.clone());
        return Some(Failure::Panicked { lane, message });
    }
    OUT_OF_MEMORY.swap(false, Ordering::AcqRel).then_some(Failure::OutOfMemory)
}

fn prepare<T: serde::Serialize>(words: &T) {
    if let Ok(bytes) = wire::encode(words) {
        LAST_WORDS.set(Some(Uint8Array::from(numbered(&bytes, LAST).as_slice())));
    }
}

fn panicked(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("no message").to_owned();
    let failure = |lane: &str| Failure::Panicked { lane: lane.to_owned(), message: message.clone() };
    match ROLE.get() {
        Role::Coordinator { run } => mail::post(&FromEngine::Failed { run, failure: failure("the engine") }),
        Role::Guest { run } => {
            guest::post(&FromGuest::Tell(FromEngine::Failed { run, failure: failure("the loop") }));
        }
        Role::Process => mail::post(&FromProcess::Failed(failure("a process"))),
        Role::Thread { index } => note(index, message),
        Role::Unknown => note(usize::MAX - 1, message),
    }
}

fn note(index: usize, message: String) {
    let mut place = PANICKED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    place.get_or_insert((index, message));
}

/// Must not allocate: posts words that were written before, or raises a flag.
fn out_of_memory(_: Layout) {
    match ROLE.get() {
        Role::Coordinator { .. } | Role::Process => {
            if let Ok(Some(words)) = LAST_WORDS.try_with(RefCell::take) {
                let _ = mail::scope().post_message(&words);
            }
        }
        // The guest's trap itself tells the page.
        Role::Guest { .. } => {}
        Role::Thread { .. } | Role::Unknown => OUT_OF_MEMORY.store(true, Ordering::Release),
    }
}
