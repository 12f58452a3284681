//! Programs: their notation, the recorded ones, and how they are run on `aio`.

pub mod corpus;
pub mod interpret;
pub mod notation;
