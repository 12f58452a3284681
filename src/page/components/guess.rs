//! A guess before a run: a bar to drag for each model and variant, and the order expected, fastest first.

use super::{Page, cell_label};
use crate::model::{Guess, Machine, Model, RunSpec, units};
use crate::page::browser;
use crate::page::runner::order;
use crate::page::state::{Action, Guessed};
use crate::scenarios::Scenario;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is guessed.
pub struct Guessing<'a> {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// What will run.
    pub spec: &'a RunSpec,
    /// Where.
    pub machine: &'a Machine,
    /// What is expected until now.
    pub guess: &'a Guess,
    /// Whether results wait for it.
    pub wanted: bool,
}

/// The line above Run, which opens.
pub fn guess_line(page: &Page, props: &Guessing<'_>) -> Html {
    let Guessing { scenario, spec, machine, guess, wanted } = props;
    let cells = order::cells(scenario, spec, machine);
    let row = |(model, variant): &(Model, String)| {
        let (model, label) = (*model, cell_label(scenario, *model, variant));
        let step = guess.step(model, variant);
        let place = guess.place(model, variant).map(|place| (place + 1).to_string());
        let time = step.map_or("no guess yet".to_owned(), |step| units::time(Guess::time(step)));
        let (page_of_time, page_of_order) = (page.clone(), page.clone());
        let (slid, picked) = (variant.clone(), variant.clone());
        let oninput = Callback::from(move |e: InputEvent| {
            let step = e.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(Guess::START);
            page_of_time.dispatch.dispatch(Action::Guess(Guessed::Time(model, slid.clone(), step)));
        });
        let onclick = Callback::from(move |_: MouseEvent| {
            page_of_order.dispatch.dispatch(Action::Guess(Guessed::Next(model, picked.clone())));
        });
        let name = |what: &str| [what, &label].concat();
        html! {
            <li class={step.is_some().then_some("made")} data-guess={[model.id(), "/", variant].concat()}>
                <span class="name">{&label}</span>
                <input type="range" min="0" max="100" step="1" value={step.unwrap_or(Guess::START).to_string()}
                    aria-label={name("Time you expect of ")} aria-valuetext={time.clone()} {oninput} />
                <span class="figures">{&time}</span>
                if cells.len() > 1 {
                    <button type="button" class="tab" aria-pressed={place.is_some().to_string()} {onclick}
                        aria-label={name("Place you expect, fastest first, of ")}>{place.as_deref().unwrap_or("–")}</button>
                }
            </li>
        }
    };
    let made = {
        let page = page.clone();
        Callback::from(move |_: MouseEvent| {
            browser::focus("#run");
            page.dispatch.dispatch(Action::Guess(Guessed::Made));
        })
    };
    html! {
        <details class="guess" id="guess" open={*wanted}>
            <summary>{"Guess first"}</summary>
            <p class="soft">
                {"Drag each bar to the time you expect"}
                if cells.len() > 1 { {", or press the squares in the order you expect, fastest first"} }
                {". Your guess stays beside what is measured."}
            </p>
            <ul>{for cells.iter().map(row)}</ul>
            if *wanted {
                <button type="button" id="guessed" disabled={guess.is_empty()} onclick={made}>{"That is my guess"}</button>
            }
        </details>
    }
}
