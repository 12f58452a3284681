//! Runs every check in every browser and configuration, and says how each went.

mod broken;
pub mod browser;
pub mod build;
pub mod census;
pub mod page;
pub mod process;
pub mod site;

use browser::Browser;
use build::Build;
use page::Page;
use site::Site;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use thirtyfour::error::WebDriverError;

/// How long one check may take; generous, since two busy cores are shared by browser, driver and run, and the lessons of a chapter
/// are one check (two minutes were too few for those of threads in WebKitGTK beside another browser). Each step has a limit of its own.
const LIMIT: Duration = Duration::from_secs(300);
/// How long, when a check is asked to do something hundreds of times.
const LONG: Duration = Duration::from_secs(3 * 3600);

/// How many times in one whole run a check may be run again because WebKitGTK broke the page (docs/webkitgtk.md).
const AGAIN: usize = 3;

/// Why a check, or what it stands on, did not go through.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The driver or the browser refused.
    #[error("WebDriver: {0}")]
    Driver(#[from] WebDriverError),
    /// A program or a file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// What was seen is not what must be.
    #[error("{0}")]
    Failed(String),
}

/// What a check found: a short note with its figures, or what went wrong.
pub type Outcome = Result<String, Trouble>;

/// Which configurations a check is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// All of them, but for those that would repeat another.
    Anything,
    /// Those where threads can run.
    SharedMemory,
    /// Those where they cannot.
    NoSharedMemory,
    /// Where the host isolates the page: where threads can run, and WebKitGTK as it comes, where they cannot all the same.
    Isolated,
    /// One of each browser's, the one that can do most: neither how the host sends the site nor what memory can be shared makes
    /// a difference to the check, or the check has hosts of its own.
    Once,
}

impl Needs {
    /// Whether a page is such a configuration.
    pub fn met(self, page: &Page) -> bool {
        match self {
            Needs::Anything => page.isolated || !page.browser.repeats_without_isolation(),
            Needs::SharedMemory => page.shared,
            Needs::NoSharedMemory => !page.shared,
            Needs::Isolated => page.isolated,
            Needs::Once => page.shared,
        }
    }
}

/// One check.
pub struct Check {
    /// Name, by which it can be chosen.
    pub name: &'static str,
    /// Where it runs.
    pub needs: Needs,
    /// What it does.
    pub run: for<'a> fn(&'a Page) -> Pin<Box<dyn Future<Output = Outcome> + 'a>>,
}

/// A number from the environment.
pub fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Ends a check with what was seen, unless the condition holds.
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $($seen:tt)+) => {
        let holds: bool = $holds; // a comparison with NaN does not hold either
        if !holds {
            return Err($crate::harness::Trouble::Failed(format!($($seen)+)));
        }
    };
}

/// At both ends of which parameters lessons are run too: of all of them (`ENDS=1`; that takes an hour), or of those with one key.
pub fn ends() -> Option<String> {
    std::env::var("ENDS").ok()
}

/// Runs all checks in all configurations; fails when one of them does.
pub async fn run_all(checks: &[Check]) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let chosen: Vec<&Check> =
        checks.iter().filter(|c| words.is_empty() || words.iter().any(|w| c.name.contains(w.as_str()))).collect();
    let start = Instant::now();
    let only = std::env::var("GROUP").ok();
    let (mut passed, mut failed, mut again) = (0_u32, Vec::new(), Vec::new());
    let build = match Build::new() {
        Ok(build) => build,
        Err(trouble) => {
            println!("{trouble}");
            return ExitCode::FAILURE;
        }
    };
    for browser in Browser::chosen() {
        for isolated in [true, false] {
            let group = format!("{browser}, {}", if isolated { "isolated" } else { "not isolated" });
            if only.as_ref().is_some_and(|words| !group.contains(words)) {
                continue;
            }
            println!("\n{group}");
            let begun = Instant::now();
            match run_group(browser, isolated, &build, &chosen, &group, &mut again).await {
                Ok((good, bad)) => {
                    println!("  {good} passed; {} failed; finished in {:.0?}", bad.len(), begun.elapsed());
                    passed += good;
                    failed.extend(bad);
                }
                Err(trouble) => {
                    println!("  could not run: {trouble}");
                    failed.push(format!("{group}: {trouble}"));
                }
            }
        }
    }
    for name in &failed {
        println!("failed: {name}");
    }
    for name in &again {
        println!("run again, since the browser broke the page: {name}");
    }
    println!(
        "\ne2e result: {passed} passed; {} failed; {} run again; finished in {:.0?}",
        failed.len(),
        again.len(),
        start.elapsed()
    );
    if failed.is_empty() && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One browser session; what passed, and what failed and why. Names of checks run again go to `again`.
async fn run_group(
    browser: Browser,
    isolated: bool,
    build: &Build,
    checks: &[&Check],
    group: &str,
    again: &mut Vec<String>,
) -> Result<(u32, Vec<String>), Trouble> {
    let site = Site::start(build, isolated).await?;
    let host = Site::start(build, false).await?;
    let mut session = browser.start().await?;
    let mut page = Page::new(browser, &session, isolated, site, host);
    let (mut passed, mut failed) = (0, Vec::new());
    for check in checks {
        if !check.needs.met(&page) {
            continue;
        }
        let name = format!("{}: {group}", check.name);
        let (mut outcome, mut took) = attempt(check, &page).await;
        while let Err(trouble) = &outcome
            && let Some(how) = page.broke().await
        {
            let excused = browser.computes_wrongly() && again.len() < AGAIN;
            println!("  BROKE   {:<28} {took:>6.1?}  {how}; {trouble}", check.name);
            // Whatever broke it, the checks that follow deserve a browser that answers.
            drop(session);
            session = browser.start().await?;
            page.driver = session.driver.clone();
            page.program = session.program();
            if !excused {
                break;
            }
            again.push(name.clone());
            (outcome, took) = attempt(check, &page).await;
        }
        match outcome {
            Ok(note) => {
                passed += 1;
                println!("  ok      {:<28} {took:>6.1?}  {note}", check.name);
            }
            Err(trouble) => {
                // Said at the end too: of a long log, often only the end is kept.
                failed.push(format!("{name}: {}", trouble.to_string().chars().take(400).collect::<String>()));
                println!("  FAILED  {:<28} {took:>6.1?}  {trouble}", check.name);
                page.keep_picture(group, check.name).await;
            }
        }
    }
    // What was found counts, also where a browser does not end as it should: it is ended from outside then.
    let _ = tokio::time::timeout(Duration::from_secs(10), session.end()).await;
    Ok((passed, failed))
}

/// Runs a check once; its outcome, and how long it took.
async fn attempt(check: &Check, page: &Page) -> (Outcome, Duration) {
    let start = Instant::now();
    let long = ends().is_some() || ["FAULTS", "DEADLOCKS"].iter().any(|name| number(name).is_some());
    let limit = if long { LONG } else { LIMIT };
    let outcome = tokio::time::timeout(limit, (check.run)(page)).await.unwrap_or_else(|_| {
        let step = page.step.borrow();
        let since = step.1.elapsed();
        Err(Trouble::Failed(format!("still not done after {limit:?}; {since:.0?} ago: {}", step.0)))
    });
    // Whatever a check looks at: nothing may have asked for what the page's policy forbids.
    let forbidden = page.site.forbidden();
    let outcome = outcome.and_then(|note| match forbidden.first() {
        Some(first) => Err(Trouble::Failed(format!("the policy forbade something {} times: {first}", forbidden.len()))),
        None => Ok(note),
    });
    (outcome, start.elapsed())
}
