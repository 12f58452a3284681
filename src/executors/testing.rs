//! The machine's own clock and threads, for native tests.

pub(crate) mod processes;

use std::time::{Duration, Instant};

use super::Spawner;
use crate::model::{Clock, Nanos};

/// The machine's clock, from when it was made.
pub(crate) struct Wall(Instant);

impl Wall {
    pub(crate) fn begin() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self(Instant::now()))
    }
}

impl Clock for Wall {
    fn now(&self) -> Nanos {
        self.0.elapsed().as_nanos() as Nanos
    }
}

/// A thread of the system for each body.
pub(crate) struct StdThreads;

impl Spawner for StdThreads {
    fn spawn(&self, _index: usize, body: Box<dyn FnOnce() + Send + 'static>) {
        std::thread::spawn(body);
    }
}

/// Leaves the cores to a run's own threads for a moment; asking all the time would take one of them away.
pub(crate) fn rest() {
    std::thread::sleep(Duration::from_millis(1));
}
