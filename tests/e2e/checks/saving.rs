//! "Save as": each file holds what ran; where nothing may be saved, it can be copied.

use super::embed;
use super::sharing::CLIPBOARD;
use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};

/// Keeps what is offered as a download, by its name, and lets nothing be downloaded.
const KEEP: &str =
    "window.saved = {}; const blobs = new Map(), make = URL.createObjectURL, press = HTMLAnchorElement.prototype.click;
    URL.createObjectURL = (blob) => { const a = make.call(URL, blob); blobs.set(a, blob); return a; };
    HTMLAnchorElement.prototype.click = function () {
        const blob = blobs.get(this.href);
        if (!blob) return press.call(this);
        const keep = (text) => { saved[this.download] = { type: blob.type, size: blob.size, text }; };
        if (blob.type === 'image/png') createImageBitmap(blob).then((i) => keep(`${i.width} × ${i.height}`));
        else blob.text().then(keep);
    }";

/// Presses a kind of file; gives type, size and text of what is offered, by its name.
async fn save(page: &Page, kind: &str, name: &str) -> Result<Value, Trouble> {
    page.press(&format!("#save-dialog [data-kind={kind}]")).await?;
    let script = "const note = document.querySelector('#save-note').textContent;
        return saved[arguments[0]] ?? (note.startsWith('This') || note.startsWith('The ') ? { text: note, size: 0 } : null)";
    page.wait_for(name, script, json!([name]), std::time::Duration::from_secs(20)).await
}

fn words(file: &Value) -> &str {
    file["text"].as_str().unwrap_or_default()
}

/// Every kind of file, after a run.
pub async fn files(page: &Page) -> Outcome {
    page.open("", "v=1&s=semaphore&jobs=7&limit=2&work=40&repeats=2").await?;
    let disabled = "return document.querySelector('#save').getAttribute('aria-disabled') === 'true'";
    ensure!(page.js(disabled, json!([])).await? == Value::Bool(true), "there is something to save before a run");
    let cells = page.run().await?;
    page.js(CLIPBOARD, json!([])).await?;
    page.press("#copy-json").await?;
    let copied = page.wait("the result", "return window.copied").await?;
    page.js(KEEP, json!([])).await?;
    page.press("#save").await?;
    page.wait("the dialog", "return document.querySelector('#save-dialog')?.matches(':modal')").await?;

    let svg = save(page, "svg", "interleave-semaphore.svg").await?;
    ensure!(words(&svg).starts_with("<svg ") && words(&svg).contains("Task-2"), "SVG: {svg}");
    let size = page
        .js("const c = document.querySelector('.picture canvas'); return [c.clientWidth, c.clientHeight]", json!([]))
        .await?;
    let png = save(page, "png", "interleave-semaphore.png").await?;
    let doubled = |i: usize| size[i].as_f64().unwrap_or_default() * 2.0;
    let (w, h) = words(&png).split_once(" × ").unwrap_or_default();
    // Heading, legend and edges come on top.
    let near = |text: &str, to: f64| text.parse::<f64>().is_ok_and(|n| n >= to && n <= to + 300.0);
    ensure!(png["type"] == "image/png" && near(w, doubled(0)) && near(h, doubled(1)), "PNG: {png} of {size}");

    let csv = save(page, "csv", "interleave-semaphore.csv").await?;
    ensure!(words(&csv).lines().count() == 1 + 2 * cells.len(), "{} cells, CSV: {csv}", cells.len());
    ensure!(words(&csv).contains("param_jobs") && words(&csv).contains("semaphore,asyncio,"), "CSV: {csv}");
    let trace = save(page, "trace", "interleave-semaphore.trace.json").await?;
    let events: Value = serde_json::from_str(words(&trace)).unwrap_or_default();
    let events = events["traceEvents"].as_array().cloned().unwrap_or_default();
    let of = |phase: &str| events.iter().filter(|e| e["ph"] == phase).count();
    ensure!(of("X") > 10 && of("M") > 7 && of("C") > 0 && of("f") > 0, "trace: {} events", events.len());
    let json = save(page, "json", "interleave-semaphore.json").await?;
    ensure!(json["text"] == copied, "the file has {json}, the copy {copied}");
    let python = save(page, "py", "interleave-semaphore.py").await?;
    ensure!(words(&python).contains("\nJOBS = 7\n") && words(&python).contains("\nWORK = 0.04"), "Python: {python}");
    let shown =
        "const text = document.querySelector('#python')?.textContent.trim(); return text?.includes('def ') && text";
    let shown = page.wait("the Python that is shown", shown).await?;
    ensure!(
        words(&python).trim_end().ends_with(shown.as_str().unwrap_or("nothing")),
        "Python: {python}, shown: {shown}"
    );
    page.no_errors().await?;
    Ok(format!("SVG {} B, PNG {}, trace {} events", svg["size"], words(&png), events.len()))
}

/// What is zoomed and chosen is what is saved; another scenario has nothing to save.
pub async fn shown(page: &Page) -> Outcome {
    page.open("", "v=1&s=prices&repeats=1").await?;
    page.run().await?;
    page.js(KEEP, json!([])).await?;
    let mut pictures = Vec::new();
    for press in ["#main", ".tools [aria-label='Zoom in']", ".choice .tab:not([aria-pressed=true])"] {
        page.press(press).await?;
        page.press("#save").await?;
        page.wait("the dialog", "return document.querySelector('#save-dialog')").await?;
        // Of the window: a script of its own may have names of its own, as in Firefox.
        page.js("window.saved = {}", json!([])).await?;
        let svg = save(page, "svg", "interleave-prices.svg").await?;
        ensure!(!pictures.contains(&svg["text"]), "{press} changed nothing: {svg}");
        pictures.push(svg["text"].clone());
        page.press("#save-dialog .close").await?;
        page.wait("closed", "return !document.querySelector('#save-dialog')").await?;
    }
    page.press("[data-scenario=semaphore]").await?;
    page.wait("nothing to save", "return document.querySelector('#save').getAttribute('aria-disabled') === 'true'")
        .await?;
    page.no_errors().await?;
    Ok(String::new())
}

/// A run that is stopped before it has begun: what ran before it is shown and saved, unless its scenario was left.
pub async fn before(page: &Page) -> Outcome {
    const NOTHING: &str = "document.querySelector('#run').click(); document.querySelector('#stop').click()";
    const STOPPED: &str = "return document.querySelector('#status').dataset.state === 'stopped'";
    page.run_link("v=1&s=semaphore&jobs=7&limit=2&work=40&repeats=1").await?;
    page.js(KEEP, json!([])).await?;
    page.press("[data-preset]").await?;
    page.wait("other values", "return document.querySelector('#p-jobs').value !== '7'").await?;
    page.js(NOTHING, json!([])).await?;
    page.wait("stopped", STOPPED).await?;
    page.press("#save").await?;
    page.wait("the dialog", "return document.querySelector('#save-dialog')").await?;
    let csv = save(page, "csv", "interleave-semaphore.csv").await?;
    let rows: Vec<Vec<&str>> = words(&csv).lines().map(|line| line.split(',').collect()).collect();
    let jobs = rows.first().and_then(|head| head.iter().position(|name| *name == "param_jobs"));
    let saved = jobs.and_then(|jobs| rows.get(1)?.get(jobs).copied());
    ensure!(saved == Some("7"), "the values of what ran are saved, not of what did not: {csv}");
    page.press("#save-dialog .close").await?;
    for scenario in ["prices", "semaphore"] {
        page.press(&format!("[data-scenario={scenario}]")).await?;
        page.wait(scenario, "return document.querySelector('#status').dataset.state === 'idle'").await?;
    }
    page.js(NOTHING, json!([])).await?;
    page.wait("stopped", STOPPED).await?;
    let shown = page.js("return document.querySelectorAll('[data-median]').length", json!([])).await?;
    ensure!(shown == 0, "{shown} times of a run that was left are back");
    page.no_errors().await?;
    Ok(String::new())
}

/// In a frame the text is offered to be copied as well: it may be forbidden to download.
pub async fn framed(page: &Page) -> Outcome {
    embed::open(page, "v=1&s=prices&repeats=1").await?;
    page.driver.enter_frame(0).await?;
    let ran = "document.querySelector('#live:not([disabled])')?.click(); // a picture comes first
        const state = document.querySelector('#status')?.dataset.state;
        if (state === 'idle') document.querySelector('#run').click();
        return state === 'done'";
    page.wait("a run", ran).await?;
    page.js(KEEP, json!([])).await?;
    page.press("#save").await?;
    page.wait("the dialog", "return document.querySelector('#save-dialog')").await?;
    let csv = save(page, "csv", "interleave-prices.csv").await?;
    let text = page.wait("the text", "const t = document.querySelector('.by-text'); return t.checkVisibility() && t.querySelector('textarea').value").await?;
    // A text field has no line ends of two characters.
    ensure!(text == words(&csv).replace("\r\n", "\n"), "the text is {text}");
    page.no_errors().await?;
    page.driver.enter_default_frame().await?;
    Ok(String::new())
}
