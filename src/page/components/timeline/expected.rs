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
        Some(Program::Jobs(_)) | None => pool,
    }
}

/// The most lanes of any run of `spec`, as far as one picture shows them.
pub fn most(scenario: &Scenario, spec: &RunSpec, machine: &Machine) -> usize {
    let cells = order::cells(scenario, spec, machine);
    cells.iter().map(|(model, variant)| lanes(scenario, *model, variant, spec)).max().unwrap_or(1).min(ROWS)
}

/// Whether runs show so many states that the legend takes two lines.
pub fn many_states(scenario: &Scenario) -> bool {
    scenario.arrangements.iter().any(|a| matches!(a.program, Program::Threads(_)))
        || scenario.models.iter().any(|m| matches!(m, Model::Asyncio | Model::Hybrid))
}

/// A picture without anything in it yet.
pub fn blank(lanes: usize) -> Html {
    html! {
        <svg class="blank" width="100%" height={chart::height(lanes).to_string()} aria-hidden="true">
            {for (0..lanes).map(|i| {
                let y = (4.0 + i as f64 * chart::ROW).to_string();
                html! { <rect x="0" width="100%" height="18" {y} /> }
            })}
            <text x="50%" y={(chart::height(lanes) - 10.0).to_string()}>
                {"One lane for each task, thread or process, drawn while it runs."}
            </text>
        </svg>
    }
}
