//! Small boxes: what of a link was not used, and which runs are no results.

use super::cell_label;
use crate::model::{Report, RunEnd};
use crate::scenarios::Scenario;
use crate::share::Notice;
use yew::prelude::*;

/// Notices of a link listed one by one before the rest is only counted.
const MOST: usize = 5;

fn list(title: &'static str, mut items: Vec<String>, most: usize, button: Html) -> Html {
    if items.is_empty() {
        return button;
    }
    if items.len() > most {
        let more = items.len() - most;
        items.truncate(most);
        items.push(format!("And {more} more."));
    }
    html! {
        <div class="notice" role="status">
            <div><strong>{title}</strong><ul>{for items.into_iter().map(|item| html! { <li>{item}</li> })}</ul></div>
            {button}
        </div>
    }
}

/// A small box that goes away when it was read.
pub fn notice_box(notices: &[Notice], dismiss: Callback<MouseEvent>) -> Html {
    if notices.is_empty() {
        return html! {};
    }
    let button = html! {
        <button type="button" class="quiet" onclick={dismiss} aria-label="Dismiss this notice">{"Dismiss"}</button>
    };
    list("Not everything in the link was used", notices.iter().map(ToString::to_string).collect(), MOST, button)
}

/// Which runs are left out of the results, and why; nothing when none is.
pub fn distorted_box(scenario: &Scenario, report: &Report) -> Html {
    let mut items = Vec::new();
    for cell in &report.cells {
        for run in &cell.runs {
            if let RunEnd::Distorted(why) = &run.end {
                let label = cell_label(scenario, cell.model, &cell.variant);
                items.push(format!("{label}, run {}: {why}", run.repeat + 1));
            }
        }
    }
    list("Not counted as a result", items, 2, html! {})
}
