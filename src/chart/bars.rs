//! The timings: a bar for each model and variant, with its speed-up, its bound and where its time went.

use super::looks;
use crate::model::stats::{self, Speedup, Summary};
use crate::model::time::millis;
use crate::model::{Cell, Model, Nanos, Report, State, Trace, Verdict};
use crate::scenarios::{Scenario, find};
use std::collections::BTreeSet;

/// One bar of the timings.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Model.
    pub model: Model,
    /// Variant; may be empty.
    pub variant: String,
    /// Label.
    pub label: String,
    /// Times.
    pub summary: Summary,
    /// Against the `sequential` bar of the same variant, or else against the first bar; `None` for that bar itself, or with
    /// fewer than [`Speedup::ENOUGH`] pairs.
    pub speedup: Option<Speedup>,
    /// What theory gives, as label and ms.
    pub bound: Option<(String, f64)>,
    /// Where the time of the last run went, as label, state and ms summed over lanes; only what is above 0.
    pub parts: Vec<(&'static str, State, f64)>,
}

/// The bars of a report, in its order, with the bounds of its verdict; cells without a finished run have none.
pub fn bars(report: &Report, verdict: &Verdict) -> Vec<Bar> {
    bars_for(find(&report.spec.scenario), report, verdict)
}

/// [`bars`] for a scenario that need not be in the registry.
pub fn bars_for(scenario: Option<&Scenario>, report: &Report, verdict: &Verdict) -> Vec<Bar> {
    let first = report.cells.first();
    let bar = |cell: &Cell| {
        let summary = stats::summary(report, cell.model, &cell.variant)?;
        let base = report.cell(Model::Sequential, &cell.variant).or(first)?;
        let itself = (base.model, &base.variant) == (cell.model, &cell.variant);
        let speedup = stats::speedup(report, (base.model, &base.variant), (cell.model, &cell.variant))
            .filter(|s| !itself && s.pairs >= Speedup::ENOUGH);
        Some(Bar {
            model: cell.model,
            variant: cell.variant.clone(),
            label: label(scenario, report, cell),
            summary,
            speedup,
            bound: verdict.bound(report, cell.model, &cell.variant).map(|b| (b.label.clone(), millis(b.time))),
            parts: cell.last().map(|(run, _)| parts(&run.trace)).unwrap_or_default(),
        })
    };
    report.cells.iter().filter_map(bar).collect()
}

/// Model and variant, as far as they tell bars apart.
fn label(scenario: Option<&Scenario>, report: &Report, cell: &Cell) -> String {
    let models: BTreeSet<_> = report.cells.iter().map(|c| c.model).collect();
    let variants: BTreeSet<_> = report.cells.iter().map(|c| &c.variant).collect();
    let variant = scenario
        .and_then(|s| s.variants.iter().find(|v| v.id == cell.variant))
        .map_or(cell.variant.as_str(), |v| v.label);
    match (models.len() > 1, variants.len() > 1) {
        (true, true) if !variant.is_empty() => format!("{}, {variant}", cell.model.label()),
        (false, true) if !variant.is_empty() => variant.to_owned(),
        _ => cell.model.label().to_owned(),
    }
}

/// Time by state, summed over lanes, in the order it is spent.
fn parts(trace: &Trace) -> Vec<(&'static str, State, f64)> {
    const ORDER: [State; 8] = [
        State::Starting,
        State::Pickling,
        State::Ready,
        State::Sleeping,
        State::Waiting,
        State::Blocked,
        State::Gil,
        State::Running,
    ];
    let mut totals: [Nanos; State::ALL.len()] = [0; State::ALL.len()];
    for span in trace.spans() {
        totals[span.state as usize] += span.end - span.start;
    }
    let part = |state: State| (looks::label(state), state, millis(totals[state as usize]));
    ORDER.into_iter().map(part).filter(|(_, _, ms)| *ms > 0.0).collect()
}
