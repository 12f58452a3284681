//! One specification being run: what is still to come, what runs now, and how far it is.

use super::Inner;
use super::loop_host::Send;
use super::loop_run::{LoopRun, Order};
use super::order::Turn;
use super::report::Shared;
use crate::model::wire::ToEngine;
use crate::model::{Failure, Fault, Lane, MS, Model, Nanos, Plan, Record, RunEnd};
use crate::page::browser;
use crate::page::effects::attention::Watch;
use crate::page::state::{Phase, Progress};
use crate::scenarios::{self, Coroutine, Program, Scenario};
use std::collections::VecDeque;
use std::rc::Rc;

/// Where the current run takes place.
pub enum Current {
    /// On the page's loop.
    Loop(LoopRun),
    /// In the engine.
    Engine,
}

struct Running {
    run: u32,
    turn: Turn,
    place: Option<Rc<Current>>,
    began: f64,
    watch: Watch,
    /// Share done, where the engine tells.
    share: f32,
    /// Time theory gives, where nobody tells.
    expected: Option<Nanos>,
}

/// The session.
pub struct Session {
    scenario: &'static Scenario,
    report: Shared,
    queue: VecDeque<Turn>,
    of: u32,
    done: u32,
    running: Option<Running>,
    stopping: bool,
}

impl Session {
    /// A session that runs `turns` of `scenario` into `report`.
    pub fn new(scenario: &'static Scenario, report: Shared, turns: Vec<Turn>) -> Self {
        let of = turns.len() as u32;
        Self { scenario, report, queue: turns.into(), of, done: 0, running: None, stopping: false }
    }

    /// The report it fills.
    pub fn report(&self) -> Shared {
        self.report.clone()
    }

    /// Whether `run` is the one that runs now.
    pub fn is_current(&self, run: u32) -> bool {
        self.running.as_ref().is_some_and(|r| r.run == run)
    }

    /// The current run's place, when it is `run`.
    pub fn on_loop(&self, run: u32) -> Option<Rc<Current>> {
        self.running.as_ref().filter(|r| r.run == run)?.place.clone()
    }

    /// Takes the next run; `None` when there is none.
    pub fn begin(&mut self, run: u32) -> Option<(Program, Plan)> {
        let turn = self.queue.pop_front()?;
        let (model, variant, repeat) = &turn;
        let program = *self.scenario.program(*model, variant)?;
        let (plan, expected) = {
            let report = self.report.read();
            let expected = (self.scenario.bound)(&report, *model, variant).map(|b| b.time);
            (report.spec.plan(*model, variant, *repeat), expected)
        };
        self.report.begin(*model, variant, *repeat);
        let (began, watch) = (browser::now_ms(), Watch::begin());
        self.running = Some(Running { run, turn, place: None, began, watch, share: 0.0, expected });
        Some((program, plan))
    }

    /// Says where the current run takes place.
    pub fn placed(&mut self, run: u32, place: Current) {
        if let Some(running) = self.running.as_mut().filter(|r| r.run == run) {
            running.place = Some(Rc::new(place));
        }
    }

    /// Lanes of the engine.
    pub fn lanes(&mut self, lanes: Vec<Lane>, objects: Vec<String>) {
        if let Some((model, variant, _)) = self.running.as_ref().map(|r| &r.turn) {
            self.report.lanes(*model, variant, lanes, objects);
        }
    }

    /// Records of the engine, with the share that is done.
    pub fn batch(&mut self, records: Vec<Record>, share: f32) {
        if let Some(running) = self.running.as_mut() {
            running.share = running.share.max(share);
            self.report.records(running.turn.0, &running.turn.1, records, 0);
        }
    }

    /// Ends the current run; the phase when the session is over with it.
    pub fn end(&mut self, end: RunEnd, elapsed: Option<Nanos>, dropped: u64) -> Option<Phase> {
        let Some(running) = self.running.take() else { return self.stopping.then_some(Phase::Stopped) };
        if let Some(Current::Loop(current)) = running.place.as_deref() {
            current.cancel();
        }
        let since = ((browser::now_ms() - running.began).max(0.0) * MS as f64) as Nanos;
        let (model, variant, _) = &running.turn;
        let end = if self.stopping && !matches!(end, RunEnd::Finished(_)) { RunEnd::Stopped } else { end };
        let phase = match &end {
            RunEnd::Failed(failure) => Some(Phase::Failed(failure.clone())),
            RunEnd::Stopped => Some(Phase::Stopped),
            _ if self.stopping => Some(Phase::Stopped),
            _ => None,
        };
        self.done += u32::from(matches!(end, RunEnd::Finished(_)));
        let end = {
            let report = self.report.read();
            let trace = report.cell(*model, variant).and_then(|cell| cell.runs.last()).map(|run| &run.trace);
            running.watch.judge(end, trace)
        };
        self.report.end(*model, variant, end, elapsed.unwrap_or(since), dropped);
        phase
    }

    /// Asks it to end; the run to wait for, and whether the engine has to be told.
    pub fn stop(&mut self) -> Option<(u32, bool)> {
        self.stopping = true;
        self.queue.clear();
        let running = self.running.as_ref()?;
        let engine = match running.place.as_deref()? {
            Current::Loop(current) => {
                current.stop();
                current.uses_engine()
            }
            Current::Engine => true,
        };
        Some((running.run, engine))
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let running = self.running.as_ref();
        let share = running.map_or(0.0, |r| {
            let guess = |t: Nanos| (browser::now_ms() - r.began) * MS as f64 / t.max(1) as f64;
            r.share.max(r.expected.map_or(0.0, guess).min(0.95) as f32)
        });
        Progress {
            done: self.done,
            of: self.of,
            share: (self.done as f32 + share) / self.of.max(1) as f32,
            now: running.map(|r| (r.turn.0, r.turn.1.clone())),
            repeat: running.map_or(0, |r| r.turn.2),
        }
    }
}

/// The coroutine that runs on the page's loop: the scenario's own, or the one that hands its jobs to processes.
pub fn coroutine(program: &Program, model: Model) -> Option<Coroutine> {
    match program {
        Program::Async(coroutine) => Some(*coroutine),
        Program::Jobs(_) if model == Model::Hybrid => Some(scenarios::hybrid),
        Program::Jobs(_) | Program::Threads(_) => None,
    }
}

/// Puts a run where it belongs: coroutines on the page's loop, everything else into the engine.
///
/// # Errors
/// When it cannot be started at all.
pub(super) fn launch(
    inner: &Rc<Inner>,
    program: &Program,
    plan: Plan,
    run: u32,
    fault: Option<Fault>,
    send: Send,
) -> Result<(), Failure> {
    let place = if let Some(program) = coroutine(program, plan.model) {
        let report = inner.session.borrow().as_ref().map(Session::report).ok_or(Failure::NotOffered)?;
        let weak = Rc::downgrade(inner);
        let order = Order { run, program, plan, fault, send, report };
        Current::Loop(LoopRun::start(
            order,
            Box::new(move |end, elapsed| {
                if let Some(inner) = weak.upgrade() {
                    Inner::finish(&inner, end, Some(elapsed), 0);
                }
            }),
        )?)
    } else {
        send(ToEngine::Run { run, plan, fault });
        Current::Engine
    };
    if let Some(session) = inner.session.borrow_mut().as_mut() {
        session.placed(run, place);
    }
    Ok(())
}
