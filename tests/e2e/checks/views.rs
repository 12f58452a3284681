//! What is drawn is told in words too and stays until there is more; losses are counted run by run, and a run that the
//! browser distorted is explained instead of being counted.

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

/// The circle of a deadlock is drawn and told as it was when it closed; a step of the cursor shows another moment.
pub async fn deadlock(page: &Page) -> Outcome {
    page.run_link("v=1&s=deadlock&variant=as-they-come&models=threads&repeats=1").await?;
    let told = page.wait("the circle in words", "return document.querySelector('.beat')?.textContent").await?;
    let told = told.as_str().unwrap_or_default().to_owned();
    let words = [
        "Thread-1 waits for lock B, held by Thread-2.",
        "Thread-2 waits for lock A, held by Thread-1.",
        "closed circle",
    ];
    ensure!(words.iter().all(|words| told.contains(words)), "the graph says {told:?}");
    // Its edges are of the colour of failures.
    let red = "const probe = document.createElement('i');
        probe.className = 'pt-failure';
        document.querySelector('.picture').append(probe);
        const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
        probe.remove();
        const canvas = document.querySelector('.picture canvas');
        const { data } = canvas.getContext('2d').getImageData(0, canvas.height / 2, canvas.width, canvas.height / 2);
        let n = 0;
        for (let i = 0; i < data.length; i += 4) {
            n += Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 30 && data[i + 3] > 200;
        }
        return n;";
    let closed = page.wait("a circle", &red.replace("return n", "return n > 500 && n")).await?;
    let key = "document.querySelector('.picture').dispatchEvent(
        new KeyboardEvent('keydown', { key: '.', bubbles: true, cancelable: true }));";
    page.js(key, json!([])).await?;
    page.wait("nobody waits yet", "return document.querySelector('.beat').textContent.startsWith('Nobody waits')")
        .await?;
    page.wait("no circle", &red.replace("return n", "return n < 50")).await?;
    page.no_errors().await?;
    Ok(format!("{closed} pixels of a circle; {told}"))
}

/// The picture stays until the next run has something to show: short runs do not flicker. (On a clock of whole milliseconds the very
/// shortest have nothing to show at all.)
pub async fn picture_stays(page: &Page) -> Outcome {
    page.run_link("v=1&s=primes&models=sequential&limit=500000&repeats=3").await?;
    let watch = "const canvas = document.querySelector('.picture canvas');
        e2e.labels = [];
        const tell = () => e2e.labels.push(canvas.isConnected ? canvas.getAttribute('aria-label') : 'gone');
        new MutationObserver(tell).observe(document.querySelector('#timeline'), { subtree: true, childList: true, attributes: true });";
    page.js(watch, json!([])).await?;
    page.start().await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}");
    let labels = page.js("return [...new Set(e2e.labels)]", json!([])).await?;
    let labels: Vec<&str> = labels.as_array().into_iter().flatten().filter_map(|label| label.as_str()).collect();
    let empty = |label: &&&str| ["gone", "Nothing has run yet"].contains(label) || label.ends_with(", 0 ms");
    ensure!(!labels.is_empty() && !labels.iter().any(|label| empty(&label)), "the picture was {labels:?}");
    Ok(labels.join("; "))
}

/// Lost updates are counted for each run, where an outcome says how many there were.
pub async fn losses(page: &Page) -> Outcome {
    page.run_link("v=1&s=async-lock&speed=10&repeats=2").await?;
    let rows = "return [...document.querySelectorAll('#meter li')].map(
        (e) => [e.querySelector('svg').getAttribute('aria-label'), e.querySelector('.figures').textContent,
        e.querySelectorAll('rect.lost').length])";
    let seen = page.js(rows, json!([])).await?;
    let wanted = json!([
        ["Run 1: got 1, lost 99. Run 2: got 1, lost 99. ", "99 of 100 lost", 2],
        ["Run 1: got 100, lost 0. Run 2: got 100, lost 0. ", "0 of 100 lost", 0],
    ]);
    ensure!(seen == wanted, "the meter shows {seen}");
    page.run_link("v=1&s=semaphore&jobs=2&work=50&repeats=1").await?;
    let none = page.js("return document.querySelector('#meter') === null", json!([])).await?;
    ensure!(none == json!(true), "there is a meter where nothing is counted");
    page.no_errors().await?;
    Ok(seen.to_string())
}

/// Hides the page in the middle of a run.
pub async fn hidden(page: &Page) -> Outcome {
    page.open("", "v=1&s=semaphore&jobs=4&limit=2&work=800&repeats=1").await?;
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
