//! Chapter B: threads and the GIL.
