//! Which models and variants are compared.

use super::Page;
use super::recorded::why;
use crate::model::{Machine, Model, RunSpec};
use crate::page::state::Action;
use crate::scenarios::Scenario;
use crate::scenarios::recorded::here;
use yew::prelude::*;

/// The chips: what `spec` compares, and what `machine` cannot run.
pub fn compare(page: &Page, scenario: &'static Scenario, spec: &RunSpec, machine: &Machine, readonly: bool) -> Html {
    let (runs, _) = here(scenario, machine);
    let title = |blocked: bool| blocked.then(|| ["This ", &why(machine)].concat());
    let model = |m: Model| {
        let blocked = !runs.iter().any(|(model, _)| *model == m);
        let onclick = page.dispatch.to_callback().reform(move |_: MouseEvent| Action::Model(m));
        html! {
            <button type="button" class="chip" data-model={m.id()} disabled={blocked || readonly} {onclick}
                aria-pressed={(spec.models.contains(&m) && !blocked).to_string()}
                title={title(blocked)}
                aria-describedby={blocked.then_some("why-blocked")}>
                {m.label()}
            </button>
        }
    };
    let variant = |v: &'static crate::scenarios::Variant| {
        let blocked = !runs.iter().any(|(_, variant)| variant == v.id);
        let onclick = page.dispatch.to_callback().reform(move |_: MouseEvent| Action::Variant(v.id));
        html! {
            <button type="button" class="chip" data-variant={v.id} disabled={blocked || readonly} {onclick}
                aria-pressed={(spec.variants.iter().any(|x| x == v.id) && !blocked).to_string()} title={title(blocked)}
                aria-describedby={blocked.then_some("why-blocked")}>
                {v.label}
                if v.bad { <span class="trap">{"pitfall"}</span> }
            </button>
        }
    };
    let offered = scenario.offered();
    html! {
        <fieldset class="compare">
            <legend class="hidden">{"What is compared"}</legend>
            <div class="row" role="group" aria-label="Models">
                <span class="what">{if offered.len() == 1 { "Model" } else { "Models" }}</span>
                <div class="chips">{for offered.iter().map(|m| model(*m))}</div>
            </div>
            if !scenario.variants.is_empty() {
                <div class="row" role="group" aria-label="Variants">
                    <span class="what">{"Variants"}</span>
                    <div class="chips">{for scenario.variants.iter().map(variant)}</div>
                </div>
            }
        </fieldset>
    }
}
