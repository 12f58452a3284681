//! Chapter C: isolated processes.

mod costs;
mod sums;
#[cfg(test)]
mod testing;

lessons![primes, ipc, manager, shared_memory, start_methods, reuse, pickling, progress];
