//! With and without shared memory.

use crate::ensure;
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};

const CHIPS: &str = "return ['threads', 'free-threads'].map((id) => {
    const e = document.querySelector(`[data-model=\"${id}\"]`);
    const off = e && (e.disabled || e.getAttribute('aria-disabled') === 'true');
    return e && [off, e.title || e.getAttribute('aria-describedby') || '', document.querySelector('#badge')?.dataset.shared];
})";

/// The chips of the variants: whether they can be pressed and are, and the reason that is read out.
const VARIANTS: &str =
    "return [...document.querySelectorAll('[data-variant]')].map((e) => [e.dataset.variant, e.disabled,
    e.ariaPressed, document.getElementById(e.getAttribute('aria-describedby'))?.textContent ?? ''])";

/// Threads are offered as disabled, with a reason; everything else runs. So is a variant that alone needs shared memory.
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

    // Chosen alone by a link, it is told of, and its recorded run is beside that.
    page.open("", "v=1&s=pickling&variant=shared").await?;
    ensure!(page.run_to_end().await? == "failed", "something ran");
    let said = "return document.querySelector('#recorded') && document.querySelector('#failure').textContent";
    let said = page.wait("the offer beside the failure", said).await?;
    ensure!(said.as_str().is_some_and(|s| s.contains("recorded run")), "it says {said}");
    let cells = page.run_link("v=1&s=pickling&repeats=1&largest=1").await?;
    let mut ran: Vec<_> = cells.iter().map(|c| c.name.as_str()).collect();
    ran.sort_unstable();
    ensure!(ran == ["processes/copied", "processes/transferred"], "without shared memory ran {ran:?}");
    page.claims_hold().await?;
    let variants = page.js(VARIANTS, json!([])).await?;
    let why = variants[2][3].as_str().unwrap_or_default();
    ensure!(why.contains("memory shared between workers"), "the reason is \"{why}\"");
    let expected =
        json!([["copied", false, "true", ""], ["transferred", false, "true", ""], ["shared", true, "false", why]]);
    ensure!(variants == expected, "the variants are {variants}");
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
    page.open("", "v=1&s=pickling").await?;
    let variants = page.js(VARIANTS, json!([])).await?;
    let off = |chip: &Value| chip[1] != false || chip[2] != "true" || chip[3] != "";
    let chips = variants.as_array().filter(|chips| chips.len() == 3);
    ensure!(chips.is_some_and(|chips| !chips.iter().any(off)), "the variants are {variants}");
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
