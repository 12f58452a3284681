//! In a frame of somebody else's page: it tells what happens, does what it is told, and leaves its address alone.

use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a message may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Opens the host page with the site in its frame, and waits for `interleave:ready`.
pub async fn open(page: &Page, hash: &str) -> Result<Value, Trouble> {
    page.driver.goto("about:blank").await?;
    let frame = page.site.page("embed", hash);
    page.driver.goto(page.host.framing(&frame, "allow=cross-origin-isolated", 1)).await?;
    said(page, "interleave:ready").await
}

/// Waits for the last message of this type.
pub async fn said(page: &Page, kind: &str) -> Result<Value, Trouble> {
    let script = "return said.findLast((m) => m.type === arguments[0])";
    page.wait_for(kind, script, json!([kind]), LIMIT).await
}

/// Says something to the page in the frame.
pub async fn tell(page: &Page, message: Value) -> Result<(), Trouble> {
    let script = "document.querySelector('iframe').contentWindow.postMessage(arguments[0], '*')";
    page.js(script, json!([message])).await.map(|_| ())
}

/// Looks into the frame with `script` until it returns something true, and comes back out.
pub async fn inside(page: &Page, what: &str, script: &str) -> Result<Value, Trouble> {
    page.driver.enter_frame(0).await?;
    let seen = page.wait(what, script).await;
    page.driver.enter_default_frame().await?;
    seen
}

/// Ready with what is possible, its height, and the result of a run.
pub async fn speaks(page: &Page) -> Outcome {
    let ready = open(page, "v=1&s=prices&repeats=1").await?;
    ensure!(ready["v"] == 1 && ready["capabilities"].is_object(), "ready said {ready}");
    let step = ready["capabilities"]["clockStepNs"].as_u64();
    ensure!(step.is_some_and(|ns| (1..=1_000_000).contains(&ns)), "ready said {ready}");
    let resize = said(page, "interleave:resize").await?;
    ensure!(resize["height"].as_f64().is_some_and(|h| h > 100.0), "resize said {resize}");
    tell(page, json!({ "type": "interleave:run", "v": 1 })).await?;
    let result = said(page, "interleave:result").await?;
    ensure!(result["scenario"] == "prices" && result["v"] == 1, "result said {result}");
    ensure!(result["runs"].as_array().is_some_and(|runs| !runs.is_empty()), "no runs: {result}");
    let claims = result["claims"].as_array().cloned().unwrap_or_default();
    ensure!(!claims.is_empty() && claims.iter().all(|c| c["ok"] == true || c["timed"] == true), "claims: {claims:?}");
    inside(page, "no errors", "return e2e.errors.length === 0").await?;
    Ok(format!("height {}, {} claims", resize["height"], claims.len()))
}

/// Set, run and stop from outside; the address inside stays what the host gave.
pub async fn obeys(page: &Page) -> Outcome {
    open(page, "v=1&s=prices").await?;
    tell(
        page,
        json!({ "type": "interleave:set", "v": 1, "hash": "v=1&s=primes&limit=10000000&models=processes&repeats=50" }),
    )
    .await?;
    let shown = "return document.querySelector('[data-param=\"limit\"] input')?.value === '10000000'";
    inside(page, "the new form", shown).await?;
    tell(page, json!({ "type": "interleave:run", "v": 1 })).await?;
    inside(page, "running", "return document.querySelector('#status').dataset.state === 'running'").await?;
    tell(page, json!({ "type": "interleave:stop", "v": 1 })).await?;
    inside(page, "stopped", "return document.querySelector('#status').dataset.state === 'stopped'").await?;
    let hash = inside(page, "the address", "return location.hash").await?;
    ensure!(hash == "#v=1&s=prices", "the address became {hash}");
    Ok(String::new())
}

/// A run that is stopped before it has begun is answered as itself, not with what ran before it.
pub async fn answers_nothing(page: &Page) -> Outcome {
    open(page, "v=1&s=prices&repeats=1").await?;
    tell(page, json!({ "type": "interleave:run", "v": 1 })).await?;
    said(page, "interleave:result").await?;
    tell(page, json!({ "type": "interleave:set", "v": 1, "hash": "v=1&s=prices&gold-grams=3&repeats=50" })).await?;
    inside(page, "the new form", "return document.querySelector('[data-param=gold-grams] input')?.value === '3'")
        .await?;
    // Both in one turn of the frame's loop: posted as two messages, the run may well begin between them.
    inside(page, "both at once", RUN_AND_STOP).await?;
    let second = "return said.filter((m) => m.type === 'interleave:result')[1]";
    let result = page.wait_for("the second result", second, json!([]), LIMIT).await?;
    ensure!(result["params"]["gold-grams"] == "3" || result["params"]["gold-grams"] == 3, "the host heard {result}");
    let none = result["runs"].as_array().is_some_and(|runs| runs.iter().all(|run| run["reason"] == "not run"));
    ensure!(none, "what never began ran: {result}");
    inside(page, "what ran before", "return !!document.querySelector('ul.claims li')").await?;
    // Neither stopped nor replaced nor left while what ran before is still being ended is it forgotten.
    let long = "v=1&s=primes&limit=10000000&models=processes&repeats=50";
    let (set, run) = (
        |hash: &str| json!({ "type": "interleave:set", "v": 1, "hash": hash }),
        json!({ "type": "interleave:run", "v": 1 }),
    );
    let other = set("v=1&s=primes&limit=5000&models=processes&repeats=50");
    for (last, limits) in [
        (json!({ "type": "interleave:stop", "v": 1 }), json!([10_000_000, 5_000])),
        (set("v=1&s=prices"), json!([10_000_000, 5_000])),
    ] {
        page.js("said.length = 0", json!([])).await?;
        page.js(TELL_ALL, json!([[set(long), run]])).await?;
        inside(page, "running", "return document.querySelector('#status')?.dataset.state === 'running'").await?;
        page.js(TELL_ALL, json!([[other, run, last]])).await?;
        let both = "const all = said.filter((m) => m.type === 'interleave:result');
            return all.length > 1 && all.map((m) => Number(m.params.limit))";
        let heard = page.wait_for("both results", both, json!([]), LIMIT).await?;
        ensure!(heard == limits, "after {last} the host heard {heard}");
    }
    Ok(String::new())
}

/// Says in the frame, without a turn of its loop between them, what the host page may say.
const RUN_AND_STOP: &str = "for (const type of ['interleave:run', 'interleave:stop'])
        dispatchEvent(new MessageEvent('message', { data: { type, v: 1 } }));
    return true";

/// Posts messages to the frame, one right after the other.
const TELL_ALL: &str = "const frame = document.querySelector('iframe').contentWindow;
    arguments[0].forEach((message) => frame.postMessage(message, '*'))";

/// Whatever runs, the host means what it has set last: another scenario, and the same with other values.
pub async fn goes_over(page: &Page) -> Outcome {
    let long = "v=1&s=primes&limit=10000000&models=processes&repeats=50";
    for (set, scenario, value) in [
        ("v=1&s=prices&gold-grams=3", "prices", ("gold-grams", "3")),
        ("v=1&s=primes&limit=1000&models=processes&repeats=1", "primes", ("limit", "1000")),
    ] {
        open(page, long).await?;
        tell(page, json!({ "type": "interleave:run", "v": 1 })).await?;
        inside(page, "running", "return document.querySelector('#status')?.dataset.state === 'running'").await?;
        tell(page, json!({ "type": "interleave:set", "v": 1, "hash": set })).await?;
        tell(page, json!({ "type": "interleave:run", "v": 1 })).await?;
        let over = "return said.findLast((m) => m.type === 'interleave:result' && m.scenario === arguments[0]
            && String(m.params[arguments[1]]) === arguments[2] && m.runs.length > 0)";
        let result = page.wait_for(set, over, json!([scenario, value.0, value.1]), LIMIT).await?;
        ensure!(result["runs"].as_array().is_some_and(|runs| !runs.is_empty()), "{result}");
        inside(page, "done", "return document.querySelector('#status')?.dataset.state === 'done'").await?;
    }
    Ok(String::new())
}
