//! The engine; it starts nothing by itself: www/engine-worker.js calls what it exports.

fn main() {}
