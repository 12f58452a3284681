//! One thread's life, told from the trace: new, runnable, running, blocked, waiting, terminated.

use std::sync::Arc;

use super::{last_runs, runs};
use crate::model::params::{SPEED, wait};
use crate::model::units::time;
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, What};
use crate::scenarios::waiting::lateness::speed_note;
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Event, Lock, Script, Thread, ThreadCx, ThreadError, ThreadsRun, UNNAMED};

/// A thread's states.
pub static SCENARIO: Scenario = Scenario {
    id: "lifecycle",
    title: "A thread's life",
    chapter: Chapter::Threads,
    question: beside(
        "A thread computes, sleeps and waits for a lock. Which states does it go through, and in which order?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Threads(Threads { count: |_| 2, waits: true, make: engine_only(program) }),
    }],
    models: &[Model::Threads],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    wait("work", "Work", (1, 500), 20, "How long it computes, twice."),
    wait("wait", "Wait", (10, 10_000), 200, "How long it sleeps."),
    wait("hold", "Lock", (200, 10_000), 300, "How long another holds its lock."),
    SPEED,
];

/// The worker's lane.
const WORKER: u32 = 1;

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    Script::new(plan, main).threads(["worker"]).objects(["lock"]).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let (work, wait) = (plan.values.wait("work"), plan.values.wait("wait"));
    let (lock, asks) = (Arc::new(Lock::new(0)), Arc::new(Event::new(UNNAMED)));
    let (wanted, asking) = (lock.clone(), asks.clone());
    let worker = Thread::new("worker", move |cx| {
        cx.busy(work)?;
        cx.sleep(wait)?;
        asking.set(cx);
        let _held = wanted.acquire(cx)?;
        Ok(cx.busy(work)?)
    });
    let mut alive = vec![worker.is_alive()];
    let held = lock.acquire(cx)?;
    cx.busy(work)?; // until now it is new
    worker.start(cx)?;
    alive.push(worker.is_alive());
    asks.wait(cx)?;
    cx.sleep(plan.values.wait("hold"))?;
    drop(held);
    worker.join(cx)?;
    alive.push(worker.is_alive());
    let said: Vec<&str> = alive.iter().map(|alive| if *alive { "yes" } else { "no" }).collect();
    Ok(Outcome::new(format!("alive: {}", said.join(", "))))
}

/// A state of a thread's life, as operating systems' books have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    New,
    Runnable,
    Running,
    Blocked,
    Waiting,
    Terminated,
}

impl Life {
    const ALL: [Life; 6] = [Life::New, Life::Runnable, Life::Running, Life::Blocked, Life::Waiting, Life::Terminated];

    fn of(state: State) -> Option<Life> {
        match state {
            State::Starting | State::Ready | State::Gil => Some(Life::Runnable),
            State::Running => Some(Life::Running),
            State::Blocked => Some(Life::Blocked),
            State::Sleeping | State::Waiting => Some(Life::Waiting),
            State::Done => Some(Life::Terminated),
            State::Idle | State::Pickling => None,
        }
    }

    /// Whether a thread may go from this state to that. Without a GIL nobody sees how long who wakes up waits for a core: it
    /// runs at once.
    fn leads_to(self, next: Life, gil: bool) -> bool {
        match (self, next) {
            (Life::New, Life::Runnable) | (Life::Runnable, Life::Running) => true,
            (Life::Running, Life::Runnable | Life::Blocked | Life::Waiting | Life::Terminated) => true,
            (Life::Blocked | Life::Waiting, Life::Runnable) => true,
            (Life::Blocked | Life::Waiting, Life::Running) => !gil,
            _ => false,
        }
    }
}

/// The states the worker went through, each with how long it lasted; the last lasts for ever.
fn life(trace: &Trace) -> Vec<(Life, Nanos)> {
    let mut life = vec![(Life::New, 0)];
    let mut since = 0;
    for record in trace.records.iter().filter(|r| r.lane == WORKER) {
        let What::Enter(state) = record.what else { continue };
        let (Some(next), Some((now, lasted))) = (Life::of(state), life.last_mut()) else { continue };
        if *now != next {
            *lasted = record.at.saturating_sub(since);
            since = record.at;
            life.push((next, 0));
        }
    }
    life
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (model, run, _) in last_runs(report, "") {
        let (life, label) = (life(&run.trace), model.label());
        let seen = Life::ALL.iter().filter(|state| life.iter().any(|(s, _)| s == *state)).count();
        let text = format!("With {label}, **all six** states are seen");
        let all = Claim::new(text, seen == Life::ALL.len(), format!("{seen} of {}", Life::ALL.len()));
        // Without a GIL the lock may be free before a thread that lost its core gets there.
        claims.push(if model == Model::Threads { all } else { all.by_the_clock() });
        let pairs = life.windows(2);
        let illegal = pairs.clone().find(|pair| !pair[0].0.leads_to(pair[1].0, model == Model::Threads));
        let measured = match illegal {
            Some(pair) => format!("{:?} → {:?}", pair[0].0, pair[1].0),
            None => format!("{} changes", pairs.len()),
        };
        claims.push(Claim::new(format!("With {label}, only **legal** changes of state"), illegal.is_none(), measured));
    }
    let values: Vec<&str> = runs(report, "").map(|(_, outcome)| outcome.value.as_str()).collect();
    if let Some(last) = values.last() {
        let right = values.iter().all(|value| *value == ALIVE);
        claims.push(Claim::new("It is alive **only between start and end**", right, *last));
    }
    claims
}

/// `is_alive()` of a new, a started and an ended thread.
const ALIVE: &str = "alive: no, yes, no";

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for (model, run, _) in last_runs(report, "") {
        let life = life(&run.trace);
        let path: Vec<String> = life.iter().take(12).map(|(state, _)| format!("{state:?}").to_lowercase()).collect();
        let more = if life.len() > 12 { " → …" } else { "" };
        let total = |state| life.iter().filter(|(s, _)| *s == state).map(|(_, lasted)| lasted).sum::<Nanos>();
        out.push(format!(
            "With {}: {}{more}. It was new for **{}**, runnable for **{}**, running for **{}**, waiting for **{}** and blocked \
             for **{}**.",
            model.label(),
            path.join(" → "),
            time(total(Life::New)),
            time(total(Life::Runnable)),
            time(total(Life::Running)),
            time(total(Life::Waiting)),
            time(total(Life::Blocked)),
        ));
        out.push(if model == Model::Threads {
            "Runnable means here: it could go on, but has to wait for the GIL. Python itself only tells alive from not alive.".to_owned()
        } else {
            "Without a GIL it runs as soon as it can; the system's own queue for a core is not seen here.".to_owned()
        });
    }
    out.extend(speed_note(report));
    out
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_order_of_the_states() {
        let report = holds(&SCENARIO, "work=1");
        let (run, outcome) = report.cell(Model::Threads, "").unwrap().last().unwrap();
        let life = life(&run.trace);
        let states: Vec<Life> = life.iter().map(|(state, _)| *state).collect();
        assert_eq!((states[..3].to_vec(), outcome.value.as_str()), (Life::ALL[..3].to_vec(), ALIVE));
        let first = |state| states.iter().position(|s| *s == state).unwrap();
        assert!(first(Life::Waiting) < first(Life::Blocked));
        assert_eq!(states.last(), Some(&Life::Terminated));
        let waited: Nanos = life.iter().filter(|(state, _)| *state == Life::Waiting).map(|(_, lasted)| lasted).sum();
        assert!(waited >= 19 * MS);
    }

    #[test]
    fn a_leap_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        for cell in &mut report.cells {
            cell.runs.iter_mut().for_each(|run| {
                run.trace.records.retain(|r| r.lane != WORKER || r.what != What::Enter(State::Running))
            });
        }
        assert!(claims(&report).iter().filter(|c| !c.ok).count() >= 4);
    }
}
