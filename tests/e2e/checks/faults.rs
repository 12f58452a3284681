//! A fault put into a run is named, and the next run is right without a reload; a page that broke itself says so.

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

/// What such a child sends first at its pipe does not arrive: nobody can go on then, and that is found.
pub async fn lose_in_child(page: &Page) -> Outcome {
    recovers_from(page, "lose.0.1", "s=manager", "4 keys, 20 entries, 42 calls").await
}

/// Such a child never ends.
pub async fn hang_in_child(page: &Page) -> Outcome {
    recovers_from(page, "hang", "s=manager", "4 keys, 20 entries, 42 calls").await
}

/// Runs a module on the page's own thread that does nothing but trap; uncaught, like a trap of the page's program.
const TRAP: &str = "document.head.append(Object.assign(document.createElement('script'), { src: 'e2e/trap.js' }))";

/// The page traps: it says so, and its button brings it back with the same settings.
pub async fn broken_page(page: &Page) -> Outcome {
    page.open("", "v=1&s=prices&repeats=1").await?;
    page.set("gold-grams", "7").await?;
    page.wait("the settings in the address", "return location.hash.includes('gold-grams=7')").await?;
    let hash = page.hash().await?;
    page.js(TRAP, json!([])).await?;
    page.wait("the trap", "return e2e.traps.length > 0").await?;
    // It was asked for: whoever reads these next must not take the page for broken.
    page.js("e2e.traps = []; e2e.errors = []; e2e.old = true;", json!([])).await?;
    let notice = page.wait("the notice", "return document.querySelector('#broke[role=alert]')?.textContent").await?;
    let notice = notice.as_str().unwrap_or_default().to_owned();
    ensure!(notice.contains("cannot go on") && notice.contains("in the address"), "the notice says {notice:?}");
    page.press("#broke button").await?;
    // While the page is exchanged there may be nobody to answer.
    let begun = std::time::Instant::now();
    while page.js("return window.e2e && !e2e.old", json!([])).await.ok() != Some(json!(true)) {
        ensure!(begun.elapsed().as_secs() < 30, "the page was not loaded again");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    page.ready().await?;
    let again = (page.hash().await?, page.shown("gold-grams").await?);
    ensure!(again == (hash, "7".to_owned()), "it came back with {again:?}");
    let gone = page.js("return document.querySelector('#broke') === null", json!([])).await?;
    ensure!(gone == json!(true), "the notice is still there");
    page.run().await?;
    Ok(notice)
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
        "lose.0.1" => &["a message of a pipe got lost"],
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
