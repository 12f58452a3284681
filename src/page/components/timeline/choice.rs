//! Which run the timeline shows: models, variants, and a step through the repeats.

use crate::model::{Cell, Model, RunEnd};
use crate::page::components::recorded::tag;
use crate::page::components::timings::faster;
use crate::page::runner::report::Shared;
use crate::scenarios::Scenario;
use yew::prelude::*;

/// What can be chosen.
pub struct Chosen<'a> {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// What ran.
    pub results: &'a Shared,
    /// Cell and run that are shown.
    pub at: (usize, usize),
    /// Shows another.
    pub choose: &'a Callback<(usize, usize)>,
    /// The switch for the run before.
    pub compare: Html,
}

impl Chosen<'_> {
    /// A button that shows cell `to`, if it has runs.
    fn tab(&self, cells: &[Cell], to: Option<usize>, on: bool, label: &'static str) -> Html {
        let to = to.filter(|c| cells.get(*c).is_some_and(|c| !c.runs.is_empty()));
        let last = to.map_or(0, |c| cells[c].runs.len() - 1);
        let place = (to.unwrap_or(0), last.min(if on { self.at.1 } else { last }));
        html! {
            <button type="button" class="tab" aria-pressed={on.to_string()} disabled={to.is_none()}
                onclick={self.choose.reform(move |_: MouseEvent| place)}>{label}</button>
        }
    }
}

/// The heading, the steps and the tabs.
pub fn choice(props: &Chosen<'_>) -> Html {
    let report = props.results.read();
    let (cell, run) = props.at;
    let cells = &report.cells;
    let now = cells.get(cell);
    let find = |m: Model, v: &str| cells.iter().position(|c| c.model == m && c.variant == v);
    let mut models: Vec<Model> = cells.iter().map(|c| c.model).collect();
    models.dedup();
    let variants: Vec<_> = props.scenario.variants.iter().filter(|v| cells.iter().any(|c| c.variant == v.id)).collect();
    // The variant shown, for another model; else whatever that model has.
    let of_model = |m: Model| {
        let same = now.and_then(|n| find(m, &n.variant));
        let to = same.or_else(|| cells.iter().position(|c| c.model == m));
        props.tab(cells, to, now.is_some_and(|n| n.model == m), m.label())
    };
    let of_variant = |v: &'static crate::scenarios::Variant| {
        let same = now.and_then(|n| find(n.model, v.id));
        let to = same.or_else(|| cells.iter().position(|c| c.variant == v.id));
        props.tab(cells, to, now.is_some_and(|n| n.variant == v.id), v.label)
    };
    // Where there is none before or after, nothing is chosen: what runs goes on being drawn, and the zoom stays.
    let to = |r: usize| {
        let choose = props.choose.clone();
        Callback::from(move |_: MouseEvent| {
            if r != run {
                choose.emit((cell, r));
            }
        })
    };
    let runs = now.map_or(0, |c| c.runs.len());
    let state = match now.and_then(|c| c.runs.get(run)).map(|r| &r.end) {
        Some(RunEnd::Stopped) => ", stopped",
        Some(RunEnd::Failed(_)) => ", failed",
        Some(RunEnd::Distorted(_)) => ", not counted",
        Some(RunEnd::Running) => ", running",
        _ => "",
    };
    html! {
        <div class="choice">
            <h2>{"Timeline"}</h2>
            {tag(&report)}
            {props.compare.clone()}
            <div class="steps">
                if let Some(speed) = faster(&report) { <span class="speed">{speed}</span> }
                <button type="button" class="step" aria-disabled={(run == 0).then_some("true")} onclick={to(run.saturating_sub(1))}
                    aria-label="Run before">{"‹"}</button>
                <span>{if runs == 0 { "no run yet".to_owned() } else { format!("run {} of {}{state}", run + 1, report.spec.repeats) }}</span>
                <button type="button" class="step" aria-disabled={(run + 1 >= runs).then_some("true")} onclick={to((run + 1).min(runs.saturating_sub(1)))}
                    aria-label="Run after">{"›"}</button>
            </div>
            if models.len() > 1 {
                <div class="tabs" role="group" aria-label="Model that is drawn">{for models.iter().map(|m| of_model(*m))}</div>
            }
            if variants.len() > 1 {
                <div class="tabs" role="group" aria-label="Variant that is drawn">
                    {for variants.iter().map(|v| of_variant(v))}
                </div>
            }
        </div>
    }
}
