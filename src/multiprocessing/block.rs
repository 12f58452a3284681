//! Blocks of bytes outside a process's own heap: they change hands whole, or are seen by two processes, without a copy.

use super::connection::Connection;
use super::core::{Core, Wake, Wants};
use super::cx::ProcessCx;
use super::port::End;
use crate::aio::Exception;
use crate::model::Mark;
use std::rc::Rc;

/// What a port can do with blocks; each has a number within the process that holds it.
pub trait Blocks {
    /// Makes a block of zeros: one that two processes can see, or one that only its holder can.
    ///
    /// # Errors
    /// `OSError` where memory cannot be shared, or there is not enough.
    fn make(&self, len: u32, shared: bool) -> Result<u32, Exception>;
    /// How long it is; 0 when it is not here.
    fn len(&self, block: u32) -> u32;
    /// Reads a byte; 0 where there is none.
    fn get(&self, block: u32, at: u32) -> u8;
    /// Writes a byte, where there is one.
    fn set(&self, block: u32, at: u32, byte: u8);
    /// Sends it away. Of a shared one the other process gets a view, and this one forgets it.
    fn send(&self, end: End, block: u32);
}

/// A block that is here.
pub struct Block {
    core: Rc<Core>,
    number: u32,
}

impl Block {
    /// A block of `len` zeros; `shared` says whether two processes will see it, or it goes from one to the other.
    ///
    /// # Errors
    /// `OSError` where memory cannot be shared, or there is not enough.
    pub fn new(cx: &ProcessCx, len: u32, shared: bool) -> Result<Self, Exception> {
        Ok(Self { core: cx.core.clone(), number: cx.core.port.blocks().make(len, shared)? })
    }

    /// How long it is.
    pub fn len(&self) -> u32 {
        self.core.port.blocks().len(self.number)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A byte of it; 0 behind its end.
    pub fn get(&self, at: u32) -> u8 {
        self.core.port.blocks().get(self.number, at)
    }

    /// Writes a byte of it; nothing behind its end.
    pub fn set(&self, at: u32, byte: u8) {
        self.core.port.blocks().set(self.number, at, byte);
    }
}

impl Connection {
    /// Sends a block, which is gone from here.
    pub fn send_block(&self, block: Block) {
        self.core().mark(Mark::Sent, block.len() as usize);
        self.core().port.blocks().send(self.end(), block.number);
    }

    /// Receives a block.
    ///
    /// # Errors
    /// `EOFError` as [`Connection::recv`].
    pub async fn recv_block(&self) -> Result<Block, Exception> {
        let core = self.core();
        let number = core.until(Wants::Message, Wake::Outside, |core| core.take_block(self.end())).await?;
        Ok(Block { core: core.clone(), number })
    }
}
