//! What was going on at the cursor, a sentence per lane, and steps from event to event.

use super::with_run;
use crate::chart;
use crate::model::{Nanos, units};
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
}

/// The event after (or before) a moment; the first one when there is no moment yet.
pub fn step(results: &Shared, at: (usize, usize), cursor: Option<Nanos>, forward: bool) -> Option<Nanos> {
    let moments = with_run(results, at, |r| chart::moments(&r.trace))?;
    let Some(now) = cursor else { return moments.first().copied() };
    if forward {
        let next = moments.partition_point(|m| *m <= now);
        moments.get(next).or(moments.last()).copied()
    } else {
        let before = moments.partition_point(|m| *m < now);
        moments.get(before.saturating_sub(1)).copied()
    }
}

/// The box below the picture.
pub fn cursor_box(moment: Moment<'_>) -> Html {
    let Moment { results, at, cursor, set, live, blank } = moment;
    let off = live || blank;
    let go = |forward: bool| {
        let (results, at, cursor, set) = (results.clone(), at, cursor, set.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(to) = step(&results, at, cursor, forward) {
                set.emit(Some(to));
            }
        })
    };
    let sentences = cursor.and_then(|c| with_run(results, at, |r| chart::at_cursor(&r.trace, c))).unwrap_or_default();
    html! {
        <div class="moment">
            <div class="steps">
                <button type="button" disabled={off} onclick={go(false)} title="Key: ,">{"‹ Event before"}</button>
                <button type="button" disabled={off} onclick={go(true)} title="Key: .">{"Next event ›"}</button>
                if blank {
                    <span class="soft">{"Nothing has run yet."}</span>
                } else if let Some(c) = cursor {
                    <strong class="now">{units::time(c)}</strong>
                    <button type="button" class="quiet" onclick={set.reform(|_: MouseEvent| None)}>{"Clear"}</button>
                } else {
                    <span class="soft">{"or click in the picture"}</span>
                }
            </div>
            <ul class="sentences" aria-live="polite" tabindex={(sentences.len() > 6).then_some("0")}>
                {for sentences.into_iter().map(|s| html! { <li>{s}</li> })}
            </ul>
        </div>
    }
}
