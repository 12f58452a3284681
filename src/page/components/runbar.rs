//! Run, Stop, how often, and how far it is.

use super::{Page, cell_label};
use crate::model::RunSpec;
use crate::page::state::{Action, Phase, Progress};
use crate::scenarios::Scenario;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// How far a run is.
pub struct Far<'a> {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The phase.
    pub phase: &'a Phase,
    /// The figures.
    pub progress: &'a Progress,
    /// Presses Run.
    pub run: Callback<MouseEvent>,
    /// Presses Stop.
    pub stop: Callback<MouseEvent>,
    /// How often each is run, and whether that is fixed; `None` where the form is not shown.
    pub repeats: Option<(u32, bool)>,
}

fn runs(n: u32) -> String {
    if n == 1 { "1 run".to_owned() } else { format!("{n} runs") }
}

fn sentence(props: &Far<'_>) -> String {
    let p = props.progress;
    match props.phase {
        Phase::Idle => "Ready: press Run, or Enter in a field.".to_owned(),
        Phase::Loading => "Starting the engine …".to_owned(),
        Phase::Running => match &p.now {
            Some((model, variant)) => {
                let label = cell_label(props.scenario, *model, variant);
                format!("Run {} of {}: {label}", (p.done + 1).min(p.of), p.of)
            }
            None => format!("{} of {} done", p.done, runs(p.of)),
        },
        Phase::Recorded => "A recorded run is shown.".to_owned(),
        Phase::Measured | Phase::Done => format!("Done: {}.", runs(p.done)),
        Phase::Stopped => format!("Stopped after {} of {}.", p.done, runs(p.of)),
        Phase::Failed(_) => format!("Failed after {} of {}.", p.done, runs(p.of)),
    }
}

fn repeats(page: &Page, n: u32, locked: bool) -> Html {
    let oninput = {
        let page = page.clone();
        Callback::from(move |e: InputEvent| {
            let typed = e.target_unchecked_into::<HtmlInputElement>().value();
            if let Ok(n @ 1..=RunSpec::MAX_REPEATS) = typed.parse::<u32>() {
                page.dispatch.dispatch(Action::Repeats(n));
            }
        })
    };
    html! {
        <span class="repeats" title="Each is run this often, in shuffled order">
            <label for="repeats">{"Repeats"}</label>
            <input id="repeats" type="number" min="1" max={RunSpec::MAX_REPEATS.to_string()} step="1"
                value={n.to_string()} disabled={locked} {oninput} />
        </span>
    }
}

/// The bar; Run is the form's button, so that Enter in any field presses it.
pub fn run_bar(page: &Page, props: &Far<'_>) -> Html {
    let busy = props.phase.busy();
    let signal = {
        let runner = page.runner.clone();
        Callback::from(move |_: MouseEvent| runner.signal())
    };
    let share = f64::from(props.progress.share).clamp(0.0, 1.0);
    html! {
        <div class="runbar">
            // All keep the focus when they can do nothing, or who uses keys would lose their place with every run.
            <button type="submit" id="run" class="go" aria-disabled={busy.then_some("true")} title="Enter"
                onclick={props.run.clone()}>{"Run"}</button>
            <button type="button" id="stop" aria-disabled={(!busy).then_some("true")} onclick={props.stop.clone()} title="Escape">{"Stop"}</button>
            if props.scenario.listens() {
                <button type="button" id="signal" aria-disabled={(!busy).then_some("true")} onclick={signal} title="What SIGINT is to a server">
                    {"Give the signal"}
                </button>
            }
            if let Some((n, locked)) = props.repeats {
                {repeats(page, n, locked)}
            }
            <div class="far">
                <p id="status" role="status" aria-live={if busy { "off" } else { "polite" }} data-state={props.phase.id()}>{sentence(props)}</p>
                <progress max="1" value={if busy { share.to_string() } else { "0".to_owned() }}
                    class={classes!((!busy).then_some("off"))} aria-label="Share of the work done">
                    {format!("{:.0} %", share * 100.0)}
                </progress>
            </div>
        </div>
    }
}
