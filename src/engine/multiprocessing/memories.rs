//! Memory that several processes see: numbers in a SharedArrayBuffer, where the page may have one.

use crate::aio::Exception;
use crate::engine::threads::can_share_memory;
use crate::multiprocessing::Cells;
use js_sys::{Atomics, Int32Array, SharedArrayBuffer};
use std::cell::RefCell;

/// How long a process that waits for a cell does not listen, ms.
const PAUSE: f64 = 5.0;

/// The memories that one process has.
#[derive(Default)]
pub struct Memories {
    all: RefCell<Vec<Int32Array>>,
    /// Whether this process may block: a child may, the coordinator never.
    blocks: bool,
}

impl Memories {
    /// Those of a child, in their order.
    pub fn given(buffers: impl Iterator<Item = SharedArrayBuffer>) -> Self {
        Self { all: RefCell::new(buffers.map(|buffer| Int32Array::new(&buffer)).collect()), blocks: true }
    }

    /// The buffer of a memory, to be given to another process.
    pub fn buffer(&self, memory: u32) -> Option<js_sys::Object> {
        self.all.borrow().get(memory as usize).map(|cells| cells.buffer().into())
    }

    fn with<T>(&self, memory: u32, act: impl FnOnce(&Int32Array) -> Option<T>) -> Option<T> {
        self.all.borrow().get(memory as usize).and_then(act)
    }
}

impl Cells for Memories {
    fn share(&self, cells: u32) -> Result<u32, Exception> {
        if !can_share_memory() {
            return Err(Exception::new("OSError", "memory cannot be shared on this page"));
        }
        let mut all = self.all.borrow_mut();
        all.push(Int32Array::new(&SharedArrayBuffer::new(cells * 4)));
        Ok(all.len() as u32 - 1)
    }

    fn load(&self, memory: u32, cell: u32) -> i32 {
        self.with(memory, |cells| Atomics::load(cells, cell).ok()).unwrap_or_default()
    }

    fn store(&self, memory: u32, cell: u32, value: i32) {
        self.with(memory, |cells| Atomics::store(cells, cell, value).ok());
    }

    fn swap(&self, memory: u32, cell: u32, expected: i32, value: i32) -> Result<(), i32> {
        let was = self.with(memory, |cells| Atomics::compare_exchange(cells, cell, expected, value).ok());
        if was == Some(expected) { Ok(()) } else { Err(was.unwrap_or_default()) }
    }

    fn pause(&self, memory: u32, cell: u32, value: i32) {
        if self.blocks {
            self.with(memory, |cells| Atomics::wait_with_timeout(cells, cell, value, PAUSE).ok());
        }
    }

    fn wake(&self, memory: u32, cell: u32) {
        self.with(memory, |cells| Atomics::notify_with_count(cells, cell, 1).ok());
    }
}
