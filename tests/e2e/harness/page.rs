//! The page as a reader sees it: open, press, wait, and read what it shows.

use super::browser::{Browser, Session};
use super::site::Site;
use super::{Outcome, Trouble};
use crate::ensure;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::time::{Duration, Instant};
use thirtyfour::WebDriver;

/// How long a run, and everything else, may take.
const RUN_LIMIT: Duration = Duration::from_secs(90);
/// A thousand fetches one after another take 150 s at ten times the speed, and the shortest run of a service of hours that is not
/// sped up seven minutes (`ENDS=1`).
const ENDS_LIMIT: Duration = Duration::from_secs(600);
const PAGE_LIMIT: Duration = Duration::from_secs(30);

/// A browser with the site open.
pub struct Page {
    /// Which one.
    pub browser: Browser,
    /// The session.
    pub driver: WebDriver,
    /// The process that started the browser.
    pub program: u32,
    /// The host of the site.
    pub site: Site,
    /// Another host, without isolation, that puts the site into a frame.
    pub host: Site,
    /// Whether the site's host sends the isolation headers.
    pub isolated: bool,
    /// Whether threads can run here.
    pub shared: bool,
    /// What was asked of the browser last, and when; said of a check that does not end.
    pub step: RefCell<(String, Instant)>,
}

/// One bar of the timings: a model in a variant.
#[derive(Debug)]
pub struct Cell {
    /// `model/variant`.
    pub name: String,
    /// Median, ms.
    pub median: f64,
    /// Against sequential; 0 when there is none.
    pub speedup: f64,
    /// The result.
    pub value: String,
}

/// A statement about the run.
#[derive(Debug)]
pub struct Claim {
    /// The statement.
    pub text: String,
    /// Whether it holds.
    pub ok: bool,
    /// Whether it is judged by the clock, so that a busy machine can make it fail.
    pub timed: bool,
}

impl Page {
    /// A session with a site that is isolated by its host's headers, or not, and another host.
    pub fn new(browser: Browser, session: &Session, isolated: bool, site: Site, host: Site) -> Self {
        let shared = isolated && browser.has_shared_memory();
        let (driver, program) = (session.driver.clone(), session.program());
        let step = RefCell::new((String::new(), Instant::now()));
        Self { browser, driver, program, site, host, isolated, shared, step }
    }

    /// The same browser, with a site and a host of its own.
    pub fn elsewhere(&self, isolated: bool, site: Site, host: Site) -> Self {
        let shared = isolated && self.browser.has_shared_memory();
        let (driver, step) = (self.driver.clone(), RefCell::new((String::new(), Instant::now())));
        Self { browser: self.browser, driver, program: self.program, site, host, isolated, shared, step }
    }

    /// Opens a link afresh, and waits until the page is there.
    pub async fn open(&self, query: &str, hash: &str) -> Result<(), Trouble> {
        // Changing the hash alone would not load anything.
        self.at(format!("leaving for {query}#{hash}"));
        self.driver.goto("about:blank").await?;
        self.at(format!("opening {query}#{hash}"));
        self.driver.goto(self.site.page(query, hash)).await?;
        self.ready().await
    }

    /// Opens another page of the site, by its address below the site's root, and waits until it has loaded.
    pub async fn goto(&self, path: &str) -> Result<(), Trouble> {
        self.at(format!("opening {path}"));
        self.driver.goto(self.site.below(path)).await?;
        self.wait(path, "return document.readyState === 'complete'").await.map(|_| ())
    }

    fn at(&self, step: String) {
        self.step.replace((step, Instant::now()));
    }

    /// Waits until the page is there.
    pub async fn ready(&self) -> Result<(), Trouble> {
        self.wait(
            "the page",
            "return document.querySelector('#status')?.dataset.state && document.querySelector('#run')",
        )
        .await
        .map(|_| ())
    }

    /// Runs a script in the page.
    pub async fn js(&self, script: &str, args: Value) -> Result<Value, Trouble> {
        let args = args.as_array().cloned().unwrap_or_default();
        Ok(self.driver.execute(script, args).await?.json().clone())
    }

    /// Asks again and again until `script` returns something true; gives that.
    pub async fn wait(&self, what: &str, script: &str) -> Result<Value, Trouble> {
        self.wait_for(what, script, json!([]), PAGE_LIMIT).await
    }

    /// The same with arguments and a limit of its own.
    pub async fn wait_for(&self, what: &str, script: &str, args: Value, limit: Duration) -> Result<Value, Trouble> {
        self.at(format!("{what} {args}"));
        let start = Instant::now();
        loop {
            let value = self.js(script, args.clone()).await?;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(value);
            }
            ensure!(start.elapsed() < limit, "{what}: not within {limit:?}; {}", self.situation().await?);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// State, failure and the first errors, for messages.
    pub async fn situation(&self) -> Result<Value, Trouble> {
        self.js(
            "const errors = [...new Set(window.e2e?.errors)].slice(0, 5).map((e) => e.slice(0, 300));
             return { state: document.querySelector('#status')?.dataset.state, errors,
                      failure: document.querySelector('#failure')?.textContent }",
            json!([]),
        )
        .await
    }

    /// Presses what the selector finds.
    pub async fn press(&self, selector: &str) -> Result<(), Trouble> {
        let script = "const e = document.querySelector(arguments[0]); if (!e) return false; e.click(); return true;";
        let found = self.js(script, json!([selector])).await? == Value::Bool(true);
        ensure!(found, "nothing to press: {selector}");
        Ok(())
    }

    /// Presses Run; waits until the run is going.
    pub async fn start(&self) -> Result<(), Trouble> {
        self.js("e2e.states = []; document.querySelector('#run').click();", json!([])).await?;
        self.wait("running", "return e2e.states.some((s) => s.state === 'running')").await.map(|_| ())
    }

    /// Waits for the end of the run begun last; gives its state.
    pub async fn ended(&self) -> Result<String, Trouble> {
        // A page whose script broke may never come to an end.
        let script = "return e2e.states.find((s) => ['done', 'stopped', 'failed'].includes(s.state))?.state
            ?? (e2e.errors.length > 0 && 'a script failed: ' + e2e.errors.join('; '))";
        let limit = if super::ends().is_some() { ENDS_LIMIT } else { RUN_LIMIT };
        let state = self.wait_for("the end of the run", script, json!([]), limit).await?;
        self.drawn().await?;
        Ok(state.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page has drawn, too: Yew may give way to the browser before its effects.
    pub async fn drawn(&self) -> Result<(), Trouble> {
        self.wait("a page that has drawn", "return e2e.soon.size === 0").await.map(|_| ())
    }

    /// Presses Run and waits for the end, whatever it is; gives the state.
    pub async fn run_to_end(&self) -> Result<String, Trouble> {
        self.js("e2e.states = []; document.querySelector('#run').click();", json!([])).await?;
        self.ended().await
    }

    /// Presses Run and waits until the run is done; any other end is a failure, and so is an error in a script. Once it runs again
    /// where the page asks for that, since the browser left it alone for too long.
    pub async fn run(&self) -> Result<Vec<Cell>, Trouble> {
        const ALONE: &str = "return [...document.querySelectorAll('.notice li')].map((e) => e.textContent).find(
            (said) => /called the event loop up to|Nothing happened for/.test(said)) ?? null";
        for last in [false, true] {
            let state = self.run_to_end().await?;
            ensure!(state == "done", "the run ended as {state}: {}", self.situation().await?);
            let Value::String(said) = self.js(ALONE, json!([])).await? else { break };
            ensure!(!last, "left alone twice: {said}");
            println!("  run again: {said}");
        }
        // The script that draws them may still be on its way.
        let bars = "const bars = document.querySelector('#bars'); return !bars || bars.childElementCount > 0";
        self.wait("the timings", bars).await?;
        self.no_errors().await?;
        self.cells().await
    }

    /// Opens a link, runs it.
    pub async fn run_link(&self, hash: &str) -> Result<Vec<Cell>, Trouble> {
        self.open("", hash).await?;
        self.run().await
    }

    /// The timings shown.
    pub async fn cells(&self) -> Result<Vec<Cell>, Trouble> {
        let script = "return [...document.querySelectorAll('[data-cell]')].map((e) => [e.dataset.cell,
            Number(e.dataset.median ?? NaN), Number(e.dataset.speedup ?? 0), e.dataset.value ?? ''])";
        let rows = self.js(script, json!([])).await?;
        let row = |r: &Value| Cell {
            name: r[0].as_str().unwrap_or_default().to_owned(),
            median: r[1].as_f64().unwrap_or(f64::NAN),
            speedup: r[2].as_f64().unwrap_or(0.0),
            value: r[3].as_str().unwrap_or_default().to_owned(),
        };
        Ok(rows.as_array().map(|rows| rows.iter().map(row).collect()).unwrap_or_default())
    }

    /// The claims shown.
    pub async fn claims(&self) -> Result<Vec<Claim>, Trouble> {
        let script = "return [...document.querySelectorAll('[data-claim]')].map((e) => [e.textContent.trim(), e.dataset.ok, e.dataset.timed])";
        let rows = self.js(script, json!([])).await?;
        let row = |r: &Value| Claim {
            text: r[0].as_str().unwrap_or_default().to_owned(),
            ok: r[1] == "true",
            timed: r[2] == "true",
        };
        Ok(rows.as_array().map(|rows| rows.iter().map(row).collect()).unwrap_or_default())
    }

    /// That there are claims and all of them hold, but for those that a busy machine can make fail; how many hold.
    pub async fn claims_hold(&self) -> Result<usize, Trouble> {
        let claims = self.claims().await?;
        ensure!(!claims.is_empty(), "no claims are shown");
        for claim in &claims {
            ensure!(claim.ok || claim.timed, "a claim does not hold: {}", claim.text);
        }
        Ok(claims.iter().filter(|c| c.ok).count())
    }

    /// That no script failed and nothing was missing since the page was opened.
    pub async fn no_errors(&self) -> Result<(), Trouble> {
        let errors = self.js("return e2e.errors", json!([])).await?;
        ensure!(errors.as_array().is_some_and(Vec::is_empty), "script errors: {errors}");
        Ok(())
    }

    /// Types a number into a parameter.
    pub async fn set(&self, key: &str, value: &str) -> Result<(), Trouble> {
        let script = "const e = document.querySelector(`[data-param=\"${arguments[0]}\"] input`);
            if (!e) return false;
            e.focus();
            e.value = arguments[1];
            e.dispatchEvent(new Event('input', { bubbles: true }));
            e.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        let found = self.js(script, json!([key, value])).await? == Value::Bool(true);
        ensure!(found, "there is no parameter {key}");
        Ok(())
    }

    /// What a parameter's field shows.
    pub async fn shown(&self, key: &str) -> Result<String, Trouble> {
        let script = "return document.querySelector(`[data-param=\"${arguments[0]}\"] input`)?.value ?? ''";
        Ok(self.js(script, json!([key])).await?.as_str().unwrap_or_default().to_owned())
    }

    /// The hash of the address.
    pub async fn hash(&self) -> Result<String, Trouble> {
        Ok(self.js("return location.hash", json!([])).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Saves what is on screen after a failure, for people; does what it can.
    pub async fn keep_picture(&self, group: &str, check: &str) {
        let name = format!("{group} {check}.png").replace([' ', ',', '/'], "-");
        let folder = std::path::Path::new("target/e2e");
        if std::fs::create_dir_all(folder).is_ok() {
            let _ = self.driver.screenshot(&folder.join(name)).await;
        }
    }
}

/// Every result shown for the cells is this one.
pub fn all_give(cells: &[Cell], value: &str) -> Outcome {
    ensure!(!cells.is_empty(), "no timings are shown");
    for cell in cells {
        ensure!(cell.value.contains(value), "{} gave {:?}, not {value}", cell.name, cell.value);
    }
    let figures: Vec<String> = cells
        .iter()
        .map(|c| format!("{} {:.0} ms ({:.2}x)", c.name.trim_end_matches('/'), c.median, c.speedup))
        .collect();
    Ok(figures.join(", "))
}
