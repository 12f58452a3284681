//! The same computing as a library does it that lets go of the GIL.

use crate::kernels::{Kernel, Squares};
use crate::model::wire::{decode, encode};
use crate::model::{Failure, Nanos};

/// Computes what another kernel does, without the GIL.
struct Library(Box<dyn Kernel>);

/// The payload of a job that adds up squares, in Python code or in a library.
pub(super) fn payload(library: bool, squares: u32) -> Vec<u8> {
    encode(&(library, Squares::payload(squares))).unwrap_or_default()
}

/// The kernel of a job with such a payload.
///
/// # Errors
/// [`Failure::Garbled`] when the payload is none.
pub(super) fn kernel(bytes: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    let (library, squares): (bool, Vec<u8>) = decode(bytes)?;
    let kernel = Squares::kernel(&squares)?;
    Ok(if library { Box::new(Library(kernel)) } else { kernel })
}

impl Kernel for Library {
    fn slice(&mut self) -> Option<Vec<u8>> {
        self.0.slice()
    }

    fn progress(&self) -> f32 {
        self.0.progress()
    }

    fn holds_gil(&self) -> bool {
        false
    }

    fn wait(&mut self) -> Option<Nanos> {
        self.0.wait()
    }
}
