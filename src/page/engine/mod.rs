//! The page's end of the engine: loads it when a run needs it, and replaces it when it fails, hangs or must stop.

mod client;
mod guest;
mod link;
mod module;
mod timer;

pub use client::{Engine, EngineEvent, STOP_LIMIT};
pub use guest::{Guest, Said};
pub use module::Module;
