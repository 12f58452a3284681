//! Blocks where all processes are on one thread: each has the same number everywhere.

use super::{MESSAGE, World};
use crate::aio::Exception;
use crate::multiprocessing::{Blocks, End, Event};

impl Blocks for World {
    fn make(&self, len: u32, _shared: bool) -> Result<u32, Exception> {
        let mut blocks = self.blocks.borrow_mut();
        blocks.push(vec![0; len as usize]);
        Ok(blocks.len() as u32 - 1)
    }

    fn len(&self, block: u32) -> u32 {
        self.blocks.borrow().get(block as usize).map_or(0, |bytes| bytes.len() as u32)
    }

    fn get(&self, block: u32, at: u32) -> u8 {
        self.blocks.borrow().get(block as usize).and_then(|bytes| bytes.get(at as usize)).copied().unwrap_or_default()
    }

    fn set(&self, block: u32, at: u32, byte: u8) {
        let mut blocks = self.blocks.borrow_mut();
        if let Some(place) = blocks.get_mut(block as usize).and_then(|bytes| bytes.get_mut(at as usize)) {
            *place = byte;
        }
    }

    fn send(&self, end: End, block: u32) {
        self.tell(end, MESSAGE, |end| Event::Block { end, block });
    }
}
