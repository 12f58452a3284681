//! `concurrent.futures` over processes: what is submitted to a pool of processes gives a future, as in CPython 3.13.

mod executor;
mod future;
mod results;
mod wait;

pub use executor::{Order, ProcessPoolExecutor};
pub use future::Future;
pub use results::Results;
pub use wait::{AsCompleted, ReturnWhen, Waited, as_completed, wait};
