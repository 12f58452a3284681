//! The engine; it starts nothing by itself: the scripts in www/engine/ call what it exports.

use interleave as _; // linked for its exports

/// Does nothing: it runs in every instance, threads included.
fn main() {}
