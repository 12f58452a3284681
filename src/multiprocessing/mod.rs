//! multiprocessing's shape: processes that share nothing and talk by messages, on whatever port carries those.
//!
//! A process is one function that goes on whenever something came in; nothing blocks, so it runs as well where no memory can
//! be shared. `virtual_time` runs whole programs at once, always in the same way.

mod block;
mod body;
mod broker;
mod connection;
mod core;
mod cx;
mod manager;
mod pickle;
mod pool;
mod pool_worker;
mod port;
mod process;
mod program;
mod queue;
mod shared;
#[cfg(test)]
mod tests;
mod value;
mod virtual_cells;
pub mod virtual_time;

pub use block::{Block, Blocks};
pub use body::{Body, Turn};
pub use connection::Connection;
pub use cx::ProcessCx;
pub use manager::{Manager, Proxies};
pub use pickle::{dumps, loads};
pub use pool::{AsyncResult, Order as PoolOrder, Pool};
pub use port::{End, Event, Method, Port, Start};
pub use process::{Process, Running};
pub use program::{Args, Code, LocalFuture, Main, Processes, Target};
pub use queue::Queue;
pub use shared::{Cells, Handle, SharedArray, SharedGuard};
pub use value::{Function, Value};

/// The functions that this module starts processes with.
static TARGETS: &[Target] = &[manager::SERVER, pool_worker::WORKER];

use crate::aio::Exception;
use crate::model::Plan;
use std::rc::Rc;

/// The body of the main process of a program, with lane 0.
pub fn main(port: Rc<dyn Port>, code: Code, plan: Plan) -> Body<crate::model::Outcome> {
    let speed = plan.values.speed();
    Body::new(port, 0, speed, |cx| (code.main)(cx, Rc::new(plan)))
}

/// The body of a child, in the process that was started for it: ends and memories are numbered as its port numbers them.
///
/// # Errors
/// Those of [`Code::target`] and [`loads`].
pub fn child(port: Rc<dyn Port>, code: Code, plan: Plan, start: &Start) -> Result<Body<Value>, Exception> {
    let target = code.target(&start.target)?;
    let value = loads(&start.args)?;
    let speed = plan.values.speed();
    let (ends, shared) = (start.ends.clone(), start.shared.clone());
    Ok(Body::new(port, start.process, speed, move |cx| {
        let ends = ends.into_iter().map(|end| Connection::new(&cx, end)).collect();
        let arrays = shared.into_iter().map(|handle| SharedArray::at(&cx, handle)).collect();
        (target.run)(cx, Args { plan: Rc::new(plan), value, ends, arrays, code })
    }))
}

/// What `start` raises in a process that is still being started, in CPython's words.
pub fn not_yet() -> Exception {
    Exception::runtime(
        "An attempt has been made to start a new process before the current process has finished its bootstrapping phase.",
    )
}
