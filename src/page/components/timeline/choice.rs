//! Which run the timeline shows: tabs of what was compared, and a step through the repeats.

use crate::model::RunEnd;
use crate::page::components::cell_label;
use crate::page::runner::report::Shared;
use crate::scenarios::Scenario;
use yew::prelude::*;

/// What can be chosen.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// What ran.
    pub results: Shared,
    /// Cell and run that are shown.
    pub at: (usize, usize),
    /// Shows another.
    pub choose: Callback<(usize, usize)>,
}

impl PartialEq for Props {
    fn eq(&self, o: &Self) -> bool {
        std::ptr::eq(self.scenario, o.scenario) && self.results == o.results && self.at == o.at
    }
}

/// The tabs and the steps.
#[component]
pub fn Choice(props: &Props) -> Html {
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
