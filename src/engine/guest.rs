//! The engine as a guest on the page's own thread: it runs coroutines on the page's event loop and judges what ran.
//!
//! The page itself is built without scenarios' code. This is the same module as in the workers, with a memory of its
//! own: what breaks here leaves the page whole.

use super::event_loop::Ports;
use super::event_loop::run::{LoopOrder, LoopRun};
use super::{faults, rehearsal};
use crate::chart::{self, Told};
use crate::model::wire::{self, FromEngine, FromGuest, ToGuest};
use crate::model::{Answer, Cell, Failure, MS, Model, Question, Report, Run, Verdict};
use crate::scenarios::{self, Program, recorded};
use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[derive(Default)]
struct Guest {
    page: Option<Function>,
    report: Option<Report>,
    /// What ran before that, until there is something of it.
    before: Option<Report>,
    run: Option<LoopRun>,
    /// What the reader looks at.
    told: Option<Told>,
}

thread_local! {
    static GUEST: RefCell<Guest> = RefCell::default();
}

/// Makes this instance the page's guest; `page` is called with every message to it.
#[wasm_bindgen]
pub fn start_guest(page: Function) {
    faults::install();
    faults::is_guest(0);
    GUEST.with_borrow_mut(|guest| guest.page = Some(page));
    rehearse();
}

/// Stops a run, so that Stop has been called when a reader presses it.
fn rehearse() {
    let (Ok(run), Ok(stop)) = (rehearsal::run(), wire::encode(&ToGuest::Stop { run: rehearsal::RUN })) else { return };
    GUEST.with_borrow_mut(|guest| guest.run = Some(run));
    tell_guest(&stop);
    on(rehearsal::RUN, LoopRun::turn);
    hear(ToGuest::End { run: rehearsal::RUN });
}

/// Hears a message of the page's. What cannot be read is not answered.
#[wasm_bindgen]
pub fn tell_guest(bytes: &[u8]) {
    if let Ok(message) = wire::decode(bytes) {
        hear(message);
    }
}

/// The verdict on what ran so far; only its bounds unless it is asked for as a whole.
#[wasm_bindgen]
pub fn ask_guest(whole: bool) -> Vec<u8> {
    let verdict = GUEST.with_borrow(|guest| match &guest.report {
        Some(report) if whole => scenarios::judge(report),
        Some(report) => Verdict { bounds: scenarios::bounds(report), ..Verdict::default() },
        None => Verdict::default(),
    });
    wire::encode(&verdict).unwrap_or_default()
}

/// Answers a question about a run that has ended, or about measurements; nothing when it cannot be read.
#[wasm_bindgen]
pub fn read_guest(bytes: &[u8]) -> Vec<u8> {
    let answer = match wire::decode(bytes) {
        Ok(Question::Of(trace)) => {
            let told = Told::of(trace);
            let events = told.events();
            GUEST.with_borrow_mut(|guest| guest.told = Some(told));
            events
        }
        Ok(Question::Curve(series)) => chart::curve(&series),
        Ok(question) => {
            GUEST.with_borrow(|guest| guest.told.as_ref().map(|told| told.answer(&question))).unwrap_or_default()
        }
        Err(_) => Answer::default(),
    };
    wire::encode(&answer).unwrap_or_default()
}

/// The file of a recorded run, of what has just run; nothing unless that is [`recorded::spec`] and ended well. The page never
/// asks for it: `./dev record` does.
#[wasm_bindgen]
pub fn record_guest(browser: String, system: String, date: String) -> Vec<u8> {
    let file = |report: &Report| recorded::write(report, browser, system, date).ok();
    GUEST.with_borrow(|guest| guest.report.as_ref().and_then(file)).unwrap_or_default()
}

/// Looks at what has run here, if anything has.
pub fn with_report<T>(look: impl FnOnce(&Report) -> T) -> Option<T> {
    GUEST.with_borrow(|guest| guest.report.as_ref().map(look))
}

/// Posts to the page; whoever is called must not be inside a borrow of [`GUEST`].
pub fn post(message: &FromGuest) {
    let page = GUEST.try_with(|guest| guest.try_borrow().ok().and_then(|g| g.page.clone())).ok().flatten();
    if let (Some(page), Ok(bytes)) = (page, wire::encode(message)) {
        let _ = page.call1(&JsValue::NULL, &Uint8Array::from(bytes.as_slice()));
    }
}

fn hear(message: ToGuest) {
    match message {
        ToGuest::Session { spec, machine, cells } => {
            let cells = cells.into_iter().map(|(model, variant)| Cell { model, variant, runs: Vec::new() }).collect();
            let report = Report { spec, machine, cells, recorded: None };
            GUEST.with_borrow_mut(|guest| guest.before = guest.report.replace(report));
        }
        ToGuest::Back => GUEST.with_borrow_mut(|guest| {
            if let Some(before) = guest.before.take() {
                guest.report = Some(before);
            }
        }),
        ToGuest::Recorded { scenario, bytes } => {
            let known = scenarios::find(&scenario).ok_or(Failure::NoRecording);
            match known.and_then(|known| Ok(recorded::report(known, recorded::read(known, &bytes)?))) {
                Ok(report) => replay(report),
                Err(failure) => post(&FromGuest::Tell(FromEngine::Failed { run: 0, failure })),
            }
        }
        ToGuest::Ran { cell, run } => GUEST.with_borrow_mut(|guest| {
            if run.is_anything() {
                guest.before = None;
            }
            let cells = guest.report.as_mut().map(|report| &mut report.cells);
            if let Some(cell) = cells.and_then(|cells| cells.get_mut(cell as usize)) {
                cell.runs.push(run);
            }
        }),
        ToGuest::Run { run, plan, fault } => {
            faults::is_guest(run);
            let ports = Ports {
                tell: Rc::new(|message| post(&FromGuest::Tell(message))),
                ask: Rc::new(|message| post(&FromGuest::Ask(message))),
            };
            // Whatever the clock's step seems to be: what is due later than this has not come.
            let step = GUEST.with_borrow(|guest| guest.report.as_ref().map_or(1, |r| r.machine.clock_step)).min(MS);
            let program = match scenarios::program(&plan) {
                Some(Program::Jobs(_)) if plan.model == Model::Hybrid => Some(scenarios::hybrid as _),
                program => program.and_then(|program| program.coroutine()),
            };
            let started = program
                .ok_or(Failure::NotOffered)
                .and_then(|program| LoopRun::start(LoopOrder { run, program, plan, fault, step, ports }));
            match started {
                Ok(started) => drop(GUEST.with_borrow_mut(|guest| guest.run.replace(started))),
                Err(failure) => post(&FromGuest::Tell(FromEngine::Failed { run, failure })),
            }
        }
        ToGuest::JobDone { run, job, result } => on(run, |current| current.job_done(job, result)),
        ToGuest::Stop { run } => on(run, LoopRun::stop),
        ToGuest::Signal { run } => on(run, LoopRun::signal),
        ToGuest::End { run } => {
            on(run, LoopRun::end);
            drop(GUEST.with_borrow_mut(|guest| guest.run.take_if(|current| current.number() == run)));
        }
    }
}

/// Tells the page of a recorded run as of a live one, and keeps it to be judged.
fn replay(report: Report) {
    report.recorded.iter().for_each(|origin| post(&FromGuest::Recorded(origin.clone())));
    for (run, cell) in (0..).zip(&report.cells) {
        for (Run { elapsed, trace, .. }, outcome) in cell.finished() {
            let (lanes, objects) = (trace.lanes.clone(), trace.objects.clone());
            let (records, outcome) = (trace.records.clone(), outcome.clone());
            post(&FromGuest::Tell(FromEngine::Lanes { run, lanes, objects }));
            post(&FromGuest::Tell(FromEngine::Batch { run, records, progress: 1.0, now: trace.end }));
            let (elapsed, dropped) = (*elapsed, trace.dropped);
            post(&FromGuest::Tell(FromEngine::Done { run, outcome, elapsed, dropped }));
        }
    }
    GUEST.with_borrow_mut(|guest| guest.report = Some(report));
}

/// Does something with the run of this number. It is taken out meanwhile: what it tells must find nothing borrowed.
fn on(run: u32, act: impl FnOnce(&LoopRun)) {
    let Some(current) = GUEST.with_borrow_mut(|guest| guest.run.take_if(|current| current.number() == run)) else {
        return;
    };
    act(&current);
    GUEST.with_borrow_mut(|guest| {
        guest.run.get_or_insert(current);
    });
}
