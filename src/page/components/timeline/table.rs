//! A run as its story, as a table, and by the iterations of its loop; each asked of the guest when it is opened.

use super::reading::Reading;
use crate::model::Question;
use crate::model::reading::ROWS;
use crate::page::components::Page;
use crate::page::components::told::Told;
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

/// What a table is of.
pub struct Table {
    /// Id of its place.
    pub id: &'static str,
    /// What opens it.
    pub title: &'static str,
    /// What it is called beside other tables of the page.
    pub name: &'static str,
    /// Heads of the columns.
    pub heads: &'static [&'static str],
    /// What is asked for.
    pub question: Question,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.title == other.title
    }
}

/// What there is to open; the last only with an event loop.
pub static ALL: [Table; 3] = [
    Table {
        id: "told-story",
        title: "The story, event by event",
        name: "Story of the run",
        heads: &["At", "What happened"],
        question: Question::Story,
    },
    Table {
        id: "told-table",
        title: "As a table",
        name: "Timeline as a table",
        heads: &["Lane", "What", "From", "To"],
        question: Question::Table,
    },
    Table {
        id: "told-turns",
        title: "The loop, iteration by iteration",
        name: "Iterations of the loop as a table",
        heads: &["No.", "At", "What it did, in order"],
        question: Question::Turns,
    },
];

/// Whose table.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Of what.
    pub of: &'static Table,
    /// Of which run.
    pub reading: Reading,
    /// Whether it runs.
    pub off: bool,
}

/// The table.
#[component]
pub fn TraceTable(props: &Props) -> Html {
    let page = use_context::<Page>();
    let open = use_state(|| false);
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |e: Event| open.set(e.target_unchecked_into::<HtmlDetailsElement>().open()))
    };
    let of = props.of;
    let answer = use_memo((props.reading.clone(), *open && !props.off, of.title), |(_, wanted, _)| {
        page.filter(|_| *wanted).map(|page| page.runner.read(&of.question)).unwrap_or_default()
    });
    html! {
        <details {ontoggle}>
            <summary>{of.title}</summary>
            if props.off {
                <p class="soft">{"Told when the run has ended."}</p>
            } else if *open {
                if answer.rows.len() == ROWS { <p class="soft">{"The first 500 rows."}</p> }
                <Told id={of.id} kind="table" name={of.name} heads={of.heads} {answer} />
            }
        </details>
    }
}
