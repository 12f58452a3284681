//! What the event loop held is told in words, and a run that the browser distorted is explained instead of being counted.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;
use serde_json::json;

/// Says that the page is hidden, or shown again.
const HIDE: &str = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => arguments[0] });
    document.dispatchEvent(new Event('visibilitychange'));";

/// Steps along the iterations, by key, and reads what they say.
pub async fn iterations(page: &Page) -> Outcome {
    page.run_link("v=1&s=semaphore&jobs=4&limit=2&work=100&repeats=1").await?;
    let step = "document.querySelector('.picture').dispatchEvent(
        new KeyboardEvent('keydown', { key: 'n', bubbles: true, cancelable: true }));";
    let told = "return [...document.querySelectorAll('.holds dd')].map((e) => e.textContent).join(' | ')";
    let mut last = String::new();
    for n in 0..2 {
        page.js(step, json!([])).await?;
        let changed = format!("{} !== arguments[0]", told.replacen("return ", "return (", 1) + ")");
        let limit = std::time::Duration::from_secs(5);
        page.wait_for("another iteration", &changed, json!([last]), limit).await?;
        last = page.js(told, json!([])).await?.as_str().unwrap_or_default().to_owned();
        ensure!(n > 0 || last.starts_with("1 of "), "the first step says {last:?}");
    }
    let beat = page.js("return document.querySelector('.beat').textContent", json!([])).await?;
    let beat = beat.as_str().unwrap_or_default();
    ensure!(beat.contains("The loop was") && beat.contains("gate: waiting 2"), "the tracks say {beat:?}");
    page.no_errors().await?;
    Ok(last)
}

/// Hides the page in the middle of a run.
pub async fn hidden(page: &Page) -> Outcome {
    page.open("", "v=1&s=semaphore&jobs=4&limit=2&work=500&repeats=1").await?;
    page.start().await?;
    page.js(HIDE, json!([true])).await?;
    let gone = "return performance.now() - e2e.states.find((s) => s.state === 'running').at > 300";
    page.wait("a run under way", gone).await?;
    page.js(HIDE, json!([false])).await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}");
    let notice = page.wait("a notice", "return document.querySelector('.notice')?.textContent").await?;
    let notice = notice.as_str().unwrap_or_default().to_owned();
    ensure!(notice.contains("The tab was hidden for"), "the notice says {notice:?}");
    ensure!(page.claims().await?.is_empty(), "a distorted run is judged");
    let cells = page.run().await?;
    ensure!(cells.len() == 1 && cells[0].median.is_finite(), "the next run counts");
    let left = page.js("return document.querySelector('.notice') === null", json!([])).await?;
    ensure!(left == json!(true), "the notice stays");
    page.no_errors().await?;
    Ok(notice)
}
