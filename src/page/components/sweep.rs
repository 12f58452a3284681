//! Speed-up by workers: measured when it is asked for, drawn as the guest puts it, told in words and as a table.

use super::Page;
use crate::model::{Answer, Machine, RunSpec};
use crate::page::runner::sweep;
use crate::page::state::Action;
use crate::scenarios::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// What is measured.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// With these settings.
    pub spec: Rc<RunSpec>,
    /// Where.
    pub machine: Rc<Machine>,
    /// What was measured.
    pub swept: Option<Rc<(RunSpec, Answer)>>,
    /// Whether something runs.
    pub busy: bool,
}

impl PartialEq for Props {
    fn eq(&self, o: &Self) -> bool {
        std::ptr::eq(self.scenario, o.scenario)
            && (&self.spec, &self.machine, &self.swept, self.busy) == (&o.spec, &o.machine, &o.swept, o.busy)
    }
}

/// The rows of one kind, without their first cell.
fn of<'a>(answer: &'a Answer, kind: &'static str) -> impl Iterator<Item = &'a [String]> {
    answer
        .rows
        .iter()
        .filter_map(move |row| row.split_first().filter(|(first, _)| *first == kind).map(|(_, rest)| rest))
}

/// The picture; none when there was too little to draw.
fn picture(answer: &Answer) -> Html {
    let Some([width, height]) = of(answer, "frame").next() else { return Html::default() };
    let shape = |row: &[String]| match row {
        [class, points] => html! { <polyline class={class.clone()} points={points.clone()} /> },
        _ => Html::default(),
    };
    let mark = |row: &[String]| match row {
        [class, points] => html! { <polygon class={class.clone()} points={points.clone()} /> },
        _ => Html::default(),
    };
    let text = |row: &[String]| match row {
        [class, x, y, words] => html! { <text class={class.clone()} x={x.clone()} y={y.clone()}>{words}</text> },
        _ => Html::default(),
    };
    html! {
        <svg class="curve" viewBox={["0 0 ", width, " ", height].concat()} role="img"
            aria-label="Speed-up by workers, with spread, fitted lines and the ideal; the table and the sentences below say the same">
            {for of(answer, "path").map(shape)}
            {for of(answer, "mark").map(mark)}
            {for of(answer, "text").map(text)}
        </svg>
    }
}

fn results(answer: &Answer) -> Html {
    html! {
        <>
            {picture(answer)}
            {for of(answer, "say").map(|row| html! { <p class="say">{row.first()}</p> })}
            <details>
                <summary>{"As a table"}</summary>
                <div class="scroll" tabindex="0" role="region" aria-label="Speed-up by workers as a table">
                    <table>
                        <thead><tr>
                            <th scope="col">{"What"}</th><th scope="col">{"Workers"}</th><th scope="col">{"Speed-up"}</th>
                            <th scope="col">{"Spread"}</th><th scope="col">{"Rounds"}</th>
                        </tr></thead>
                        <tbody>{for of(answer, "row").map(|row| html! {
                            <tr>{for row.iter().enumerate().map(|(i, cell)| match i {
                                0 => html! { <th scope="row">{cell}</th> },
                                _ => html! { <td>{cell}</td> },
                            })}</tr>
                        })}</tbody>
                    </table>
                </div>
            </details>
        </>
    }
}

/// The card; nothing for a scenario whose work nobody shares.
#[component]
pub fn Sweep(props: &Props) -> Html {
    let page = use_context::<Page>();
    let Props { scenario, spec, machine, swept, busy } = props;
    let scenario = *scenario;
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
        let (page, spec, machine) = (page.clone(), spec.clone(), machine.clone());
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
                    <button type="button" id="measure" disabled={*busy} {onclick}>
                        {["Measure ", &listed.join(", "), " workers"].concat()}
                    </button>
                }
            </h2>
            if let Some(why) = why {
                <p class="soft">{why}</p>
            } else if let Some(swept) = swept {
                if swept.0.values != spec.values { <p class="stale">{"Measured with other settings than the form shows now."}</p> }
                {results(&swept.1)}
            } else {
                <p class="soft">{"Runs this with each number of workers in turn, round by round, and fits Amdahl's law to what comes out."}</p>
            }
        </section>
    }
}
