//! One row of the timings: label, figures, and a bar whose text never shrinks with it.

use crate::chart::Bar;
use crate::model::guess::compared;
use crate::model::time::{MS, millis};
use crate::model::units::{time_ms, times};
use crate::model::{Nanos, State};
use yew::prelude::*;

/// A row.
pub struct Row<'a> {
    /// What is shown.
    pub bar: &'a Bar,
    /// Label, with the variant.
    pub label: String,
    /// The longest time of all rows, ms: the whole width.
    pub longest: f64,
    /// Result of the last run.
    pub value: String,
    /// Whether the reader stopped one of its runs.
    pub stopped: bool,
    /// What the reader expected.
    pub guess: Option<Nanos>,
    /// Its median in the run before, ms.
    pub before: Option<f64>,
}

/// The class of a state's colour and pattern, in the style sheet and in the timeline alike.
pub fn state_class(state: State) -> &'static str {
    match state {
        State::Idle | State::Done => "idle",
        State::Starting => "starting",
        State::Ready => "ready",
        State::Running => "running",
        State::Sleeping => "sleeping",
        State::Waiting => "waiting",
        State::Blocked => "blocked",
        State::Gil => "gil",
        State::Pickling => "pickling",
    }
}

fn share(ms: f64, longest: f64) -> String {
    format!("{:.3}%", (100.0 * ms / longest.max(1e-9)).clamp(0.0, 100.0))
}

/// The parts of the bar, as shares of the median in the proportion of their sums.
fn parts(bar: &Bar, longest: f64) -> Vec<Html> {
    let whole: f64 = bar.parts.iter().map(|(_, _, ms)| ms).sum();
    if whole <= 0.0 {
        let width = share(bar.summary.median, longest);
        return vec![html! { <rect class="st running" x="0" y="3" {width} height="16" rx="3" /> }];
    }
    let mut x = 0.0;
    let part = |(_, state, ms): &(&'static str, State, f64)| {
        let width = bar.summary.median * ms / whole;
        let from = x;
        x += width;
        html! {
            <rect class={classes!("st", state_class(*state))} x={share(from, longest)} y="3" width={share(width, longest)}
                height="16" />
        }
    };
    bar.parts.iter().map(part).collect()
}

/// The row.
pub fn bar_row(row: Row<'_>) -> Html {
    let Row { bar, label, longest, value, stopped, guess, before } = row;
    let s = &bar.summary;
    let (min, max) = (share(s.min, longest), share(s.max, longest));
    let key = format!("{}/{}", bar.model.id(), bar.variant);
    let figures = match &bar.speedup {
        Some(x) => format!("{} ({:.2}–{:.2})", times(x.median), x.min, x.max),
        None => String::new(),
    };
    let spread = if s.n > 1 { format!("{} – {}", time_ms(s.min), time_ms(s.max)) } else { String::new() };
    html! {
        <li class="bar" data-cell={key} data-median={format!("{:.4}", s.median)} data-n={s.n.to_string()}
            data-value={value} data-speedup={bar.speedup.as_ref().map(|x| format!("{:.4}", x.median))}>
            <div class="top">
                <span class="name">{label}</span>
                <span class="figures">
                    <strong>{time_ms(s.median)}</strong>
                    if !figures.is_empty() { <span class="speedup">{figures}</span> }
                </span>
            </div>
            <svg class="track" width="100%" height="22" aria-hidden="true">
                <rect class="ground" x="0" y="3" width="100%" height="16" rx="3" />
                {for parts(bar, longest)}
                if s.n > 1 {
                    <line class="spread" x1={min.clone()} x2={max.clone()} y1="11" y2="11" />
                    <line class="spread" x1={min.clone()} x2={min} y1="7" y2="15" />
                    <line class="spread" x1={max.clone()} x2={max} y1="7" y2="15" />
                }
                if let Some(before) = before {
                    <rect class="earlier" x={share(before, longest)} y="1" width="3" height="20" />
                }
                if let Some(guess) = guess {
                    <rect class="guessed" x="0" y="1" width={share(millis(guess), longest)} height="20" rx="4" />
                }
                if let Some((_, at)) = &bar.bound {
                    <line class="bound" x1={share(*at, longest)} x2={share(*at, longest)} y1="0" y2="22" />
                }
            </svg>
            <div class="below">
                <span class="soft">{format!("n = {}", s.n)}{if stopped { ", then stopped" } else { "" }}{if spread.is_empty() { String::new() } else { format!(", {spread}") }}</span>
                if let Some((what, at)) = &bar.bound {
                    <span class="mark-bound">{format!("{what}: {}", time_ms(*at))}</span>
                }
                if let Some(before) = before { <span class="mark-before">{"before: "}{time_ms(before)}</span> }
                if let Some(guess) = guess {
                    <span class="mark-guess">{compared(guess, (s.median * MS as f64) as Nanos)}</span>
                }
            </div>
        </li>
    }
}
