//! Chapter D: models together.
