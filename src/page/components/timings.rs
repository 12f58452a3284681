//! Times over repeats: median, spread, speed-up, what theory gives, and where the time went.

use super::bar::{Row, bar_row, begin, state_class};
use super::cell_label;
use super::recorded::tag;
use super::told::{Told, Tree};
use crate::chart::{self, Bar};
use crate::model::time::millis;
use crate::model::units::{percent, time_ms};
use crate::model::{Answer, Cell, Guess, Model, Param, Report, RunEnd, RunSpec, State, stats};
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
fn without(scenario: &Scenario, cell: &Cell, busy: bool, tree: &mut Tree) {
    let since = cell.runs.last().map(|r| time_ms(millis(r.elapsed))).unwrap_or_default();
    let state = match cell.runs.last().map(|r| &r.end) {
        None if busy => "waits its turn",
        None => "not run",
        Some(RunEnd::Stopped) => &["stopped after ", &since].concat(),
        Some(RunEnd::Failed(_)) => &["failed after ", &since].concat(),
        Some(RunEnd::Distorted(_)) => "not counted",
        Some(_) => "runs",
    };
    let label = cell_label(scenario, cell.model, &cell.variant);
    begin(tree, &[("class", "bar without")], &label, &[("", "", state)]);
    tree.put(1, "div", "", &[("class", "below")]);
    tree.put(2, "span", "n = 0", &[("class", "soft")]);
}

/// Every part that occurs, for the legend.
fn legend(bars: &[Bar]) -> Rc<Answer> {
    let mut seen: Vec<(State, &'static str)> = Vec::new();
    for (label, state, _) in bars.iter().flat_map(|b| &b.parts) {
        if !seen.iter().any(|(s, l)| s == state && l == label) {
            seen.push((*state, label));
        }
    }
    let mut tree = Tree::default();
    for (state, label) in seen {
        tree.put(0, "li", "", &[]);
        tree.put(1, "svg", "", &[("class", "swatch"), ("width", "14"), ("height", "14"), ("aria-hidden", "true")]);
        let class = ["st ", state_class(state)].concat();
        tree.put(2, "rect", "", &[("class", &*class), ("width", "14"), ("height", "14"), ("rx", "3")]);
        tree.put(1, "span", label, &[]);
    }
    tree.done()
}

/// Heads of the table's columns.
const HEADS: &[&str] =
    &["What", "Median", "Least", "Greatest", "n", "Speed-up", "Parts of the last run, summed over lanes"];

fn table(scenario: &Scenario, bars: &[Bar]) -> Rc<Answer> {
    let row = |b: &Bar| {
        let parts: Vec<String> = b.parts.iter().map(|(label, _, ms)| [label, " ", &time_ms(*ms)].concat()).collect();
        let [median, min, max] = [b.summary.median, b.summary.min, b.summary.max].map(time_ms);
        let speedup = b.speedup.as_ref().map_or("–".to_owned(), |s| format!("{:.2}×", s.median));
        let label = cell_label(scenario, b.model, &b.variant);
        vec![label, median, min, max, b.summary.n.to_string(), speedup, parts.join(", ")]
    };
    Rc::new(Answer { rows: bars.iter().map(row).collect(), ..Answer::default() })
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
    let mut tree = Tree::default();
    for cell in &report.cells {
        match bars.iter().find(|b| b.model == cell.model && b.variant == cell.variant) {
            Some(b) => {
                let stopped = cell.runs.iter().any(|r| r.end == RunEnd::Stopped);
                let label = cell_label(props.scenario, b.model, &b.variant);
                bar_row(
                    Row { bar: b, label, longest, value: value(b), stopped, guess: guess(b), before: earlier(b) },
                    &mut tree,
                );
            }
            None => without(props.scenario, cell, props.busy, &mut tree),
        }
    }
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
            <Told id="bars" kind="bars" answer={tree.done()} />
            if !props.busy { {order_line(props, &bars)} }
            if !bars.is_empty() {
                <Told id="parts" kind="legend" answer={legend(&bars)} />
                if !props.busy { {noise(props.scenario, &bars)} }
                <details>
                    <summary>{"As a table"}</summary>
                    <Told id="times" kind="table" name="Timings as a table" heads={HEADS} answer={table(props.scenario, &bars)} />
                </details>
            }
        </section>
    }
}
