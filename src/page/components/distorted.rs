//! Which runs are left out of the results, and why.

use super::cell_label;
use crate::model::{Report, RunEnd};
use crate::scenarios::Scenario;
use yew::prelude::*;

/// Runs told one by one before the rest is only counted.
const MOST: usize = 3;

/// A box with the distorted runs, if there are any.
pub fn distorted_box(scenario: &Scenario, report: &Report) -> Html {
    let runs = report.cells.iter().flat_map(|cell| cell.runs.iter().map(move |run| (cell, run)));
    let told = |(cell, run): (&crate::model::Cell, &crate::model::Run)| match &run.end {
        RunEnd::Distorted(why) => {
            let label = cell_label(scenario, cell.model, &cell.variant);
            Some(html! { <li><strong>{format!("{label}, run {}: ", run.repeat + 1)}</strong>{why.to_string()}</li> })
        }
        _ => None,
    };
    let all: Vec<Html> = runs.filter_map(told).collect();
    if all.is_empty() {
        return html! {};
    }
    let more = all.len().saturating_sub(MOST);
    html! {
        <div class="notice distorted" role="status">
            <div>
                <strong>{"Not counted as a result"}</strong>
                <ul>
                    {for all.into_iter().take(MOST)}
                    if more > 0 { <li>{format!("And {more} more.")}</li> }
                </ul>
            </div>
        </div>
    }
}
