//! How many lanes a run will have, about: room is kept for them, so that nothing jumps when it begins.

use super::ROWS;
use crate::chart;
use crate::model::{Machine, Model, RunSpec};
use crate::page::runner::order;
use crate::scenarios::{Program, Scenario};
use yew::prelude::*;

/// Lanes of one model and variant; a good guess, since only programs know.
fn lanes(scenario: &Scenario, model: Model, variant: &str, spec: &RunSpec) -> usize {
    let count = |key| spec.values.count(key) as usize;
    let pool = match model {
        Model::Sequential | Model::Asyncio => 1,
        Model::Threads | Model::FreeThreads => count("workers"),
        Model::Processes => 1 + count("workers"),
        Model::Hybrid => 2 + count("workers"),
    };
    match scenario.program(model, variant) {
        Some(Program::Threads(_)) => count("threads") + usize::from(variant == "queue"),
        // The loop, its tasks, and whoever computes for them.
        Some(Program::Async(_) | Program::Blocking(_)) => {
            let workers = if model == Model::Hybrid { count("workers") } else { 0 };
            1 + (scenario.tasks)(&spec.plan(model, variant, 0)) + workers
        }
        Some(Program::Processes(processes)) => (processes.count)(&spec.plan(model, variant, 0)),
        Some(Program::Jobs(_)) | None => pool,
    }
}

/// Room for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Lanes.
    pub lanes: usize,
    /// Strips below them; `None` without an event loop.
    pub strips: Option<usize>,
    /// Threads or processes in the graph of who waits for whom; `None` without one.
    pub waits: Option<usize>,
}

impl Room {
    /// Its height, CSS pixels.
    pub fn height(self) -> f64 {
        let below = self.strips.map_or(0.0, chart::with_loop) + self.waits.map_or(0.0, chart::with_waits);
        chart::height(self.lanes) + below
    }
}

/// Strips of a run on an event loop: tasks in flight, ready, asleep, and two for a semaphore.
fn strips(scenario: &Scenario, model: Model, variant: &str) -> Option<usize> {
    let coroutine = matches!(scenario.program(model, variant), Some(Program::Async(_)));
    let objects = if scenario.id == "semaphore" { 2 } else { 0 };
    (coroutine || model == Model::Hybrid).then_some(3 + objects)
}

/// Whether threads or processes wait for what they share.
fn waits(scenario: &Scenario, model: Model, variant: &str) -> bool {
    match scenario.program(model, variant) {
        Some(Program::Threads(threads)) => threads.waits,
        Some(Program::Processes(processes)) => processes.shared,
        _ => false,
    }
}

/// The most room any run of `spec` takes, as far as one picture shows it.
pub fn most(scenario: &Scenario, spec: &RunSpec, machine: &Machine) -> Room {
    let cells = order::cells(scenario, spec, machine);
    let room = cells.iter().map(|(model, variant)| {
        let lanes = lanes(scenario, *model, variant, spec);
        let waits = waits(scenario, *model, variant).then_some(lanes);
        Room { lanes: lanes.min(ROWS), strips: strips(scenario, *model, variant), waits }
    });
    let tallest = room.max_by(|a, b| a.height().total_cmp(&b.height()));
    tallest.unwrap_or(Room { lanes: 1, strips: None, waits: None })
}

/// Whether runs show so many states that the legend takes two lines.
pub fn many_states(scenario: &Scenario) -> bool {
    scenario.arrangements.iter().any(|a| matches!(a.program, Program::Threads(_)))
        || scenario.models.iter().any(|m| matches!(m, Model::Asyncio | Model::Hybrid))
}

/// A picture without anything in it yet.
pub fn blank(room: Room) -> Html {
    html! {
        <div class="blank">
            <svg width="100%" height={room.height().to_string()} aria-hidden="true">
                {for (0..room.lanes).map(|i| {
                    let y = (4.0 + i as f64 * chart::ROW).to_string();
                    html! { <rect x="0" width="100%" height="18" {y} /> }
                })}
            </svg>
            <p>{"One lane for each task, thread or process, drawn while it runs."}</p>
        </div>
    }
}
