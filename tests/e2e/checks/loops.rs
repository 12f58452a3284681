//! Every lesson of the event loop's chapter, in this browser: it runs to its end and keeps its claims; and the stop signal.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;
use interleave::model::params::SPEED;
use interleave::model::{Param, Value};
use interleave::scenarios::{Chapter, REGISTRY, Scenario};

/// All of them with their defaults, ten times as fast where they wait; those that fail are named together.
pub async fn every_lesson(page: &Page) -> Outcome {
    let lessons = REGISTRY.iter().filter(|s| s.chapter == Chapter::Waiting);
    let (mut held, mut failed) = (0, Vec::new());
    for lesson in lessons {
        match runs(page, lesson).await {
            Ok(claims) => held += claims,
            Err(trouble) => failed.push(format!("{}: {trouble}", lesson.id)),
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    Ok(format!("{held} claims hold"))
}

async fn runs(page: &Page, lesson: &Scenario) -> Result<usize, crate::harness::Trouble> {
    let once = |p: &Param| p.key == SPEED.key && p.default_value() == Value::Count(1);
    let faster = lesson.params.iter().any(once);
    let variants: Vec<&str> = lesson.variants.iter().map(|v| v.id).collect();
    let mut link = format!("v=1&s={}&repeats=1&models=asyncio", lesson.id);
    if !variants.is_empty() {
        link += &format!("&variant={}", variants.join(","));
    }
    if faster {
        link += "&speed=10";
    }
    page.run_link(&link).await?;
    page.claims_hold().await
}

/// The stop signal, given by hand: the server ends in good order, long before it would have signalled itself.
pub async fn signal(page: &Page) -> Outcome {
    page.open("", "v=1&s=shutdown&repeats=1&signal-after=10000&request=50&job=50").await?;
    page.start().await?;
    let going = "return performance.now() - e2e.states.find((s) => s.state === 'running').at > 300";
    page.wait("a run under way", going).await?;
    page.press("#signal").await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}: {}", page.situation().await?);
    page.no_errors().await?;
    let claims = page.claims_hold().await?;
    let took = page.cells().await?.first().map_or(f64::NAN, |cell| cell.median);
    ensure!(took < 10_000.0, "it ended after {took:.0} ms, when it had signalled itself");
    Ok(format!("{claims} claims hold; ended after {took:.0} ms"))
}
