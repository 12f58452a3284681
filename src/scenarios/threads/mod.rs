//! Chapter B: threads and the GIL.

lessons![batches, thread_pool, race, hashing, gil_cpu, gil_io];
