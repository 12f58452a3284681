//! A fault put into a run is named, and the next run is right without a reload.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::{Page, all_give};
use serde_json::json;

/// A process panics.
pub async fn panic_in_process(page: &Page) -> Outcome {
    recovers(page, "panic", "processes").await
}

/// A thread panics.
pub async fn panic_in_thread(page: &Page) -> Outcome {
    recovers(page, "panic", "free-threads").await
}

/// A process never ends.
pub async fn hang_in_process(page: &Page) -> Outcome {
    recovers(page, "hang", "processes").await
}

/// A thread never ends.
pub async fn hang_in_thread(page: &Page) -> Outcome {
    recovers(page, "hang", "free-threads").await
}

/// A process wants more memory than there is.
pub async fn memory_in_process(page: &Page) -> Outcome {
    recovers(page, "memory", "processes").await
}

/// A thread wants more memory than there is.
pub async fn memory_in_thread(page: &Page) -> Outcome {
    recovers(page, "memory", "free-threads").await
}

/// A child of a program of processes panics.
pub async fn panic_in_child(page: &Page) -> Outcome {
    recovers_from(page, "panic", "s=manager", "4 keys, 20 entries, 42 calls").await
}

/// Such a child wants more memory than there is.
pub async fn memory_in_child(page: &Page) -> Outcome {
    recovers_from(page, "memory", "s=manager", "4 keys, 20 entries, 42 calls").await
}

/// Such a child never ends.
pub async fn hang_in_child(page: &Page) -> Outcome {
    recovers_from(page, "hang", "s=manager", "4 keys, 20 entries, 42 calls").await
}

async fn recovers(page: &Page, fault: &str, model: &str) -> Outcome {
    recovers_from(page, fault, &format!("s=primes&models={model}"), "41,538").await
}

async fn recovers_from(page: &Page, fault: &str, link: &str, value: &str) -> Outcome {
    page.open(&format!("fault={fault}"), &format!("v=1&{link}&repeats=1")).await?;
    let state = page.run_to_end().await?;
    ensure!(state == "failed", "with the fault the run ended as {state}");
    let named = page.wait("the failure", "return document.querySelector('#failure')?.textContent.trim()").await?;
    let words: &[&str] = match fault {
        "panic" => &["panic"],
        "hang" => &["not answered"],
        _ => &["memory"],
    };
    let text = named.as_str().unwrap_or_default().to_lowercase();
    ensure!(words.iter().any(|w| text.contains(w)), "the failure is not named: {named}");
    // A worker that dies may tell the page on its way; only what follows must be clean.
    page.js("e2e.errors = []", json!([])).await?;
    let cells = page.run().await?;
    all_give(&cells, value)?;
    Ok(named.as_str().unwrap_or_default().chars().take(70).collect())
}
