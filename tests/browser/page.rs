//! Pieces of the page in a real browser: the reducer, the canvas, zooming and pointing.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use interleave::chart::{self, Viewport};
use interleave::model::{Lane, LaneKind, MS, Machine, Model, Outcome, Record, RunEnd, State as Doing, Trace, What};
use interleave::page::browser;
use interleave::page::components::app::App;
use interleave::page::components::timeline::cursor::step;
use interleave::page::components::timeline::gestures::{Gestures, Wish};
use interleave::page::components::timeline::scrub::{moment_at, played, stepped, stop_of};
use interleave::page::components::timeline::window::Window;
use interleave::page::effects::address::Address;
use interleave::page::effects::later;
use interleave::page::paint::canvas::Canvas;
use interleave::page::runner::report::Shared;
use interleave::page::runner::{order, sweep};
use interleave::page::state::{Action, Guessed, Phase, Progress, State};
use interleave::scenarios::REGISTRY;
use interleave::share;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};
use yew::Reducible;

wasm_bindgen_test_configure!(run_in_browser);

fn machine(shared: bool) -> Machine {
    Machine { cores: 2, isolated: shared, shared_memory: shared, top_level: true, clock_step: 5_000 }
}

fn opened(hash: &str) -> Rc<State> {
    Rc::new(State::new(share::decode("", hash), machine(true), false))
}

#[wasm_bindgen_test]
fn the_form_keeps_the_last_good_value() {
    let state = opened("s=primes&limit=1000");
    let good = state.clone().reduce(Action::Set("limit", "2000".to_owned()));
    assert_eq!(good.spec.values.count("limit"), 2000);
    let bad = good.reduce(Action::Set("limit", "-1".to_owned()));
    assert_eq!(bad.spec.values.count("limit"), 2000);
    let reset = bad.reduce(Action::Reset(Some("limit")));
    assert_eq!(reset.spec.values, share::defaults(reset.scenario().unwrap()).values);
}

#[wasm_bindgen_test]
fn a_link_that_nobody_has_read_yet_is_not_written_over() {
    let location = browser::window().unwrap().location();
    let hash = || browser::address().1;
    location.set_hash("v=1&s=race").unwrap();
    let address = Address::default();
    assert_eq!(address.read().spec.scenario, "race");
    address.write(&address.read().spec, None);
    let written = hash();
    assert!(written.starts_with("#v=1&s=race"), "{written}");
    // Somebody sets it before the page listens, then the page wants to write.
    location.set_hash("v=1&s=prices").unwrap();
    address.write(&share::decode("", "s=race").spec, None);
    assert_eq!(hash(), "#v=1&s=prices");
    // What was set before is told as soon as anybody listens.
    let told = Rc::new(std::cell::RefCell::new(Vec::new()));
    let listener = {
        let told = told.clone();
        address.on_change(move |link| told.borrow_mut().push(link.spec.scenario))
    };
    assert_eq!(*told.borrow(), ["prices"]);
    address.write(&share::decode("", "s=race").spec, None);
    assert_eq!(hash(), written);
    drop(listener);
    location.set_hash("").unwrap();
}

/// Waits; the browser does what it has still to do.
async fn passed(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let window = browser::window().unwrap();
        window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis).unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_link_that_comes_while_the_page_comes_up_is_followed() {
    let window = browser::window().unwrap();
    let (location, document) = (window.location(), browser::document().unwrap());
    location.set_hash("v=1&s=primes").unwrap();
    passed(50).await; // its event is over
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    // On a slow machine Yew lets the browser go on between the first picture and the first effects: each look at this clock is
    // late. Each write to the address is noted: whether a wrong one is there at the end is chance.
    js_sys::eval(
        "Date.plain = Date.now; let late = 0; Date.now = () => Date.plain() + (late += 1_000);
         history.written = []; history.plain = history.replaceState;
         history.replaceState = function (...a) { this.written.push(a[2]); return this.plain(...a); }",
    )
    .unwrap();
    let app = yew::Renderer::<App>::with_root(root.clone()).render();
    while root.query_selector("#status").unwrap().is_none() {
        let turn = js_sys::Promise::resolve(&wasm_bindgen::JsValue::NULL);
        wasm_bindgen_futures::JsFuture::from(turn).await.unwrap();
    }
    location.set_hash("v=1&limit=200001&s=primes").unwrap();
    let limit = || {
        let field = root.query_selector("[data-param=limit] input").unwrap();
        field.map(|field| field.unchecked_into::<web_sys::HtmlInputElement>().value()).unwrap_or_default()
    };
    // As long as it takes: what is written wrongly comes before.
    while limit() != "200001" || js_sys::eval("history.written.length").unwrap() == 0.0 {
        passed(5).await;
    }
    js_sys::eval("Date.now = Date.plain; history.replaceState = history.plain").unwrap();
    let written = js_sys::eval("history.written.join(' ')").unwrap().as_string().unwrap_or_default();
    assert!(written.split(' ').all(|address| address.ends_with("#v=1&s=primes&limit=200001")), "{written}");
    assert_eq!(browser::address().1, "#v=1&s=primes&limit=200001");
    app.destroy();
    root.remove();
    location.set_hash("").unwrap();
}

#[wasm_bindgen_test]
fn one_model_is_always_left_and_locks_hold() {
    let mut state = opened("s=primes&models=sequential");
    state = state.reduce(Action::Model(interleave::model::Model::Sequential));
    assert_eq!(state.spec.models, [interleave::model::Model::Sequential]);
    let link = share::decode("lock=limit", "s=primes");
    let locked = Rc::new(State::new(link, machine(true), false)).reduce(Action::Set("limit", "1000".to_owned()));
    assert_eq!(locked.spec.values, share::defaults(locked.scenario().unwrap()).values);
}

#[wasm_bindgen_test]
fn a_guess_is_kept_until_another_scenario_is_chosen() {
    let link = share::decode("predict=1", "s=primes");
    let state = Rc::new(State::new(link, machine(true), false));
    assert!(!state.guessed && state.guess.is_empty());
    let state = state.reduce(Action::Guess(Guessed::Time(Model::Processes, String::new(), 60)));
    let state = state.reduce(Action::Guess(Guessed::Next(Model::Processes, String::new())));
    assert!(!state.guessed, "results wait until the guess is said to be made");
    let state = state.reduce(Action::Guess(Guessed::Made));
    assert_eq!((state.guess.step(Model::Processes, ""), state.guess.place(Model::Processes, "")), (Some(60), Some(0)));
    let same = state.clone().reduce(Action::Set("limit", "2000".to_owned()));
    assert!(same.guessed && !same.guess.is_empty());
    let other = same.reduce(Action::Choose(interleave::scenarios::find("race").unwrap()));
    assert!(!other.guessed && other.guess.is_empty());
    assert!(opened("s=primes").guessed, "nobody is asked unless the link says so");
}

/// A report of what the state runs, with one run that ended well, or none.
fn ran(state: &State, well: bool) -> Shared {
    let report = Shared::new(order::report(state.scenario().unwrap(), &state.spec, &state.machine));
    let (model, variant) = report.read().cells.first().map(|c| (c.model, c.variant.clone())).unwrap();
    if well {
        report.begin(model, &variant, 0);
        report.end(model, &variant, RunEnd::Finished(Outcome::new("1")), MS, 0);
    }
    report
}

#[wasm_bindgen_test]
fn the_run_before_is_the_last_one_that_ended_well() {
    let going = |state: Rc<State>, phase: Phase, report: &Shared| {
        state.reduce(Action::Going(phase, Progress::default(), Some(report.clone())))
    };
    let state = opened("s=semaphore");
    let (first, second, empty) = (ran(&state, true), ran(&state, true), ran(&state, false));
    let state = going(state, Phase::Done, &first);
    assert!(state.before.is_none());
    let state = going(state, Phase::Running, &second);
    let state = going(state, Phase::Done, &second.renewed());
    assert!(state.before.as_ref().is_some_and(|b| b.same(&first)));
    // What brings nothing gives way to what was shown, which is not its own forerunner.
    let state = going(state, Phase::Running, &empty);
    let state = going(state, Phase::Stopped, &second);
    assert!(state.before.as_ref().is_none_or(|b| !b.same(&second) && !b.same(&empty)));
    let state = state.reduce(Action::Choose(interleave::scenarios::find("race").unwrap()));
    assert!(state.before.is_none());
}

#[wasm_bindgen_test]
fn a_sweep_tries_as_many_workers_as_the_machine_has_cores() {
    let scenario = interleave::scenarios::find("primes").unwrap();
    let counts = |cores: u32| sweep::counts(scenario.params, &Machine { cores, ..machine(true) });
    assert_eq!(
        (counts(1), counts(2), counts(6), counts(64)),
        (vec![1], vec![1, 2], vec![1, 2, 4, 6], vec![1, 2, 4, 8, 16])
    );
    let models = |shared: bool| -> Vec<Model> {
        let spec = share::decode("", "s=primes&models=sequential,threads,free-threads,processes").spec;
        sweep::models(scenario, &spec, &machine(shared)).into_iter().map(|(m, _)| m).collect()
    };
    assert_eq!(models(true), [Model::Threads, Model::FreeThreads, Model::Processes]);
    assert_eq!(models(false), [Model::Processes]);
    assert!(sweep::shared(scenario));
    assert!(!sweep::shared(interleave::scenarios::find("semaphore").unwrap()));
    assert!(!sweep::shared(interleave::scenarios::find("worker-queue").unwrap()), "its workers are tasks on one loop");
}

#[wasm_bindgen_test]
fn steps_and_play_come_to_the_end() {
    let events = [0, 10 * MS, 10 * MS + 1, 900 * MS];
    assert_eq!(step(&events, None, true), Some(0));
    assert_eq!(step(&events, Some(10 * MS), true), Some(10 * MS + 1));
    assert_eq!(step(&events, Some(900 * MS), true), Some(900 * MS));
    assert_eq!(step(&events, Some(0), false), Some(0));
    assert_eq!(step(&[], None, true), None);
    let end = 1_000 * MS;
    assert_eq!(played(0, end, 400.0), 100 * MS, "a short run takes four seconds");
    assert_eq!(played(0, 120 * end, 1_200.0), 12 * end, "a long one twelve");
    assert_eq!(played(end - 1, end, 400.0), end);
    assert!(played(5, 10, 0.0) > 5, "it never stands still");
    for end in [1, 999, 308_123_457, 90_000 * MS] {
        let kept = (0..=200).all(|stop| end < 200 || stop_of(moment_at(stop, end), end) == stop);
        assert!(kept && moment_at(200, end) == end && stop_of(end, end) == 200, "the slider jumps in {end} ns");
    }
    assert_eq!(stop_of(0, 0), 0);
    // Without motion: from event to event, then to the end, and always on.
    let mut at = Some(stepped(&events, None, end));
    let mut seen = vec![at];
    while at < Some(end) {
        at = Some(stepped(&events, at, end));
        assert!(at > *seen.last().unwrap(), "{seen:?}");
        seen.push(at);
    }
    assert_eq!(seen, [0, 900 * MS, end].map(Some));
}

#[wasm_bindgen_test]
fn every_repeat_runs_every_cell_once_in_an_order_the_seed_decides() {
    for scenario in REGISTRY {
        let spec = share::defaults(scenario);
        let cells = order::cells(scenario, &spec, &machine(true));
        let runs = order::order(&cells, 4, 7);
        assert_eq!(runs, order::order(&cells, 4, 7));
        for (repeat, round) in runs.chunks(cells.len()).enumerate() {
            assert!(round.iter().all(|(.., r)| *r == repeat as u32));
            assert!(cells.iter().all(|(m, v)| round.iter().any(|(rm, rv, _)| rm == m && rv == v)));
        }
        let without = order::cells(scenario, &spec, &machine(false));
        assert!(without.iter().all(|(m, _)| !m.needs_shared_memory()));
    }
}

#[wasm_bindgen_test]
fn zooming_keeps_the_moment_and_never_leaves_the_trace() {
    let end = 1000 * MS;
    let near = Window::All.zoomed(end, 250 * MS, 2.0);
    assert_eq!(near, Window::Part(125 * MS, 625 * MS));
    assert_eq!(near.moved(end, -5.0), Window::Part(0, 500 * MS));
    assert_eq!(near.moved(end, 5.0), Window::Part(500 * MS, end));
    assert_eq!(near.zoomed(end, 300 * MS, 0.1), Window::All);
    assert_eq!(near.showing(end, 900 * MS), Window::Part(500 * MS, end));
}

#[wasm_bindgen_test]
fn click_drag_and_pinch_are_told_apart() {
    let mut g = Gestures::default();
    g.down(1, 10.0);
    assert_eq!((g.moved(1, 12.0), g.up(1)), (None, Some(10.0)));
    g.down(1, 10.0);
    assert_eq!((g.moved(1, 30.0), g.up(1)), (Some(Wish::Pan(20.0)), None));
    g.down(1, 10.0);
    g.down(2, 30.0);
    assert_eq!(g.moved(2, 50.0), Some(Wish::Zoom(2.0, 30.0)));
}

#[wasm_bindgen_test]
fn the_canvas_shows_what_the_scene_holds() {
    let document = browser::document().unwrap();
    let parent = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&parent).unwrap();
    let canvas: HtmlCanvasElement = document.create_element("canvas").unwrap().dyn_into().unwrap();
    parent.append_child(&canvas).unwrap();
    let mut trace = Trace::default();
    trace.lanes.push(Lane { id: 0, kind: LaneKind::Task, name: "Task-1".to_owned() });
    trace.extend([
        Record { at: 0, lane: 0, what: What::Enter(Doing::Running), arg: 0 },
        Record { at: 10 * MS, lane: 0, what: What::Enter(Doing::Done), arg: 0 },
    ]);
    let view = Viewport { width: 400.0, from: 0, to: 10 * MS, cursor: None, first_row: 0, rows: 40 };
    let scene = chart::timeline(&trace, &view);
    Canvas::new(canvas.clone()).unwrap().paint(&scene);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().dyn_into().unwrap();
    let ratio = f64::from(canvas.width()) / 400.0;
    let scale = chart::plot(&trace, &view);
    let pixel = context.get_image_data((scale.x(3 * MS) * ratio) as f64, 10.0 * ratio, 1.0, 1.0).unwrap().data();
    assert!(pixel[3] > 0, "nothing was painted where the lane runs");
    parent.remove();
}

#[wasm_bindgen_test]
async fn what_a_press_loads_is_called_with_its_texts() {
    assert!(!later::call("that-is-not-there", &[]).await);
    let define = "globalThis.interleave_sum = (o) => { globalThis.interleave_heard = o.a + o.b; };";
    js_sys::Function::new_no_args(define).call0(&wasm_bindgen::JsValue::NULL).unwrap();
    assert!(later::call("sum", &[("a", "x".to_owned()), ("b", "<y>".to_owned())]).await);
    let heard = js_sys::Reflect::get(&js_sys::global(), &"interleave_heard".into()).unwrap();
    assert_eq!(heard.as_string().as_deref(), Some("x<y>"));
}
