//! Shared memory where all processes are on one thread.

use super::shared::Cells;
use crate::aio::Exception;
use std::cell::RefCell;

/// Memories by number, the same in every process.
#[derive(Debug, Default)]
pub(super) struct VirtualCells(RefCell<Vec<Vec<i32>>>);

impl Cells for VirtualCells {
    fn share(&self, cells: u32) -> Result<u32, Exception> {
        let mut memories = self.0.borrow_mut();
        memories.push(vec![0; cells as usize]);
        Ok(memories.len() as u32 - 1)
    }

    fn load(&self, memory: u32, cell: u32) -> i32 {
        let memories = self.0.borrow();
        memories.get(memory as usize).and_then(|cells| cells.get(cell as usize)).copied().unwrap_or_default()
    }

    fn store(&self, memory: u32, cell: u32, value: i32) {
        let mut memories = self.0.borrow_mut();
        if let Some(place) = memories.get_mut(memory as usize).and_then(|cells| cells.get_mut(cell as usize)) {
            *place = value;
        }
    }

    fn swap(&self, memory: u32, cell: u32, expected: i32, value: i32) -> Result<(), i32> {
        let is = self.load(memory, cell);
        if is != expected {
            return Err(is);
        }
        self.store(memory, cell, value);
        Ok(())
    }

    fn pause(&self, _memory: u32, _cell: u32, _value: i32) {}

    fn wake(&self, _memory: u32, _cell: u32) {}
}
