//! axe-core finds no violation in any state, in either theme.

use super::emulate;
use super::states::{STATES, State, other_pages};
use crate::ensure;
use crate::harness::browser::Browser;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};

/// Looks at the page; gives violations, one line each.
const LOOK: &str = "const done = arguments[arguments.length - 1];
    const rules = { 'target-size': { enabled: true } };
    axe.run(document, { rules, resultTypes: ['violations'] }).then(
      ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map(
        (n) => `${id}: ${n.target.join(' ')}: ${n.failureSummary.split('\\n').slice(1).join(';')} in ${n.html.slice(0, 160)}`))),
      (error) => done([`axe-core: ${error}`]));";

/// Widths and heights of windows, CSS pixels; so high that all is in view, or the contrast of the rest is not determined.
const WIDE: (u32, u32) = (1280, 3000);
const PHONE: (u32, u32) = (360, 640);
const THEMES: [&str; 2] = ["light", "dark"];

/// Every state of the page in which nothing has run.
pub async fn states(page: &Page) -> Outcome {
    look_at(page, |s| !s.runs()).await
}

/// Every state of a run.
pub async fn runs(page: &Page) -> Outcome {
    look_at(page, State::runs).await
}

/// In which themes a state is looked at: both in Chromium, one in each of the others, where axe-core takes longest.
fn themes(browser: Browser) -> &'static [&'static str] {
    match browser {
        Browser::Chromium => &THEMES,
        Browser::Firefox => &THEMES[..1],
        Browser::Webkit { .. } => &THEMES[1..],
    }
}

async fn look_at(page: &Page, which: impl Fn(&State) -> bool) -> Outcome {
    let axe = source()?;
    let (mut looked, mut found) = (0, Vec::new());
    for state in STATES.iter().filter(|s| s.due(page) && which(s)) {
        emulate::window(page, if state.phone { PHONE } else { WIDE }).await?;
        state.enter(page).await?;
        for theme in themes(page.browser) {
            let violations = look(page, &axe, theme).await?;
            found.extend(violations.into_iter().map(|v| format!("{}, {theme}: {v}", state.name)));
            looked += 1;
        }
    }
    emulate::off(page).await?;
    ensure!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
    Ok(format!("{looked} looks, no violation"))
}

/// The site's other pages, light and dark, wide and on a phone.
pub async fn pages(page: &Page) -> Outcome {
    let axe = source()?;
    let (mut looked, mut found) = (0, Vec::new());
    for path in other_pages() {
        for size in [WIDE, PHONE] {
            emulate::window(page, size).await?;
            page.goto(&path).await?;
            for theme in THEMES {
                let violations = look(page, &axe, theme).await?;
                found.extend(violations.into_iter().map(|v| format!("{path}, {theme}, {} wide: {v}", size.0)));
                looked += 1;
            }
        }
    }
    emulate::off(page).await?;
    ensure!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
    Ok(format!("{looked} looks, no violation"))
}

/// The script itself, from the tool folder (tools/setup.sh puts it there); it is never shipped.
fn source() -> Result<String, Trouble> {
    let path = std::env::var("AXE").unwrap_or_default();
    std::fs::read_to_string(&path)
        .map_err(|e| Trouble::Failed(format!("axe-core is not at AXE={path:?} ({e}): run this through ./dev test")))
}

async fn look(page: &Page, axe: &str, theme: &str) -> Result<Vec<String>, Trouble> {
    page.js("document.documentElement.dataset.theme = arguments[0]", json!([theme])).await?;
    if page.js("return window.axe === undefined", json!([])).await? == Value::Bool(true) {
        page.js(axe, json!([])).await?;
    }
    let seen = page.driver.execute_async(LOOK, Vec::new()).await?.json().clone();
    let lines = seen.as_array().cloned().unwrap_or_default();
    Ok(lines.iter().map(|v| v.as_str().unwrap_or("?").to_owned()).collect())
}
