//! What the colours, patterns and letters of the timeline mean: only those that occur.

use super::which::with_run;
use crate::chart;
use crate::page::components::bar::state_class;
use crate::page::runner::report::Shared;
use yew::prelude::*;

/// The legend.
pub fn legend(results: &Shared, at: (usize, usize), tall: bool) -> Html {
    let items = with_run(results, at, |r| chart::legend(&r.trace)).unwrap_or_default();
    html! {
        <ul class={classes!("legend", tall.then_some("tall"))} aria-label="Legend">
            {for items.into_iter().map(|(state, letter, label)| html! {
                <li>
                    <svg class="swatch" width="18" height="18" aria-hidden="true">
                        <rect class={classes!("st", state_class(state))} width="18" height="18" rx="3" />
                        <text class={classes!("lt", state_class(state))} x="9" y="13">{letter}</text>
                    </svg>
                    {label}
                </li>
            })}
        </ul>
    }
}
