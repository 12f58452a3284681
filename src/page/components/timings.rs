//! Times over repeats: median, spread, speed-up, what theory gives, and where the time went.

use super::bar::{Row, bar_row, state_class};
use super::cell_label;
use super::recorded::tag;
use crate::chart::{self, Bar};
use crate::model::time::millis;
use crate::model::units::{percent, time_ms};
use crate::model::{Cell, Guess, Model, Param, Report, RunEnd, RunSpec, State, stats};
use crate::page::runner::report::Shared;
use crate::scenarios::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// Distance from the median, as a share of it, from which a spread is called wide.
const WIDE: f64 = 0.25;

/// How many times the longest measured time a guess may be, to be drawn to scale.
const FAR: f64 = 3.0;

/// What is timed.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// What ran.
    pub results: Option<Shared>,
    /// The form says something else by now.
    pub stale: bool,
    /// Whether it still runs.
    pub busy: bool,
    /// What ran before that.
    pub before: Option<Shared>,
    /// What the reader expected.
    pub guess: Rc<Guess>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.scenario, other.scenario)
            && (&self.results, self.stale, self.busy) == (&other.results, other.stale, other.busy)
            && (&self.before, &self.guess) == (&other.before, &other.guess)
    }
}

fn place(report: &Report) -> String {
    let machine = &report.machine;
    let cores = super::badge::cores(machine);
    let step = crate::model::units::time(machine.clock_step);
    let isolated = if machine.isolated { "isolated" } else { "not isolated" };
    let speed = faster(report).map(|s| format!(" · {s}")).unwrap_or_default();
    format!("{cores} · clock step {step} · {isolated}{speed}")
}

/// That simulated waits were shortened, if they were.
pub fn faster(report: &Report) -> Option<String> {
    let speed = report.spec.values.speed();
    (speed > 1).then(|| format!("waits {speed}× faster"))
}

/// A warning when times differ much from run to run.
fn noise(scenario: &Scenario, bars: &[Bar]) -> Html {
    let wide = |b: &&Bar| {
        let s = &b.summary;
        s.n > 2 && (s.max - s.median).max(s.median - s.min) > WIDE * s.median
    };
    let names: Vec<_> = bars.iter().filter(wide).map(|b| cell_label(scenario, b.model, &b.variant)).collect();
    if names.is_empty() {
        return html! {};
    }
    let what = if names.len() > 2 { "Many times".to_owned() } else { format!("Times of {}", names.join(" and ")) };
    html! {
        <p class="noise">
            {format!("{what} lie more than {} from their median: something else may have used the processor. Take \
                      speed-ups with care, or run again.", percent(WIDE))}
        </p>
    }
}

/// What is other than in the run before: "Before: Limit 3, now 5".
fn changed(scenario: &Scenario, before: &RunSpec, now: &RunSpec) -> String {
    let change = |p: &Param| {
        let (old, new) = (before.values.get(p.key)?, now.values.get(p.key)?);
        (old != new).then(|| [p.label, " ", &old.to_string(), " → ", &new.to_string()].concat())
    };
    let all: Vec<String> = scenario.params.iter().filter_map(change).collect();
    let what = if all.is_empty() { "the same settings".to_owned() } else { all.join(", ") };
    ["Before, as a pale mark: ", &what, "."].concat()
}

/// Whether the order was as expected.
fn order_line(props: &Props, bars: &[Bar]) -> Html {
    let median = |m: Model, v: &str| bars.iter().find(|b| b.model == m && b.variant == v).map(|b| b.summary.median);
    let Some(right) = props.guess.in_order(median) else { return Html::default() };
    let mut fastest: Vec<&Bar> = bars.iter().filter(|b| props.guess.place(b.model, &b.variant).is_some()).collect();
    fastest.sort_by(|a, b| a.summary.median.total_cmp(&b.summary.median));
    let names: Vec<String> = fastest.iter().map(|b| cell_label(props.scenario, b.model, &b.variant)).collect();
    let how =
        if right { "As you guessed, fastest first: " } else { "Not the order you guessed. Fastest first it was: " };
    html! { <p class="noise order" data-right={right.to_string()}>{how}{names.join(", ")}{"."}</p> }
}

/// A cell without a time yet: to come, stopped, or failed. It takes the room of a bar, so that nothing jumps.
fn without(scenario: &Scenario, cell: &Cell, busy: bool) -> Html {
    let since = cell.runs.last().map(|r| time_ms(crate::model::time::millis(r.elapsed))).unwrap_or_default();
    let state = match cell.runs.last().map(|r| &r.end) {
        None if busy => "waits its turn".to_owned(),
        None => "not run".to_owned(),
        Some(RunEnd::Stopped) => format!("stopped after {since}"),
        Some(RunEnd::Failed(_)) => format!("failed after {since}"),
        Some(RunEnd::Distorted(_)) => "not counted".to_owned(),
        Some(_) => "runs".to_owned(),
    };
    html! {
        <li class="bar without">
            <div class="top">
                <span class="name">{cell_label(scenario, cell.model, &cell.variant)}</span><span class="figures">{state}</span>
            </div>
            <svg class="track" width="100%" height="22" aria-hidden="true">
                <rect class="ground" x="0" y="3" width="100%" height="16" rx="3" />
            </svg>
            <div class="below"><span class="soft">{"n = 0"}</span></div>
        </li>
    }
}

/// Every part that occurs, for the legend.
fn legend(bars: &[Bar]) -> Html {
    let mut seen: Vec<(State, &'static str)> = Vec::new();
    for (label, state, _) in bars.iter().flat_map(|b| &b.parts) {
        if !seen.iter().any(|(s, l)| s == state && l == label) {
            seen.push((*state, label));
        }
    }
    html! {
        <ul class="legend" aria-label="Legend">
            {for seen.iter().map(|(state, label)| html! {
                <li><svg class="swatch" width="14" height="14" aria-hidden="true">
                    <rect class={classes!("st", state_class(*state))} width="14" height="14" rx="3" />
                </svg>{*label}</li>
            })}
        </ul>
    }
}

fn table(scenario: &Scenario, bars: &[Bar]) -> Html {
    let row = |b: &Bar| {
        let parts: Vec<String> = b.parts.iter().map(|(label, _, ms)| format!("{label} {}", time_ms(*ms))).collect();
        html! {
            <tr>
                <th scope="row">{cell_label(scenario, b.model, &b.variant)}</th>
                <td>{time_ms(b.summary.median)}</td><td>{time_ms(b.summary.min)}</td><td>{time_ms(b.summary.max)}</td>
                <td>{b.summary.n}</td>
                <td>{b.speedup.as_ref().map_or("–".to_owned(), |s| format!("{:.2}×", s.median))}</td>
                <td class="wide">{parts.join(", ")}</td>
            </tr>
        }
    };
    html! {
        <details>
            <summary>{"As a table"}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Timings as a table">
                <table>
                    <thead><tr>
                        <th scope="col">{"What"}</th><th scope="col">{"Median"}</th><th scope="col">{"Least"}</th>
                        <th scope="col">{"Greatest"}</th><th scope="col">{"n"}</th><th scope="col">{"Speed-up"}</th>
                        <th scope="col">{"Parts of the last run, summed over lanes"}</th>
                    </tr></thead>
                    <tbody>{for bars.iter().map(row)}</tbody>
                </table>
            </div>
        </details>
    }
}

/// The card.
#[component]
pub fn Timings(props: &Props) -> Html {
    let bars = use_memo(props.results.clone(), |r| {
        r.as_ref().map(|r| chart::bars(&r.read(), &r.verdict())).unwrap_or_default()
    });
    let Some(results) = &props.results else {
        return html! {
            <section class="card timings"><h2>{"Time"}</h2>
                <p class="soft">{"Median and spread of every model appear here, side by side."}</p>
            </section>
        };
    };
    let report = results.read();
    let before = props.before.as_ref().map(Shared::read);
    let earlier = |b: &Bar| Some(stats::summary(before.as_deref()?, b.model, &b.variant)?.median);
    let guess = |b: &Bar| props.guess.step(b.model, &b.variant).map(Guess::time);
    let reach = |b: &Bar| {
        let bound = b.bound.as_ref().map_or(0.0, |(_, at)| *at);
        b.summary.max.max(bound).max(earlier(b).unwrap_or(0.0))
    };
    let longest = bars.iter().map(reach).fold(0.0, f64::max);
    // A guess that is far off ends at the edge: it must not make everything else small.
    let guessed = bars.iter().filter_map(guess).map(millis).fold(0.0, f64::max);
    let longest = longest.max(guessed.min(longest * FAR)) * 1.02;
    let value = |b: &Bar| {
        let cell = report.cell(b.model, &b.variant);
        cell.and_then(|c| c.last()).map(|(_, o)| o.value.clone()).unwrap_or_default()
    };
    let row = |cell: &Cell| match bars.iter().find(|b| b.model == cell.model && b.variant == cell.variant) {
        Some(b) => {
            let stopped = cell.runs.iter().any(|r| r.end == RunEnd::Stopped);
            let label = cell_label(props.scenario, b.model, &b.variant);
            bar_row(Row { bar: b, label, longest, value: value(b), stopped, guess: guess(b), before: earlier(b) })
        }
        None => without(props.scenario, cell, props.busy),
    };
    html! {
        <section class="card timings">
            <h2>{"Time, median and spread"}{tag(&report)}<span class="meta">{place(&report)}</span></h2>
            if props.stale {
                <p class="stale">{"Measured with other settings than the form shows now."}</p>
            }
            if !props.busy && report.cells.iter().flat_map(|c| &c.runs).any(|r| r.end == RunEnd::Stopped) {
                <p class="stale">{"Stopped: what was measured until then is shown."}</p>
            }
            if let Some(before) = &before {
                <p class="stale changed">{changed(props.scenario, &before.spec, &report.spec)}</p>
            }
            <ul class="bars">
                {for report.cells.iter().map(row)}
            </ul>
            if !props.busy { {order_line(props, &bars)} }
            if !bars.is_empty() {
                {legend(&bars)}
                if !props.busy { {noise(props.scenario, &bars)} }
                {table(props.scenario, &bars)}
            }
        </section>
    }
}
