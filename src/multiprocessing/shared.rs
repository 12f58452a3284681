//! `Value` and `Array`: numbers in memory that several processes see, with a lock that each may take or not.

use super::core::{Core, Wake};
use super::cx::ProcessCx;
use crate::aio::Exception;
use crate::model::{Mark, State};
use std::rc::Rc;

/// The cell of the lock; the numbers follow it. It holds the number of the process that holds the lock, and one more.
const LOCK: u32 = 0;
const FREE: i32 = 0;

/// The process that holds the lock of a memory; `None` when that is free.
pub(super) fn holder(core: &Core, memory: u32) -> Option<u32> {
    u32::try_from(core.port.cells().load(memory, LOCK)).ok()?.checked_sub(1)
}

/// Cells that several processes see. Each operation is atomic; two of them are not.
pub trait Cells {
    /// Makes memory of this many cells, all 0; its number.
    ///
    /// # Errors
    /// `OSError` where memory cannot be shared.
    fn share(&self, cells: u32) -> Result<u32, Exception>;
    /// Reads a cell.
    fn load(&self, memory: u32, cell: u32) -> i32;
    /// Writes a cell.
    fn store(&self, memory: u32, cell: u32, value: i32);
    /// Writes a cell if it holds `expected`.
    ///
    /// # Errors
    /// What it holds instead.
    fn swap(&self, memory: u32, cell: u32, expected: i32, value: i32) -> Result<(), i32>;
    /// Waits a few milliseconds at most, or until somebody wakes those who wait for this cell while it holds `value`; not at
    /// all where a process must not block.
    fn pause(&self, memory: u32, cell: u32, value: i32);
    /// Wakes one of those who wait for a cell.
    fn wake(&self, memory: u32, cell: u32);
}

/// An array as it goes from process to process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Number of its memory, within the process that holds it.
    pub memory: u32,
    /// Number of its lock on the record.
    pub object: u32,
    /// How many numbers it holds.
    pub len: u32,
    /// Its name.
    pub name: Rc<str>,
}

/// `multiprocessing.Array('i', …)`. To read or write a number takes no lock, as with `lock=False`; who wants one takes it.
#[derive(Clone)]
pub struct SharedArray {
    core: Rc<Core>,
    handle: Handle,
}

impl SharedArray {
    /// An array of these numbers; `name` is shown where processes wait for its lock.
    ///
    /// # Errors
    /// `OSError` where memory cannot be shared.
    pub fn new(cx: &ProcessCx, name: &str, numbers: &[i32]) -> Result<Self, Exception> {
        let len = numbers.len() as u32;
        let memory = cx.core.port.cells().share(len + 1)?;
        let object = cx.core.news.object(name);
        let array = Self { core: cx.core.clone(), handle: Handle { memory, object, len, name: name.into() } };
        (0..).zip(numbers).try_for_each(|(index, number)| array.set(index, *number))?;
        Ok(array)
    }

    pub(super) fn at(cx: &ProcessCx, handle: Handle) -> Self {
        Self { core: cx.core.clone(), handle }
    }

    pub(super) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// `array[index]`. Takes no lock.
    ///
    /// # Errors
    /// `IndexError`.
    pub fn get(&self, index: u32) -> Result<i32, Exception> {
        let cell = self.cell(index)?;
        Ok(self.core.port.cells().load(self.handle.memory, cell))
    }

    /// `array[index] = number`. Takes no lock.
    ///
    /// # Errors
    /// `IndexError`.
    pub fn set(&self, index: u32, number: i32) -> Result<(), Exception> {
        let cell = self.cell(index)?;
        self.core.port.cells().store(self.handle.memory, cell, number);
        Ok(())
    }

    /// All numbers.
    ///
    /// # Errors
    /// None, while the array is whole.
    pub fn numbers(&self) -> Result<Vec<i32>, Exception> {
        (0..self.handle.len).map(|index| self.get(index)).collect()
    }

    /// `with array.get_lock():` waits for the lock and holds it until the guard is dropped. It is an `RLock`: a process that holds
    /// it may take it again. One whose holder was terminated is never free.
    pub async fn lock(&self) -> SharedGuard {
        let (core, memory) = (&self.core, self.handle.memory);
        if core.locks.again(memory) {
            return SharedGuard(self.clone());
        }
        let me = core.lane as i32 + 1;
        while let Err(holder) = core.port.cells().swap(memory, LOCK, FREE, me) {
            core.enter_with(State::Blocked, self.handle.object);
            core.locks.waits(memory, &self.handle.name);
            core.port.cells().pause(memory, LOCK, holder);
            core.pass(Wake::Look).await;
        }
        core.locks.got(memory);
        core.enter(State::Running);
        core.mark(Mark::Acquired, self.handle.object as usize);
        SharedGuard(self.clone())
    }

    fn cell(&self, index: u32) -> Result<u32, Exception> {
        let there = index < self.handle.len;
        there.then_some(LOCK + 1 + index).ok_or_else(|| Exception::new("IndexError", "invalid index"))
    }
}

/// `multiprocessing.Value('i', …)`: one number. What [`SharedArray`] says of locks holds for it, too; so `value += 1` needs one.
#[derive(Clone)]
pub struct SharedValue(SharedArray);

impl SharedValue {
    /// A number that several processes see; `name` is shown where processes wait for its lock.
    ///
    /// # Errors
    /// `OSError` where memory cannot be shared.
    pub fn new(cx: &ProcessCx, name: &str, number: i32) -> Result<Self, Exception> {
        SharedArray::new(cx, name, &[number]).map(Self)
    }

    /// The number in an array that a process was started with.
    pub(super) fn of(array: SharedArray) -> Self {
        Self(array)
    }

    /// `value.value`.
    pub fn get(&self) -> i32 {
        self.0.get(0).unwrap_or_default()
    }

    /// `value.value = number`.
    pub fn set(&self, number: i32) {
        // It has one place.
        let _ = self.0.set(0, number);
    }
}

impl std::ops::Deref for SharedValue {
    type Target = SharedArray;
    /// To share it, or to take its lock.
    fn deref(&self) -> &SharedArray {
        &self.0
    }
}

/// Holds the lock of an array.
pub struct SharedGuard(SharedArray);

impl Drop for SharedGuard {
    fn drop(&mut self) {
        let SharedArray { core, handle } = &self.0;
        if !core.locks.gives_back(handle.memory) {
            return;
        }
        core.mark(Mark::Released, handle.object as usize);
        core.port.cells().store(handle.memory, LOCK, FREE);
        core.port.cells().wake(handle.memory, LOCK);
    }
}
