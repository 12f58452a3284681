//! Stop ends any run soon, keeps what was measured, and leaves a page that runs again.

use crate::ensure;
use crate::harness::census::{Census, census};
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble};
use serde_json::json;
use std::time::{Duration, Instant};

/// From the click until the page says so, ms.
const SOON: f64 = 250.0;
/// How long the page waits at most before it goes on without an answer, ms.
const PATIENCE: f64 = 160.0;

/// In the middle of processes.
pub async fn processes(page: &Page) -> Outcome {
    stopped(page, "processes").await
}

/// In the middle of threads, with the GIL and without.
pub async fn threads(page: &Page) -> Outcome {
    Ok(format!("free: {}; with the GIL: {}", stopped(page, "free-threads").await?, stopped(page, "threads").await?))
}

/// In the middle of a wait on the event loop.
pub async fn event_loop(page: &Page) -> Outcome {
    page.open("", "v=1&s=fallback&repeats=1").await?;
    let took = stop(page).await?;
    Ok(format!("{took:.0} ms"))
}

/// While the browser's timer is armed that gives a loop its next turn.
pub async fn armed(page: &Page) -> Outcome {
    page.open("", "v=1&s=faster-loop&variant=timers&tasks=2000&switches=1000&limit=3000&repeats=1").await?;
    let took = stop(page).await?;
    page.set("limit", "200").await?;
    page.run().await?;
    Ok(format!("{took:.0} ms"))
}

/// What was stopped before its threads were needed had asked for a pool all the same: later runs find one that is big enough.
pub async fn before_threads(page: &Page) -> Outcome {
    // Of these the first in order is the sequence.
    page.open("", "v=1&s=primes&limit=10000000&models=sequential,free-threads&workers=4&repeats=3&seed=1").await?;
    page.js("e2e.now = null; setInterval(() => e2e.now ??= /sequential|free threads/.exec(document.querySelector('#status')?.textContent)?.[0], 5)", json!([])).await?;
    stop(page).await?;
    let now = page.js("return e2e.now", json!([])).await?;
    ensure!(now == "sequential", "stopped was {now}");
    for (link, value) in
        [("s=race&threads=2&variant=lock", "200,000"), ("s=primes&models=free-threads&workers=4&repeats=1", "41,538")]
    {
        page.js("location.hash = `v=1&${arguments[0]}`", json!([link])).await?;
        let shown = "return document.querySelector('.side a.on')?.dataset.scenario === arguments[0]";
        let scenario = link.trim_start_matches("s=").split('&').next();
        page.wait_for("the form", shown, json!([scenario]), GONE).await?;
        all_give(&page.run().await?, value)?;
    }
    Ok(String::new())
}

/// How many pages are left.
const LEFT: usize = 12;
/// Chromium keeps the last six pages that were left, each with a thread, should a reader come back.
const KEPT: usize = 6;
/// How long ended workers may take to be gone.
const GONE: Duration = Duration::from_secs(20);

/// Pages that ran threads and were left leave no workers behind.
pub async fn left(page: &Page) -> Outcome {
    let mut first = None;
    for _ in 0..LEFT {
        page.run_link("v=1&s=primes&models=free-threads&repeats=1").await?;
        page.driver.goto("about:blank").await?;
        let begun = Instant::now();
        loop {
            let Some(Census { workers, .. }) = census(page.program) else { return Ok("nobody tells".to_owned()) };
            match first {
                None if begun.elapsed() > Duration::from_secs(2) => break first = Some(workers),
                Some(first) if workers <= first + KEPT => break,
                _ => {}
            }
            ensure!(begun.elapsed() < GONE, "{workers} workers of pages that were left, at first {first:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(format!("{LEFT} pages; {} workers after the first", first.unwrap_or(0)))
}

async fn stopped(page: &Page, model: &str) -> Outcome {
    page.open("", &format!("v=1&s=primes&limit=10000000&models={model}&repeats=50")).await?;
    let took = stop(page).await?;
    page.js("document.querySelector('#timeline details').open = true", json!([])).await?;
    page.wait("what was measured", "return document.querySelectorAll('#timeline tbody tr').length > 1").await?;
    page.set("limit", "500000").await?;
    let cells = {
        page.js("const e = document.querySelector('#repeats'); e.value = '1';
            e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true }));", json!([])).await?;
        page.run().await?
    };
    all_give(&cells, "41,538")?;
    Ok(format!("{took:.0} ms, next run right"))
}

/// Starts, lets it get going, stops; the time from the click to the new state, measured inside the page.
pub async fn stop(page: &Page) -> Result<f64, Trouble> {
    page.start().await?;
    // A few hundred milliseconds of a run that takes seconds: the stop falls into its middle. A pool may take as long to start.
    let going = "return performance.now() - e2e.states.find((s) => s.state === 'running').at > 400
        && /[1-9]\\d* lane/.test(document.querySelector('#timeline canvas')?.ariaLabel)";
    page.wait("a run under way", going).await?;
    // Beside it a timer as long as the page's own last one, which tells how late this browser calls timers now.
    let click = "e2e.clicked = performance.now(); document.querySelector('#stop').click();
        setTimeout(() => (e2e.control = performance.now() - e2e.clicked), arguments[0])";
    page.js(click, json!([PATIENCE])).await?;
    let state = page.ended().await?;
    ensure!(state == "stopped", "the run ended as {state}: {}", page.situation().await?);
    let took = page.js("return e2e.states.find((s) => s.state === 'stopped').at - e2e.clicked", json!([])).await?;
    let took = took.as_f64().unwrap_or(f64::NAN);
    let control = page.wait("the timer beside it", "return e2e.control").await?.as_f64().unwrap_or(PATIENCE);
    ensure!(
        took <= SOON + (control - PATIENCE),
        "stopping took {took:.0} ms, a timer of {PATIENCE} ms {control:.0} ms"
    );
    page.no_errors().await?;
    Ok(took)
}
