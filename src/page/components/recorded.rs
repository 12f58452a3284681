//! Recorded runs: the offer of one where something cannot run, and the label without which none is shown.

use super::Page;
use crate::chart::recorded_label;
use crate::model::{Machine, Model, Report};
use crate::scenarios::Scenario;
use yew::prelude::*;

/// What stands beside everything that was recorded; nothing beside what ran here and now.
pub fn tag(report: &Report) -> Html {
    let Some(label) = recorded_label(report) else { return Html::default() };
    html! { <span class="recorded">{label}</span> }
}

/// Whether no variant can run under a model for want of shared memory, or of workers at all.
pub fn lacks(machine: &Machine, scenario: &Scenario, model: Model) -> bool {
    let mut variants = scenario.variants.iter().map(|v| v.id).chain(scenario.variants.is_empty().then_some(""));
    !machine.shared_memory && !variants.any(|variant| scenario.runs_on(machine, model, variant))
}

/// Why something cannot run here, beside a recorded run of it; nothing where everything can.
pub fn offer(page: &Page, scenario: &'static Scenario, machine: &Machine, busy: bool) -> Html {
    let offered = scenario.offered();
    let lacking = offered.iter().filter(|m| lacks(machine, scenario, **m)).count();
    if lacking == 0 {
        return Html::default();
    }
    let what = if lacking == offered.len() { "This" } else { "Part of this" };
    let needed = if machine.cores == 0 { "workers" } else { "memory shared between workers" };
    let runner = page.runner.clone();
    let onclick = Callback::from(move |_: MouseEvent| runner.show(scenario));
    html! {
        <p class="why">
            <span id="why-blocked">{what}{" needs "}{needed}{", which this page does not have here."}</span>
            <button type="button" class="chip" id="recorded" aria-disabled={busy.then_some("true")} {onclick}>{"Show a recorded run"}</button>
        </p>
    }
}
