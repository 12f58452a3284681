//! What happened at the cursor, in words: the event, a sentence per lane, what the event loop held; and steps along events or
//! iterations.

use super::reading::Reading;
use crate::model::{Nanos, units};
use crate::page::browser;
use yew::prelude::*;

/// What is looked at.
pub struct Moment<'a> {
    /// What the guest tells of the run.
    pub reading: &'a Reading,
    /// The moment.
    pub cursor: Option<Nanos>,
    /// What is told of it, as [`Question::Moment`](crate::model::Question::Moment) has it.
    pub rows: &'a [Vec<String>],
    /// Sets the moment.
    pub set: Callback<Option<Nanos>>,
    /// Whether it runs, so that nothing can be looked at.
    pub off: bool,
    /// Whether nothing has run.
    pub blank: bool,
    /// Whether the cursor moves by itself: nobody could listen to that.
    pub playing: bool,
    /// Whether there is an event loop.
    pub looping: bool,
    /// What is drawn below the lanes, in words; `None` when there is nothing.
    pub told: Option<&'a str>,
    /// The slider.
    pub scrub: Html,
}

/// The moment after (or before) another; the first one when there is no other yet.
pub fn step(moments: &[Nanos], cursor: Option<Nanos>, forward: bool) -> Option<Nanos> {
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
    let Moment { reading, cursor, rows, set, off, blank, playing, looping, told, scrub } = moment;
    let go = |moments: &[Nanos], forward: bool, label: &'static str, key: &'static str| {
        let (to, set) = (step(moments, cursor, forward), set.clone());
        let go = Callback::from(move |_: MouseEvent| {
            if to.is_some() && !off {
                set.emit(to);
            }
        });
        html! { <button type="button" aria-disabled={off.then_some("true")} onclick={go} title={key} aria-label={key}>{label}</button> }
    };
    let texts = |row: usize| rows.get(row).filter(|_| cursor.is_some()).map(Vec::as_slice).unwrap_or_default();
    let lanes = texts(1);
    let held = rows.get(3..).unwrap_or_default();
    html! {
        <div class="moment">
            {scrub}
            <div class="steps">
                {go(&reading.events, false, "‹ Event", "Event before, key: comma")}
                {go(&reading.events, true, "Event ›", "Next event, key: full stop")}
                if looping {
                    {go(&reading.turns, false, "‹ Iteration", "Iteration of the loop before, key: p")}
                    {go(&reading.turns, true, "Iteration ›", "Next iteration of the loop, key: n")}
                }
                if blank {
                    <span class="soft">{"Nothing has run yet."}</span>
                } else if let Some(c) = cursor {
                    <strong class="now">{units::time(c)}</strong>
                    <button type="button" class="quiet" onclick={set.reform(|_: MouseEvent| {
                        browser::focus(".picture"); // the button goes
                        None
                    })}>{"Clear"}</button>
                } else {
                    <span class="soft">{"or click in the picture"}</span>
                }
            </div>
            <p class="happened" aria-live={if playing { "off" } else { "polite" }}>
                if let [at, sentences @ ..] = texts(0) { <strong>{at}{": "}</strong>{sentences.join(" ")} }
            </p>
            if let Some(told) = told { <p class={if looping { "soft beat" } else { "soft beat who" }}>{told.to_owned()}</p> }
            if !held.is_empty() {
                <dl class="holds">
                    {for held.iter().map(|row| html! { <><dt>{row.first()}</dt><dd>{row.get(1)}</dd></> })}
                </dl>
            }
            <ul class="sentences" aria-label="At the cursor" tabindex={(lanes.len() > 6).then_some("0")}>
                {for lanes.iter().map(|s| html! { <li>{s}</li> })}
            </ul>
        </div>
    }
}
