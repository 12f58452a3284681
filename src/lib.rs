//! Interleave: run concurrency instead of reading about it.
//!
//! Folders are layers, lowest first; everything above `page` and `engine` is pure (no browser crate) and tested natively.

// Memory that runs out in a thread or process must be told before the instance ends; std has no stable way to hear of it.
#![cfg_attr(all(target_arch = "wasm32", feature = "engine"), feature(alloc_error_hook))]

#[cfg(test)]
extern crate self as interleave; // the programs of tests/conformance are run from inside, too

pub mod aio;
pub mod chart;
pub mod executors;
pub mod export;
pub mod kernels;
pub mod model;
pub mod multiprocessing;
pub mod scenarios;
pub mod share;
mod sync;
pub mod threading;

#[cfg(all(target_arch = "wasm32", feature = "engine"))]
pub mod engine;
#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod page;
