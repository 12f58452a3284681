//! Chapter C: isolated processes.

lessons![process_pool, primes, is_prime, squares, matrix];
