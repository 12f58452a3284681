//! The guide: its pages open cleanly, scenarios run inside them, and what they measured and what was solved is shown.

use super::embed::{inside, tell};
use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

const PAGES: [&str; 7] = ["", "which-model/", "gil/", "loop/", "memory/", "pitfalls/", "exercises/"];
/// How long a run inside a page may take.
const RUN: Duration = Duration::from_secs(60);

/// Opens a page of the guide afresh, and waits until its script has run.
async fn open(page: &Page, name: &str) -> Result<(), Trouble> {
    page.driver.goto("about:blank").await?;
    page.driver.goto(page.site.below(&format!("guide/{name}"))).await?;
    page.wait("the guide's script", "return document.querySelector('.live .go:not([hidden])') !== null").await?;
    Ok(())
}

/// Every page opens without an error, and every address in it answers.
pub async fn every_page(page: &Page) -> Outcome {
    let mut seen = 0;
    for name in PAGES {
        open(page, name).await?;
        // Read to their ends: an answer that is not may keep its connection, and there are but six.
        let script = "const all = [...document.querySelectorAll('[href]')].map((e) => e.href.split('#')[0]);
            return Promise.all([...new Set(all)].map(async (url) => {
                const answer = await fetch(url);
                await answer.arrayBuffer();
                return [url, answer.ok];
            }));";
        let answers = page.js(script, json!([])).await?;
        ensure!(answers.as_array().is_some_and(|all| !all.is_empty()), "{name}: no addresses were found: {answers}");
        for answer in answers.as_array().into_iter().flatten() {
            ensure!(answer[1] == true, "{name}: {} is not there", answer[0]);
            seen += 1;
        }
        let wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1";
        page.wait("a page that fits", wide).await?;
        page.no_errors().await?;
    }
    // And the app leads here.
    page.open("", "").await?;
    let entry = page.js("return document.querySelector('nav a[href=\"guide/\"]')?.href ?? ''", json!([])).await?;
    ensure!(entry.as_str().is_some_and(|link| link.ends_with("/guide/")), "the app's entry is {entry}");
    Ok(format!("{} pages, {seen} addresses", PAGES.len()))
}

/// One press runs a scenario where it stands; its figures fill the table, and are there after a reload.
pub async fn runs_in_place(page: &Page) -> Outcome {
    open(page, "memory/").await?;
    page.js("try { localStorage.clear() } catch {}", json!([])).await?;
    open(page, "memory/").await?;
    let cell = "return document.querySelector('[data-measure=task-bytes] .measured')?.textContent ?? null";
    ensure!(page.js(cell, json!([])).await?.is_null(), "the table knows what was never measured");
    // A message that no frame of its own sent is not heard.
    let forged = "const run = { model: 'asyncio', variant: '', medianMs: 1, figures: { 'bytes a task': 7 } };
        const echo = new Promise((heard) => addEventListener('message', heard, { once: true }));
        postMessage({ type: 'interleave:result', v: 1, scenario: 'many-tasks', params: {}, variant: '', runs: [run], claims: [] }, '*');
        return echo.then(() => document.querySelectorAll('.measured').length);";
    ensure!(page.js(forged, json!([])).await? == 0, "a forged result was taken for a measurement");
    page.press("#run-many-tasks .go").await?;
    let shown = page.wait_for("figures in the table", cell, json!([]), RUN).await?;
    let held = page.js("return document.querySelector('#run-many-tasks .held').textContent", json!([])).await?;
    ensure!(held.as_str().is_some_and(|text| text.ends_with("statements held")), "beside the run: {held}");
    // The result is told before the frame is laid out anew.
    let tall = "return Number(document.querySelector('#run-many-tasks iframe').height) > 200";
    page.wait("a frame as tall as what is in it", tall).await?;
    inside(page, "no errors inside", "return e2e.errors.length === 0").await?;
    page.no_errors().await?;
    open(page, "which-model/").await?;
    ensure!(page.js(cell, json!([])).await? == shown, "another page does not know {shown}");
    Ok(format!("{}; {}", shown.as_str().unwrap_or_default(), held.as_str().unwrap_or_default()))
}

/// Sends a result out of the first frame, as the page in it does.
async fn send(page: &Page, scenario: &str, params: Value, runs: Value) -> Result<(), Trouble> {
    let result = json!({ "type": "interleave:result", "v": 1, "scenario": scenario, "params": params, "variant": "",
        "runs": runs, "claims": [] });
    page.driver.enter_frame(0).await?;
    let sent = page.js("parent.postMessage(arguments[0], '*')", json!([result])).await;
    page.driver.enter_default_frame().await?;
    sent.map(|_| ())
}

/// A run of a model that took so long.
fn took(model: &str, ms: f64) -> Value {
    json!({ "model": model, "variant": "", "medianMs": ms, "figures": { "start ns a task": 350 } })
}

/// Tables show figures of the runs they speak of, and of no others; with the day it is here, and in units that suit them.
pub async fn figures(page: &Page) -> Outcome {
    page.driver.goto(page.site.below("guide/which-model/")).await?;
    page.js("try { localStorage.clear() } catch {}", json!([])).await?;
    open(page, "which-model/").await?;
    page.press("#run-gil-io .go").await?;
    inside(page, "a frame", "return document.querySelector('#status') !== null").await?;
    let (asyncio, both) =
        (json!([took("asyncio", 999.6)]), json!([took("sequential", 0.9996), took("processes", 0.4998)]));
    let compounding = |steps: u64| json!({ "work": 1, "jobs": 4, "steps": steps, "counts": 1000, "workers": 4 });
    for (tasks, wait, speed) in [(1_000, 500, 1), (10_000, 100, 1), (10_000, 500, 2)] {
        send(
            page,
            "many-tasks",
            json!({ "tasks": tasks, "wait": wait, "threads": 8, "speed": speed }),
            asyncio.clone(),
        )
        .await?;
    }
    send(page, "gil-cpu", compounding(5_000_000), both.clone()).await?;
    send(
        page,
        "race",
        json!({ "threads": 4, "increments": 1000 }),
        json!([{ "model": "free-threads", "variant": "none", "medianMs": 1, "figures": { "lost": 7 } }]),
    )
    .await?;
    let cell = "return document.querySelector(`[data-measure=${arguments[0]}] .measured`)?.textContent ?? null";
    page.wait_for("what was lost", cell, json!(["lost"]), RUN).await?;
    for name in ["tasks-done", "compute-sequential", "compute-processes"] {
        let seen = page.js(cell, json!([name])).await?;
        ensure!(seen.is_null(), "{name} shows another run's {seen}");
    }
    send(page, "many-tasks", json!({ "tasks": 10_000, "wait": 500, "threads": 8, "speed": 1 }), asyncio).await?;
    send(page, "gil-cpu", compounding(500_000), both).await?;
    page.wait_for("what was gained", cell, json!(["compute-processes"]), RUN).await?;
    let today = "return new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })";
    let today = page.js(today, json!([])).await?;
    let today = today.as_str().unwrap_or_default();
    for (name, figure) in [
        ("tasks-done", "1.00 s"),
        ("task-start", "350 ns"),
        ("compute-sequential", "1.00 ms"),
        ("compute-processes", "2.00 times"),
    ] {
        let seen = page.js(cell, json!([name])).await?;
        ensure!(seen == format!("{figure}here, {today}"), "{name} shows {seen}");
    }
    page.no_errors().await?;
    Ok(String::new())
}

/// Where nothing ran it does not say that something did; where memory is not shared, a recorded run is shown instead.
pub async fn nothing(page: &Page) -> Outcome {
    let held = "const held = document.querySelector(arguments[0] + ' .held');
        return held && [held.textContent, held.classList.contains('not')]";
    // Without the worker, which isolates a page from its second visit on.
    page.open("", "").await?;
    open(page, "gil/").await?;
    page.press("#run-race .go").await?;
    let over = "const text = document.querySelector('#run-race .held')?.textContent;
        return text?.endsWith('statements held') && text";
    let said = page.wait_for("a race, or a recorded one", over, json!([]), RUN).await?;
    let recorded = said.as_str().is_some_and(|said| said.starts_with("recorded on "));
    let shared = inside(page, "the badge", "return document.querySelector('#badge')?.dataset.shared").await?;
    ensure!(shared == if recorded { "false" } else { "true" }, "threads: {shared}, but it says {said}");
    page.no_errors().await?;
    open(page, "").await?;
    page.press("#run-prices .go").await?;
    page.wait_for("a run", held, json!(["#run-prices"]), RUN).await?;
    let stopped = json!([{ "model": "asyncio", "variant": "", "medianMs": null, "ok": false, "reason": "stopped" }]);
    for (runs, said, not) in [
        (json!([]), "nothing of it could run here", true),
        (stopped, "no result: stopped", true),
        (json!([took("asyncio", 1.0)]), "it ran", false),
    ] {
        send(page, "prices", json!({}), runs).await?;
        let this = "const held = document.querySelector('#run-prices .held');
            return held.textContent === arguments[0] && held.classList.contains('not') === arguments[1]";
        page.wait_for(said, this, json!([said, not]), RUN).await?;
    }
    page.no_errors().await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// A wrong set-up of an exercise gets no tick, the right one does.
pub async fn exercise(page: &Page) -> Outcome {
    open(page, "exercises/").await?;
    let live = "document.querySelector('[data-exercise=client]')";
    let asleep = page.js(&format!("return {live}.querySelector('.go').disabled"), json!([])).await?;
    ensure!(asleep == true, "it can be run without a prediction");
    let guess = format!(
        "const guess = {live}.querySelector('.predict input');
         guess.value = 6000;
         guess.dispatchEvent(new Event('input', {{ bubbles: true }}));"
    );
    page.js(&guess, json!([])).await?;
    page.press("[data-exercise=client] .go").await?;
    inside(page, "the form in the frame", "return document.querySelector('[data-param=\"at-once\"] input') !== null")
        .await?;
    let solved = format!("return {live}.dataset.solved ?? null");
    // At its own speed the right one may be 600 ms late.
    for (set_up, expected) in [("variant=naive&speed=10", "no"), ("variant=reserving&at-once=20&speed=1", "yes")] {
        page.js(&format!("delete {live}.dataset.solved"), json!([])).await?;
        let hash = format!("v=1&s=rate-limit&work=1000&{set_up}");
        tell(page, json!({ "type": "interleave:set", "v": 1, "hash": hash })).await?;
        tell(page, json!({ "type": "interleave:run", "v": 1 })).await?;
        let seen = page.wait_for(set_up, &solved, json!([]), RUN).await?;
        let said = page.js(&format!("return {live}.querySelector('.checks').innerText"), json!([])).await?;
        ensure!(seen == expected, "{set_up} was judged {seen}: {said}");
    }
    let told =
        format!("return {live}.querySelector('.checks').textContent.includes('You predicted 6,000; it came to')");
    ensure!(page.js(&told, json!([])).await? == true, "the prediction is not compared");
    page.wait("a mark that it is solved", "return document.querySelector('[data-done=client] .done') !== null").await?;
    page.no_errors().await?;
    Ok(String::new())
}

/// The tree's questions lead to each of its leaves, one at a time, and the reader's answers and numbers go along.
pub async fn tree(page: &Page) -> Outcome {
    open(page, "which-model/").await?;
    let script = "const tree = document.querySelector('.tree');
        const shown = (what) => [...tree.querySelectorAll(what)].filter((e) => !e.hidden);
        const live = document.querySelector('#run-pick-a-model');
        const found = [], wrong = [];
        const walk = (depth) => {
            const question = shown('[data-question]')[depth];
            for (const answer of question.querySelectorAll('input')) {
                answer.click();
                const leaves = shown('[data-leaf]');
                if (leaves.length > 1 || (leaves.length === 1) !== (tree.dataset.at !== '')) wrong.push(answer.value);
                if (leaves.length !== 1) {
                    walk(depth + 1);
                    continue;
                }
                const { leaf, ...said } = leaves[0].dataset;
                found.push(leaf);
                const sent = new URLSearchParams(live.dataset.frame.split('#')[1]);
                sent.delete('v');
                sent.delete('s');
                const same = Object.entries(said).every(([key, value]) => sent.get(key) === value);
                if (!same || sent.size !== Object.keys(said).length || sent.size === 0) wrong.push(`${leaf}: ${sent}`);
            }
        };
        walk(0);
        return { found, wrong, all: [...tree.querySelectorAll('[data-leaf]')].map((e) => e.dataset.leaf) };";
    let seen = page.js(script, json!([])).await?;
    ensure!(seen["wrong"].as_array().is_some_and(Vec::is_empty), "one leaf at a time, and what it says: {seen}");
    let names = |key: &str| {
        let mut names: Vec<String> = seen[key].as_array().into_iter().flatten().map(Value::to_string).collect();
        names.sort();
        names
    };
    ensure!(names("found") == names("all"), "not every leaf is reached once: {seen}");
    let numbers = "const input = document.querySelector('.numbers [name=jobs]');
        input.value = 50;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        const live = document.querySelector('#run-pick-a-model');
        return [live.dataset.frame.split('#')[1], live.querySelector('.under a').href.split('#')[1]];";
    let links = page.js(numbers, json!([])).await?;
    ensure!(links[0] == links[1], "frame and link differ: {links}");
    let link = links[0].as_str().unwrap_or_default();
    ensure!(link.contains("jobs=50") && link.contains("s=pick-a-model"), "the numbers do not go along: {link}");
    // Also when its box is open already.
    page.press("#run-pick-a-model .go").await?;
    inside(page, "the page in the box", "return document.querySelector('#status') !== null").await?;
    page.js(&numbers.replace("50", "3"), json!([])).await?;
    inside(page, "the later number", "return document.querySelector('.full a').href.match(/jobs=3(&|$)/)?.length")
        .await?;
    page.no_errors().await?;
    Ok(format!("{} leaves", names("all").len()))
}
