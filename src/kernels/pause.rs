//! A job that only waits: `time.sleep` in a thread of its own.

use super::Kernel;
use crate::model::wire::{decode, encode};
use crate::model::{Failure, Nanos};

/// Waits, and computes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Pause {
    time: Option<Nanos>,
    over: bool,
}

impl Pause {
    /// What a job's kernel is built from: how long it waits.
    pub fn payload(time: Nanos) -> Vec<u8> {
        encode(&time).unwrap_or_default()
    }

    /// The kernel of a job; its result is empty.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when the payload is not one of [`Pause::payload`].
    pub fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
        Ok(Box::new(Self { time: Some(decode(payload)?), over: false }))
    }
}

impl Kernel for Pause {
    fn slice(&mut self) -> Option<Vec<u8>> {
        self.over = true;
        Some(Vec::new())
    }

    fn progress(&self) -> f32 {
        if self.over { 1.0 } else { 0.0 }
    }

    fn wait(&mut self) -> Option<Nanos> {
        self.time.take()
    }
}
