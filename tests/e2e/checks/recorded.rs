//! Recorded runs, where memory cannot be shared: one press shows one, labelled, and it is never mixed with what is measured.

use super::embed;
use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::json;

/// The labels, once the recorded run is shown.
const LABELS: &str = "const labels = [...document.querySelectorAll('.recorded')].map((e) =>
        e.closest('section')?.querySelector('h2').textContent + ': ' + e.textContent);
    return document.querySelector('#status')?.dataset.state === 'recorded' && labels.length >= 4 && labels";
/// Keeps what is copied where the check can read it.
const CLIPBOARD: &str = "Object.defineProperty(navigator, 'clipboard',
    { value: { writeText: (text) => { window.copied = text; return Promise.resolve(); } } })";

async fn show(page: &Page) -> Result<Vec<String>, Trouble> {
    page.press("#recorded").await?;
    let labels = page.wait("a recorded run", LABELS).await?;
    page.drawn().await?;
    Ok(labels.as_array().into_iter().flatten().filter_map(|l| l.as_str().map(str::to_owned)).collect())
}

/// Every view of it, with its label: of a lesson of threads, and of one of which a single variant cannot run here.
pub async fn shown(page: &Page) -> Outcome {
    let mut first = String::new();
    for (link, least) in [("v=1&s=race", 4), ("v=1&s=pickling&variant=shared", 3)] {
        page.open("", link).await?;
        let labels = show(page).await?;
        for card in ["Timeline", "Time, median and spread", "What must hold", "What you just saw"] {
            let label = labels.iter().find(|l| l.starts_with(card));
            ensure!(label.is_some_and(|l| l.contains("Recorded: Chromium ")), "{card} has no label: {labels:?}");
        }
        let (cells, claims) = (page.cells().await?, page.claims().await?);
        ensure!(cells.len() >= least && cells.iter().all(|c| c.median > 0.0), "the timings are {cells:?}");
        ensure!(!claims.is_empty() && claims.iter().all(|c| c.ok), "the claims are {claims:?}");
        page.js(CLIPBOARD, json!([])).await?;
        page.press("#copy-json").await?;
        let copied = page.wait("the copied result", "return window.copied && JSON.parse(copied)").await?;
        ensure!(copied["recorded"]["date"].is_string() && copied["recorded"]["cores"].is_number(), "copied: {copied}");
        page.no_errors().await?;
        first = labels.into_iter().next().unwrap_or_default();
    }
    Ok(first)
}

/// What runs here for real takes its place; the two are never side by side.
pub async fn replaced(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes&models=sequential,processes&repeats=1").await?;
    show(page).await?;
    let recorded = page.cells().await?;
    ensure!(recorded.iter().any(|c| c.name.starts_with("free-threads")), "recorded: {recorded:?}");
    let cells = page.run().await?;
    ensure!(cells.iter().all(|c| !c.name.contains("threads")) && cells.len() == 2, "measured: {cells:?}");
    let left = page.js("return document.querySelectorAll('.recorded').length", json!([])).await?;
    ensure!(left == json!(0), "{left} labels are left");
    page.claims_hold().await?;
    show(page).await?;
    page.no_errors().await?;
    Ok(format!("{} recorded, {} measured", recorded.len(), cells.len()))
}

/// One that is missing, or of another version, is refused in words; runs go on.
pub async fn refused(page: &Page) -> Outcome {
    let script = "const fetching = fetch, answer = arguments[0];
        window.fetch = (a, ...rest) => String(a).includes('recorded/') ? Promise.resolve(new Response(...answer)) : fetching(a, ...rest);";
    for answer in [json!(["", { "status": 404 }]), json!(["another version"])] {
        page.open("", "v=1&s=primes&models=processes&repeats=1").await?;
        page.js(script, json!([answer])).await?;
        page.press("#recorded").await?;
        let said = page.wait("a failure", "return document.querySelector('#failure')?.textContent").await?;
        ensure!(said.as_str().is_some_and(|s| s.contains("recorded run could not be loaded")), "it says {said}");
        ensure!(page.cells().await?.is_empty(), "something is shown");
        page.run().await?;
    }
    Ok(String::new())
}

/// In a frame, too.
pub async fn embedded(page: &Page) -> Outcome {
    embed::open(page, "v=1&s=deadlock").await?;
    let press =
        "const b = document.querySelector('#live'); b?.click(); return b?.textContent === 'Look into the recorded run'";
    embed::inside(page, "the offer", press).await?;
    embed::inside(page, "a recorded run", LABELS).await?;
    embed::inside(page, "no errors", "return e2e.errors.length === 0").await?;
    Ok(String::new())
}
