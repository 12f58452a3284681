//! Every function of the page, done with keys alone.

use super::emulate;
use super::states::{STATES, State};
use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};

/// Keys as WebDriver names them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const UP: &str = "\u{e013}";
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";
const ESCAPE: &str = "\u{e00c}";

/// One deed: where the focus is, the key, and what is so afterwards; `before` is what the same script gave before the key.
struct Deed {
    what: &'static str,
    focus: &'static str,
    key: &'static str,
    /// A script that gives what is to change; it is `wanted` then, or just another where that is empty.
    gives: &'static str,
    wanted: &'static str,
}

const fn deed(
    what: &'static str,
    focus: &'static str,
    key: &'static str,
    gives: &'static str,
    wanted: &'static str,
) -> Deed {
    Deed { what, focus, key, gives, wanted }
}

const PICTURE: &str = "document.querySelector('.picture canvas').toDataURL()";
const STATUS: &str = "document.querySelector('#status').dataset.state";
const ALL_SHOWN: &str = "document.querySelector('.tools .quiet').ariaDisabled === 'true'";
const CURSOR: &str = "document.querySelector('.moment .now')?.textContent ?? ''";

/// Deeds of a finished run.
const DONE: &[Deed] = &[
    deed("zoom in", ".picture", "+", ALL_SHOWN, "false"),
    deed("move later", ".picture", RIGHT, PICTURE, ""),
    deed("move earlier", ".picture", LEFT, PICTURE, ""),
    deed("zoom further", ".picture", "+", PICTURE, ""),
    deed("zoom out", ".picture", "-", PICTURE, ""),
    deed("to the end", ".picture", END, PICTURE, ""),
    deed("to the beginning", ".picture", HOME, PICTURE, ""),
    deed("show all", ".picture", "0", ALL_SHOWN, "true"),
    deed("next event", ".picture", ".", CURSOR, ""),
    deed("the event after it", ".picture", ".", CURSOR, ""),
    deed("event before", ".picture", ",", CURSOR, ""),
    deed("next iteration", ".picture", "n", CURSOR, ""),
    deed("play", ".picture", SPACE, "document.querySelector('#play').innerText", "Pause"),
    deed("pause", "#play", SPACE, "document.querySelector('#play').innerText", "Play"),
    deed("scrub", "#scrub", END, CURSOR, ""),
    deed("scrub back", "#scrub", LEFT, CURSOR, ""),
    deed("zoom by its button", ".tools button", ENTER, ALL_SHOWN, "false"),
    deed("show all by its button", ".tools .quiet", SPACE, ALL_SHOWN, "true"),
    deed("clear the cursor", ".moment .quiet", ENTER, CURSOR, "undefined"),
    deed("run before", "[aria-label='Run before']", ENTER, "document.querySelector('.choice .steps').innerText", ""),
    deed("open the table", ".more summary", ENTER, "document.querySelector('.more details').open", "true"),
    deed("shut the table", ".more summary", SPACE, "document.querySelector('.more details').open", "false"),
    deed("Python to Rust", "#tab-python", RIGHT, "document.querySelector('#rust').hidden", "false"),
    deed("Rust to Python", "#tab-rust", LEFT, "document.querySelector('#python').hidden", "false"),
    deed("slide", "#p-work ~ input[type=range]", RIGHT, "document.querySelector('#p-work').value", ""),
    deed("count up", "#p-jobs", UP, "document.querySelector('#p-jobs').value", "5"),
    deed("reset", "[data-param=jobs] .quiet", ENTER, "document.querySelector('#p-jobs').value", "10"),
    deed("a named set, to be put back", "[data-preset]", ENTER, "document.querySelector('#p-jobs').value", "100"),
    deed("reset all", ".presets .quiet", ENTER, "document.querySelector('#p-jobs').value", "10"),
    deed("a named set of values", "[data-preset]", ENTER, "document.querySelector('#p-jobs').value", "100"),
    deed("skip to the scenario", ".skip", ENTER, "document.activeElement.id", "main"),
    deed("search", "#main", "/", "document.activeElement.id", "search"),
    deed("type into the search", "#search", "deadlock", "document.querySelector('#search').value", "deadlock"),
    deed("another scenario", "[data-scenario=deadlock]", ENTER, "document.querySelector('h1').textContent", ""),
];

/// Deeds around a run that takes long.
const LONG: &[Deed] = &[
    deed("Run", "#run", ENTER, STATUS, "running"),
    deed("Stop", "#stop", SPACE, STATUS, "stopped"),
    deed("Run in a field", "#p-limit", ENTER, STATUS, "running"),
    deed("Stop by Escape", "#main", ESCAPE, STATUS, "stopped"),
    deed(
        "drop a model",
        "[data-model=sequential]",
        SPACE,
        "document.querySelector('[data-model=sequential]').ariaPressed",
        "true",
    ),
    deed(
        "take it again",
        "[data-model=sequential]",
        ENTER,
        "document.querySelector('[data-model=sequential]').ariaPressed",
        "false",
    ),
];

/// Deeds of a guess that is asked for.
const GUESS: &[Deed] = &[
    deed(
        "guess a time",
        "[data-guess] input",
        RIGHT,
        "document.querySelector('[data-guess] input').ariaValueText",
        "1.10 s",
    ),
    deed(
        "the first in the order",
        "[data-guess] .tab",
        SPACE,
        "document.querySelector('[data-guess] .tab').innerText",
        "1",
    ),
    deed("shut the guess", "#guess summary", ENTER, "document.querySelector('#guess').open", "false"),
    deed("open the guess", "#guess summary", SPACE, "document.querySelector('#guess').open", "true"),
    deed("make the guess", "#guessed", ENTER, "document.querySelector('#timeline') !== null", "true"),
];

const PHONE: &[Deed] = &[
    deed("shut the menu", ".menu", ENTER, "document.querySelector('.menu').ariaExpanded", "false"),
    deed("open the menu", ".menu", SPACE, "document.querySelector('.menu').ariaExpanded", "true"),
];

/// All of them.
pub async fn by_keys(page: &Page) -> Outcome {
    let mut done = 0;
    emulate::window(page, (1280, 900)).await?;
    page.run_link("v=1&s=semaphore&jobs=4&limit=2&work=100&repeats=2").await?;
    done += do_all(page, DONE).await?;
    page.open("", "v=1&s=primes&limit=10000000&models=processes&repeats=50").await?;
    done += do_all(page, LONG).await?;
    page.run_link("v=1&s=primes&limit=1000&models=processes&repeats=1").await?;
    done += do_all(page, &[deed("measure the speed-up", "#measure", ENTER, STATUS, "measured")]).await?;
    page.open("predict=1", "v=1&s=prices").await?;
    done += do_all(page, GUESS).await?;
    types(page).await?;
    page.open("nothing=1", "v=1&s=prices").await?;
    let read = deed("dismiss a notice", ".notice button", ENTER, "document.querySelector('.notice') === null", "true");
    done += do_all(page, &[read]).await?;
    emulate::window(page, (360, 640)).await?;
    let menu: Option<&State> = STATES.iter().find(|s| s.name == "menu open on a phone");
    if let Some(menu) = menu {
        menu.enter(page).await?;
        done += do_all(page, PHONE).await?;
    }
    emulate::off(page).await?;
    Ok(format!("{done} deeds"))
}

/// A price is typed digit by digit: it stays as it is typed until the field is left.
async fn types(page: &Page) -> Outcome {
    page.open("", "v=1&s=prices").await?;
    for (typed, value, left) in [("75.5", "75.5", "75.50"), ("6", "6", "6.00")] {
        page.js("const e = document.querySelector('#p-gold'); e.focus(); e.select()", json!([])).await?;
        for key in typed.chars() {
            page.driver.action_chain().send_keys(key.to_string()).perform().await?;
            emulate::two_frames(page).await?;
        }
        let shown = "return document.querySelector('#p-gold').value === arguments[0]";
        let limit = std::time::Duration::from_secs(20);
        page.wait_for(&format!("{typed} as it was typed"), shown, json!([value]), limit).await?;
        page.driver.action_chain().send_keys(TAB).perform().await?;
        page.wait_for(&format!("{typed} once the field is left"), shown, json!([left]), limit).await?;
        page.wait_for("the link", "return location.hash.includes('gold=' + arguments[0])", json!([left]), limit)
            .await?;
    }
    Ok(String::new())
}

async fn do_all(page: &Page, deeds: &[Deed]) -> Result<usize, Trouble> {
    for Deed { what, focus, key, gives, wanted } in deeds {
        // What is drawn or disabled follows a change by a frame or two.
        let there = "const e = document.querySelector(arguments[0]);
            if (!e || e.disabled) return false;
            e.focus();
            return document.activeElement === e;";
        let limit = std::time::Duration::from_secs(20);
        page.wait_for(&format!("{what}: the focus on {focus}"), there, json!([focus]), limit).await?;
        let now = format!("return String({gives})");
        let before = settled(page, &now).await?;
        page.driver.action_chain().send_keys(*key).perform().await?;
        let script = format!(
            "const now = String({gives}); return (arguments[1] ? now === arguments[1] : now !== arguments[0]) && [now]"
        );
        let wanted = if *wanted == "undefined" { "" } else { wanted };
        page.wait_for(what, &script, json!([before, wanted]), limit).await?;
        let kept = "return document.activeElement !== document.body";
        ensure!(page.js(kept, json!([])).await? == Value::Bool(true), "{what}: who uses keys has lost the place");
    }
    page.no_errors().await?;
    Ok(deeds.len())
}

/// What a script gives once it gives the same twice, two frames apart.
async fn settled(page: &Page, script: &str) -> Result<Value, Trouble> {
    let mut last = page.js(script, json!([])).await?;
    for _ in 0..100 {
        emulate::two_frames(page).await?;
        let now = page.js(script, json!([])).await?;
        if now == last {
            return Ok(now);
        }
        last = now;
    }
    ensure!(false, "it never stands still: {script}");
    Ok(last)
}
