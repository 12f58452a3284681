//! multiprocessing's shape: processes that share nothing and talk by messages, on whatever port carries those.
//!
//! A process is one function that goes on whenever something came in; nothing blocks, so it runs as well where no memory can
//! be shared. `virtual_time` runs whole programs at once, always in the same way.

mod block;
mod body;
mod broker;
mod children;
mod connection;
mod core;
mod crew;
mod cx;
mod endings;
pub mod futures;
mod job;
mod joinable;
mod leave;
mod locks;
mod manager;
mod news;
mod outside;
mod pickle;
mod pipes;
mod pool;
mod pool_result;
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
mod wants;
mod waves;

pub use block::{Block, Blocks};
pub use body::{Body, Turn};
pub use connection::Connection;
use connection::Mode;
pub use cx::ProcessCx;
pub use endings::{Endings, GRACE};
pub use joinable::JoinableQueue;
pub use leave::exit_of;
pub use manager::{Manager, Proxies};
pub use pickle::{dumps, loads};
pub use pipes::{Pipes, Place};
pub use pool::{Order as PoolOrder, Pool};
pub use pool_result::{AsyncResult, IMap};
pub use port::{End, Event, Method, Port, Start};
pub use process::{Process, Running};
pub use program::{Args, Code, LocalFuture, Main, Processes, Target};
pub use queue::Queue;
pub use shared::{Cells, Handle, SharedArray, SharedGuard, SharedValue};
pub use value::{Function, Value};
pub use waves::Waves;

/// The functions that this module starts processes with.
static TARGETS: &[Target] = &[manager::SERVER, pool_worker::WORKER, pool_worker::EXECUTOR];

use crate::aio::Exception;
use crate::model::Plan;
use std::rc::Rc;

/// The body of the main process of a program, with lane 0.
pub fn main(port: Rc<dyn Port>, code: Code, plan: Plan) -> Body<crate::model::Outcome> {
    let speed = plan.values.speed();
    Body::new(port, 0, speed, move |cx| {
        Box::pin(async move {
            let result = (code.main)(cx.clone(), Rc::new(plan)).await;
            cx.leave().await;
            result
        })
    })
}

/// The body of a child, in the process that was started for it: ends and memories are numbered as its port numbers them.
///
/// # Errors
/// Those of [`Code::target`] and [`loads`].
pub fn child(port: Rc<dyn Port>, code: Code, plan: Plan, start: &Start) -> Result<Body<Value>, Exception> {
    let target = code.target(&start.target)?;
    let (value, modes) = pickle::loads_front(&start.args)?;
    let modes = modes.to_vec();
    let speed = plan.values.speed();
    let (ends, mailboxes, shared) = (start.ends.clone(), start.mailboxes.clone(), start.shared.clone());
    Ok(Body::new(port, start.process, speed, move |cx| {
        ends.iter().zip(mailboxes).for_each(|(end, mailbox)| cx.core.lay(*end, mailbox));
        let modes = modes.into_iter().map(Mode::from).chain(std::iter::repeat(Mode::Duplex));
        let ends = ends.into_iter().zip(modes).map(|(end, mode)| Connection::new(&cx, end, mode)).collect();
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
