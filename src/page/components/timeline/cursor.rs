//! What was going on at the cursor: a sentence per lane, what the event loop held, and steps along events or iterations.

use super::with_run;
use crate::chart;
use crate::model::{Nanos, Trace, units};
use crate::page::runner::report::Shared;
use yew::prelude::*;

/// What is looked at.
pub struct Moment<'a> {
    /// What ran.
    pub results: &'a Shared,
    /// Cell and run that are shown.
    pub at: (usize, usize),
    /// The moment.
    pub cursor: Option<Nanos>,
    /// Sets the moment.
    pub set: Callback<Option<Nanos>>,
    /// Whether it runs.
    pub live: bool,
    /// Whether nothing has run.
    pub blank: bool,
    /// Whether there is an event loop.
    pub looping: bool,
    /// What is drawn below the lanes, in words; `None` when there is nothing.
    pub told: Option<String>,
}

/// What the cursor steps along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Everything that happened.
    Events,
    /// The iterations of the event loop.
    Iterations,
}

/// The event or iteration after (or before) a moment; the first one when there is no moment yet.
pub fn step(results: &Shared, at: (usize, usize), cursor: Option<Nanos>, along: Along, forward: bool) -> Option<Nanos> {
    let moments = with_run(results, at, |r| chart::moments(&r.trace, along == Along::Iterations))?;
    let Some(now) = cursor else { return moments.first().copied() };
    if forward {
        let next = moments.partition_point(|m| *m <= now);
        moments.get(next).or(moments.last()).copied()
    } else {
        let before = moments.partition_point(|m| *m < now);
        moments.get(before.saturating_sub(1)).copied()
    }
}

/// The iteration at a moment, and what the loop held.
fn holds(trace: &Trace, at: Nanos) -> Vec<(&'static str, String)> {
    let iteration = chart::iterations_at(trace, at).map(|words| ("Iteration", words));
    iteration.into_iter().chain(chart::holds(trace, at)).collect()
}

/// What is drawn below the lanes, in words: an event loop's tracks, or who waits for whom. Nothing as long as it changes by
/// itself.
pub fn told(trace: &Trace, live: bool, cursor: Option<Nanos>) -> Option<String> {
    if live && cursor.is_none() {
        return None;
    }
    let beat = chart::heartbeat(trace).map(|beat| format!("{beat} {}", chart::Levels::of(trace).words()));
    beat.or_else(|| chart::who_waits(trace, cursor))
}

/// The box below the picture.
pub fn cursor_box(moment: Moment<'_>) -> Html {
    let Moment { results, at, cursor, set, live, blank, looping, told } = moment;
    let off = live || blank;
    let go = |along: Along, forward: bool, label: &'static str, key: &'static str| {
        let (results, at, cursor, set) = (results.clone(), at, cursor, set.clone());
        let go = Callback::from(move |_: MouseEvent| {
            if let Some(to) = step(&results, at, cursor, along, forward) {
                set.emit(Some(to));
            }
        });
        html! { <button type="button" disabled={off} onclick={go} title={key} aria-label={key}>{label}</button> }
    };
    let held =
        cursor.filter(|_| looping).and_then(|c| with_run(results, at, |r| holds(&r.trace, c))).unwrap_or_default();
    let sentences = cursor.and_then(|c| with_run(results, at, |r| chart::at_cursor(&r.trace, c))).unwrap_or_default();
    html! {
        <div class="moment">
            <div class="steps">
                {go(Along::Events, false, "‹ Event", "Event before, key: comma")}
                {go(Along::Events, true, "Event ›", "Next event, key: full stop")}
                if looping {
                    {go(Along::Iterations, false, "‹ Iteration", "Iteration of the loop before, key: p")}
                    {go(Along::Iterations, true, "Iteration ›", "Next iteration of the loop, key: n")}
                }
                if blank {
                    <span class="soft">{"Nothing has run yet."}</span>
                } else if let Some(c) = cursor {
                    <strong class="now">{units::time(c)}</strong>
                    <button type="button" class="quiet" onclick={set.reform(|_: MouseEvent| None)}>{"Clear"}</button>
                } else {
                    <span class="soft">{"or click in the picture"}</span>
                }
            </div>
            if let Some(told) = told { <p class={if looping { "soft beat" } else { "soft beat who" }} aria-live={cursor.map(|_| "polite")}>{told}</p> }
            if !held.is_empty() {
                <dl class="holds" aria-live="polite">
                    {for held.into_iter().map(|(term, what)| html! { <><dt>{term}</dt><dd>{what}</dd></> })}
                </dl>
            }
            <ul class="sentences" aria-label="At the cursor" aria-live="polite" tabindex={(sentences.len() > 6).then_some("0")}>
                {for sentences.into_iter().map(|s| html! { <li>{s}</li> })}
            </ul>
        </div>
    }
}
