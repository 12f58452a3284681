//! Every lesson of a chapter, in this browser: it runs to its end and keeps its claims.

use crate::ensure;
use crate::harness::page::{Claim, Page};
use crate::harness::{Outcome, Trouble, ends};
use interleave::model::params::SPEED;
use interleave::model::{Machine, Param, Value};
use interleave::scenarios::{Chapter, REGISTRY, Scenario};

/// The loop's.
pub async fn waiting(page: &Page) -> Outcome {
    every_lesson(page, Chapter::Waiting).await
}

/// Those of threads.
pub async fn threads(page: &Page) -> Outcome {
    every_lesson(page, Chapter::Threads).await
}

/// Those of processes.
pub async fn processes(page: &Page) -> Outcome {
    every_lesson(page, Chapter::Processes).await
}

/// Those of models together.
pub async fn together(page: &Page) -> Outcome {
    every_lesson(page, Chapter::Together).await
}

/// All of them with their defaults (with `ENDS=1` also with each preset and each parameter at both ends of its range), under
/// every model that can run here, ten times as fast where they wait; those that fail are named together.
async fn every_lesson(page: &Page, chapter: Chapter) -> Outcome {
    let (mut ran, mut held, mut late, mut failed) = (0, 0, Vec::new(), Vec::new());
    let lessons = REGISTRY.iter().filter(|s| s.chapter == chapter);
    for link in lessons.flat_map(|lesson| links(lesson, page.shared)) {
        ran += 1;
        match runs(page, &link).await {
            Ok(claims) => {
                held += claims.iter().filter(|c| c.ok).count();
                late.extend(claims.iter().filter(|c| !c.ok).map(|c| format!("{link}: {}", c.text)));
            }
            Err(trouble) => {
                failed.push(format!("{link}: {trouble}"));
                // The next lesson would open a new page, and nobody would learn that this one broke.
                if page.broke().await.is_some() {
                    break;
                }
            }
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    let late = if late.is_empty() { String::new() } else { format!("; not those by the clock: {}", late.join("; ")) };
    Ok(format!("{ran} runs, {held} claims hold{late}"))
}

async fn runs(page: &Page, link: &str) -> Result<Vec<Claim>, Trouble> {
    page.run_link(link).await?;
    page.no_errors().await?;
    page.claims_hold().await?;
    page.claims().await
}

/// What is run of a lesson.
fn links(lesson: &Scenario, shared_memory: bool) -> Vec<String> {
    let Some(link) = link(lesson, shared_memory) else { return Vec::new() };
    let of_speed = |key: &str| key == SPEED.key;
    let speed = lesson.params.iter().find(|p| of_speed(p.key));
    let slow = speed.is_some_and(|p| p.default_value() == Value::Count(1));
    let usual = if slow { format!("{link}&speed=10") } else { link.clone() };
    let mut links = vec![usual.clone()];
    let Some(which) = ends() else { return links };
    let all = which == "1";
    links.extend(lesson.presets.iter().filter(|_| all).map(|preset| format!("{usual}&{}", preset.link)));
    for param in lesson.params.iter().filter(|p| !of_speed(p.key) && (all || p.key == which)) {
        links.extend(param.ends().map(|end| format!("{usual}&{}={end}", param.key)));
    }
    // As fast as time really passes, which is most lessons' default; what would take hours, with the least of everything.
    if let Some([slowest, _]) = speed.filter(|p| all || of_speed(&which) && of_speed(p.key)).map(Param::ends) {
        let least = lesson.params.iter().filter(|p| !slow && !of_speed(p.key));
        let least: String = least.map(|p| format!("&{}={}", p.key, p.ends()[0])).collect();
        links.push(format!("{link}{least}&speed={slowest}"));
    }
    links
}

/// What of the lesson can run here; nothing, if all of it needs shared memory.
fn link(lesson: &Scenario, shared_memory: bool) -> Option<String> {
    let machine = Machine { cores: 2, isolated: shared_memory, shared_memory, top_level: true, clock_step: 5_000 };
    let variants: Vec<&str> =
        if lesson.variants.is_empty() { vec![""] } else { lesson.variants.iter().map(|v| v.id).collect() };
    let runs = |model: &_| variants.iter().any(|v| lesson.runs_on(&machine, *model, v));
    let models: Vec<&str> = lesson.offered().iter().filter(|m| runs(m)).map(|m| m.id()).collect();
    let mut link = format!("v=1&s={}&repeats=1&models={}", lesson.id, models.join(","));
    if !lesson.variants.is_empty() {
        let able = |v: &&str| lesson.offered().iter().any(|model| lesson.runs_on(&machine, *model, v));
        link += &format!("&variant={}", variants.iter().copied().filter(able).collect::<Vec<_>>().join(","));
    }
    (!models.is_empty()).then_some(link)
}
