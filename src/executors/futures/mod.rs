//! `concurrent.futures` over threads: what is submitted to a pool gives a future, as in CPython 3.13. Over processes it is
//! [`processes`].

mod as_completed;
mod future;
mod pool;
mod results;
mod wait;
mod watch;

pub use crate::multiprocessing::futures as processes;
pub use as_completed::{AsCompleted, as_completed};
pub use future::Future;
pub use pool::ThreadPoolExecutor;
pub use results::Results;
pub use wait::{ReturnWhen, Waited, wait};
