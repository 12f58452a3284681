//! Chapter B: threads and the GIL.

pub mod gil_cpu;
pub mod hashing;
pub mod race;
