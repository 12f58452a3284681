//! The race meter: a bar for each run, filled as far as its updates arrived; dashed is what was lost.

use super::cell_label;
use crate::chart::{Losses, Updates, losses};
use crate::model::Report;
use crate::scenarios::Scenario;
use std::cell::Cell;
use yew::prelude::*;

/// Height of a full bar, CSS pixels.
const FULL: f64 = 24.0;
/// Least height of a loss: one update of a million is still to be seen.
const LEAST: f64 = 2.0;
/// Bars that there is always room for: a few runs do not make wide ones.
const SLOTS: usize = 10;

/// The bars of one model and variant.
fn bars(cell: &Losses, slots: usize) -> Html {
    let wide = 100.0 / slots as f64;
    let bar = |(i, run): (usize, &Updates)| {
        let share = run.lost as f64 / run.expected.max(1) as f64;
        let lost = if run.lost == 0 { 0.0 } else { (share * FULL).clamp(LEAST, FULL) };
        let (x, width) = (format!("{:.2}%", i as f64 * wide), format!("{:.2}%", wide * 0.8));
        html! {
            <>
                <rect class="got" x={x.clone()} width={width.clone()} y={format!("{:.1}", 1.0 + lost)} height={format!("{:.1}", FULL - lost)} />
                if run.lost > 0 {
                    <rect class="lost" {x} {width} y="1" height={format!("{lost:.1}")} />
                }
            </>
        }
    };
    html! {
        <svg width="100%" height={(FULL + 2.0).to_string()} role="img" aria-label={cell.each()}>
            {for cell.runs.iter().enumerate().map(bar)}
        </svg>
    }
}

/// The meter; nothing where no run counts its updates. `there` keeps the scenario that had one: it stays while that is run
/// again, so that nothing jumps.
pub fn meter(scenario: &Scenario, report: &Report, busy: bool, there: &Cell<&'static str>) -> Html {
    let cells = losses(report, busy && there.get() == scenario.id);
    if cells.is_empty() {
        return html! {};
    }
    there.set(scenario.id);
    let slots = SLOTS.max(report.spec.repeats as usize);
    html! {
        <section class="card meter" id="meter">
            <h2>{"Lost updates"}<span class="meta">{"a bar per run: filled is what arrived, dashed is lost"}</span></h2>
            <ul>
                {for cells.iter().map(|cell| html! {
                    <li>
                        <span class="name">{cell_label(scenario, cell.model, &cell.variant)}</span>
                        <span class="figures">{cell.words()}</span>
                        {bars(cell, slots)}
                    </li>
                })}
            </ul>
        </section>
    }
}
