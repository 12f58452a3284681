//! The picture: a canvas that can be zoomed, moved and clicked, by mouse, touch and keyboard.

use super::ROWS;
use super::cursor::step;
use super::gestures::{Gestures, Wish};
use super::reading::Reading;
use super::stage::{Stage, Wanted};
use super::window::Window;
use crate::model::Nanos;
use crate::page::runner::report::Shared;
use crate::page::{browser, effects};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Element, HtmlCanvasElement, KeyboardEvent, WheelEvent};
use yew::prelude::*;

/// What is drawn.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What ran.
    pub results: Shared,
    /// Cell and run.
    pub at: (usize, usize),
    /// Whether it runs.
    pub live: bool,
    /// Part of the time.
    pub window: Window,
    /// The cursor.
    pub cursor: Option<Nanos>,
    /// First lane.
    pub row: usize,
    /// Lanes there are.
    pub lanes: usize,
    /// Height to keep, while something runs, CSS pixels.
    pub reserve: Option<f64>,
    /// What is to be seen, in a sentence.
    pub summary: String,
    /// What there is to step along.
    pub reading: Reading,
    /// The run before, to be drawn as a ghost.
    pub earlier: Option<(Shared, (usize, usize))>,
    /// Plays, or stops playing.
    pub play: Callback<()>,
    /// Shows another part of the time.
    pub set_window: Callback<Window>,
    /// Puts the cursor somewhere.
    pub set_cursor: Callback<Option<Nanos>>,
    /// Turns the lanes.
    pub set_row: Callback<usize>,
}

/// A step of the zoom.
const ZOOM: f64 = 1.5;
/// A step of the arrows, as a share of what is shown.
const MOVE: f64 = 0.15;

/// What a key asks for.
fn key(e: &KeyboardEvent, props: &Props, middle: Nanos, end: Nanos) -> bool {
    let window = props.window;
    let turn = |w: Window| props.set_window.emit(w);
    let event = |moments: &[Nanos], forward| {
        if let Some(to) = step(moments, props.cursor, forward) {
            props.set_cursor.emit(Some(to));
        }
    };
    match e.key().as_str() {
        "+" | "=" => turn(window.zoomed(end, middle, ZOOM)),
        "-" => turn(window.zoomed(end, middle, 1.0 / ZOOM)),
        "ArrowLeft" => turn(window.moved(end, -MOVE)),
        "ArrowRight" => turn(window.moved(end, MOVE)),
        "Home" => turn(window.showing(end, 0)),
        "End" => turn(window.showing(end, end)),
        "0" => turn(Window::All),
        "." => event(&props.reading.events, true),
        "," => event(&props.reading.events, false),
        "n" => event(&props.reading.turns, true),
        "p" => event(&props.reading.turns, false),
        " " => props.play.emit(()),
        "PageDown" if props.row + ROWS < props.lanes => props.set_row.emit(props.row + ROWS),
        "PageUp" if props.row > 0 => props.set_row.emit(props.row.saturating_sub(ROWS)),
        _ => return false,
    }
    true
}

/// The picture.
#[component]
pub fn Picture(props: &Props) -> Html {
    let canvas = use_node_ref();
    let stage = use_mut_ref(Stage::default);
    let gestures = use_mut_ref(Gestures::default);
    let Props { results, at, live, window, cursor, row, reserve, .. } = props;
    stage.borrow_mut().wanted = Some(Wanted {
        results: results.clone(),
        at: *at,
        reserve: *reserve,
        window: *window,
        cursor: *cursor,
        row: *row,
        earlier: props.earlier.clone(),
    });
    let paint: Rc<dyn Fn()> = {
        let (stage, canvas) = (stage.clone(), canvas.clone());
        Rc::new(move || {
            if let (Some(canvas), Ok(mut stage)) = (canvas.cast::<HtmlCanvasElement>(), stage.try_borrow_mut()) {
                stage.paint(&canvas);
            }
        })
    };
    {
        // Not at once: the browser would have to lay out first what was changed just now.
        let (paint, asked) = (paint.clone(), use_mut_ref(|| false));
        use_effect(move || {
            if !asked.replace(true) {
                browser::next_frame(move || {
                    asked.replace(false);
                    paint();
                });
            }
        });
    }
    {
        let (paint, stage) = (paint.clone(), stage.clone());
        use_effect_with(*live, move |live| {
            let news = move || stage.try_borrow().is_ok_and(|stage| stage.has_news());
            effects::frames::while_news(*live, news, move || paint())
        });
    }
    {
        let (paint, stage, canvas) = (paint.clone(), stage.clone(), canvas.clone());
        use_effect_with((), move |()| {
            let recolour = {
                let (paint, stage) = (paint.clone(), stage.clone());
                effects::theme::on_change(move || {
                    stage.borrow_mut().forget_theme();
                    paint();
                })
            };
            let parent = canvas.cast::<Element>().and_then(|c| c.parent_element());
            let resize = parent.and_then(|p| {
                effects::resize::observe(&p, move || {
                    stage.borrow_mut().forget_width();
                    paint();
                })
            });
            move || drop((recolour, resize))
        });
    }
    let latest = use_mut_ref(|| None::<Rc<dyn Fn(&WheelEvent)>>);
    latest.replace(Some(wheel(&stage, &canvas, *window, &props.set_window)));
    {
        let (canvas, latest) = (canvas.clone(), latest.clone());
        use_effect_with((), move |()| {
            let listener = canvas.cast::<Element>().map(|c| effects::wheel::listen(&c, latest));
            move || drop(listener)
        });
    }
    let scale = {
        let (stage, canvas) = (stage.clone(), canvas.clone());
        Rc::new(move || canvas.cast::<HtmlCanvasElement>().and_then(|c| stage.borrow().scale(&c)))
    };
    let onkeydown = {
        let (props, scale) = (props_of(props), scale.clone());
        Callback::from(move |e: KeyboardEvent| {
            if e.ctrl_key() || e.meta_key() || e.alt_key() {
                return;
            }
            let Some((s, end)) = scale() else { return };
            let middle = props.cursor.filter(|c| s.shows(*c)).unwrap_or(s.from + s.span / 2);
            if key(&e, &props, middle, end) {
                e.prevent_default();
            }
        })
    };
    let onpointerdown = {
        let gestures = gestures.clone();
        Callback::from(move |e: PointerEvent| {
            gestures.borrow_mut().down(e.pointer_id(), f64::from(e.offset_x()));
            if let Some(target) = e.target_dyn_into::<Element>() {
                let _ = target.set_pointer_capture(e.pointer_id());
            }
        })
    };
    let onpointermove = {
        let (gestures, scale, window, set) = (gestures.clone(), scale.clone(), *window, props.set_window.clone());
        Callback::from(move |e: PointerEvent| {
            let wish = gestures.borrow_mut().moved(e.pointer_id(), f64::from(e.offset_x()));
            if let (Some(wish), Some((s, end))) = (wish, scale()) {
                set.emit(match wish {
                    Wish::Pan(by) => window.moved(end, -by / s.width),
                    Wish::Zoom(factor, x) => window.zoomed(end, s.at(x), factor),
                });
            }
        })
    };
    let onpointerup = {
        let (gestures, scale, set) = (gestures.clone(), scale.clone(), props.set_cursor.clone());
        Callback::from(move |e: PointerEvent| {
            let click = gestures.borrow_mut().up(e.pointer_id());
            if let (Some(x), Some((s, _))) = (click, scale()) {
                set.emit(Some(s.at(x)));
            }
        })
    };
    let onpointercancel = Callback::from(move |e: PointerEvent| gestures.borrow_mut().lost(e.pointer_id()));
    html! {
        <>
            <div class="picture" role="group" tabindex="0" {onkeydown}
                aria-label="Timeline. Plus and minus zoom, arrows move, 0 shows all, comma and full stop step from event to event, space plays; the story below says the same in words.">
                <canvas ref={canvas} role="img" data-shown={shown(props)} aria-label={props.summary.clone()} {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} />
            </div>
            {tools(props, scale)}
        </>
    }
}

/// Which part of which run is on screen, as `later/save.js` reads it: cell, run, first and last moment (0 and 0: all), first
/// lane, most lanes.
fn shown(p: &Props) -> String {
    let (from, to) = if let Window::Part(from, to) = p.window { (from, to) } else { (0, 0) };
    format!("{} {} {from} {to} {} {ROWS}", p.at.0, p.at.1, p.row)
}

/// Buttons for those who have neither wheel nor keyboard.
fn tools(props: &Props, scale: Rc<impl Fn() -> Option<(crate::chart::Scale, Nanos)> + 'static>) -> Html {
    let zoom = |factor: f64| {
        let (scale, window, set) = (scale.clone(), props.window, props.set_window.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some((s, end)) = scale() {
                set.emit(window.zoomed(end, s.from + s.span / 2, factor));
            }
        })
    };
    let all = props.set_window.reform(|_: MouseEvent| Window::All);
    let turn = |to: usize| props.set_row.reform(move |_: MouseEvent| to);
    let last = (props.row + ROWS).min(props.lanes);
    html! {
        <div class="tools">
            <button type="button" class="step" onclick={zoom(ZOOM)} aria-label="Zoom in">{"+"}</button>
            <button type="button" class="step" onclick={zoom(1.0 / ZOOM)} aria-label="Zoom out">{"−"}</button>
            <button type="button" class="quiet" onclick={all} aria-disabled={(props.window == Window::All).then_some("true")}>{"All"}</button>
            if props.lanes > ROWS {
                <span class="pages">
                    <button type="button" class="step" aria-disabled={(props.row == 0).then_some("true")} aria-label="Lanes before"
                        onclick={turn(props.row.saturating_sub(ROWS))}>{"‹"}</button>
                    {format!("lanes {}–{last} of {}", props.row + 1, props.lanes)}
                    <button type="button" class="step" aria-disabled={(last == props.lanes).then_some("true")} aria-label="Lanes after"
                        onclick={turn(if last == props.lanes { props.row } else { last })}>{"›"}</button>
                </span>
            }
        </div>
    }
}

fn props_of(p: &Props) -> Props {
    Props {
        results: p.results.clone(),
        at: p.at,
        live: p.live,
        window: p.window,
        cursor: p.cursor,
        row: p.row,
        lanes: p.lanes,
        reserve: p.reserve,
        summary: String::new(),
        reading: p.reading.clone(),
        earlier: None,
        play: p.play.clone(),
        set_window: p.set_window.clone(),
        set_cursor: p.set_cursor.clone(),
        set_row: p.set_row.clone(),
    }
}

/// The wheel zooms with Ctrl and moves sideways; turned plainly it scrolls the page, as everywhere.
fn wheel(
    stage: &Rc<RefCell<Stage>>,
    canvas: &NodeRef,
    window: Window,
    set: &Callback<Window>,
) -> Rc<dyn Fn(&WheelEvent)> {
    let (stage, canvas, set) = (stage.clone(), canvas.clone(), set.clone());
    Rc::new(move |e| {
        let sideways = e.delta_x().abs() > e.delta_y().abs() || e.shift_key();
        let Some(canvas) = canvas.cast::<HtmlCanvasElement>().filter(|_| e.ctrl_key() || sideways) else { return };
        let Some((s, end)) = stage.borrow().scale(&canvas) else { return };
        e.prevent_default();
        let (dx, dy) = (e.delta_x(), e.delta_y());
        set.emit(if e.ctrl_key() {
            window.zoomed(end, s.at(f64::from(e.offset_x())), js_sys::Math::exp(-dy * 0.005).clamp(0.5, 2.0))
        } else {
            window.moved(end, (if dx == 0.0 { dy } else { dx }) / s.width)
        });
    })
}
