//! The site's service worker: use without a network, new builds, `?coi=0`, and when a page is loaded again.

use crate::ensure;
use crate::harness::build::Build;
use crate::harness::page::{Page, all_give};
use crate::harness::site::Site;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

const LINK: &str = "v=1&s=primes&limit=200001&repeats=1";
const PRIMES: &str = "17,984";
/// A file that a build may have changed.
const FILE: &str = "sources/race.txt";
/// Whether everything is kept.
const WHOLE: &str = "const done = arguments[arguments.length - 1];
    caches.match(new URL('?whole', document.baseURI).href).then((kept) => done(Boolean(kept)), () => done(false))";

/// The same browser, at a host of its own.
async fn at(page: &Page, build: &Build, headers: bool) -> Result<Page, Trouble> {
    let (site, host) = (Site::start(build, headers).await?, Site::start(build, false).await?);
    Ok(Page { shared: page.shared, ..page.elsewhere(headers, site, host) })
}

/// Opens the page as any reader does, and waits until it answers and is not about to be exchanged.
async fn open(page: &Page, query: &str) -> Result<(), Trouble> {
    page.driver.goto("about:blank").await?;
    page.driver.goto(page.site.just_page(query, LINK)).await?;
    patiently(page, "the page", "return document.querySelector('#status')?.dataset.state === 'idle'").await.map(|_| ())
}

/// Waits for something true, also while the page is exchanged and nobody answers.
async fn patiently(page: &Page, what: &str, script: &str) -> Result<Value, Trouble> {
    let begun = Instant::now();
    loop {
        let seen = page.js(script, json!([])).await;
        match seen {
            Ok(value) if !matches!(value, Value::Null | Value::Bool(false)) => return Ok(value),
            _ if begun.elapsed() < Duration::from_secs(40) => tokio::time::sleep(Duration::from_millis(25)).await,
            seen => return Err(Trouble::Failed(format!("{what}: {seen:?}; {}", page.situation().await?))),
        }
    }
}

/// Runs an asynchronous script until it gives true.
async fn until(page: &Page, what: &str, script: &str) -> Result<(), Trouble> {
    let begun = Instant::now();
    while !page.driver.execute_async(script, Vec::new()).await.map(|seen| seen.json() == &json!(true)).unwrap_or(false)
    {
        ensure!(begun.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// The text of [`FILE`] as the page gets it, or `refused`.
async fn file(page: &Page) -> Result<String, Trouble> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        fetch('{FILE}').then((answer) => answer.ok ? answer.text() : 'refused').then(done, () => done('refused'))"
    );
    Ok(page.driver.execute_async(script, Vec::new()).await?.json().as_str().unwrap_or_default().to_owned())
}

/// After one visit the host may go: the page comes up, runs, and has its sources and recorded runs.
pub async fn offline(page: &Page) -> Outcome {
    let build = Build::new()?;
    for headers in [true, false] {
        let page = at(page, &build, headers).await?;
        open(&page, "").await?;
        until(&page, "everything is kept", WHOLE).await?;
        page.site.serve(None);
        open(&page, "theme=dark").await?;
        let cells = page.run().await?;
        all_give(&cells, PRIMES)?;
        let threads = cells.iter().any(|cell| cell.name.starts_with("free-threads"));
        ensure!(threads == page.shared, "without a network it ran {cells:?}");
        ensure!(file(&page).await?.len() > 100, "the sources are not there");
        if !page.shared {
            page.press("#recorded").await?;
            page.wait("a recorded run", "return document.querySelector('#status').dataset.state === 'recorded'")
                .await?;
        }
        page.no_errors().await?;
    }
    Ok("with headers and without".to_owned())
}

/// A new build replaces the old one when no page of the old one is left, and no page gets files of two builds.
pub async fn update(page: &Page) -> Outcome {
    let old = Build::new()?;
    let new = Build::changed(|site| {
        let index = site.join("index.html");
        fs::write(&index, fs::read_to_string(&index)?.replacen("<html ", "<html data-build=new ", 1))?;
        fs::write(site.join(FILE), "the new file")
    })?;
    const BUILD: &str = "return document.documentElement.dataset.build ?? 'old'";
    const WAITS: &str = "const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration().then((r) => done(Boolean(r?.waiting)), () => done(false))";
    let page = at(page, &old, true).await?;
    open(&page, "").await?;
    until(&page, "everything is kept", WHOLE).await?;
    let before = file(&page).await?;
    page.site.serve(Some(&new));

    // The old build goes on; what it has not kept it does not take from the new one.
    open(&page, "").await?;
    ensure!(page.js(BUILD, json!([])).await? == "old", "the new build was shown before it was there");
    ensure!(file(&page).await? == before, "the old page got a file of the new build");
    let forget = format!(
        "const done = arguments[arguments.length - 1], file = new URL('{FILE}', document.baseURI).href;
        caches.keys().then((names) => Promise.all(names.map(async (name) => (await caches.open(name)).delete(file)))).then(() => done(true))"
    );
    until(&page, "the new build waits", WAITS).await?;
    page.driver.execute_async(forget, Vec::new()).await?;
    let got = file(&page).await?;
    ensure!(got == "refused", "the old page got {got}");

    // Another page of the old build is open: nothing changes.
    let first = page.driver.window().await?;
    let second = page.driver.new_tab().await?;
    page.driver.switch_to_window(second).await?;
    open(&page, "").await?;
    ensure!(
        page.js(BUILD, json!([])).await? == "old",
        "the new build replaced the old one while a page of it was open"
    );
    page.driver.close_window().await?;
    page.driver.switch_to_window(first).await?;

    // This is the only one: at its next opening it is the new build, and nothing is left of the old one.
    page.driver.goto(page.site.just_page("theme=light", LINK)).await?;
    patiently(&page, "the new build", "return document.documentElement.dataset.build === 'new'").await?;
    patiently(&page, "the page", "return document.querySelector('#status')?.dataset.state === 'idle'").await?;
    until(&page, "the new file is kept", WHOLE).await?;
    ensure!(file(&page).await? == "the new file", "the new page got an old file");
    let kept = "const done = arguments[arguments.length - 1]; caches.keys().then((names) => done(names.length))";
    let kept = page.driver.execute_async(kept, Vec::new()).await?.json().clone();
    ensure!(kept == 1, "{kept} builds are kept");
    all_give(&page.run().await?, PRIMES)
}

/// `?coi=0`: no worker and no isolation, said in no notice; what there was goes, and comes back without it.
pub async fn opt_out(page: &Page) -> Outcome {
    const HELD: &str = "const done = arguments[arguments.length - 1];
        Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()])
            .then(([workers, names]) => done([workers.length, names.length, self.crossOriginIsolated]))";
    let build = Build::new()?;
    let page = at(page, &build, false).await?;
    for query in ["coi=0", "", "theme=dark&coi=0", ""] {
        let out = query.ends_with("coi=0");
        open(&page, query).await?;
        if !out {
            patiently(&page, "isolation", "return self.crossOriginIsolated").await?;
            patiently(&page, "the page", "return document.querySelector('#status')?.dataset.state === 'idle'").await?;
            until(&page, "everything is kept", WHOLE).await?;
        }
        let held = page.driver.execute_async(HELD, Vec::new()).await?.json().clone();
        ensure!(
            held == if out { json!([0, 0, false]) } else { json!([1, 1, true]) },
            "with {query:?} there are {held}"
        );
        let notice = page.js("return document.querySelector('.notice')?.textContent", json!([])).await?;
        ensure!(notice.is_null(), "a notice says {notice}");
        page.no_errors().await?;
    }
    Ok(String::new())
}

/// A worker that comes when a run was begun waits for the next visit; one that does not help is no reason to load again.
pub async fn reloads(page: &Page) -> Outcome {
    const MARK: &str = "self.first = true";
    const SERVED: &str = "return Boolean(navigator.serviceWorker.controller)";
    let build = Build::new()?;
    let begun = at(page, &build, false).await?;
    begun.site.hold("sw.js", true);
    open(&begun, "").await?;
    begun.js(MARK, json!([])).await?;
    begun.run().await?;
    begun.site.hold("sw.js", false);
    begun.wait("the worker", SERVED).await?;
    still(&begun, "a run was begun").await?;
    open(&begun, "").await?;
    ensure!(begun.js("return self.crossOriginIsolated", json!([])).await? == true, "the next visit is not isolated");

    // Its headers are of no use: one reload, and no other.
    let useless = Build::new()?;
    let worker = useless.path().join("sw.js");
    fs::write(&worker, fs::read_to_string(&worker)?.replace("\"Cross-Origin-", "\"X-").replace("\"Document-", "\"X-"))?;
    let useless = at(page, &useless, false).await?;
    open(&useless, "").await?;
    patiently(
        &useless,
        "one reload",
        "return performance.getEntriesByType('navigation')[0].type === 'reload' && document.querySelector('#run')",
    )
    .await?;
    useless.js(MARK, json!([])).await?;
    useless.wait("the worker", SERVED).await?;
    still(&useless, "a reload did not help").await?;
    all_give(&useless.run().await?, PRIMES)
}

/// A run that could not begin for want of shared memory is no reason not to load the page again: it is asked for once more. What was
/// measured before stays.
pub async fn lacked(page: &Page) -> Outcome {
    const FAILED: &str = "return document.querySelector('#failure[data-lacked]') !== null";
    let build = Build::new()?;
    let asked = at(page, &build, false).await?;
    let link = "v=1&s=race&increments=2000&repeats=1&models=free-threads&variant=lock";
    asked.site.hold("sw.js", true);
    asked.driver.goto("about:blank").await?;
    asked.driver.goto(asked.site.just_page("theme=dark", &format!("{link}&run=1"))).await?;
    patiently(&asked, "a run that lacks memory", FAILED).await?;
    asked.js("self.failed = true", json!([])).await?;
    asked.site.hold("sw.js", false);
    let state = if asked.shared { "done" } else { "failed" };
    let again = format!(
        "return !self.failed && self.crossOriginIsolated && document.querySelector('#status')?.dataset.state === '{state}'"
    );
    patiently(&asked, "the run, in a page that was loaded again", &again).await?;
    let address = asked.js("return location.search + location.hash", json!([])).await?;
    ensure!(
        address.as_str().is_some_and(|a| a.starts_with("?theme=dark#") && a.contains("increments=2000")),
        "the address became {address}"
    );
    ensure!(address.as_str().is_some_and(|a| !a.contains("run=1")), "it would run once more: {address}");
    asked.js("self.first = true", json!([])).await?;
    still(&asked, "it was already").await?;

    let measured = at(page, &build, false).await?;
    measured.site.hold("sw.js", true);
    open(&measured, "").await?;
    measured.js("self.first = true", json!([])).await?;
    measured.run().await?;
    measured.js("location.hash = 'v=1&s=primes&limit=200003&repeats=1&models=free-threads'", json!([])).await?;
    measured
        .wait("the form", "return document.querySelector('[data-param=\"limit\"] input')?.value === '200003'")
        .await?;
    ensure!(measured.run_to_end().await? == "failed", "threads ran without shared memory");
    measured.site.hold("sw.js", false);
    measured.wait("the worker", "return Boolean(navigator.serviceWorker.controller)").await?;
    still(&measured, "something was measured").await?;
    Ok(String::new())
}

/// The page is the one that was marked, also after a while.
async fn still(page: &Page, why: &str) -> Result<(), Trouble> {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    ensure!(
        page.js("return self.first ?? false", json!([])).await? == true,
        "the page was loaded again although {why}"
    );
    Ok(())
}
