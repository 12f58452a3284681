//! Chapter C: isolated processes.

lessons![process_pool, primes];
