//! The trace as a table, and the iterations of its loop as another; each made when it is opened.

use super::with_run;
use crate::chart;
use crate::model::{Trace, units};
use crate::page::runner::report::Shared;
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

/// Most rows shown.
const ROWS: usize = 500;

/// What a table is of.
pub struct Table {
    /// What opens it.
    pub title: &'static str,
    /// What it is called beside other tables of the page.
    pub name: &'static str,
    /// Heads of the columns.
    pub heads: &'static [&'static str],
    /// At most so many rows of a trace.
    pub rows: fn(&Trace, usize) -> Vec<Vec<String>>,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.title == other.title
    }
}

/// Everything that happened.
pub static TRACE: Table = Table {
    title: "As a table",
    name: "Timeline as a table",
    heads: &["Lane", "What", "From", "To"],
    rows: |trace, most| chart::table(trace, most).into_iter().map(Vec::from).collect(),
};

/// The iterations of the loop.
pub static TURNS: Table = Table {
    title: "The loop, iteration by iteration",
    name: "Iterations of the loop as a table",
    heads: &["No.", "At", "What it did, in order"],
    rows: |trace, most| {
        let mut all = chart::iterations(trace);
        all.truncate(most);
        all.iter().map(|i| vec![i.number.to_string(), units::time(i.at), i.words()]).collect()
    },
};

/// Whose table.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Of what.
    pub of: &'static Table,
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
    let of = props.of;
    let rows = if *open && !props.live {
        with_run(&props.results, props.at, |r| (of.rows)(&r.trace, ROWS)).unwrap_or_default()
    } else {
        Vec::new()
    };
    let full = rows.len() == ROWS;
    html! {
        <details {ontoggle}>
            <summary>{of.title}</summary>
            if props.live {
                <p class="soft">{"The table is made when the run has ended."}</p>
            } else {
                <div class="scroll tall" tabindex="0" role="region" aria-label={of.name}>
                    <table>
                        <thead><tr>{for of.heads.iter().map(|head| html! { <th scope="col">{*head}</th> })}</tr></thead>
                        <tbody>
                            {for rows.into_iter().map(|row| html! {
                                <tr>{for row.into_iter().enumerate().map(|(i, cell)| match i {
                                    0 => html! { <th scope="row">{cell}</th> },
                                    _ => html! { <td>{cell}</td> },
                                })}</tr>
                            })}
                        </tbody>
                    </table>
                </div>
                if full { <p class="soft">{format!("The first {ROWS} rows.")}</p> }
            }
        </details>
    }
}
