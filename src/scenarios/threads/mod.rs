//! Chapter B: threads and the GIL.

lessons![race, hashing, gil_cpu];
