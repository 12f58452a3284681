//! The page by Tab from its top: everything is reached, once and in order, its focus is to be seen, and nothing holds it.

use super::emulate;
use super::states::{STATES, other_pages};
use crate::ensure;
use crate::harness::browser::Browser;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::Key;

/// How long the page may take to stand still.
const LIMIT: Duration = Duration::from_secs(30);

/// States that are walked, each with elements of its own; the name of a state in `STATES`.
const WALKED: &[&str] = &[
    "idle",
    "done, all opened",
    "done, many lanes",
    "notices",
    "a wrong value",
    "other values",
    "read only",
    "embed, done",
    "a guess asked",
    "the share dialog",
    "the save dialog",
    "menu open on a phone",
];

/// Of those, the ones walked from the page's top; the others from `#main` on, since what is before it is the same.
const WHOLE: &[&str] = &["idle", "menu open on a phone"];

/// Notes everything that can take the focus (all of the page, or from `#main` on), in the order of the document; gives how many
/// there are, once the page has stood still for half a second: what is loaded and drawn late moves what is below it, also when
/// that has the focus already.
const STOPS: &str = "const able = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]';
    // A dialog keeps the focus, and of radio buttons Tab comes to the chosen one, or to the first.
    const within = document.querySelector('dialog:modal') ?? document.body;
    const first = arguments[0] ? within.firstChild : within.querySelector('#main') ?? within.firstChild;
    const early = (e) => first.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING;
    const passed = (e) => {
      const group = [...document.querySelectorAll('input[type=radio]')].filter((r) => r.name === e.name);
      return e.type === 'radio' && e !== (group.find((r) => r.checked) ?? group[0]);
    };
    e2e.stops = [...within.querySelectorAll(able)].filter((e) => !e.disabled && e.tabIndex >= 0 && !passed(e) && !early(e)
      && e.getClientRects().length > 0 && e.checkVisibility({ visibilityProperty: true }));
    const stands = `${document.documentElement.scrollHeight} ${e2e.stops.length} ${document.querySelector('#main')?.textContent.length}`;
    if (stands !== e2e.stands) Object.assign(e2e, { stands, since: performance.now() });
    if (performance.now() - e2e.since < 500) return false;
    // From the top, wherever the focus has been: Tab goes on from where the last element with the focus was.
    const top = document.createElement('span');
    top.tabIndex = -1;
    first.before(top);
    top.focus();
    top.remove();
    scrollTo(0, 0);
    return e2e.stops.length || false;";

/// What is wrong with a focus outside of the window, as [`FOCUS`] says it.
const AWAY: &str = "it is out of sight";

/// Where the focus is: its number (-1: another element, null: nowhere), how it can be named, what is wrong with it, and whether it
/// is a field.
const FOCUS: &str = "const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return [null, 'nowhere', ''];
    if (e.localName === 'iframe') return [-1, 'a frame', ''];
    const name = `${e.localName}${e.id && '#' + e.id} “${(e.ariaLabel ?? e.textContent).trim().slice(0, 30)}”`;
    const style = getComputedStyle(e);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const r = e.getBoundingClientRect();
    const away = r.bottom <= 0 || r.right <= 0 || r.top >= innerHeight || r.left >= innerWidth;
    const wrong = !outlined && style.boxShadow === 'none' ? 'its focus cannot be seen' : away ? 'it is out of sight' : '';
    return [e2e.stops.indexOf(e), name, wrong, e.localName === 'input'];";

/// Walks the states.
pub async fn walk(page: &Page) -> Outcome {
    let mut steps = 0;
    for name in WALKED {
        let state = STATES.iter().find(|s| s.name == *name);
        let Some(state) = state else { return Err(Trouble::Failed(format!("there is no state {name}"))) };
        emulate::window(page, if state.phone { (360, 640) } else { (1280, 900) }).await?;
        state.enter(page).await?;
        steps += walk_here(page, name, WHOLE.contains(name)).await?;
        page.no_errors().await?;
    }
    emulate::off(page).await?;
    Ok(format!("{steps} stops"))
}

/// Walks the site's other pages.
pub async fn walk_others(page: &Page) -> Outcome {
    let mut steps = 0;
    emulate::window(page, (1280, 900)).await?;
    for path in other_pages() {
        page.goto(&path).await?;
        steps += walk_here(page, &path, true).await?;
    }
    emulate::off(page).await?;
    Ok(format!("{steps} stops"))
}

/// Walks what is shown; gives how many stops there were.
async fn walk_here(page: &Page, place: &str, whole: bool) -> Result<usize, Trouble> {
    let stops = page.wait_for("something to reach", STOPS, json!([whole]), LIMIT).await?.as_u64().unwrap_or(0) as usize;
    let (mut next, mut before) = (0, String::new());
    // There may be other stops: boxes that scroll, those of a frame, and the browser's own bars when the page has ended.
    for _ in 0..stops + 150 {
        page.driver.action_chain().send_keys(Key::Tab).perform().await?;
        let mut seen = page.js(FOCUS, json!([])).await?;
        if seen[2] == AWAY {
            // Some browsers scroll to what has the focus with their next frame.
            let there = format!("const see = () => {{ {FOCUS} }}; return see()[2] !== '{AWAY}'");
            page.wait(&format!("{place}: the focus on {} in sight", seen[1]), &there).await?;
            seen = page.js(FOCUS, json!([])).await?;
        }
        if seen[3] == json!(true) && page.browser == Browser::Firefox {
            // It scrolls to what is selected in a field with its next frame, and so back when the next key comes before it.
            emulate::two_frames(page).await?;
        }
        let name = seen[1].as_str().unwrap_or_default();
        let at = match &seen[0] {
            Value::Null => continue,
            number => number.as_i64().unwrap_or(-1),
        };
        ensure!(seen[2] == "", "{place}: {name}: {}", seen[2]);
        ensure!(at < 0 || name != before || at as usize == next, "{place}: Tab does not leave {name}");
        before = name.to_owned();
        if at >= 0 {
            let missed = "return e2e.stops[arguments[0]]?.outerHTML.slice(0, 200)";
            let missed = if at as usize == next { Value::Null } else { page.js(missed, json!([next])).await? };
            ensure!(at as usize == next, "{place}: Tab came to {name}, stop {at}, and not to stop {next}: {missed}");
            next += 1;
        }
        if next == stops {
            return Ok(stops);
        }
    }
    let missed = page.js("return e2e.stops[arguments[0]]?.outerHTML.slice(0, 200)", json!([next])).await?;
    Err(Trouble::Failed(format!("{place}: Tab never came to stop {next} of {stops}: {missed}")))
}
