//! CPU work in resumable slices: computed the same way by the loop, a thread or a process.

mod additions;
mod after;
mod compound;
mod counter;
mod divisor;
mod matrix;
mod pause;
mod primes;
mod sha256;
mod squares;
mod statistics;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use additions::Additions;
pub use after::{after, waiting};
pub use compound::Compound;
pub use counter::Counter;
pub use divisor::Divisor;
pub use matrix::Matrix;
pub use pause::Pause;
pub use primes::Primes;
pub use sha256::FileHash;
pub use squares::Squares;
pub use statistics::{Statistics, Summed};

use crate::model::{Failure, Nanos};

/// Builds the kernel of a job from its payload, where the job is computed.
pub type KernelMaker = fn(&[u8]) -> Result<Box<dyn Kernel>, Failure>;

/// A computation that can be left after each slice and taken up again.
///
/// Engines cannot replace code inside a running wasm loop, and Stop, the GIL and the recorder look in between slices:
/// so a slice takes about 0.05 to 0.2 ms.
pub trait Kernel: Send {
    /// Computes one slice; `Some` with the result (postcard bytes) when it was the last. Not called again after that.
    fn slice(&mut self) -> Option<Vec<u8>>;

    /// Share of the work done, 0 to 1.
    fn progress(&self) -> f32;

    /// Whether CPython would hold the GIL while it computes this (hashlib lets go of it for more than 2,047 bytes).
    fn holds_gil(&self) -> bool {
        true
    }

    /// How long the job waits before its next slice, as `time.sleep` does: the executor lets that time pass without a core and
    /// without the GIL. Asked before every slice, and again after every wait, until it is `None`.
    fn wait(&mut self) -> Option<Nanos> {
        None
    }
}
