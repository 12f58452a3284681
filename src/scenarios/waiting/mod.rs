//! Chapter A: waiting together on one event loop.
