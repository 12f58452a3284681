//! Chapter D: models together.

pub mod datasets;
