//! Whether a link may start by itself: what is light, or what the reader sees at the top level.

use crate::model::{Machine, Model, RunSpec};
use crate::page::browser;
use crate::page::runner::order;
use crate::scenarios::{Program, find};
use web_sys::VisibilityState;

/// Whether none of it keeps other cores busy.
pub fn is_light(spec: &RunSpec, machine: &Machine) -> bool {
    let Some(scenario) = find(&spec.scenario) else { return false };
    order::cells(scenario, spec, machine).iter().all(|(model, variant)| {
        *model != Model::Hybrid && matches!(scenario.program(*model, variant), Some(Program::Async(_)))
    })
}

/// Whether `run=1` may be followed.
pub fn allowed(spec: &RunSpec, machine: &Machine) -> bool {
    let visible = browser::document().is_some_and(|d| d.visibility_state() == VisibilityState::Visible);
    is_light(spec, machine) || (machine.top_level && visible)
}
