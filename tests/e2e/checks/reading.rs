//! Guessing before a run and reading after it: the guess and its ghost, steps with their sentences, Play, the run before, and
//! the curve over numbers of workers.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;
use serde_json::json;
use std::time::Duration;

/// Puts the slider of a guess somewhere, as a hand would.
const DRAG: &str = "const e = document.querySelector(`[data-guess=\"${arguments[0]}\"] input`);
    if (!e) return false;
    e.value = arguments[1];
    e.dispatchEvent(new Event('input', { bubbles: true }));
    return true;";

/// Presses a key in the picture.
const KEY: &str = "document.querySelector('.picture').dispatchEvent(
    new KeyboardEvent('keydown', { key: arguments[0], bubbles: true, cancelable: true }));";

/// What was said last, and the moment the cursor shows.
const SAID: &str =
    "return [document.querySelector('.happened').textContent, document.querySelector('.now')?.textContent ?? '']";

/// A guess is asked for by the link, hides what comes out, and stays as a ghost beside it.
pub async fn guess(page: &Page) -> Outcome {
    page.open("predict=1", "v=1&s=prices&repeats=1").await?;
    let opened = page
        .js("return [document.querySelector('#guess').open, document.querySelector('#guessed').disabled]", json!([]));
    ensure!(opened.await? == json!([true, true]), "the guess is not asked for");
    page.start().await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}");
    let hidden = "return [document.querySelector('#hidden') !== null, document.querySelectorAll('[data-cell], #timeline, [data-claim]').length]";
    ensure!(page.js(hidden, json!([])).await? == json!([true, 0]), "results are shown before the guess");
    let cells = "return [...document.querySelectorAll('[data-guess]')].map((e) => e.dataset.guess)";
    let cells = page.js(cells, json!([])).await?;
    let cells: Vec<String> =
        cells.as_array().into_iter().flatten().filter_map(|c| c.as_str().map(str::to_owned)).collect();
    ensure!(cells.len() > 1, "only these can be guessed: {cells:?}");
    // 60 is a second; 20 is 10 ms, which nothing here takes.
    ensure!(page.js(DRAG, json!([cells[0], 60])).await? == json!(true), "there is no slider");
    page.js(DRAG, json!([cells[1], 20])).await?;
    for _ in &cells {
        page.js("document.querySelector('[data-guess] .tab[aria-pressed=\"false\"]')?.click()", json!([])).await?;
    }
    let read =
        "const e = document.querySelector('[data-guess] input'); return e.getAttribute('aria-valuetext') === '1.00 s'";
    page.wait("the slider's words", read).await?;
    page.press("#guessed").await?;
    let said = "return [...document.querySelectorAll('.mark-guess')].map((e) => e.textContent)";
    let said = page
        .wait(
            "the guess beside the time",
            &said
                .replace("return ", "const s = (")
                .replace("textContent)", "textContent)); return s.length === 2 && s"),
        )
        .await?;
    let said: Vec<&str> = said.as_array().into_iter().flatten().filter_map(|s| s.as_str()).collect();
    ensure!(
        said[0].starts_with("you guessed 1.00 s, it took ") && said[1].starts_with("you guessed 10.0 ms"),
        "it says {said:?}"
    );
    let drawn = page.js("return [document.querySelectorAll('rect.guessed').length, document.querySelector('.order')?.dataset.right]", json!([])).await?;
    ensure!(drawn[0] == 2 && drawn[1].is_string(), "drawn: {drawn}");
    // Another scenario begins without a guess.
    page.js("location.hash = 'v=1&s=semaphore'", json!([])).await?;
    page.wait(
        "a new guess",
        "return document.querySelector('#guessed')?.disabled && document.querySelectorAll('.guess .made').length === 0",
    )
    .await?;
    page.no_errors().await?;
    Ok(said.join("; "))
}

/// Nobody is asked who did not open it; the line can be opened, and nothing is hidden.
pub async fn no_guess(page: &Page) -> Outcome {
    page.run_link("v=1&s=prices&repeats=1&models=asyncio").await?;
    let shown = "return [document.querySelector('#guess').open, document.querySelector('#hidden') === null,
        document.querySelectorAll('.mark-guess, .order, #guessed').length]";
    let shown = page.js(shown, json!([])).await?;
    ensure!(shown == json!([false, true, 0]), "without a guess: {shown}");
    page.no_errors().await?;
    Ok(String::new())
}

/// Every step forward moves the cursor and says what happened, to its last event and back.
pub async fn steps(page: &Page) -> Outcome {
    page.run_link("v=1&s=semaphore&jobs=6&limit=1&work=100&repeats=1").await?;
    page.wait("what can be read", "return document.querySelector('.beat')?.textContent").await?;
    let (mut last, mut told) = (json!(null), Vec::new());
    for n in 0..100 {
        page.js(KEY, json!(["."])).await?;
        let news =
            SAID.replace("return ", "const s = ") + "; return s[0] && s[1] && JSON.stringify(s) !== arguments[0] && s";
        // Each key answers at once, until the last event.
        let limit = Duration::from_secs(3);
        let now = match page.wait_for("a step", &news, json!([last.to_string()]), limit).await {
            Ok(now) => now,
            Err(_) if n > 5 => break,
            Err(trouble) => return Err(trouble),
        };
        let said = now[0].as_str().unwrap_or_default().to_owned();
        ensure!(said.contains(": ") && said.ends_with('.'), "step {n} says {said:?}");
        told.push(said);
        last = json!([now[0], now[1]]);
        if told.last().is_some_and(|said| said.ends_with("event loop is over.")) {
            break;
        }
    }
    let all = told.join(" ");
    for words in ["takes gate", "waits for gate, held by", "gives gate back", "ends with its result; 1 of "] {
        ensure!(all.contains(words), "nobody says {words:?}: {all}");
    }
    let live = page.js("return document.querySelector('.happened').getAttribute('aria-live')", json!([])).await?;
    ensure!(live == "polite", "aria-live is {live}");
    let lanes = page.js("return document.querySelectorAll('.sentences li').length", json!([])).await?;
    ensure!(lanes.as_u64() >= Some(4), "{lanes} lanes are told");
    page.js(KEY, json!([","])).await?;
    page.wait_for(
        "a step back",
        &(SAID.replace("return ", "const s = ") + "; return JSON.stringify(s) !== arguments[0]"),
        json!([last.to_string()]),
        Duration::from_secs(5),
    )
    .await?;
    // The same, as a story.
    page.js("document.querySelector('.more summary').click()", json!([])).await?;
    let story = "const rows = document.querySelectorAll('.more details[open] tbody tr').length;
        return rows >= arguments[0] && rows";
    let rows = page.wait_for("a story of all steps", story, json!([told.len()]), Duration::from_secs(5)).await?;
    page.no_errors().await?;
    Ok(format!("{} steps, {rows} rows; last: {}", told.len(), told.last().cloned().unwrap_or_default()))
}

/// Play moves the cursor to the end and stops there; the slider puts it anywhere.
pub async fn play(page: &Page) -> Outcome {
    page.run_link("v=1&s=semaphore&jobs=3&limit=1&work=100&repeats=1").await?;
    page.wait("what can be played", "return document.querySelector('#play').ariaDisabled !== 'true'").await?;
    page.press("#play").await?;
    let under_way =
        "const e = document.querySelector('#scrub'); return document.querySelector('#play').textContent === 'Pause'
        && Number(e.value) > 0 && Number(e.value) < 200";
    page.wait("it plays", under_way).await?;
    let quiet = page.js("return document.querySelector('.happened').getAttribute('aria-live')", json!([])).await?;
    ensure!(quiet == "off", "while it plays aria-live is {quiet}");
    let end = "return document.querySelector('#play').textContent === 'Play' && Number(document.querySelector('#scrub').value) === 200";
    page.wait("the end", end).await?;
    page.wait("the address of the end", "return /at=\\d+/.test(location.hash)").await?;
    // Pause stands still.
    page.press("#play").await?;
    page.wait("it plays again", under_way).await?;
    page.press("#play").await?;
    page.wait("a pause", "return document.querySelector('#play').textContent === 'Play'").await?;
    let stands = "const e = document.querySelector('#scrub'), at = e.value; await new Promise((r) => setTimeout(r, 300)); return e.value === at";
    let stands = page.js(&format!("return (async () => {{ {stands} }})()"), json!([])).await?;
    ensure!(stands == json!(true), "it moves while it pauses");
    let slid = "const e = document.querySelector('#scrub'); e.value = 100; e.dispatchEvent(new Event('input', { bubbles: true }));
        e.dispatchEvent(new Event('change', { bubbles: true }));";
    page.js(slid, json!([])).await?;
    let now = page.wait("the middle", "return Number(document.querySelector('#scrub').value) === 100 && document.querySelector('.now').textContent").await?;
    let read = page.js("return document.querySelector('#scrub').getAttribute('aria-valuetext')", json!([])).await?;
    ensure!(read == now, "the slider reads {read}, the cursor is at {now}");
    page.no_errors().await?;
    Ok(now.to_string())
}

/// How many pixels of the picture have the colour of the run before.
const GHOST: &str = "const probe = document.createElement('i');
    probe.className = 'pt-ghost-wait';
    document.querySelector('.picture').append(probe);
    const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    const canvas = document.querySelector('.picture canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) n += Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 4 && data[i + 3] > 250;
    return n";

/// Run again with another value, the run before is drawn and told beside the new one, until it is hidden.
pub async fn before(page: &Page) -> Outcome {
    page.run_link("v=1&s=semaphore&jobs=4&limit=1&work=100&repeats=1").await?;
    let none = page
        .js(
            "return document.querySelector('#compare') === null && document.querySelectorAll('.earlier').length === 0",
            json!([]),
        )
        .await?;
    ensure!(none == json!(true), "the first run is compared with something");
    page.set("limit", "2").await?;
    page.run().await?;
    page.wait("the switch", "return document.querySelector('#compare')?.getAttribute('aria-pressed') === 'true'")
        .await?;
    let words = page.wait("what changed", "return document.querySelector('.changed')?.textContent").await?;
    ensure!(words.as_str().is_some_and(|w| w.contains(" 1 → 2")), "it says {words}");
    let mark = page.js("return [document.querySelectorAll('rect.earlier').length, document.querySelector('.mark-before').textContent]", json!([])).await?;
    ensure!(mark[0] == 1 && mark[1].as_str().is_some_and(|m| m.starts_with("before: ")), "marked: {mark}");
    let seen = page.wait("the ghost", &GHOST.replace("return n", "return n > 200 && n")).await?;
    page.press("#compare").await?;
    page.wait(
        "no ghost",
        &GHOST.replace("return n", "return n < 20 && document.querySelectorAll('.earlier').length === 0"),
    )
    .await?;
    page.no_errors().await?;
    Ok(format!("{words} {seen} pixels"))
}

/// A sweep over numbers of workers gives a curve, its table and sentences with figures, and leaves the results alone.
pub async fn sweep(page: &Page) -> Outcome {
    page.run_link("v=1&s=primes&limit=300000&models=processes&repeats=3").await?;
    let button = page.js("return document.querySelector('#measure')?.textContent", json!([])).await?;
    ensure!(button.as_str().is_some_and(|b| b.starts_with("Measure 1, 2")), "the button says {button}");
    let before = page.cells().await?;
    page.press("#measure").await?;
    let limit = Duration::from_secs(90);
    page.wait_for(
        "the end of the sweep",
        "return document.querySelector('#status').dataset.state === 'measured'",
        json!([]),
        limit,
    )
    .await?;
    page.drawn().await?;
    let seen = "const all = (s) => [...document.querySelectorAll('#sweep ' + s)].map((e) => e.textContent);
        return { drawn: document.querySelectorAll('.curve polyline.fit').length, ideal: document.querySelectorAll('.curve .ideal').length,
                 rows: all('tbody tr'), say: all('.say') }";
    let seen = page.js(seen, json!([])).await?;
    ensure!(seen["drawn"] == 1 && seen["ideal"].as_u64() > Some(0), "drawn: {seen}");
    ensure!(seen["rows"].as_array().is_some_and(|rows| rows.len() >= 2), "the table: {seen}");
    let say = seen["say"][0].as_str().unwrap_or_default().to_owned();
    ensure!(say.starts_with("processes: with ") && say.contains('×'), "it says {say:?}");
    let after = page.cells().await?;
    ensure!(after.len() == before.len() && after[0].median == before[0].median, "the results changed: {after:?}");
    ensure!(page.hash().await?.contains("limit=300000"), "the form changed");
    page.no_errors().await?;
    Ok(say)
}

/// A scenario whose work nobody shares has no curve; where nothing can be measured it says why.
pub async fn no_sweep(page: &Page) -> Outcome {
    page.run_link("v=1&s=semaphore&jobs=2&work=50&repeats=1").await?;
    ensure!(
        page.js("return document.querySelector('#sweep') === null", json!([])).await? == json!(true),
        "there is a sweep"
    );
    page.run_link("v=1&s=primes&limit=100000&models=sequential&repeats=1").await?;
    let said = page.js("return document.querySelector('#sweep').textContent", json!([])).await?;
    ensure!(said.as_str().is_some_and(|s| s.contains("Choose a model")), "it says {said}");
    page.no_errors().await?;
    Ok(String::new())
}
