//! What the reader's machine and browser can do, as found out when the page opens.

use super::time::Nanos;
use serde::{Deserialize, Serialize};

/// The capabilities of the place a run takes place in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Logical processors the browser admits to; 0 where no worker can start, so that only the page's own loop runs.
    pub cores: u32,
    /// Whether the page is cross-origin isolated.
    pub isolated: bool,
    /// Whether memory can be shared between workers, that is, whether threads can run.
    pub shared_memory: bool,
    /// Whether the page is at the top level, not in a frame.
    pub top_level: bool,
    /// The step of the clock, in nanoseconds, as measured.
    pub clock_step: Nanos,
}
