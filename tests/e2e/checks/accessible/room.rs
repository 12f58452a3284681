//! Small windows lose nothing, and who wants less motion gets none.

use super::emulate;
use super::states::{STATES, other_pages};
use crate::ensure;
use crate::harness::browser::Reader;
use crate::harness::build::Build;
use crate::harness::page::Page;
use crate::harness::site::Site;
use crate::harness::{Needs, Outcome, Trouble};
use serde_json::json;

/// A phone, and a window of 1280×800 at 200 %.
const SMALL: [(u32, u32); 2] = [(360, 640), (640, 400)];

/// What is lost: a page wider than its window, text that is cut off, text on other text.
const LOST: &str = r#"
const lost = [], root = document.documentElement;
if (root.scrollWidth > innerWidth) {
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
  lost.push(`the page is ${root.scrollWidth} wide: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" | ")}`);
}
const named = (text) => `“${text.data.trim().slice(0, 40)}” in ${text.parentElement.localName}.${text.parentElement.getAttribute("class") ?? ""}`;
const hides = (v) => v === "hidden" || v === "clip", scrolls = (v) => v === "auto" || v === "scroll";
const shown = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text = walker.nextNode(); text; text = walker.nextNode()) {
  const e = text.parentElement;
  if (!text.data.trim() || e.closest("script, style, noscript, .hidden, .skip, canvas, progress")) continue;
  if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  for (const box of range.getClientRects()) {
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    if (right - left < 1 || bottom - top < 1) continue;
    let scrolled = false, floats = false;
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      const style = getComputedStyle(p), around = p.getBoundingClientRect();
      floats ||= style.position === "fixed" || style.position === "sticky";
      if (scrolls(style.overflowX)) { scrolled = true; left = Math.max(left, around.left); right = Math.min(right, around.right); }
      if (scrolls(style.overflowY)) { top = Math.max(top, around.top); bottom = Math.min(bottom, around.bottom); }
      if (p instanceof HTMLElement || p instanceof SVGSVGElement) {
        if (hides(style.overflowX) && (left < around.left - 1.5 || right > around.right + 1.5)) lost.push(`cut off: ${named(text)}`);
        if (hides(style.overflowY) && (top < around.top - 4 || bottom > around.bottom + 4)) lost.push(`cut off below: ${named(text)}`);
      }
    }
    if (!scrolled && (left < -1 || right > innerWidth + 1)) lost.push(`out of the window: ${named(text)}`);
    // The box of a line is higher than its letters.
    const less = (bottom - top) * 0.25;
    if (!floats && right - left > 3 && bottom - top > 2 * less) shown.push([left + 1.5, top + less, right - 1.5, bottom - less, text]);
  }
}
shown.sort((a, b) => a[1] - b[1]);
for (let i = 0; i < shown.length; i += 1) {
  const [left, , right, bottom, text] = shown[i];
  for (let j = i + 1; j < shown.length && shown[j][1] < bottom; j += 1) {
    if (shown[j][4] !== text && shown[j][0] < right && shown[j][2] > left) lost.push(`on each other: ${named(text)} and ${named(shown[j][4])}`);
  }
}
return [...new Set(lost)].slice(0, 12);
"#;

/// Every state and page on a small phone, and turned from there to the window at 200 % zoom.
pub async fn small(page: &Page) -> Outcome {
    let (mut looked, mut lost) = (0, Vec::new());
    let mut least = SMALL.map(|_| u32::MAX);
    for state in STATES.iter().filter(|s| s.due(page)) {
        // As a reader comes: the small window is there first. It is set again, since some browsers forget it.
        emulate::window(page, SMALL[0]).await?;
        state.enter(page).await?;
        let sizes = if state.phone { 1 } else { SMALL.len() };
        look(page, state.name, sizes, &mut least, &mut lost).await?;
        looked += sizes;
    }
    for path in other_pages().into_iter().filter(|_| Needs::Once.met(page)) {
        emulate::window(page, SMALL[0]).await?;
        page.goto(&path).await?;
        look(page, &path, SMALL.len(), &mut least, &mut lost).await?;
        looked += SMALL.len();
    }
    emulate::off(page).await?;
    ensure!(lost.is_empty(), "{} losses:\n{}", lost.len(), lost.join("\n"));
    Ok(format!("{looked} looks, {least:?} wide and wider"))
}

/// Looks at what is shown in the first sizes of [`SMALL`]; some browsers have no window as small as that.
async fn look(
    page: &Page,
    name: &str,
    sizes: usize,
    least: &mut [u32; SMALL.len()],
    lost: &mut Vec<String>,
) -> Result<(), Trouble> {
    for (size, least) in SMALL.into_iter().zip(least).take(sizes) {
        let wide = emulate::window(page, size).await?;
        emulate::two_frames(page).await?;
        *least = wide.min(*least);
        let seen = page.js(LOST, json!([])).await?;
        let lines = seen.as_array().cloned().unwrap_or_default();
        lost.extend(lines.iter().map(|l| format!("{name}, {wide} wide: {}", l.as_str().unwrap_or("?"))));
    }
    Ok(())
}

/// What moves: animations that run, and whatever would move if it changed. The rule itself is tried on an element of its own.
const MOVES: &str = "const own = document.body.appendChild(document.createElement('i'));
    own.style.transition = 'left 9s';
    own.style.animation = 'none-such 9s';
    const moves = [];
    for (const e of document.querySelectorAll('*')) {
      for (const part of [null, '::before', '::after']) {
        const style = getComputedStyle(e, part);
        const turns = style.transitionDuration.split(', ').some((t) => parseFloat(t) > 0);
        const plays = style.animationName.split(', ').some((n) => n !== 'none');
        const glides = style.scrollBehavior === 'smooth';
        if (turns || plays || glides) moves.push(e.outerHTML.slice(0, 80));
      }
    }
    own.remove();
    for (const a of document.getAnimations()) moves.push(`an animation of ${a.effect?.target?.outerHTML.slice(0, 80)}`);
    return moves;";

/// Nothing moves where less motion is wished for: in a browser of its own, whose reader does.
pub async fn still(page: &Page) -> Outcome {
    let (build, session) = (Build::new()?, page.browser.start_with(Reader::LessMotion).await?);
    let (site, host) = (Site::start(&build, page.isolated).await?, Site::start(&build, false).await?);
    let page = Page::new(page.browser, &session, page.isolated, site, host);
    let seen = keeps_still(&page).await?;
    session.end().await?;
    let forbidden = page.site.forbidden();
    ensure!(forbidden.is_empty(), "the policy forbade {forbidden:?}");
    Ok(seen)
}

async fn keeps_still(page: &Page) -> Outcome {
    let wished = page.js("return matchMedia('(prefers-reduced-motion: reduce)').matches", json!([])).await?;
    ensure!(wished == json!(true), "the browser does not wish for less motion");
    let mut looked = 0;
    for state in STATES.iter().filter(|s| ["idle", "running", "done, all opened", "embed, done"].contains(&s.name)) {
        state.enter(page).await?;
        let moves = page.js(MOVES, json!([])).await?;
        ensure!(moves == json!([]), "{}: {moves}", state.name);
        looked += 1;
    }
    for path in other_pages() {
        page.goto(&path).await?;
        let moves = page.js(MOVES, json!([])).await?;
        ensure!(moves == json!([]), "{path}: {moves}");
        looked += 1;
    }
    Ok(format!("{looked} looks"))
}
