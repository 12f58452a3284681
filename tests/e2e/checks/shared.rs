//! With and without shared memory.

use crate::ensure;
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble};
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

/// Counts the engines that the page starts from now on.
const COUNT: &str = "const Plain = window.Worker;
    e2e.engines = 0;
    window.Worker = class extends Plain {
        constructor(address, options) {
            super(address, options);
            e2e.engines += options?.name === 'interleave engine';
        }
    };";

/// A session has one engine, whose pool has room for each of its runs; a later one goes on with it unless it needs more threads.
pub async fn one_engine(page: &Page) -> Outcome {
    let engines = async |expected: u32, run: &str| {
        let started = page.js("return e2e.engines", json!([])).await?;
        ensure!(started == expected, "{run}: {started} engines started until then instead of {expected}");
        Ok::<(), Trouble>(())
    };
    // The queue needs one thread more than the others.
    page.open("", "v=1&s=race&increments=1000&repeats=5&models=free-threads").await?;
    page.js(COUNT, json!([])).await?;
    page.run().await?;
    engines(1, "variants of 4 and 5 threads").await?;
    page.set("threads", "3").await?;
    page.run().await?;
    engines(1, "fewer threads").await?;
    page.set("threads", "6").await?;
    page.run().await?;
    engines(2, "more threads").await?;
    // More workers than jobs, then as many jobs as workers.
    page.open("", "v=1&s=gil-cpu&jobs=3&workers=8&steps=10000&repeats=1&models=free-threads").await?;
    page.js(COUNT, json!([])).await?;
    page.run().await?;
    page.set("jobs", "8").await?;
    page.run().await?;
    engines(1, "more jobs").await?;
    Ok(String::new())
}
