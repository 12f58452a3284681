//! The matrix of hosts: wherever the page is put, it comes up, says what is real and what is recorded, and runs for real
//! whatever can run there. Every check has hosts, and so origins, of its own.

use crate::ensure;
use crate::harness::browser::{Browser, Reader, Session};
use crate::harness::build::Build;
use crate::harness::page::Page;
use crate::harness::site::Site;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How the host of the site answers.
#[derive(Clone, Copy, PartialEq)]
enum Host {
    /// With the headers of `www/_headers`.
    Headers,
    /// With nothing: only the site's own service worker can help.
    Plain,
}

/// How much of what there is can run.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Runs {
    /// Everything; where the browser shares memory at all.
    Everything,
    /// Everything in Chromium, whose Document-Isolation-Policy works inside frames; no threads elsewhere.
    ThreadsInChromium,
    /// Everything but threads.
    NoThreads,
    /// Only the event loop.
    EventLoop,
}

/// A place to put the page in.
struct Place {
    name: &'static str,
    host: Host,
    /// Attributes of the frame it is in, if it is in one.
    frame: Option<&'static str>,
    /// How many such frames there are.
    count: usize,
    /// Whether the page around it is isolated.
    isolated: bool,
    blocked: Reader,
    /// How often it is opened before it must be as said: a frame is not loaded again by itself.
    visits: usize,
    runs: Runs,
}

const TOP: Place = Place {
    name: "",
    host: Host::Headers,
    frame: None,
    count: 1,
    isolated: false,
    blocked: Reader::Usual,
    visits: 1,
    runs: Runs::Everything,
};
const FRAME: Place = Place { frame: Some(""), runs: Runs::ThreadsInChromium, ..TOP };
const ALLOWED: Option<&str> = Some("allow=cross-origin-isolated");
const SANDBOXED: Option<&str> = Some("sandbox=allow-scripts");

/// At the top level: isolated by headers, or by the worker after one reload.
pub async fn top_level(page: &Page) -> Outcome {
    visit_all(page, &[Place { name: "headers", ..TOP }, Place { name: "worker alone", host: Host::Plain, ..TOP }]).await
}

/// In a frame of an ordinary page of another site.
pub async fn cross_site(page: &Page) -> Outcome {
    visit_all(
        page,
        &[
            Place { name: "headers", ..FRAME },
            Place { name: "worker alone, first visit", host: Host::Plain, runs: Runs::NoThreads, ..FRAME },
            Place { name: "worker alone, second visit", host: Host::Plain, visits: 2, ..FRAME },
        ],
    )
    .await
}

/// In frames that may run scripts and nothing else: the event loop runs; or where the host lets such frames load no modules, the
/// page says so.
pub async fn sandboxed(page: &Page) -> Outcome {
    let note = visit_all(page, &[Place { name: "headers", frame: SANDBOXED, runs: Runs::EventLoop, ..FRAME }]).await?;
    let build = Build::new()?;
    let (site, host) = (Site::start(&build, false).await?, Site::start(&build, false).await?);
    page.driver.goto(host.framing(&site.just_page("", "v=1&s=prices"), "sandbox=allow-scripts", 1)).await?;
    page.driver.enter_frame(0).await?;
    let said = page
        .wait("a notice", "return document.querySelector('#broke[role=alert] a[href]')?.parentElement.textContent")
        .await;
    page.driver.enter_default_frame().await?;
    let said = said?;
    ensure!(said.as_str().is_some_and(|said| said.contains("sandboxed")), "without headers it says {said}");
    Ok(format!("{note}; without headers: {said}"))
}

/// Where storage is blocked for other sites' frames, or for everybody; WebKitGTK's driver cannot block it.
pub async fn blocked(page: &Page) -> Outcome {
    let frame = Place { blocked: Reader::NoThirdParties, ..FRAME };
    visit_all(
        page,
        &[
            Place { name: "third parties, headers", ..frame },
            Place { name: "third parties, worker alone", host: Host::Plain, runs: Runs::NoThreads, ..frame },
            Place { name: "all, headers", blocked: Reader::NoStorage, ..TOP },
            Place { name: "all, nothing", host: Host::Plain, blocked: Reader::NoStorage, runs: Runs::NoThreads, ..TOP },
        ],
    )
    .await
}

/// In a page that is isolated itself.
pub async fn isolated_parent(page: &Page) -> Outcome {
    let frame = Place { isolated: true, ..FRAME };
    visit_all(
        page,
        &[
            Place { name: "allowed", frame: ALLOWED, runs: Runs::Everything, ..frame },
            // Chromium isolates it by its own header; Firefox and WebKit do not know the permission.
            Place { name: "not allowed", runs: Runs::Everything, ..frame },
        ],
    )
    .await
}

/// Two frames on one page.
pub async fn two_frames(page: &Page) -> Outcome {
    visit_all(page, &[Place { name: "two", count: 2, ..FRAME }]).await
}

impl Place {
    fn threads(&self, browser: Browser) -> bool {
        match self.runs {
            Runs::Everything => browser.has_shared_memory(),
            Runs::ThreadsInChromium => browser == Browser::Chromium,
            Runs::NoThreads | Runs::EventLoop => false,
        }
    }
}

async fn visit_all(page: &Page, places: &[Place]) -> Outcome {
    let build = Build::new()?;
    let mut notes = Vec::new();
    for place in places {
        if place.blocked != Reader::Usual && matches!(page.browser, Browser::Webkit { .. }) {
            notes.push(format!("{}: cannot be blocked", place.name));
            continue;
        }
        let own = (place.blocked != Reader::Usual).then_some(place.blocked);
        let session: Option<Session> = match own {
            Some(blocked) => Some(page.browser.start_with(blocked).await?),
            None => None,
        };
        let (site, host) =
            (Site::start(&build, place.host == Host::Headers).await?, Site::start(&build, place.isolated).await?);
        let isolated = place.host == Host::Headers;
        let page = match &session {
            Some(session) => Page::new(page.browser, session, isolated, site, host),
            None => page.elsewhere(isolated, site, host),
        };
        let page = Page { shared: place.threads(page.browser), ..page };
        let seen = visit(&page, place).await;
        page.driver.enter_default_frame().await?;
        let forbidden = page.site.forbidden();
        if let Some(session) = session {
            session.end().await?;
        }
        let note = seen.map_err(|trouble| Trouble::Failed(format!("{}: {trouble}", place.name)))?;
        ensure!(forbidden.is_empty(), "{}: the policy forbade {forbidden:?}", place.name);
        notes.push(format!("{}: {note}", place.name));
    }
    Ok(notes.join("; "))
}

async fn visit(page: &Page, place: &Place) -> Outcome {
    for visit in 1..=place.visits {
        page.driver.goto("about:blank").await?;
        let address = page.site.just_page("", "v=1&s=prices&repeats=1");
        match place.frame {
            Some(attributes) => page.driver.goto(page.host.framing(&address, attributes, place.count)).await?,
            None => page.driver.goto(address).await?,
        }
        if visit < place.visits {
            served(page).await?;
        }
    }
    let mut notes = Vec::new();
    for number in 0..place.count {
        if place.frame.is_some() {
            page.driver.enter_default_frame().await?;
            page.driver.enter_frame(u16::try_from(number).unwrap_or_default()).await?;
        } else {
            settled(page, place).await?;
        }
        notes.push(inside(page, place).await?);
    }
    Ok(notes.join(" and "))
}

/// Waits until the frame is served by the site's worker, so that the next visit is.
async fn served(page: &Page) -> Result<(), Trouble> {
    page.driver.enter_frame(0).await?;
    page.wait("the worker", "return navigator.serviceWorker?.controller?.state === 'activated'").await?;
    page.driver.enter_default_frame().await?;
    Ok(())
}

/// At the top level of a plain host the page is loaded once more, if that helps; the link stays.
async fn settled(page: &Page, place: &Place) -> Result<(), Trouble> {
    if place.host == Host::Headers || place.blocked != Reader::Usual {
        return Ok(());
    }
    // Not by the kind of navigation: to WebKit, whose page another process takes over, this is no reload.
    let isolated = "return self.crossOriginIsolated && navigator.serviceWorker.controller && location.hash";
    // While the page is exchanged there may be nobody to answer.
    let begun = Instant::now();
    loop {
        match page.js(isolated, json!([])).await {
            Ok(Value::String(hash)) => {
                ensure!(hash == "#v=1&s=prices&repeats=1", "after the reload the link is {hash}");
                // It stays that page.
                page.js("self.first = true", json!([])).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
                ensure!(page.js("return self.first", json!([])).await? == true, "the page was loaded once more");
                return Ok(());
            }
            _ if begun.elapsed() < Duration::from_secs(30) => tokio::time::sleep(Duration::from_millis(25)).await,
            seen => return Err(Trouble::Failed(format!("the page did not become isolated: {seen:?}"))),
        }
    }
}

/// In the page, wherever it is: it is live, says what it can do, does that, and offers a recorded run of the rest.
async fn inside(page: &Page, place: &Place) -> Outcome {
    // A frame may show a picture first: whoever presses there has begun a run.
    let live = "const live = document.querySelector('#live');
        if (live) [e2e.pressed] = [true, live.click()];
        return Boolean(document.querySelector('#run'))";
    page.wait("the page", live).await?;
    let quiet = "return document.querySelector('#status').dataset.state === (e2e.pressed ? 'done' : 'idle')";
    page.wait("a quiet page", quiet).await?;
    let badge = "const b = document.querySelector('#badge'); return [b.dataset.shared, b.textContent]";
    let badge = page.js(badge, json!([])).await?;
    let threads = place.threads(page.browser);
    ensure!(
        badge[0].as_str() == Some(&*threads.to_string()),
        "threads should {} run, but the badge says {badge}",
        if threads { "" } else { "not" }
    );
    let prices = page.run().await?;
    ensure!(prices.iter().any(|c| c.name.starts_with("asyncio")), "prices gave {prices:?}");
    page.claims_hold().await?;

    show(page, "v=1&s=primes&limit=200001&repeats=1&models=sequential,free-threads,processes").await?;
    let offer = page.js("return document.querySelector('#why-blocked')?.textContent ?? ''", json!([])).await?;
    ensure!(offer.as_str().is_some_and(|o| o.is_empty() == threads), "threads: {threads}, but the page offers {offer}");
    let expected: &[&str] = match (place.runs, threads) {
        (Runs::EventLoop, _) => &[],
        (_, true) => &["free-threads", "processes", "sequential"],
        (_, false) => &["processes", "sequential"],
    };
    if expected.is_empty() {
        ensure!(page.run_to_end().await? == "failed", "something ran without workers");
        ensure!(badge[1].as_str().is_some_and(|b| b.contains("sandboxed")), "the badge says {badge}");
    } else {
        let cells = page.run().await?;
        let mut ran: Vec<_> = cells.iter().map(|c| c.name.trim_end_matches('/')).collect();
        ran.sort_unstable();
        ensure!(ran == expected && cells.iter().all(|c| c.value.contains("17,984")), "primes gave {cells:?}");
    }
    if !threads {
        page.press("#recorded").await?;
        let labels = "return document.querySelector('#status').dataset.state === 'recorded'
            && document.querySelector('.recorded')?.textContent";
        page.wait("a labelled recorded run", labels).await?;
    }
    page.no_errors().await?;
    Ok(if expected.is_empty() {
        "the loop"
    } else if threads {
        "threads"
    } else {
        "processes"
    }
    .to_owned())
}

/// Puts a link into the address of the page that is open.
async fn show(page: &Page, hash: &str) -> Result<(), Trouble> {
    page.js("location.hash = arguments[0]", json!([hash])).await?;
    let shown = "return document.querySelector('[data-param=\"limit\"] input')?.value === '200001'";
    page.wait("the new form", shown).await.map(|_| ())
}
