//! A run tells its story without the picture: what a screen reader can read names every lane, what it did and when, every claim
//! and every time.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;
use serde_json::{Value, json};

/// What can be read below `root`: texts that are not hidden, and the names of pictures and regions.
const READ: &str = "const read = (e) => {
      if (e.nodeType === Node.TEXT_NODE) return e.data;
      if (e.nodeType !== Node.ELEMENT_NODE || e.ariaHidden === 'true' || e.hidden) return '';
      if (!e.checkVisibility()) return '';
      const name = e.getAttribute('aria-label') ?? '';
      return `${name} ${[...e.childNodes].map(read).join('')} `;
    };
    const of = (selector) => [...document.querySelectorAll(selector)].map((e) => read(e).replace(/\\s+/g, ' ').trim());";

/// The lanes of a run of three fetches, and who they are.
const LANES: [&str; 5] = ["event loop", "Task-1", "gold", "silver", "rate"];

/// Runs the prices, opens the table, puts the cursor into the middle, and reads.
pub async fn story(page: &Page) -> Outcome {
    page.run_link("v=1&s=prices&variant=gather&repeats=1&at=50").await?;
    page.js("document.querySelectorAll('#timeline details').forEach((d) => { d.open = true; })", json!([])).await?;
    page.wait("the story", "return document.querySelector('#timeline tbody')?.textContent.includes('gold')").await?;
    page.wait("the sentences", "return document.querySelectorAll('.sentences li').length > 0").await?;
    let script = format!(
        "{READ} return {{ rows: of('#timeline tbody tr'), sentences: of('.sentences li'), picture: of('.picture'),
            claims: of('.claims li'), times: of('.bars > li'), said: of('#explain .say'), status: of('#status'),
            whole: of('#main') }}"
    );
    let seen = page.js(&script, json!([])).await?;
    let texts = |key: &str| -> Vec<String> {
        let list = seen[key].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (rows, sentences) = (texts("rows"), texts("sentences"));
    for lane in LANES {
        ensure!(rows.iter().any(|row| row.contains(lane)), "no row tells of {lane}: {rows:?}");
        let at_cursor = sentences.iter().any(|s| s.starts_with(lane));
        ensure!(at_cursor, "no sentence at the cursor tells of {lane}: {sentences:?}");
    }
    // Who did what, when, and for how long; before a millisecond has passed it is told in µs.
    let says =
        |row: &String| [" ms gold", " µs gold"].iter().any(|who| row.contains(&format!("{who} sleeps for 200 ms.")));
    let asleep = rows.iter().any(says);
    ensure!(asleep, "the story does not say how long gold slept: {rows:?}");
    let picture = texts("picture").join(" ");
    ensure!(picture.contains("5 lanes") && picture.contains("zoom"), "the picture is called {picture:?}");
    let claims = texts("claims");
    ensure!(!claims.is_empty(), "there are no claims");
    for claim in &claims {
        ensure!(
            claim.starts_with("held ") || claim.starts_with("did not hold "),
            "a claim without its verdict: {claim:?}"
        );
    }
    let times = texts("times");
    ensure!(times.len() == 1 && times[0].contains(" ms") && times[0].contains("n = 1"), "the times say {times:?}");
    let said = texts("said").join(" ");
    ensure!(said.chars().any(|c| c.is_ascii_digit()), "the explanation has no figure: {said:?}");
    ensure!(texts("status") == ["Done: 1 run."], "the status says {:?}", texts("status"));
    page.no_errors().await?;
    Ok(format!(
        "{} rows, {} sentences, {} claims, {} letters in all",
        rows.len(),
        sentences.len(),
        claims.len(),
        texts("whole").join("").len()
    ))
}
