//! Loops on the browser's event loop: their turns, and the guest that runs coroutines and judges them.

use super::pause;
use interleave::engine::clock::wall_ms;
use interleave::engine::event_loop::turns::Turns;
use interleave::engine::guest::{ask_guest, start_guest, tell_guest};
use interleave::model::wire::{self, FromEngine, FromGuest, ToGuest};
use interleave::model::{Machine, Run, RunEnd, Trace, Verdict};
use interleave::{scenarios, share};
use js_sys::Uint8Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn turns_come_in_time_and_end_when_closed() {
    let began = wall_ms();
    let came: Rc<RefCell<Vec<f64>>> = Rc::default();
    let source: Rc<RefCell<Option<Turns>>> = Rc::default();
    let (seen, again) = (came.clone(), source.clone());
    let turns = Turns::new(move || {
        seen.borrow_mut().push(wall_ms());
        if seen.borrow().len() < 4 {
            again.borrow().as_ref().unwrap().after(20.0);
        }
    });
    source.replace(turns.ok());
    source.borrow().as_ref().unwrap().soon();
    while came.borrow().len() < 4 {
        pause(5).await;
    }
    let last = *came.borrow().last().unwrap();
    assert!(last - began >= 57.0, "three waits of 20 ms took {} ms", last - began);
    source.borrow().as_ref().unwrap().close();
    source.borrow().as_ref().unwrap().soon();
    pause(10).await;
    assert_eq!(came.borrow().len(), 4);
}

fn tell(message: &ToGuest) {
    tell_guest(&wire::encode(message).unwrap());
}

#[wasm_bindgen_test]
async fn the_guest_runs_a_coroutine_and_judges_it() {
    let heard: Rc<RefCell<Vec<FromEngine>>> = Rc::default();
    let hears = heard.clone();
    let hear =
        Closure::<dyn Fn(Uint8Array)>::new(move |bytes: Uint8Array| match wire::decode(&bytes.to_vec()).unwrap() {
            FromGuest::Tell(message) => hears.borrow_mut().push(message),
            FromGuest::Ask(message) => panic!("nothing is to be computed: {message:?}"),
            FromGuest::Recorded(origin) => panic!("nothing was recorded: {origin:?}"),
        });
    start_guest(hear.as_ref().clone().unchecked_into());
    let spec = share::decode("", "s=fallback&speed=100").spec;
    let scenario = scenarios::find(&spec.scenario).unwrap();
    let cells = share::offered_pairs(scenario, &spec);
    let machine = Machine { cores: 2, isolated: false, shared_memory: false, top_level: true, clock_step: 100_000 };
    tell(&ToGuest::Session { spec: spec.clone(), machine, cells: cells.clone() });
    let before: Verdict = wire::decode(&ask_guest(true)).unwrap();
    assert!(before.claims.is_empty() && before.bounds.len() == cells.len(), "{before:?}");
    for (run, (cell, (model, variant))) in (1..).zip((0..).zip(cells)) {
        tell(&ToGuest::Run { run, plan: spec.plan(model, &variant, 0), fault: None });
        let mut trace = Trace::default();
        let ended = loop {
            pause(5).await;
            let end = heard.take().into_iter().find_map(|message| match message {
                FromEngine::Lanes { lanes, .. } => {
                    trace.lanes.extend(lanes);
                    None
                }
                FromEngine::Batch { records, .. } => {
                    trace.extend(records);
                    None
                }
                end => Some(end),
            });
            if let Some(end) = end {
                break end;
            }
        };
        let FromEngine::Done { outcome, elapsed, .. } = ended else { panic!("{ended:?}") };
        tell(&ToGuest::End { run });
        tell(&ToGuest::Ran { cell, run: Run { repeat: 0, end: RunEnd::Finished(outcome), elapsed, trace } });
    }
    let verdict: Verdict = wire::decode(&ask_guest(true)).unwrap();
    assert!(!verdict.claims.is_empty() && !verdict.words.is_empty());
    for claim in verdict.claims.iter().filter(|claim| !claim.timed) {
        assert!(claim.ok, "{claim:?}");
    }
    // Stopped in the middle of a wait: it ends, cancelled, and says so.
    let long = share::decode("", "s=fallback").spec;
    let (model, variant) = share::offered_pairs(scenario, &long).remove(0);
    tell(&ToGuest::Run { run: 100, plan: long.plan(model, &variant, 0), fault: None });
    pause(20).await;
    tell(&ToGuest::Stop { run: 100 });
    while !heard.borrow().iter().any(|m| matches!(m, FromEngine::Failed { run: 100, .. })) {
        pause(5).await;
    }
}
