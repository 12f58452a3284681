//! The handle of a running process: time, computing, pipes.

use super::connection::{Connection, Mode};
use super::core::{Core, Wake, Wants};
use crate::aio::Exception;
use crate::kernels::Kernel;
use crate::model::{MS, Mark, Nanos, State};
use std::rc::Rc;
use std::task::Poll;

/// How long a process computes before it listens.
const BURST: Nanos = 5 * MS;

/// A handle on the running process, given to its function.
#[derive(Clone)]
pub struct ProcessCx {
    pub(super) core: Rc<Core>,
}

impl ProcessCx {
    /// Nanoseconds since the run began.
    pub fn now(&self) -> Nanos {
        self.core.port.now()
    }

    /// `time.sleep` in the simulated world.
    pub async fn sleep(&self, time: Nanos) {
        let until = self.now().saturating_add(time / self.core.speed);
        self.core.until(Wants::Time, Wake::At(until), move |core| (core.port.now() >= until).then_some(())).await;
    }

    /// `multiprocessing.Pipe()`: two ends, each of which sends and receives.
    ///
    /// # Errors
    /// `OSError`.
    pub fn pipe(&self) -> Result<(Connection, Connection), Exception> {
        let (a, b) = self.core.port.pipe()?;
        Ok((Connection::new(self, a, Mode::Duplex), Connection::new(self, b, Mode::Duplex)))
    }

    /// `multiprocessing.Pipe(duplex=False)`: the first end receives, the second sends.
    ///
    /// # Errors
    /// `OSError`.
    pub fn pipe_one_way(&self) -> Result<(Connection, Connection), Exception> {
        let (a, b) = self.core.port.pipe()?;
        Ok((Connection::new(self, a, Mode::Read), Connection::new(self, b, Mode::Write)))
    }

    /// Computes a kernel's result, listening now and then.
    pub async fn compute(&self, mut kernel: Box<dyn Kernel>) -> Vec<u8> {
        let core = &self.core;
        std::future::poll_fn(move |_| {
            core.enter(State::Running);
            let began = core.port.now();
            loop {
                if let Some(result) = kernel.slice() {
                    return Poll::Ready(result);
                }
                let now = core.port.now();
                match core.port.slice() {
                    Some(takes) => core.want(Wake::At(now + takes)),
                    None if now.saturating_sub(began) >= BURST => core.want(Wake::Soon),
                    None => continue,
                }
                return Poll::Pending;
            }
        })
        .await
    }

    /// Computes for this long, for nothing.
    pub async fn work(&self, time: Nanos) {
        let core = &self.core;
        let until = self.now().saturating_add(time);
        core.enter(State::Running);
        loop {
            let began = core.port.now();
            if began >= until {
                return;
            }
            if core.port.slice().is_some() {
                core.pass(Wake::At(until)).await;
                continue;
            }
            while core.port.now() < until.min(began + BURST) {
                std::hint::spin_loop();
            }
            if core.port.now() < until {
                core.pass(Wake::Soon).await;
            }
        }
    }

    /// `multiprocessing.connection.wait`: the place of the first of these ends at which something can be received.
    pub async fn wait(&self, ends: &[&Connection]) -> usize {
        self.core
            .until(Wants::Message, Wake::Outside, |core| ends.iter().position(|connection| core.has(connection.end())))
            .await
    }

    /// `wait(ends, timeout=limit)`: the places of all of these ends at which something can be received, once there is one; none when
    /// there was none within `limit` of the simulated world.
    pub async fn wait_within(&self, ends: &[&Connection], limit: Option<Nanos>) -> Vec<usize> {
        let ready = |core: &Core| {
            let ready: Vec<usize> = (0..).zip(ends).filter(|(_, end)| core.has(end.end())).map(|(at, _)| at).collect();
            if ready.is_empty() { None } else { Some(ready) }
        };
        self.core.until_within(Wants::Message, limit, ready).await.unwrap_or_default()
    }

    /// Makes processes ready for [`super::Method::ForkServer`], and waits until this many are.
    ///
    /// # Errors
    /// As [`super::Process::start`].
    pub async fn stock(&self, count: u32) -> Result<(), Exception> {
        self.core.port.stock(count)?;
        self.core.until(Wants::Stock, Wake::Outside, |core| (core.stock() >= count).then_some(())).await;
        Ok(())
    }

    /// Puts a mark into the process's lane.
    pub fn mark(&self, mark: Mark, arg: usize) {
        self.core.mark(mark, arg);
    }

    /// Says how much of the whole is done, 0 to 1.
    pub fn progress(&self, share: f32) {
        self.core.set_progress(share);
    }
}
