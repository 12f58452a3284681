//! A still picture of a recorded run: a few of its lanes on one time axis, with what ran, how long it took, and the label.

use super::scene::{Anchor, Paint, Scene};
use super::timeline::{ROW, axis, scale};
use super::tracks::Timeline;
use crate::model::{Cell, Lane, LaneKind, Model, Report, Trace, units};
use crate::scenarios::Scenario;

/// Most runs shown, and least lanes of each.
const RUNS: usize = 3;
const LEAST: usize = 3;
/// Room for a run's heading.
const HEAD: f64 = 24.0;
/// Room between two runs.
const BETWEEN: f64 = 8.0;
/// Room for the words of the axis.
const AXIS: f64 = 24.0;
/// Room for the label.
const LABEL: f64 = 22.0;

/// What stands beside everything that was recorded: where, and when.
pub fn recorded_label(report: &Report) -> Option<String> {
    let origin = report.recorded.as_ref()?;
    let s = if origin.cores == 1 { "" } else { "s" };
    Some(format!("Recorded: {}, {} core{s}, {}", origin.browser, origin.cores, origin.date))
}

/// The picture of a recorded run, this wide, with about this many lanes at most.
pub fn still(scenario: &Scenario, report: &Report, width: f64, lanes: usize) -> Scene {
    let cells = chosen(scenario, report, lanes);
    let most = (lanes / cells.len().max(1)).max(1);
    let end = cells.iter().map(|(_, trace)| trace.end).max().unwrap_or(0);
    let names = cells.iter().flat_map(|(_, trace)| shown(trace, most));
    let scale = scale(names, width, 0, end);
    let blocks: f64 = cells.iter().map(|(_, trace)| HEAD + shown(trace, most).len() as f64 * ROW + BETWEEN).sum();
    let bottom = (blocks - BETWEEN).max(0.0);
    let mut scene = Scene { width, height: bottom + AXIS + LABEL, shapes: Vec::new() };
    axis(&mut scene, &scale, bottom);
    let mut top = 0.0;
    for (cell, trace) in cells {
        let more = match trace.lanes.len() {
            all if all > most => format!(" · {} of {} lanes", shown(trace, most).len(), units::grouped(all as u64)),
            _ => String::new(),
        };
        let head = format!("{} · {}{more}", label(scenario, cell.model, &cell.variant), units::time(elapsed(cell)));
        scene.text((0.0, top + 13.0), Anchor::Start, Paint::Ink, true, width, head);
        top += HEAD;
        let lanes = shown(trace, most);
        Timeline::of(trace).rows(&mut scene, &lanes, &scale, trace.end, top);
        top += lanes.len() as f64 * ROW + BETWEEN;
    }
    if let Some(label) = recorded_label(report) {
        scene.text((0.0, scene.height - 6.0), Anchor::Start, Paint::Soft, false, width, label);
    }
    scene
}

/// The lanes shown: the first, without the loop's own where there is not room for all.
fn shown(trace: &Trace, most: usize) -> Vec<&Lane> {
    let all = trace.lanes.len() <= most;
    trace.lanes.iter().filter(|lane| all || lane.kind != LaneKind::Loop).take(most).collect()
}

/// What is to be seen there, in a sentence for those who do not see it.
pub fn still_words(scenario: &Scenario, report: &Report, lanes: usize) -> String {
    let one = |(cell, _): &(&Cell, _)| {
        format!("{} took {}", label(scenario, cell.model, &cell.variant), units::time(elapsed(cell)))
    };
    let told: Vec<_> = chosen(scenario, report, lanes).iter().map(one).collect();
    format!("A timeline of what was recorded: {}.", told.join("; "))
}

fn label(scenario: &Scenario, model: Model, variant: &str) -> String {
    match scenario.variants.iter().find(|v| v.id == variant) {
        Some(v) => format!("{}, {}", model.label(), v.label),
        None => model.label().to_owned(),
    }
}

fn elapsed(cell: &Cell) -> u64 {
    cell.last().map_or(0, |(run, _)| run.elapsed)
}

/// The runs shown: of a scenario with variants, the variants under the model that offers most of them; else the models,
/// the first and the last of what the page compares when nothing is said, and one between.
fn chosen<'a>(scenario: &Scenario, report: &'a Report, lanes: usize) -> Vec<(&'a Cell, &'a Trace)> {
    let pairs = scenario.pairs(&scenario.defaults());
    let ran = |cell: &'a Cell| cell.last().map(|(run, _)| (cell, &run.trace));
    let all: Vec<_> = report
        .cells
        .iter()
        .filter(|c| pairs.iter().any(|(model, variant)| (*model, variant) == (c.model, &c.variant)))
        .filter_map(ran)
        .filter(|(_, trace)| !trace.lanes.is_empty())
        .collect();
    let of = |model: Model| all.iter().filter(|(cell, _)| cell.model == model).count();
    let most = all.iter().map(|(cell, _)| cell.model).max_by_key(|m| (of(*m), *m != Model::Sequential));
    let picked: Vec<_> = match most {
        Some(model) if of(model) > 1 => all.iter().filter(|(cell, _)| cell.model == model).copied().collect(),
        _ => all,
    };
    let runs = (lanes / LEAST).clamp(2, RUNS);
    if picked.len() <= runs {
        return picked;
    }
    let last = picked.len() - 1;
    (0..runs).map(|n| picked[n * last / (runs - 1)]).collect()
}
