//! The event loop on the machine's real clock, as the product runs it, but driven by whoever asks: it waits by looking.

use interleave::aio::{Completion, Cx, EventLoop, Exception, Host, Operation, Turn};
use interleave::model::{MS, Nanos, Outcome};
use std::rc::Rc;

#[cfg(not(target_arch = "wasm32"))]
struct Real(std::time::Instant);
#[cfg(target_arch = "wasm32")]
struct Real(interleave::engine::clock::BrowserClock);

#[cfg(not(target_arch = "wasm32"))]
impl Real {
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn read(&self) -> Nanos {
        self.0.elapsed().as_nanos() as Nanos
    }
}

#[cfg(target_arch = "wasm32")]
impl Real {
    fn start() -> Self {
        Self(interleave::engine::clock::BrowserClock::start())
    }

    fn read(&self) -> Nanos {
        interleave::model::Clock::now(&self.0)
    }
}

impl Host for Real {
    fn now(&self) -> Nanos {
        self.read()
    }

    fn begin(&self, _: Operation, done: Completion) {
        done(Err(Exception::new("RuntimeError", "there is no executor here")));
    }
}

/// Runs a coroutine to its end; what it returns, or 0 when it fails.
pub fn run<F>(main: impl FnOnce(Cx) -> F) -> u64
where
    F: Future<Output = Result<u64, Exception>> + 'static,
{
    let host = Rc::new(Real::start());
    let event_loop = EventLoop::new(host.clone(), 1, 0);
    event_loop.start(|cx| {
        let body = main(cx);
        async move { Ok(Outcome::new("").with("sum", body.await? as f64)) }
    });
    let mut records = Vec::new();
    loop {
        // As the page does it: turns within a budget, and what was recorded is taken out now and then.
        let turn = event_loop.turn(6 * MS);
        records.clear();
        event_loop.drain(&mut records);
        match turn {
            Turn::Finished | Turn::Outside => break,
            Turn::Soon => {}
            Turn::At(when) => while host.read() < when {},
        }
    }
    let outcome = event_loop.result().and_then(Result::ok);
    outcome.and_then(|outcome| outcome.figure("sum")).unwrap_or(0.0) as u64
}
