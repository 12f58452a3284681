//! A job that waits first and computes then: a request, and work on its answer.

use super::{Kernel, KernelMaker};
use crate::model::wire::{decode, encode};
use crate::model::{Failure, Nanos};

/// Waits, then does what another kernel does.
struct After {
    wait: Option<Nanos>,
    then: Box<dyn Kernel>,
}

/// The payload of a job that waits for this long before it does what `payload` says.
pub fn waiting(time: Nanos, payload: Vec<u8>) -> Vec<u8> {
    encode(&(time, payload)).unwrap_or_default()
}

/// The kernel of a job with a payload made by [`waiting`]; `make` builds the kernel of what follows the wait.
///
/// # Errors
/// [`Failure::Garbled`] when the payload is none.
pub fn after(payload: &[u8], make: KernelMaker) -> Result<Box<dyn Kernel>, Failure> {
    let (time, then): (Nanos, Vec<u8>) = decode(payload)?;
    Ok(Box::new(After { wait: Some(time).filter(|time| *time > 0), then: make(&then)? }))
}

impl Kernel for After {
    fn slice(&mut self) -> Option<Vec<u8>> {
        self.then.slice()
    }

    fn progress(&self) -> f32 {
        self.then.progress()
    }

    fn holds_gil(&self) -> bool {
        self.then.holds_gil()
    }

    fn wait(&mut self) -> Option<Nanos> {
        self.wait.take().or_else(|| self.then.wait())
    }
}
