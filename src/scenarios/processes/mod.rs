//! Chapter C: isolated processes.
