//! What came out: timings, claims and explanation, or the wish for a guess first.

use super::Page;
use super::claims::claims_card;
use super::copy::copy;
use super::explain::explain_card;
use super::later::opener;
use super::losses::meter;
use super::notices::distorted_box;
use super::recorded::tag;
use super::sweep::{Swept, sweep_card};
use super::timeline::{TimelineCard, expected};
use super::timings::Timings;
use crate::model::Verdict;
use crate::page::browser;
use crate::page::effects::address;
use crate::page::runner::order;
use crate::page::runner::report::Shared;
use crate::page::state::State;
use crate::scenarios::Scenario;
use crate::share::{self, Panel, View};
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The page's state.
    pub state: UseReducerHandle<State>,
}

impl PartialEq for Props {
    fn eq(&self, o: &Self) -> bool {
        std::ptr::eq(self.scenario, o.scenario) && self.state == o.state
    }
}

/// The cards below the form.
#[component]
pub fn Results(props: &Props) -> Html {
    let page = use_context::<Page>();
    let Props { scenario, state } = props;
    let scenario = *scenario;
    let busy = state.phase.busy();
    let results: Option<Shared> = state.results.clone().filter(|r| r.scenario() == scenario.id);
    let derived = results.as_ref().filter(|_| !busy).map(Shared::verdict);
    let beforehand = use_memo((state.spec.clone(), state.machine.clone()), |(spec, machine)| {
        (Shared::new(order::report(scenario, spec, machine)), expected::most(scenario, spec, machine))
    });
    let (empty, room) = &*beforehand;
    let recorded = results.as_ref().filter(|r| r.read().recorded.is_some());
    let tag = recorded.map(|r| tag(&r.read())).unwrap_or_default();
    // While a run goes on the last words stay, so that nothing jumps; they are dimmed. Those of a recorded run go.
    let last = use_mut_ref(|| None::<(&'static str, Rc<Verdict>)>);
    let metered = use_memo((), |()| Cell::new(""));
    if let Some(derived) = derived.as_ref().filter(|_| recorded.is_none()) {
        last.replace(Some((scenario.id, derived.clone())));
    }
    let old = last.borrow().clone().filter(|(id, _)| busy && *id == scenario.id).map(|(_, d)| d);
    let told = derived.or(old);
    let shows = |panel: Panel| state.view.panels.as_ref().is_none_or(|p| p.contains(&panel));
    let compare = use_state(|| true);
    if !state.guessed {
        return html! {
            <section class="card" id="hidden">
                <p class="soft">{"What comes out is shown here once you have guessed, above."}</p>
            </section>
        };
    }
    let before = state.before.clone().filter(|_| recorded.is_none());
    let beside = before.clone().map(|before| (before, *compare));
    let toggle = {
        let compare = compare.clone();
        Callback::from(move |_: MouseEvent| compare.set(!*compare))
    };
    let drawn = results.clone().unwrap_or_else(|| empty.clone());
    let p = &state.progress;
    let now = p.now.as_ref().filter(|_| busy).map(|(m, v)| (*m, v.clone(), p.repeat));
    let stale = !busy && recorded.is_none() && results.as_ref().is_some_and(|r| r.read().spec != *state.spec);
    let json = {
        let results = results.clone();
        Callback::from(move |()| {
            results.as_ref().map(|r| share::result(&r.read(), &r.verdict().claims)).unwrap_or_default()
        })
    };
    let link = {
        let state = state.clone();
        Callback::from(move |()| address::link(&state.view, &state.spec, state.at))
    };
    let share = {
        let state = state.clone();
        Callback::from(move |()| {
            let names: String = scenario.params.iter().map(|p| [p.key, "=", p.label, "\n"].concat()).collect();
            let view = View { embed: false, faults: Vec::new(), ..(*state.view).clone() };
            vec![
                ("base", browser::document().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default()),
                ("scenario", scenario.id.to_owned()),
                ("title", scenario.title.to_owned()),
                ("query", share::encode_query(&view)),
                ("hash", share::encode(&state.spec, state.at)),
                ("params", names),
            ]
        })
    };
    html! {
        <>
            if let Some(results) = &results {
                {distorted_box(scenario, &results.read())}
            }
            if shows(Panel::Timeline) {
                <TimelineCard {scenario} results={drawn} blank={results.is_none()} {busy} {now} at={state.at} room={*room} before={beside} compare={toggle} />
            }
            <div class={classes!("two", busy.then_some("busy"))}>
                if shows(Panel::Timings) {
                    <Timings {scenario} results={results.clone()} {stale} busy={busy && !p.sweep} before={before.filter(|_| *compare)} guess={state.guess.clone()} />
                }
                if shows(Panel::Claims) {
                    {claims_card(told.as_ref().map(|d| d.claims.as_slice()), tag.clone(), busy)}
                }
            </div>
            if let Some(results) = results.as_ref().filter(|_| shows(Panel::Timings)) {
                {meter(scenario, &results.read(), busy, &metered)}
            }
            if results.is_some() && shows(Panel::Timings) {
                {sweep_card(page.as_ref(), &Swept { scenario, spec: &state.spec, machine: &state.machine, swept: &state.swept, busy })}
            }
            if shows(Panel::Explain) {
                {explain_card(told.as_ref().map_or(&[], |d| d.words.as_slice()), tag, busy)}
            }
            <p class="copies">
                {copy("copy-link", "Copy link", link, false)}
                if !state.embedded {
                    {opener("share", "Share …", share.clone(), false)}
                }
                {copy("copy-json", "Copy result as JSON", json, busy || results.is_none())}
                {opener("save", "Save as …", share, busy || results.is_none())}
            </p>
        </>
    }
}
