//! With and without shared memory.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::{Page, all_give};
use serde_json::json;

const CHIPS: &str = "return ['threads', 'free-threads'].map((id) => {
    const e = document.querySelector(`[data-model=\"${id}\"]`);
    const off = e && (e.disabled || e.getAttribute('aria-disabled') === 'true');
    return e && [off, e.title || e.getAttribute('aria-describedby') || '', document.querySelector('#badge')?.dataset.shared];
})";

/// Threads are offered as disabled, with a reason; everything else runs.
pub async fn threads_say_why_not(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes").await?;
    let chips = page.js(CHIPS, json!([])).await?;
    for chip in chips.as_array().into_iter().flatten() {
        ensure!(chip[0] == true, "threads are not disabled: {chips}");
        ensure!(chip[1].as_str().is_some_and(|why| !why.is_empty()), "no reason is given: {chips}");
        ensure!(chip[2] == "false", "the badge says otherwise: {chips}");
    }
    let cells = page.run_link("v=1&s=primes&repeats=1&models=processes").await?;
    let figures = all_give(&cells, "41,538")?;
    Ok(format!("disabled: {}; {figures}", chips[0][1]))
}

/// Threads can be chosen, and the badge agrees.
pub async fn threads_are_offered(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes").await?;
    let chips = page.js(CHIPS, json!([])).await?;
    for chip in chips.as_array().into_iter().flatten() {
        ensure!(chip[0] == false && chip[2] == "true", "threads are not offered: {chips}");
    }
    let offer = page.js("return document.querySelector('#recorded')", json!([])).await?;
    ensure!(offer.is_null(), "a recorded run is offered where everything runs");
    Ok(String::new())
}
