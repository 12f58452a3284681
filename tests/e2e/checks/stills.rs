//! What a frame shows before anything is loaded, frames that grow, and a page of its own for every scenario.

use super::embed::{inside, said};
use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The most that a frame may load before it is pressed, in bytes, compressed.
const LIMIT: u64 = 60_000;
/// The picture, once it is painted, with what it says to those who do not see it.
const PICTURE: &str = "const i = document.querySelector('#still img');
    return i?.complete && i.naturalWidth > 0 && i.alt.includes('Recorded: Chromium ') && i.alt";

/// Opens the host page with no frame yet.
async fn empty_host(page: &Page) -> Result<(), Trouble> {
    page.driver.goto("about:blank").await?;
    page.driver.goto(page.host.framing("about:blank", "", 0)).await?;
    Ok(())
}

/// Adds a frame with these attributes to the host page.
async fn add_frame(page: &Page, attributes: Value) -> Result<(), Trouble> {
    let script = "const f = document.createElement('iframe');
        for (const [name, value] of Object.entries(arguments[0])) f.setAttribute(name, value);
        document.body.append(f);";
    page.js(script, json!([attributes])).await.map(|_| ())
}

/// The picture of the heaviest lesson is painted without the program, in few bytes.
pub async fn light(page: &Page) -> Outcome {
    super::embed::open(page, "v=1&s=gil-switch&seed=7").await?;
    let words = inside(page, "the picture", PICTURE).await?;
    let seen = inside(
        page,
        "what it says",
        "return [document.querySelector('h1').textContent, document.querySelector('#still figcaption').textContent,
            document.querySelector('#live').textContent, Boolean(document.querySelector('#status'))]",
    )
    .await?;
    let text = |n: usize| seen[n].as_str().unwrap_or_default().to_owned();
    ensure!(!text(0).is_empty() && text(0) != "Interleave", "the title is {}", text(0));
    ensure!(text(1).contains("Recorded run with its default values"), "the caption is {}", text(1));
    ensure!(seen[3] == false, "the program is there before it was asked for");
    let loaded = inside(
        page,
        "what was loaded",
        "return [location.href, ...performance.getEntriesByType('resource').map((e) => e.name)]",
    )
    .await?;
    let below = page.site.page("", "");
    let below = below.split('?').next().unwrap_or_default();
    let (mut bytes, mut files) = (0, BTreeSet::new());
    for address in loaded.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let Some(path) = path.strip_prefix(below) else {
            ensure!(!path.starts_with("http"), "loaded from elsewhere: {path}");
            continue;
        };
        // What the harness has put there is no part of the site.
        if path.starts_with("e2e/") {
            continue;
        }
        let path = if path.is_empty() { "index.html" } else { path };
        if files.insert(path.to_owned()) {
            bytes += gzipped(&Path::new("dist").join(path))?;
        }
    }
    ensure!(
        files.iter().any(|f| f.starts_with("pictures/") && f.ends_with(".svg")),
        "no picture was loaded: {files:?}"
    );
    ensure!(
        !files.iter().any(|f| f.ends_with(".wasm") || f.starts_with("engine")),
        "the program was loaded: {files:?}"
    );
    ensure!(bytes <= LIMIT, "{bytes} bytes are loaded before the click: {files:?}");
    inside(page, "no errors", "return e2e.errors.length === 0").await?;
    Ok(format!("{bytes} bytes in {} files; {}", files.len(), words.as_str().unwrap_or_default()))
}

/// Size of a file as hosts send it.
fn gzipped(file: &Path) -> Result<u64, Trouble> {
    let out = Command::new("gzip").args(["-9", "-c"]).arg(file).output()?;
    ensure!(out.status.success(), "{} is not in dist", file.display());
    Ok(out.stdout.len() as u64)
}

/// One press makes it live: it runs by itself, says it is ready only once, and grows with what it shows.
pub async fn live(page: &Page) -> Outcome {
    super::embed::open(page, "v=1&s=prices&repeats=1").await?;
    inside(page, "the picture", PICTURE).await?;
    let before = said(page, "interleave:resize").await?["height"].as_f64().unwrap_or_default();
    inside(page, "the press", "document.querySelector('#live').click(); return true").await?;
    let result = said(page, "interleave:result").await?;
    ensure!(result["scenario"] == "prices" && result["runs"][0]["ok"] == true, "result said {result}");
    let focus =
        inside(page, "the focus", "return document.activeElement.id || document.activeElement.localName").await?;
    let grown = "const h = said.findLast((m) => m.type === 'interleave:resize').height; return h !== arguments[0] && h";
    let after = page.wait_for("its new height", grown, json!([before]), std::time::Duration::from_secs(30)).await?;
    let readies = page.js("return said.filter((m) => m.type === 'interleave:ready').length", json!([])).await?;
    ensure!(readies == 1, "it said {readies} times that it is ready");
    inside(page, "no errors", "return e2e.errors.length === 0").await?;
    Ok(format!("height {before}, then {after}; the focus is on {focus}"))
}

/// A light run starts by itself where the link says so; a guess is never spoilt by the picture; colours and panels are followed.
pub async fn asked(page: &Page) -> Outcome {
    super::embed::open(page, "v=1&s=prices&repeats=1&run=1").await?;
    said(page, "interleave:result").await?;

    empty_host(page).await?;
    let task = "%3Cb%3EFind%20the%20limit%3C%2Fb%3E%0D%0A%E2%80%AEand%09%E2%80%8Bwhy%E2%80%A8%20%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB%00%20";
    let plain = "<b>Find the limit</b>\nand why\n 👩\u{200d}💻";
    let src = page.site.page(&format!("predict=1&theme=dark&task={task}"), "v=1&s=prices");
    add_frame(page, json!({ "src": src, "width": "600", "height": "500" })).await?;
    let script = "return document.querySelector('#live') && [document.querySelector('#still') === null,
        document.querySelector('#task')?.textContent, document.documentElement.dataset.theme]";
    let seen = inside(page, "a frame that asks for a guess", script).await?;
    ensure!(seen == json!([true, plain, "dark"]), "it shows {seen}");
    inside(page, "the press", "document.querySelector('#live').click(); return true").await?;
    let idle = "return document.querySelector('#status')?.dataset.state";
    let state = inside(page, "the live page", idle).await?;
    ensure!(state == "idle", "it runs before the guess: {state}");
    // The picture's script and the program read the link alike (www/frame.js, src/share).
    let live = inside(page, "the task", "return document.querySelector('#task')?.textContent").await?;
    ensure!(live == plain, "the live page's task is {live}");

    empty_host(page).await?;
    let src = page.site.page("panels=claims", "v=1&s=prices");
    add_frame(page, json!({ "src": src, "width": "600", "height": "500" })).await?;
    let script = "return document.querySelector('#live') && [document.querySelector('#still') === null]";
    let seen = inside(page, "a frame without a timeline", script).await?;
    ensure!(seen == json!([true]), "it shows a picture");
    Ok(String::new())
}

/// What cannot run in a sandbox is said there; the picture is shown.
pub async fn sandboxed(page: &Page) -> Outcome {
    empty_host(page).await?;
    add_frame(page, json!({ "src": page.site.page("embed", "v=1&s=deadlock"), "sandbox": "allow-scripts" })).await?;
    let script = "const i = document.querySelector('img'), why = document.querySelector('#why-not') ?? document.querySelector('#broke');
        return i?.complete && i.naturalWidth > 0 && why && [i.alt, why.textContent, location.origin, self.origin]";
    let seen = inside(page, "a picture in a sandbox", script).await?;
    let (alt, why) = (seen[0].as_str().unwrap_or_default(), seen[1].as_str().unwrap_or_default());
    ensure!(seen[3] == "null", "it is not sandboxed: {seen}");
    ensure!(alt.contains("ecorded"), "the picture is called {alt}");
    ensure!(why.contains("needs workers") || why.contains("sandboxed"), "it says {why}");
    Ok(why.to_owned())
}

/// www/embed.js makes frames of links, each as tall as what is in it; a link to elsewhere stays one, and nobody else is listened to.
pub async fn two(page: &Page) -> Outcome {
    empty_host(page).await?;
    let script = "const add = (html) => document.body.insertAdjacentHTML('beforeend', html);
        add(`<p><a class=interleave href='${arguments[0]}'>Prices</a></p>`);
        add(`<div data-interleave='v=1&amp;s=race' data-title='A race' data-height=300></div>`);
        add(`<p><a class=interleave id=other href='https://elsewhere.example/#s=race'>Elsewhere</a></p>`);
        const s = document.createElement('script');
        s.src = arguments[1];
        document.body.append(s);";
    let site = page.site.page("", "");
    let site = site.split('?').next().unwrap_or_default();
    page.js(script, json!([page.site.page("theme=dark", "v=1&s=prices"), format!("{site}embed.js")])).await?;
    // What is far down is only loaded when it is scrolled to.
    let script = "const frames = [...document.querySelectorAll('iframe')];
        frames.forEach((f, i) => f.scrollIntoView({ block: i ? 'end' : 'start' }));
        const tall = frames.map((f) => parseFloat(f.style.height));
        return frames.length === 2 && tall[0] !== 560 && tall[1] !== 300 && [...tall, ...frames.map((f) => f.title),
            document.querySelectorAll('a[hidden]').length, document.querySelector('#other').hidden]";
    let seen = page.wait("two frames that grew", script).await?;
    ensure!(seen[2] == "Prices" && seen[3] == "A race" && seen[4] == 2 && seen[5] == false, "there are {seen}");
    for index in 0..2 {
        page.driver.enter_frame(index).await?;
        let fits = page.wait("the picture", PICTURE).await.and(
            page.wait(
                "no scrolling",
                "return document.querySelector('#app').getBoundingClientRect().height <= innerHeight",
            )
            .await,
        );
        page.driver.enter_default_frame().await?;
        fits?;
    }
    let script = "postMessage({ type: 'interleave:resize', v: 1, height: 5000 }, '*');
        return new Promise((done) => setTimeout(() => done(Math.max(...[...document.querySelectorAll('iframe')].map((f) => f.offsetHeight))), 200))";
    let tallest = page.js(script, json!([])).await?;
    ensure!(tallest.as_f64().is_some_and(|h| h < 4_000.0), "the page itself was listened to: {tallest}");
    Ok(format!("heights {} and {}", seen[0], seen[1]))
}

/// `s/<id>/` opens its scenario; files, workers and links work from there; another scenario leaves it.
pub async fn own_page(page: &Page) -> Outcome {
    let site = page.site.page("", "");
    let site = site.split('?').next().unwrap_or_default();
    page.driver.goto("about:blank").await?;
    // Where the host sends no headers the page would be loaded again, in the middle of the run.
    let address = page.site.page("", "models=sequential,processes&limit=200000&repeats=1");
    page.driver.goto(address.replacen("/?", "/s/primes/?", 1)).await?;
    page.ready().await?;
    let cells = page.run().await?;
    ensure!(cells.len() == 2 && cells.iter().all(|c| c.value == "17,984"), "it ran {cells:?}");
    page.claims_hold().await?;
    page.wait("its sources", "return document.querySelector('.code pre')?.textContent.includes('def ')").await?;
    let at = page.js("return [location.pathname, location.hash]", json!([])).await?;
    ensure!(
        at[0].as_str().is_some_and(|p| p.ends_with("/s/primes/"))
            && at[1].as_str().is_some_and(|h| h.contains("s=primes")),
        "the address is {at}"
    );
    page.js("document.querySelector('a[data-scenario=race]').click()", json!([])).await?;
    let script = "return document.querySelector('a.on')?.dataset.scenario === 'race' && location.hash.includes('s=race') && location.href";
    let link = page.wait("another scenario", script).await?;
    ensure!(link.as_str().is_some_and(|l| l.starts_with(site) && !l.contains("/s/")), "the address is {link}");
    page.no_errors().await?;
    Ok(at[0].as_str().unwrap_or_default().to_owned())
}
