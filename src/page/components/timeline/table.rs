//! The trace as a table, made when it is opened.

use super::with_run;
use crate::chart;
use crate::page::runner::report::Shared;
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

/// Most rows shown.
const ROWS: usize = 500;

/// Whose table.
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
pub fn TraceTable(props: &Props) -> Html {
    let open = use_state(|| false);
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |e: Event| open.set(e.target_unchecked_into::<HtmlDetailsElement>().open()))
    };
    let rows = if *open && !props.live {
        with_run(&props.results, props.at, |r| chart::table(&r.trace, ROWS)).unwrap_or_default()
    } else {
        Vec::new()
    };
    html! {
        <details {ontoggle}>
            <summary>{"As a table"}</summary>
            if props.live {
                <p class="soft">{"The table is made when the run has ended."}</p>
            } else {
                <div class="scroll tall" tabindex="0" role="region" aria-label="Timeline as a table">
                    <table>
                        <thead><tr>
                            <th scope="col">{"Lane"}</th><th scope="col">{"What"}</th>
                            <th scope="col">{"From"}</th><th scope="col">{"To"}</th>
                        </tr></thead>
                        <tbody>
                            {for rows.iter().map(|[lane, what, from, to]| html! {
                                <tr><th scope="row">{lane}</th><td>{what}</td><td>{from}</td><td>{to}</td></tr>
                            })}
                        </tbody>
                    </table>
                </div>
                if rows.len() == ROWS { <p class="soft">{format!("The first {ROWS} rows.")}</p> }
            }
        </details>
    }
}
