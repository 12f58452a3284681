//! The timeline card: which run is shown, the picture, the cursor's sentences, the legend, and a table behind it all.

pub mod choice;
pub mod cursor;
pub mod expected;
pub mod gestures;
pub mod legend;
pub mod picture;
pub mod reading;
pub mod scrub;
pub mod stage;
pub mod table;
pub mod which;
pub mod window;

use super::{Page, cell_label};
use crate::model::{LaneKind, MS, Model, Nanos, Question, RunEnd, units};
use crate::page::runner::report::Shared;
use crate::page::state::Action;
use crate::scenarios::Scenario;
use choice::Chosen;
use std::cell::Cell;
use which::{Shown, with_run};
use window::Window;
use yew::prelude::*;

/// Most lanes in one picture; more are turned like pages.
pub const ROWS: usize = 40;

/// What the card shows.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// What ran or runs; what would run, while nothing has.
    pub results: Shared,
    /// Whether nothing has run.
    pub blank: bool,
    /// Whether something runs.
    pub busy: bool,
    /// Model, variant and repeat that run now.
    pub now: Option<(Model, String, u32)>,
    /// Cursor of the link, ms.
    pub at: Option<u64>,
    /// Room that a run of the form's settings is expected to take.
    pub room: expected::Room,
    /// What ran before that, and whether it is shown beside it.
    pub before: Option<(Shared, bool)>,
    /// Shows it, or hides it.
    pub compare: Callback<MouseEvent>,
}

impl PartialEq for Props {
    fn eq(&self, o: &Self) -> bool {
        std::ptr::eq(self.scenario, o.scenario)
            && (&self.results, self.blank, self.busy, &self.now) == (&o.results, o.blank, o.busy, &o.now)
            && (self.at, self.room, &self.before) == (o.at, o.room, &o.before)
    }
}

/// The card.
#[component]
pub fn TimelineCard(props: &Props) -> Html {
    let page = use_context::<Page>();
    let wanted = use_state(|| None::<(usize, usize)>);
    let window = use_state(|| Window::All);
    let row = use_state(|| 0usize);
    let cursor = use_state(|| props.at.map(|ms| ms * MS));
    {
        let (cursor, at) = (cursor.clone(), props.at);
        use_effect_with(at, move |at| {
            // A cursor set here is finer than the link's milliseconds: keep it while they agree.
            if cursor.map(|c| c / MS) != *at {
                cursor.set(at.map(|ms| ms * MS));
            }
        });
    }
    let shown = {
        let now = which::shown(&props.results, *wanted, props.now.as_ref());
        let now = Shown {
            scenario: props.scenario.id,
            results: props.results.clone(),
            at: now,
            before: props.before.clone(),
        };
        let held = use_mut_ref(|| None::<Shown>);
        let shown = now.unless_empty(held.borrow().as_ref().filter(|_| props.busy));
        held.replace((!props.blank).then(|| shown.clone()));
        shown
    };
    let Shown { results, at, before, .. } = &shown;
    let at = *at;
    {
        // Another scenario or a new run begins with the whole picture.
        let (wanted, window, row, cursor, linked) =
            (wanted.clone(), window.clone(), row.clone(), cursor.clone(), props.at);
        let (first, cell) = (use_mut_ref(|| None::<Shared>), use_memo((), |()| Cell::new(0)));
        use_effect_with((results.clone(), at), move |(results, at)| {
            let same = first.borrow().as_ref().is_some_and(|old: &Shared| old.same(results));
            // One that is still on its way is told to nobody else.
            if first.borrow().as_ref().is_some_and(|old| old.scenario() != results.scenario()) {
                cursor.set(linked.map(|ms| ms * MS));
            }
            if same && wanted.is_none() && cell.replace(at.0) != at.0 {
                // It goes on by itself to what may have fewer lanes and less time.
                window.set(Window::All);
                row.set(0);
            }
            if !same {
                cell.set(at.0);
                first.replace(Some(results.clone()));
                wanted.set(None);
                window.set(Window::All);
                row.set(0);
            }
        });
    }
    let live = props.busy && with_run(results, at, |r| r.end == RunEnd::Running).unwrap_or(false);
    let lanes = with_run(results, at, |r| r.trace.lanes.len()).unwrap_or(0);
    let trace_loops = with_run(results, at, |r| r.trace.lanes.iter().any(|l| l.kind == LaneKind::Loop));
    let looping = trace_loops.unwrap_or(props.room.strips.is_some());
    let off = props.blank || props.busy;
    let reading = reading::use_reading(page.as_ref(), results, at, off);
    let rows = use_memo((reading.clone(), *cursor), |(reading, cursor)| {
        let page = page.as_ref().filter(|_| !reading.events.is_empty());
        page.map(|page| page.runner.read(&Question::Moment(*cursor)).rows).unwrap_or_default()
    });
    let playing = use_state(|| false);
    if off && *playing {
        playing.set(false);
    }
    let end = with_run(results, at, |r| r.trace.end).unwrap_or(0);
    // On its way the cursor is not told to the address, which browsers allow to be written only so often.
    let slide = {
        let (cursor, window) = (cursor.clone(), window.clone());
        Callback::from(move |at: Nanos| {
            cursor.set(Some(at));
            window.set(window.showing(end, at));
        })
    };
    let place = {
        let (cursor, slide, page) = (cursor.clone(), slide.clone(), page.clone());
        Callback::from(move |at: Option<Nanos>| {
            at.map_or_else(|| cursor.set(None), |at| slide.emit(at));
            if let Some(page) = &page {
                page.dispatch.dispatch(Action::At(at.map(|t| t / MS)));
            }
        })
    };
    let play = {
        let (playing, slide, over) = (playing.clone(), slide.clone(), cursor.is_none_or(|c| c >= end));
        Callback::from(move |on: bool| {
            if on && over {
                slide.emit(0);
            }
            playing.set(on);
        })
    };
    let told = rows.get(2).and_then(|row| row.first()).map(String::as_str);
    // Where something will be told, room is kept for it.
    let later = (props.blank || props.busy) && (looping || props.room.waits.is_some());
    let told = told.or(later.then_some(""));
    let earlier = before.as_ref().filter(|(_, on)| *on).and_then(|(before, _)| counterpart(results, at, before));
    let choose = {
        let (wanted, window, row) = (wanted.clone(), window.clone(), row.clone());
        Callback::from(move |to: (usize, usize)| {
            wanted.set(Some(to));
            window.set(Window::All);
            row.set(0);
        })
    };
    let set_window = {
        let window = window.clone();
        Callback::from(move |to: Window| window.set(to))
    };
    let set_row = {
        let row = row.clone();
        Callback::from(move |to: usize| row.set(to))
    };
    let keyed = {
        let (play, place, now, on) = (play.clone(), place.clone(), *cursor, !off && !*playing);
        Callback::from(move |()| {
            if !on {
                place.emit(now);
            }
            play.emit(on);
        })
    };
    let scrub = html! {
        <scrub::Scrub {end} cursor={*cursor} events={reading.events.clone()} {off} playing={*playing} play={play.clone()} {slide}
            toggle={keyed.clone()} put={place.clone()} />
    };
    // With keys, in a node of their own: the one that comes and goes leaves the others open or shut.
    let tables: Html = table::ALL
        .iter()
        .take(2 + usize::from(looping))
        .map(|of| html! { <table::TraceTable key={of.id} {of} reading={reading.clone()} {off} /> })
        .collect();
    html! {
        <section class="card timeline" id="timeline">
            {choice::choice(&Chosen { scenario: props.scenario, results, at, choose: &choose, compare: compare(before, &props.compare) })}
            if props.blank {
                {expected::blank(props.room)}
            } else {
            <picture::Picture results={results.clone()} {at} {live} window={*window} cursor={*cursor} row={*row}
                {set_window} set_cursor={place.clone()} set_row={set_row} {lanes} reading={reading.clone()} {earlier}
                play={keyed}
                reserve={props.busy.then(|| props.room.height())} summary={summary(props.scenario, results, at)} />
            }
            {legend::legend(results, at, expected::many_states(props.scenario))}
            {cursor::cursor_box(cursor::Moment {
                reading: &reading, cursor: *cursor, rows: &rows, set: place, off, blank: props.blank, playing: *playing, looping, told, scrub,
            })}
            <div class="more">
                {tables}
                {keys(looping)}
            </div>
        </section>
    }
}

/// The last run of the report before that ended well, of the model and variant shown.
fn counterpart(results: &Shared, at: (usize, usize), before: &Shared) -> Option<(Shared, (usize, usize))> {
    let (now, old) = (results.read(), before.read());
    let cell = now.cells.get(at.0)?;
    let place = old.cells.iter().position(|c| (c.model, &c.variant) == (cell.model, &cell.variant))?;
    let run = old.cells.get(place)?.runs.iter().rposition(|run| run.outcome().is_some())?;
    Some((before.clone(), (place, run)))
}

/// The switch for the run before, where there is one.
fn compare(before: &Option<(Shared, bool)>, toggle: &Callback<MouseEvent>) -> Html {
    let Some((_, on)) = before else { return Html::default() };
    html! {
        <button type="button" class="tab" id="compare" aria-pressed={on.to_string()} onclick={toggle}>
            {"Compare with the run before"}
        </button>
    }
}

/// The picture in a sentence.
fn summary(scenario: &Scenario, results: &Shared, at: (usize, usize)) -> String {
    let report = results.read();
    let Some((cell, run)) = report.cells.get(at.0).and_then(|c| Some((c, c.runs.get(at.1)?))) else {
        return "Nothing has run yet".to_owned();
    };
    let (label, lanes) = (cell_label(scenario, cell.model, &cell.variant), run.trace.lanes.len());
    let lanes = if lanes == 1 { "1 lane".to_owned() } else { format!("{lanes} lanes") };
    format!("{label}, run {}: {lanes}, {}", at.1 + 1, units::time(run.trace.end))
}

/// What keys, mouse and fingers do.
fn keys(looping: bool) -> Html {
    let row = |keys: &'static str, what: &'static str| html! { <><dt>{keys}</dt><dd>{what}</dd></> };
    html! {
        <details>
            <summary>{"Keys"}</summary>
            <dl class="keys">
                {row("+ −", "zoom; so does Ctrl with the wheel, and two fingers")}
                {row("← →", "move; so does dragging")}
                {row("0", "show all")}
                {row(", .", "event before, next event; a click looks at any moment")}
                {row("space", "plays the run, or stands still")}
                if looping { {row("p n", "iteration of the loop before, next iteration")} }
                {row("Home End", "go to the beginning, to the end")}
            </dl>
        </details>
    }
}
