//! Measures a scenario with 1, 2, 4 … workers, for real: a session of its own, whose times become a curve and whose traces are
//! not kept.

use super::report::Shared;
use super::session::Session;
use super::{Inner, Runner, Swept, order};
use crate::model::params::WORKERS;
use crate::model::stats::Speedup;
use crate::model::{Answer, Cell, Machine, Model, Param, Question, Report, RunSpec, Series};
use crate::page::state::Phase;
use crate::scenarios::Scenario;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Stands between a variant and a number of workers; no variant's id has it.
pub const WITH: char = '@';
/// Most rounds of a sweep.
const ROUNDS: u32 = 9;

fn shares(model: Model) -> bool {
    !matches!(model, Model::Sequential | Model::Asyncio)
}

/// Whether a scenario has work that a number of workers share.
pub fn shared(scenario: &Scenario) -> bool {
    scenario.params.iter().any(|p| p.key == WORKERS.key) && scenario.offered().into_iter().any(shares)
}

/// What can be measured: models that share work among workers, each with its variant; never one that shows how not to do it.
pub fn models(scenario: &Scenario, spec: &RunSpec, machine: &Machine) -> Vec<(Model, String)> {
    let mut out: Vec<(Model, String)> = Vec::new();
    for (model, variant) in order::cells(scenario, spec, machine) {
        let bad = scenario.variants.iter().any(|v| v.bad && v.id == variant);
        let shares = shares(model);
        if shares && !bad && out.iter().all(|(known, _)| *known != model) {
            out.push((model, variant));
        }
    }
    out
}

/// How many workers are tried: 1, 2, 4 … up to the machine's cores and what the scenario allows.
pub fn counts(params: &[Param], machine: &Machine) -> Vec<u32> {
    let allowed = |n: u32| params.iter().any(|p| p.key == WORKERS.key && p.parse(&n.to_string()).is_ok());
    let mut all: Vec<u32> = (0..6).map(|n| 1 << n).filter(|n| *n < machine.cores).collect();
    all.push(machine.cores);
    all.retain(|n| allowed(*n));
    all
}

impl Runner {
    /// Starts to measure, unless something runs; `told` is called with the curve.
    pub fn sweep(
        &self,
        scenario: &'static Scenario,
        spec: &RunSpec,
        machine: &Machine,
        told: impl Fn(Answer) + 'static,
    ) {
        let inner = &self.0;
        if inner.session.borrow().is_some() || inner.queued.is_some() {
            return;
        }
        let mut cells = Vec::new();
        for (model, variant) in models(scenario, spec, machine) {
            for workers in counts(scenario.params, machine) {
                cells.push((model, format!("{variant}{WITH}{workers}")));
            }
        }
        let turns = order::order(&cells, spec.repeats.clamp(Speedup::ENOUGH as u32, ROUNDS), spec.seed);
        let cells = cells.into_iter().map(|(model, variant)| Cell { model, variant, runs: Vec::new() }).collect();
        let report = Report { spec: spec.clone(), machine: machine.clone(), cells, recorded: None };
        inner.sweeping.replace(Some(Box::new(told)));
        inner.begin(Session::new(scenario, Shared::new(report), turns));
    }
}

impl Inner {
    /// A sweep has ended: tells its curve, made by the guest (of nothing it may have forgotten: another guest does as well). One
    /// that did not come to its end and has no curve leaves the last one be.
    pub(super) fn measured(self: &Rc<Self>, phase: Phase, session: &Session, told: Swept) {
        let mut all: Vec<Series> = Vec::new();
        for cell in &session.report().read().cells {
            let workers = cell.variant.rsplit_once(WITH).and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
            let rounds = cell.runs.iter().map(|r| r.repeat + 1).max().unwrap_or(0);
            let time = |repeat: u32| cell.finished().find(|(r, _)| r.repeat == repeat).map_or(0, |(r, _)| r.elapsed);
            let point = (workers, (0..rounds).map(time).collect());
            let label = cell.model.label();
            match all.last_mut().filter(|series| series.label == label) {
                Some(series) => series.points.push(point),
                None => all.push(Series { label: label.to_owned(), points: vec![point] }),
            }
        }
        let (inner, progress, serial) = (self.clone(), session.progress(), self.sessions.get());
        if phase != Phase::Done && !all.iter().any(Series::is_curve) {
            return (self.notify)(phase, progress, None);
        }
        spawn_local(async move {
            let answer = inner.guest().await.and_then(|guest| guest.read(&Question::Curve(all)));
            let phase = match answer {
                Ok(answer) => {
                    told(answer);
                    if phase == Phase::Done { Phase::Measured } else { phase }
                }
                Err(failure) => {
                    inner.drop_guest(failure.clone());
                    Phase::Failed(failure)
                }
            };
            // Something else may have begun meanwhile.
            if inner.sessions.get() == serial {
                (inner.notify)(phase, progress, None);
            }
        });
    }
}
