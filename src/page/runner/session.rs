//! One specification being run: what is still to come, what runs now, and how far it is.

use super::order::Turn;
use super::report::Shared;
use super::sweep;
use crate::model::params::WORKERS;
use crate::model::{Lane, MS, Model, Nanos, Plan, Record, Run, RunEnd, RunSpec};
use crate::page::browser;
use crate::page::effects::attention::Watch;
use crate::page::state::{Phase, Progress};
use crate::scenarios::{Program, Scenario};
use std::collections::VecDeque;

struct Running {
    run: u32,
    turn: Turn,
    /// On the page's loop, where the guest is.
    on_loop: bool,
    /// The engine takes part.
    in_engine: bool,
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
    /// Most threads that any of its runs needs: the engine's pool cannot grow.
    threads: u32,
    /// Its variants are those of a sweep.
    sweep: bool,
}

impl Session {
    /// A session that runs `turns` of `scenario` into `report`.
    pub fn new(scenario: &'static Scenario, report: Shared, turns: Vec<Turn>) -> Self {
        let of = turns.len() as u32;
        let threads = {
            let report = report.read();
            let plans = turns.iter().filter_map(|turn| plan_of(scenario, &report.spec, turn));
            plans.map(|(program, plan)| program.threads(&plan) as u32).max().unwrap_or(0)
        };
        let sweep = turns.iter().any(|(_, variant, _)| variant.contains(sweep::WITH));
        Self { scenario, report, queue: turns.into(), of, done: 0, running: None, stopping: false, threads, sweep }
    }

    /// The report it fills.
    pub fn report(&self) -> Shared {
        self.report.clone()
    }

    /// Whether `run` is the one that runs now.
    pub fn is_current(&self, run: u32) -> bool {
        self.running.as_ref().is_some_and(|r| r.run == run)
    }

    /// The run that runs now, and whether it is on the page's loop.
    pub fn current(&self) -> Option<(u32, bool)> {
        self.running.as_ref().map(|r| (r.run, r.on_loop))
    }

    /// Whether what runs now is on the page's loop.
    pub fn on_loop(&self) -> bool {
        self.running.as_ref().is_some_and(|r| r.on_loop)
    }

    /// The engine takes part in what runs now.
    pub fn uses_engine(&mut self) {
        self.running.iter_mut().for_each(|r| r.in_engine = true);
    }

    /// Takes the next run, with the most threads that any run of the session needs; `None` when there is none.
    pub fn begin(&mut self, run: u32) -> Option<(Program, Plan, u32)> {
        let turn = self.queue.pop_front()?;
        let (model, variant, repeat) = &turn;
        let ((program, plan), expected) = {
            let report = self.report.read();
            let expected = self.report.verdict().bound(&report, *model, variant).map(|b| b.time);
            (plan_of(self.scenario, &report.spec, &turn)?, expected)
        };
        self.report.begin(*model, variant, *repeat);
        let (began, watch) = (browser::now_ms(), Watch::begin());
        let on_loop = on_loop(&program, *model);
        self.running = Some(Running { run, turn, on_loop, in_engine: !on_loop, began, watch, share: 0.0, expected });
        Some((program, plan, self.threads))
    }

    /// Lanes of the run.
    pub fn lanes(&mut self, lanes: Vec<Lane>, objects: Vec<String>) {
        if let Some((model, variant, _)) = self.running.as_ref().map(|r| &r.turn) {
            self.report.lanes(*model, variant, lanes, objects);
        }
    }

    /// What was recorded until `now`, with the share that is done.
    pub fn batch(&mut self, records: Vec<Record>, share: f32, now: Nanos) {
        if let Some(running) = self.running.as_mut() {
            running.share = running.share.max(share);
            self.report.records(running.turn.0, &running.turn.1, records, now);
        }
    }

    /// Ends the current run: the phase when the session is over with it, and the run with the place of its cell.
    pub fn end(&mut self, end: RunEnd, elapsed: Option<Nanos>, dropped: u64) -> (Option<Phase>, Option<(u32, Run)>) {
        let Some(running) = self.running.take() else { return (self.stopping.then_some(Phase::Stopped), None) };
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
        if variant.contains(sweep::WITH) {
            self.report.forget(*model, variant);
        }
        (phase, self.report.last_run(*model, variant))
    }

    /// Asks it to end; the run to wait for, and whether it is on the page's loop and in the engine.
    pub fn stop(&mut self) -> Option<(u32, bool, bool)> {
        self.stopping = true;
        self.queue.clear();
        self.running.as_ref().map(|r| (r.run, r.on_loop, r.in_engine))
    }

    /// Whether it was asked to.
    pub fn stopping(&self) -> bool {
        self.stopping
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
            sweep: self.sweep,
        }
    }
}

/// What a turn runs, by `spec`.
fn plan_of(scenario: &Scenario, spec: &RunSpec, (model, variant, repeat): &Turn) -> Option<(Program, Plan)> {
    let (real, workers) = variant.rsplit_once(sweep::WITH).unwrap_or((variant, ""));
    let program = *scenario.program(*model, real)?;
    let mut plan = spec.plan(*model, real, *repeat);
    if !workers.is_empty() {
        plan.values.set(scenario.params, WORKERS.key, workers).ok()?;
    }
    Some((program, plan))
}

/// Whether a program runs on the page's loop, where the guest is: coroutines, and the one that hands jobs to processes.
pub fn on_loop(program: &Program, model: Model) -> bool {
    match program {
        Program::Async(_) => true,
        Program::Jobs(_) => model == Model::Hybrid,
        Program::Blocking(_) | Program::Threads(_) | Program::Processes(_) => false,
    }
}
