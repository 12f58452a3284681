//! Recorded runs: the offer of one where something cannot run, and the label without which none is shown.

use super::Page;
use crate::chart::recorded_label;
use crate::model::{Machine, Report};
use crate::scenarios::Scenario;
use crate::scenarios::recorded::here;
use yew::prelude::*;

/// What stands beside everything that was recorded; nothing beside what ran here and now.
pub fn tag(report: &Report) -> Html {
    let Some(label) = recorded_label(report) else { return Html::default() };
    html! { <span class="recorded">{label}</span> }
}

/// What a page lacks that cannot run all of a scenario, as its chips and the offer say it.
pub fn why(machine: &Machine) -> String {
    let needed = if machine.cores == 0 { "workers" } else { "memory shared between workers" };
    format!("needs {needed}, which this page does not have here")
}

/// Why something cannot run here, beside a recorded run of it; nothing where everything can.
pub fn offer(page: &Page, scenario: &'static Scenario, machine: &Machine, busy: bool) -> Html {
    let (runs, lacks) = here(scenario, machine);
    if lacks.is_empty() {
        return Html::default();
    }
    let what = if runs.is_empty() { "This " } else { "Part of this " };
    let runner = page.runner.clone();
    let onclick = Callback::from(move |_: MouseEvent| runner.show(scenario));
    html! {
        <p class="why">
            <span id="why-blocked">{what}{why(machine)}{"."}</span>
            <button type="button" class="chip" id="recorded" aria-disabled={busy.then_some("true")} {onclick}>{"Show a recorded run"}</button>
        </p>
    }
}
