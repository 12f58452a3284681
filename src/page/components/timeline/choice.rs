//! Which run the timeline shows: tabs of what was compared, and a step through the repeats.

use crate::model::RunEnd;
use crate::page::components::cell_label;
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
}

/// The tabs and the steps.
pub fn choice(props: &Chosen<'_>) -> Html {
    let report = props.results.read();
    let (cell, run) = props.at;
    let to = |c: usize, r: usize| props.choose.reform(move |_: MouseEvent| (c, r));
    let tab = |(i, c): (usize, &crate::model::Cell)| {
        let on = i == cell;
        let last = c.runs.len().saturating_sub(1);
        html! {
            <button type="button" class="tab" aria-pressed={on.to_string()} disabled={c.runs.is_empty()}
                onclick={to(i, last.min(if on { run } else { last }))}>
                {cell_label(props.scenario, c.model, &c.variant)}
            </button>
        }
    };
    let runs = report.cells.get(cell).map_or(0, |c| c.runs.len());
    let of = report.spec.repeats;
    let end = report.cells.get(cell).and_then(|c| c.runs.get(run)).map(|r| &r.end);
    let state = match end {
        Some(RunEnd::Stopped) => ", stopped",
        Some(RunEnd::Failed(_)) => ", failed",
        Some(RunEnd::Running) => ", running",
        _ => "",
    };
    html! {
        <div class="choice">
            <div class="tabs" role="group" aria-label="Which run is drawn">
                {for report.cells.iter().enumerate().map(tab)}
            </div>
            <div class="steps">
                <button type="button" class="step" disabled={run == 0} onclick={to(cell, run.saturating_sub(1))}
                    aria-label="Run before">{"‹"}</button>
                <span>{format!("run {} of {of}{state}", if runs == 0 { 0 } else { run + 1 })}</span>
                <button type="button" class="step" disabled={run + 1 >= runs} onclick={to(cell, run + 1)}
                    aria-label="Run after">{"›"}</button>
            </div>
        </div>
    }
}
