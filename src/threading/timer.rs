//! `threading.Timer`: a thread that waits before it begins, and can be cancelled until then.

use std::sync::Arc;

use super::site::UNNAMED;
use super::{Event, Thread, ThreadCx, ThreadError};
use crate::model::Nanos;

/// A thread that runs its body after a while.
#[derive(Clone)]
pub struct Timer {
    thread: Thread,
    finished: Arc<Event>,
}

impl Timer {
    /// A timer, to be started, that waits for `interval` and then runs `body`.
    pub fn new(
        name: impl Into<String>,
        interval: Nanos,
        body: impl FnOnce(&ThreadCx) -> Result<(), ThreadError> + Send + 'static,
    ) -> Self {
        let finished = Arc::new(Event::new(UNNAMED));
        let event = finished.clone();
        let thread = Thread::new(name, move |cx| {
            if !event.wait_timeout(cx, interval)? {
                body(cx)?;
            }
            event.set(cx);
            Ok(())
        });
        Self { thread, finished }
    }

    /// Its body will not run, if it has not begun.
    pub fn cancel(&self, cx: &ThreadCx) {
        self.finished.set(cx);
    }

    /// The thread: to start, join, or ask.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl std::ops::Deref for Timer {
    type Target = Thread;
    fn deref(&self) -> &Thread {
        &self.thread
    }
}
