//! Chapter C: isolated processes.

lessons![primes];
