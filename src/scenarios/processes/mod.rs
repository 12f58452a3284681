//! Chapter C: isolated processes.

mod costs;
#[cfg(test)]
mod testing;

lessons![primes, ipc, manager, shared_memory];
