//! Speed-up by workers: measured when it is asked for, drawn as the guest puts it, told in words and as a table.

use super::Page;
use super::told::Told;
use crate::model::{Answer, Machine, RunSpec};
use crate::page::runner::sweep;
use crate::page::state::Action;
use crate::scenarios::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// What is measured.
pub struct Swept<'a> {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// With these settings.
    pub spec: &'a Rc<RunSpec>,
    /// Where.
    pub machine: &'a Rc<Machine>,
    /// What was measured.
    pub swept: &'a Option<Rc<(RunSpec, Answer)>>,
    /// Whether something runs.
    pub busy: bool,
}

/// Heads of the table's columns.
const HEADS: &[&str] = &["What", "Workers", "Speed-up", "Spread", "Rounds"];

/// The card; nothing for a scenario whose work nobody shares.
pub fn sweep_card(page: Option<&Page>, props: &Swept<'_>) -> Html {
    let Swept { scenario, spec, machine, swept, busy } = *props;
    let models = sweep::models(scenario, spec, machine);
    let counts = sweep::counts(scenario.params, machine);
    if !sweep::shared(scenario) {
        return Html::default();
    }
    let why = match (counts.len(), models.is_empty()) {
        (..2, _) => Some("This machine admits to one core, so more workers could make nothing faster."),
        (_, true) => Some("Choose a model that shares the work among workers, where this page can run one."),
        _ => None,
    };
    let listed: Vec<String> = counts.iter().map(u32::to_string).collect();
    let onclick = {
        let (page, spec, machine) = (page.cloned(), spec.clone(), machine.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(Page { dispatch, runner }) = page.clone() {
                let of = (*spec).clone();
                runner.sweep(scenario, &spec, &machine, move |answer| {
                    dispatch.dispatch(Action::Swept(Rc::new((of.clone(), answer))));
                });
            }
        })
    };
    html! {
        <section class={classes!("card", "sweep", busy.then_some("busy"))} id="sweep">
            <h2>{"Speed-up by workers"}
                if why.is_none() {
                    <button type="button" id="measure" aria-disabled={busy.then_some("true")} {onclick}>
                        {["Measure ", &listed.join(", "), " workers"].concat()}
                    </button>
                }
            </h2>
            if let Some(why) = why {
                <p class="soft">{why}</p>
            } else if let Some(swept) = swept {
                if swept.0.values != spec.values || sweep::models(scenario, &swept.0, machine) != models { <p class="stale">{"Measured with other settings than the form shows now."}</p> }
                <Told id="curve" kind="curve" name="Speed-up by workers as a table" heads={HEADS} answer={Rc::new(swept.1.clone())} />
            } else {
                <p class="soft">{"Runs this with each number of workers in turn, round by round, and fits Amdahl's law to what comes out."}</p>
            }
        </section>
    }
}
