//! Makes recorded runs: runs every lesson that needs shared memory in a real Chromium, and keeps what its page has.

use crate::ensure;
use crate::harness::browser::Browser;
use crate::harness::build::Build;
use crate::harness::page::Page;
use crate::harness::site::Site;
use crate::harness::{Outcome, Trouble};
use interleave::scenarios::{REGISTRY, Scenario, judge, recorded};
use interleave::share;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Below it lie the files as they lie in the site.
const ROOT: &str = "www";
/// How often a lesson is run until every claim holds, also those a busy machine can make fail.
const TRIES: u32 = 5;

/// Records the scenarios named on the command line, or all that need it.
pub async fn run() -> ExitCode {
    let ids: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let chosen: Vec<_> = REGISTRY.iter().filter(|s| recorded::wanted(s)).collect();
    if let Some(id) = ids.iter().find(|id| !chosen.iter().any(|s| s.id == **id)) {
        println!("{id}: no scenario that needs a recorded run");
        return ExitCode::FAILURE;
    }
    match record(chosen.into_iter().filter(|s| ids.is_empty() || ids.iter().any(|id| *id == s.id))).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failed) => {
            println!("{failed} could not be recorded");
            ExitCode::FAILURE
        }
        Err(trouble) => {
            println!("could not record: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn record(scenarios: impl Iterator<Item = &&'static Scenario>) -> Result<u32, Trouble> {
    std::fs::create_dir_all(Path::new(ROOT).join("recorded"))?;
    let build = Build::new()?;
    let (site, host) = (Site::start(&build, true).await?, Site::start(&build, false).await?);
    let (browser, session) = (Browser::Chromium, Browser::Chromium.start().await?);
    let step = RefCell::new((String::new(), Instant::now()));
    let page = Page {
        driver: session.driver.clone(),
        program: session.program(),
        site,
        host,
        browser,
        isolated: true,
        shared: true,
        step,
    };
    let mut failed = 0;
    for scenario in scenarios {
        let mut last = record_one(&page, scenario).await;
        for _ in 1..TRIES {
            if last.is_ok() {
                break;
            }
            last = record_one(&page, scenario).await;
        }
        failed += u32::from(last.is_err());
        println!("{:<18} {}", scenario.id, last.unwrap_or_else(|trouble| format!("FAILED: {trouble}")));
    }
    session.end().await?;
    Ok(failed)
}

async fn record_one(page: &Page, scenario: &Scenario) -> Outcome {
    page.run_link(&share::encode(&recorded::spec(scenario), None)).await?;
    let capability = page.driver.capabilities();
    let capability = |name: &str| capability.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let version = capability("browserVersion");
    let browser = format!("{} {}", Browser::Chromium, version.split('.').next().unwrap_or_default());
    let mut system = capability("platformName");
    if let Some(first) = system.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let script = "return [...interleaveGuest.latest.record_guest(arguments[0], arguments[1], arguments[2])]";
    let date = page.js("return new Date().toISOString().slice(0, 10)", json!([])).await?;
    let file = page.js(script, json!([browser, system, date])).await?;
    let bytes: Vec<u8> = file.as_array().into_iter().flatten().filter_map(|b| b.as_u64()?.try_into().ok()).collect();
    let recording =
        recorded::read(scenario, &bytes).map_err(|_| Trouble::Failed("the page gave no recorded run".to_owned()))?;
    let records: usize = recording.runs.iter().map(|(_, _, trace)| trace.records.len()).sum();
    for claim in judge(&recorded::report(scenario, recording)).claims {
        ensure!(claim.ok, "a claim does not hold: {} ({})", claim.text, claim.measured);
    }
    std::fs::write(Path::new(ROOT).join(recorded::address(scenario.id)), &bytes)?;
    Ok(format!("{:>8} bytes, {records} records", bytes.len()))
}
