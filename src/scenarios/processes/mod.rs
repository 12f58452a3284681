//! Chapter C: isolated processes.

pub mod primes;
