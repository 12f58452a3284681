//! The parameter form: one field per declared parameter, named sets of values, and the way back.

use super::Page;
use super::field::Field;
use crate::model::RunSpec;
use crate::page::browser;
use crate::page::state::Action;
use crate::scenarios::Scenario;
use crate::share::View;
use yew::prelude::*;

/// The form of `scenario` with the values of `spec`, `filled` from elsewhere so often; `help` has a line for each parameter,
/// `view` says what may be changed.
pub fn form(page: &Page, scenario: &'static Scenario, help: &str, spec: &RunSpec, filled: u32, view: &View) -> Html {
    let locked = |key: &str| view.readonly || view.lock.iter().any(|k| k == key);
    let preset = |link: &'static str| page.dispatch.to_callback().reform(move |_: MouseEvent| Action::Preset(link));
    let changed = scenario.params.iter().any(|p| spec.values.get(p.key) != Some(p.default_value()));
    html! {
        <fieldset class="params">
            <legend class="hidden">{"Parameters"}</legend>
            <div class="fields">
                {for scenario.params.iter().zip(help.lines().chain(std::iter::repeat(""))).map(|(p, help)| html! {
                    <Field key={format!("{}-{}", scenario.id, p.key)} param={p} help={help.to_owned()} value={spec.values.get(p.key)}
                        {filled} locked={locked(p.key)} />
                })}
                <p class="hint" aria-hidden="true">{"Point at a setting to read what it means."}</p>
            </div>
            <div class="presets">
                if !scenario.presets.is_empty() && !view.readonly {
                    <span class="what">{"Try"}</span>
                    {for scenario.presets.iter().map(|p| html! {
                        <button type="button" class="chip" data-preset={p.name} onclick={preset(p.link)}>{p.name}</button>
                    })}
                }
                if changed && !view.readonly {
                    <button type="button" class="quiet" onclick={page.dispatch.to_callback().reform(|_: MouseEvent| {
                        browser::focus("#run"); // the button goes
                        Action::Reset(None)
                    })}>{"Reset all"}</button>
                }
            </div>
        </fieldset>
    }
}
