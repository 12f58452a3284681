//! The iterations of the event loop as a table, made when it is opened.

use super::with_run;
use crate::chart;
use crate::model::units;
use crate::page::runner::report::Shared;
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

/// Most rows shown.
const ROWS: usize = 500;

/// Whose iterations.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What ran.
    pub results: Shared,
    /// Cell and run that are shown.
    pub at: (usize, usize),
    /// Whether it runs.
    pub live: bool,
}

/// The table.
#[component]
pub fn TurnsTable(props: &Props) -> Html {
    let open = use_state(|| false);
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |e: Event| open.set(e.target_unchecked_into::<HtmlDetailsElement>().open()))
    };
    let shown = *open && !props.live;
    let all = shown.then(|| with_run(&props.results, props.at, |r| chart::iterations(&r.trace))).flatten();
    let all = all.unwrap_or_default();
    html! {
        <details {ontoggle}>
            <summary>{"The loop, iteration by iteration"}</summary>
            if shown {
                <div class="scroll tall" tabindex="0" role="region" aria-label="Iterations of the event loop">
                    <table>
                        <thead><tr>
                            <th scope="col">{"No."}</th><th scope="col">{"At"}</th><th scope="col">{"What it did, in order"}</th>
                        </tr></thead>
                        <tbody>
                            {for all.iter().take(ROWS).map(|i| html! {
                                <tr><th scope="row">{i.number}</th><td>{units::time(i.at)}</td><td class="wide">{i.words()}</td></tr>
                            })}
                        </tbody>
                    </table>
                </div>
                if all.len() > ROWS { <p class="soft">{format!("The first {ROWS} of {}.", all.len())}</p> }
            }
        </details>
    }
}
