//! The race meter: a bar for each run, filled as far as its updates arrived; dashed is what was lost.

use super::cell_label;
use crate::chart::{Losses, losses};
use crate::page::runner::report::Shared;
use crate::scenarios::Scenario;
use yew::prelude::*;

/// Height of a full bar, CSS pixels.
const FULL: f64 = 24.0;
/// Least height of a loss: one update of a million is still to be seen.
const LEAST: f64 = 2.0;
/// Bars that there is always room for: a few runs do not make wide ones.
const SLOTS: usize = 10;

/// What is metered.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// What ran.
    pub results: Shared,
    /// Whether it still runs.
    pub busy: bool,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.scenario, other.scenario) && (&self.results, self.busy) == (&other.results, other.busy)
    }
}

/// The bars of one model and variant.
fn bars(cell: &Losses, slots: usize) -> Html {
    let wide = 100.0 / slots as f64;
    let bar = |(i, run): (usize, &crate::chart::Updates)| {
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
            <title>{cell.each()}</title>
            {for cell.runs.iter().enumerate().map(bar)}
        </svg>
    }
}

/// The meter; nothing where no run counts its updates.
#[component]
pub fn Meter(props: &Props) -> Html {
    // Once there, it stays while the scenario is run again: nothing jumps.
    let there = use_mut_ref(|| "");
    let report = props.results.read();
    let mut cells = losses(&report);
    if !cells.is_empty() {
        there.replace(props.scenario.id);
    } else if props.busy && *there.borrow() == props.scenario.id {
        let waiting = |c: &crate::model::Cell| Losses { model: c.model, variant: c.variant.clone(), runs: Vec::new() };
        cells = report.cells.iter().map(waiting).collect();
    } else {
        return html! {};
    }
    let slots = SLOTS.max(report.spec.repeats as usize);
    html! {
        <section class="card meter" id="meter">
            <h2>{"Lost updates"}<span class="meta">{"a bar per run: filled is what arrived, dashed is lost"}</span></h2>
            <ul>
                {for cells.iter().map(|cell| html! {
                    <li data-lost={cell.runs.iter().map(|run| run.lost.to_string()).collect::<Vec<_>>().join(" ")}>
                        <span class="name">{cell_label(props.scenario, cell.model, &cell.variant)}</span>
                        <span class="figures">{cell.words()}</span>
                        {bars(cell, slots)}
                    </li>
                })}
            </ul>
        </section>
    }
}
