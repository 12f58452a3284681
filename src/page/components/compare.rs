//! Which models and variants are compared.

use super::Page;
use super::recorded::lacks;
use crate::model::{Machine, Model, RunSpec};
use crate::page::state::Action;
use crate::scenarios::Scenario;
use yew::prelude::*;

/// The chips: what `spec` compares, and what `machine` cannot run.
pub fn compare(page: &Page, scenario: &'static Scenario, spec: &RunSpec, machine: &Machine, readonly: bool) -> Html {
    let model = |m: Model| {
        let blocked = lacks(machine, scenario, m);
        let onclick = page.dispatch.to_callback().reform(move |_: MouseEvent| Action::Model(m));
        html! {
            <button type="button" class="chip" data-model={m.id()} disabled={blocked || readonly} {onclick}
                aria-pressed={(spec.models.contains(&m) && !blocked).to_string()}
                title={blocked.then_some("Needs shared memory, which this page does not have")}
                aria-describedby={blocked.then_some("why-blocked")}>
                {m.label()}
            </button>
        }
    };
    let variant = |v: &'static crate::scenarios::Variant| {
        let onclick = page.dispatch.to_callback().reform(move |_: MouseEvent| Action::Variant(v.id));
        html! {
            <button type="button" class="chip" data-variant={v.id} disabled={readonly} {onclick}
                aria-pressed={spec.variants.iter().any(|x| x == v.id).to_string()}>
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
