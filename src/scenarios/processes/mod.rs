//! Chapter C: isolated processes.

mod costs;
mod sums;
#[cfg(test)]
mod testing;

lessons![
    process_pool,
    primes,
    is_prime,
    squares,
    progress,
    matrix,
    ipc,
    shared_memory,
    manager,
    pickling,
    start_methods,
    reuse
];
