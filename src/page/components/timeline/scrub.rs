//! The slider below the picture, and Play, which moves the cursor through a run that has ended.

use super::cursor::step;
use crate::model::{MS, Nanos, units};
use crate::page::browser;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Positions of the slider: so few that the time shown changes with every press of a key.
const STOPS: Nanos = 200;
/// How long it takes to play a run, ms: shorter ones are slowed down, longer ones are sped up.
const LEAST: f64 = 4_000.0;
const MOST: f64 = 12_000.0;
/// From one movement to the next, ms.
const FRAME: i32 = 40;
/// Where motion is not wanted, Play goes from event to event instead: so many steps at most, each for so long, ms.
const STEPS: Nanos = 16;
const STAND: i32 = 750;

/// What is scrubbed.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The end of the run.
    pub end: Nanos,
    /// The cursor.
    pub cursor: Option<Nanos>,
    /// Moments at which something happened.
    pub events: Rc<Vec<Nanos>>,
    /// Whether there is nothing to scrub.
    pub off: bool,
    /// Whether it plays.
    pub playing: bool,
    /// Plays, or stops playing.
    pub play: Callback<bool>,
    /// The other of the two, and the cursor stays where it is.
    pub toggle: Callback<()>,
    /// Moves the cursor on the way.
    pub slide: Callback<Nanos>,
    /// Puts the cursor where it stays.
    pub put: Callback<Option<Nanos>>,
}

/// Where the cursor is when so many milliseconds of playing have passed since it was at `now`.
pub fn played(now: Nanos, end: Nanos, passed: f64) -> Nanos {
    let whole = (end as f64 / MS as f64).clamp(LEAST, MOST);
    let on = (passed.max(1.0) / whole * end as f64) as Nanos;
    now.saturating_add(on.max(1)).min(end)
}

/// The moment that a stop of the slider stands for.
pub fn moment_at(stop: u64, end: Nanos) -> Nanos {
    end.saturating_mul(stop) / STOPS
}

/// The stop nearest to a moment: of those that [`moment_at`] gives, the one it was given, or keys could not leave it.
pub fn stop_of(at: Nanos, end: Nanos) -> u64 {
    (at.saturating_mul(STOPS) + end / 2) / end.max(1)
}

/// Where the cursor goes next where motion is not wanted: the next event that is far enough.
pub fn stepped(events: &[Nanos], now: Option<Nanos>, end: Nanos) -> Nanos {
    let far = now.map(|now| now + (end / STEPS).saturating_sub(1));
    step(events, far, true).filter(|to| now.is_none_or(|now| *to > now)).unwrap_or(end)
}

/// Slider and button.
#[component]
pub fn Scrub(props: &Props) -> Html {
    let Props { end, cursor, off, .. } = *props;
    let playing = props.playing && !off;
    {
        let (events, play, slide, put) =
            (props.events.clone(), props.play.clone(), props.slide.clone(), props.put.clone());
        use_effect_with((playing, cursor), move |_| {
            let alive = Rc::new(Cell::new(playing));
            if playing {
                let (alive, began) = (alive.clone(), browser::now_ms());
                let still = browser::prefers("(prefers-reduced-motion: reduce)");
                browser::later(if still { STAND } else { FRAME }, move || {
                    if !alive.get() {
                        return;
                    }
                    let to = if still {
                        stepped(&events, cursor, end)
                    } else {
                        played(cursor.unwrap_or(0), end, browser::now_ms() - began)
                    };
                    if to >= end {
                        play.emit(false);
                        put.emit(Some(end));
                    } else {
                        slide.emit(to);
                    }
                });
            }
            move || alive.set(false)
        });
    }
    let onclick = {
        let toggle = props.toggle.clone();
        Callback::from(move |_: MouseEvent| {
            if !off {
                toggle.emit(());
            }
        })
    };
    let to =
        move |e: &Event| moment_at(e.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(0), end);
    let oninput = {
        let (slide, play) = (props.slide.clone(), props.play.clone());
        Callback::from(move |e: InputEvent| {
            play.emit(false);
            slide.emit(to(&e));
        })
    };
    let onchange = props.put.reform(move |e: Event| Some(to(&e)));
    let stop = stop_of(cursor.unwrap_or(0), end);
    html! {
        <div class="scrub">
            <button type="button" id="play" aria-disabled={off.then_some("true")} {onclick} title="Key: space, in the picture">
                <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
                    <path d={if playing { "M1 0h3v10H1zM6 0h3v10H6z" } else { "M1 0l9 5-9 5z" }} />
                </svg>
                {if playing { "Pause" } else { "Play" }}
            </button>
            <input type="range" id="scrub" min="0" max={STOPS.to_string()} step="1" value={stop.to_string()} disabled={off}
                aria-label="Moment of the run" aria-valuetext={units::time(cursor.unwrap_or(0))} {oninput} {onchange} />
        </div>
    }
}
