//! Whether the program of the page broke, or that of the page in its frame.

use super::Trouble;
use super::page::Page;
use serde_json::json;
use std::time::Duration;

/// How long a page that is alive may take to answer a question.
const ANSWER: Duration = Duration::from_secs(10);
const TRAP: &str = "return window.e2e?.traps[0] ?? ''";

impl Page {
    /// How the page's own program broke, if it did: a trap in its WebAssembly, or no answer at all.
    pub async fn broke(&self) -> Option<String> {
        match tokio::time::timeout(ANSWER, self.trap()).await {
            Ok(Ok(trap)) => Some(trap).filter(|trap| !trap.is_empty()),
            Ok(Err(trouble)) => Some(format!("the page does not answer: {trouble}")),
            Err(_) => Some(format!("the page did not answer within {ANSWER:?}")),
        }
    }

    /// Its first trap; of a page without one, that of the first frame, whichever site is around it.
    async fn trap(&self) -> Result<String, Trouble> {
        let text = async || Ok(self.js(TRAP, json!([])).await?.as_str().unwrap_or_default().to_owned());
        let own: Result<String, Trouble> = text().await;
        if own.as_ref().is_ok_and(String::is_empty) && self.driver.enter_frame(0).await.is_ok() {
            let framed = text().await.unwrap_or_default();
            self.driver.enter_default_frame().await?;
            return Ok(framed);
        }
        own
    }
}
