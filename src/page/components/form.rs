//! The parameter form: one field per declared parameter, named sets of values, and the way back.

use super::Page;
use super::field::Field;
use crate::model::RunSpec;
use crate::page::state::Action;
use crate::scenarios::Scenario;
use crate::share::View;
use std::rc::Rc;
use yew::prelude::*;

/// What the form shows.
#[derive(Properties)]
pub struct Props {
    /// Whose parameters.
    pub scenario: &'static Scenario,
    /// Their values.
    pub spec: Rc<RunSpec>,
    /// What may be changed.
    pub view: Rc<View>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.scenario, other.scenario) && self.spec.values == other.spec.values && self.view == other.view
    }
}

/// The form.
#[component]
pub fn Form(props: &Props) -> Html {
    let page = use_context::<Page>();
    let Props { scenario, spec, view } = props;
    let locked = |key: &str| view.readonly || view.lock.iter().any(|k| k == key);
    let act = |action: fn() -> Action| {
        let page = page.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(page) = &page {
                page.dispatch.dispatch(action());
            }
        })
    };
    let preset = |link: &'static str| {
        let page = page.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(page) = &page {
                page.dispatch.dispatch(Action::Preset(link));
            }
        })
    };
    let changed = scenario.params.iter().any(|p| spec.values.get(p.key) != Some(p.default_value()));
    html! {
        <fieldset class="params">
            <legend class="hidden">{"Parameters"}</legend>
            <div class="fields">
                {for scenario.params.iter().map(|p| html! {
                    <Field key={format!("{}-{}", scenario.id, p.key)} param={p} value={spec.values.get(p.key)}
                        locked={locked(p.key)} />
                })}
            </div>
            <div class="presets">
                if !scenario.presets.is_empty() && !view.readonly {
                    <span class="soft">{"Try"}</span>
                    {for scenario.presets.iter().map(|p| html! {
                        <button type="button" class="chip" data-preset={p.name} onclick={preset(p.link)}>{p.name}</button>
                    })}
                }
                if changed && !view.readonly {
                    <button type="button" class="quiet" onclick={act(|| Action::Reset(None))}>{"Reset all"}</button>
                }
            </div>
        </fieldset>
    }
}
