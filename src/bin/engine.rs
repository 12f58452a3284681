//! The engine; it starts nothing by itself: www/engine-worker.js calls what it exports.
#![cfg_attr(all(target_arch = "wasm32", feature = "engine"), feature(alloc_error_hook))]

#[cfg(all(target_arch = "wasm32", feature = "engine"))]
use interleave::engine as _;

/// Does nothing: it runs in every instance, threads included.
fn main() {}
