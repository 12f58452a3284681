//! Makes recorded runs: runs every lesson in a real Chromium, and keeps what its page has, and a preview of it.

use crate::ensure;
use crate::harness::browser::Browser;
use crate::harness::build::Build;
use crate::harness::page::Page;
use crate::harness::site::Site;
use crate::harness::{Outcome, Trouble};
use interleave::chart::{self, Colours, Look};
use interleave::scenarios::{REGISTRY, Scenario, judge, recorded};
use interleave::share;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use thirtyfour::By;

/// Below it lie the files as they lie in the site.
const ROOT: &str = "www";
/// Where the previews lie.
const PREVIEWS: &str = "www/previews";
/// Lanes in the picture of a preview.
const PREVIEW_LANES: usize = 6;
/// How often a lesson is run until every claim holds, also those a busy machine can make fail.
const TRIES: u32 = 5;

/// Records the scenarios named on the command line, or all.
pub async fn run() -> ExitCode {
    let ids: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    if let Some(id) = ids.iter().find(|id| !REGISTRY.iter().any(|s| s.id == **id)) {
        println!("{id}: no scenario");
        return ExitCode::FAILURE;
    }
    match record(REGISTRY.iter().filter(|s| ids.is_empty() || ids.iter().any(|id| *id == s.id))).await {
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
    let page = Page::new(browser, &session, true, site, host);
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
    if std::env::args().any(|a| a == "--previews") {
        return Ok(format!("preview of {} bytes", preview(page, scenario).await?));
    }
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
    let preview = preview(page, scenario).await?;
    Ok(format!("{:>8} bytes, {records} records, preview of {preview} bytes", bytes.len()))
}

/// Makes the preview that other sites show beside a link to the scenario: title, question and the picture of its recorded run.
async fn preview(page: &Page, scenario: &Scenario) -> Result<usize, Trouble> {
    let bytes = std::fs::read(Path::new(ROOT).join(recorded::address(scenario.id)))?;
    let recording = recorded::read(scenario, &bytes).map_err(|e| Trouble::Failed(e.to_string()))?;
    let picture = chart::still(scenario, &recorded::report(scenario, recording), 600.0, PREVIEW_LANES);
    let picture = chart::svg(&picture, &Look { colours: Colours::Light, ..Look::default() });
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let html = include_str!("preview.html")
        .replace("TITLE", &escaped(scenario.title))
        .replace("QUESTION", &escaped(scenario.question))
        .replace("PICTURE", &picture);
    let html: String = html.bytes().map(|b| format!("%{b:02X}")).collect();
    page.driver.goto(format!("data:text/html,{html}")).await?;
    let shot = page.driver.find(By::Id("preview")).await?.screenshot_as_png().await?;
    let small = page.js(include_str!("preview.js"), json!([shot])).await?;
    let small: Vec<u8> = small.as_array().into_iter().flatten().filter_map(|b| b.as_u64()?.try_into().ok()).collect();
    std::fs::create_dir_all(PREVIEWS)?;
    std::fs::write(Path::new(PREVIEWS).join(format!("{}.png", scenario.id)), &small)?;
    Ok(small.len())
}
