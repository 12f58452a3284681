//! The share dialog: choices become links that say what was chosen, and everything it gives can be copied and used.

use super::embed;
use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use interleave::share::{self, Link, Panel, Theme, View, keys};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

/// Keeps what is copied where the check can read it.
pub const CLIPBOARD: &str = "Object.defineProperty(navigator, 'clipboard', { configurable: true,
    value: { writeText: (text) => { window.copied = text; return Promise.resolve(); } } })";
/// A task that would be markup, a script and a link, if it were not text.
const TASK: &str = "<img src=x onerror=\"window.owned=1\"> & <script>owned=1</script>\n[Find](javascript:owned=1) 100 % of it: 'é' 👩\u{200d}💻";

/// Opens the dialog by keyboard.
async fn open(page: &Page, query: &str, hash: &str) -> Result<(), Trouble> {
    page.open(query, hash).await?;
    page.js("document.querySelector('.guess[open] .tab')?.click()", json!([])).await?;
    let guessed =
        "const b = document.querySelector('#guessed'); if (b && !b.disabled) b.click(); return !b || !b.disabled";
    page.wait("a guess", guessed).await?;
    page.wait("the button", "return document.querySelector('#share')").await?;
    page.driver.find(By::Css("#share")).await?.send_keys(Key::Enter + "").await?;
    page.wait("the dialog", "return document.querySelector('#share-dialog')?.matches(':modal')").await.map(|_| ())
}

/// Ticks or chooses the field of this name and value.
async fn choose(page: &Page, name: &str, value: &str) -> Result<(), Trouble> {
    page.press(&format!("#share-dialog input[name={name}][value='{value}']")).await
}

/// Writes a task.
async fn task(page: &Page, text: &str) -> Result<(), Trouble> {
    let script = "const e = document.querySelector('#task-text'); e.value = arguments[0];
        e.dispatchEvent(new Event('input', { bubbles: true }));";
    page.js(script, json!([text])).await.map(|_| ())
}

/// What a line of the dialog holds.
async fn text(page: &Page, id: &str) -> Result<String, Trouble> {
    let script = "return document.querySelector(`[data-copy='${arguments[0]}']`).value";
    Ok(page.js(script, json!([id])).await?.as_str().unwrap_or_default().to_owned())
}

/// Query and hash of a link to this site, without their first characters.
fn parts<'a>(page: &Page, link: &'a str) -> (&'a str, &'a str) {
    let rest = link.strip_prefix(&page.site.below("")).unwrap_or("elsewhere=1#");
    let (query, hash) = rest.split_once('#').unwrap_or_default();
    (query.trim_start_matches('?'), hash)
}

/// The link as the page will read it, without a notice.
async fn link(page: &Page) -> Result<Link, Trouble> {
    let text = text(page, "link").await?;
    let (query, hash) = parts(page, &text);
    let link = share::decode(query, hash);
    ensure!(link.notices.is_empty(), "{text}: {:?}", link.notices);
    Ok(link)
}

/// Choices change the link, and the link says exactly what was chosen.
pub async fn choices(page: &Page) -> Outcome {
    open(page, "", "v=1&s=primes&limit=1000&models=processes").await?;
    let before = link(page).await?;
    ensure!(before.view == View::default() && before.spec.values.count("limit") == 1_000, "at first {before:?}");
    for panel in ["params", "code", "explain"] {
        choose(page, "panels", panel).await?;
    }
    choose(page, "theme", "dark").await?;
    choose(page, "may", "some").await?;
    choose(page, "lock", "limit").await?;
    choose(page, "predict", "1").await?;
    choose(page, "run", "1").await?;
    task(page, &format!(" {TASK}\u{7}\n")).await?;
    let mut expected = View {
        panels: Some(vec![Panel::Timeline, Panel::Timings, Panel::Claims]),
        theme: Theme::Dark,
        lock: vec!["limit".to_owned()],
        predict: true,
        task: TASK.to_owned(),
        ..View::default()
    };
    let chosen = link(page).await?;
    ensure!(chosen.view == expected, "chosen {:?}, expected {expected:?}", chosen.view);
    ensure!(chosen.run && chosen.spec == before.spec, "what is run: {chosen:?}");
    choose(page, "may", "none").await?;
    choose(page, "values", "1").await?;
    (expected.lock, expected.readonly) = (Vec::new(), true);
    let fixed = link(page).await?;
    ensure!(fixed.view == expected && fixed.spec == share::decode("", "s=primes").spec, "fixed: {fixed:?}");
    // Opened from such a link, the dialog begins with what it says; there is none before a guess that is asked for.
    expected.predict = false;
    let query = share::encode_query(&expected);
    open(page, &query, "v=1&s=primes").await?;
    let again = link(page).await?;
    ensure!(again.view == expected, "read again: {:?}", again.view);
    page.no_errors().await?;
    Ok(query)
}

/// Escape closes it and gives the focus back; nothing outside is reached while it is open.
pub async fn keyboard(page: &Page) -> Outcome {
    open(page, "", "v=1&s=prices").await?;
    let inside = "return document.querySelector('#share-dialog').contains(document.activeElement)";
    ensure!(page.js(inside, json!([])).await? == Value::Bool(true), "the focus is not in the dialog");
    page.press("#share-dialog [data-copy=link]").await?;
    let body = page.driver.active_element().await?;
    body.send_keys(Key::Escape + "").await?;
    let closed = "return !document.querySelector('#share-dialog') && document.activeElement.id === 'share'";
    page.wait("closed, with the focus where it was", closed).await?;
    page.no_errors().await?;
    Ok(String::new())
}

/// Each text is copied by one press, which says so; a refused clipboard leaves it selected.
pub async fn copies(page: &Page) -> Outcome {
    open(page, "", "v=1&s=prices").await?;
    page.js(CLIPBOARD, json!([])).await?;
    let script = "const field = document.querySelector(`[data-copy='${arguments[0]}']`);
        const button = field.parentElement.querySelector('button');
        if (!window.pressed) { window.copied = null; button.click(); window.pressed = true; }
        const right = window.copied === field.value && button.textContent === 'Copied' && field.value;
        if (right) window.pressed = false;
        return right;";
    for id in ["link", "markdown", "iframe", "script", "badge-markdown", "badge-html"] {
        page.wait_for("copied", script, json!([id]), std::time::Duration::from_secs(10)).await?;
    }
    let refuse = "Object.defineProperty(navigator, 'clipboard', { value: undefined });
        document.querySelector('[data-copy=link]').parentElement.querySelector('button').click()";
    page.js(refuse, json!([])).await?;
    let selected = "const f = document.querySelector('[data-copy=link]');
        return document.activeElement === f && f.selectionStart === 0 && f.selectionEnd === f.value.length";
    page.wait("the link, selected", selected).await?;
    page.no_errors().await?;
    text(page, "markdown").await
}

/// A link that some programs would cut is warned of; a task that is too long is left out, and said to be.
pub async fn long(page: &Page) -> Outcome {
    open(page, "", "v=1&s=prices").await?;
    let note = "return document.querySelector('#share-note').textContent";
    ensure!(page.js(note, json!([])).await? == "", "a warning without reason");
    let longest = "ä".repeat(keys::MAX_TASK);
    task(page, &longest).await?;
    let said = page.js(note, json!([])).await?;
    let length = text(page, "link").await?.len();
    ensure!(length > 2_000 && said.as_str().is_some_and(|s| s.contains(&length.to_string())), "{length}: {said}");
    ensure!(link(page).await?.view.task == longest, "the longest task is not in the link");
    task(page, &(longest + "x")).await?;
    let invalid = "return document.querySelector('#task-text').getAttribute('aria-invalid') === 'true'";
    ensure!(page.js(invalid, json!([])).await? == Value::Bool(true), "too long a task is not marked");
    ensure!(link(page).await?.view == View::default(), "too long a task is in the link");
    page.no_errors().await?;
    Ok(format!("{length} characters"))
}

/// The preview is the page with what was chosen, and follows further choices; a task of markup stays text in it and in the page.
pub async fn preview(page: &Page) -> Outcome {
    open(page, "", "v=1&s=prices").await?;
    let show = "const b = document.querySelector('#show-preview'); if (b && !b.hidden) b.click();
        return document.querySelector('#share-dialog iframe').src";
    page.js(show, json!([])).await?;
    task(page, TASK).await?;
    // Every choice makes a new frame, so it is looked at from outside.
    const INSIDE: &str = "const inside = document.querySelector('#share-dialog iframe')?.contentWindow;
        const find = (selector) => inside?.document?.querySelector(selector); ";
    let look = |what: &str| format!("{INSIDE} return {what}");
    let shown = page.wait("the task in the preview", &look("find('#task')?.textContent")).await?;
    ensure!(shown == TASK, "the preview shows {shown}");
    page.wait("a timeline", &look("Boolean(find('#still, #timeline'))")).await?;
    choose(page, "panels", "timeline").await?;
    page.wait("none", &look("find('#task') && !find('#still, #timeline')")).await?;
    page.wait("nothing ran, no error", &look("!inside.owned && inside.e2e.errors.length === 0")).await?;
    let script = "return document.querySelector('#task')?.textContent";
    let link = text(page, "link").await?;
    let (query, hash) = parts(page, &link);
    page.open(query, hash).await?;
    let seen = page.wait("the task", script).await?;
    let markup =
        page.js("return document.querySelector('#task').childElementCount + (window.owned ?? 0)", json!([])).await?;
    ensure!(seen == TASK && markup == 0, "the page shows {seen}");
    page.no_errors().await?;
    Ok(format!("{} characters", link.len()))
}

/// A course page with the frame pasted into it; without frames it has the link.
pub async fn pasted(page: &Page) -> Outcome {
    open(page, "", "v=1&s=semaphore&jobs=7").await?;
    task(page, "One \"task\" & more").await?;
    let iframe = text(page, "iframe").await?;
    let full = text(page, "link").await?;
    let badge = text(page, "badge-html").await?;
    page.driver.goto(page.host.framing("about:blank", "", 0)).await?;
    let paste = "document.body.replaceChildren(); document.body.insertAdjacentHTML('beforeend', arguments[0] + arguments[1]);
        const f = document.querySelector('iframe'), inside = new DOMParser().parseFromString(f.innerHTML, 'text/html');
        const text = new DOMParser().parseFromString(f.textContent, 'text/html');
        return [f.title, f.loading, f.width, f.height, f.allow, f.style.height, (text.querySelector('a') ?? inside.querySelector('a')).href,
            document.querySelector('body > a').href]";
    let seen = page.js(paste, json!([iframe, badge])).await?;
    let expected = json!([
        "Interleave: At most K at once",
        "lazy",
        "100%",
        "700",
        "cross-origin-isolated; clipboard-write",
        "700px",
        full,
        full
    ]);
    ensure!(seen == expected, "pasted: {seen}");
    let inside = "document.querySelector('#live:not([disabled])')?.click(); // a picture comes first
        return document.querySelector('#task')?.textContent === 'One \"task\" & more'
        && document.querySelector('[data-param=jobs] input')?.value === '7' && !document.querySelector('.side')";
    embed::inside(page, "the scenario with its task", inside).await?;
    let painted = "const i = document.querySelector('img'); return i.complete && i.naturalWidth === 124 && i.naturalHeight === 20";
    page.wait("the badge", painted).await?;
    Ok(iframe)
}
