//! The page's end of the engine: loads it when a run needs it, and replaces it when it fails, hangs or must stop.

mod client;
mod link;
mod timer;

pub use client::{Engine, EngineEvent};
