//! The browser's own order, beside that of the loop: microtasks and tasks.

use super::cx::Cx;
use super::exception::Exception;
use super::{Completion, Operation};

/// What [`Operation::BrowserOrder`] asks for, in this order: two tasks, then two microtasks.
pub const BROWSER_QUEUES: [&str; 4] = ["setTimeout", "MessageChannel", "promise", "queueMicrotask"];

impl Cx {
    /// Asks the browser for all of [`BROWSER_QUEUES`] at once: their names, in the order in which they came.
    ///
    /// # Errors
    /// `NotImplementedError` where there is no browser; `CancelledError`.
    pub async fn browser_order(&self) -> Result<Vec<String>, Exception> {
        let names = self.begin(Operation::BrowserOrder).await?;
        Ok(String::from_utf8_lossy(&names).lines().map(str::to_owned).collect())
    }
}

/// How a host that has no browser completes [`Operation::BrowserOrder`].
pub fn no_browser(done: Completion) {
    done(Err(Exception::new("NotImplementedError", "there is no browser here")));
}
