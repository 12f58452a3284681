//! What the reader sees: one component per file, fed with plain values.

pub mod app;
pub mod badge;
pub mod bar;
pub mod claims;
pub mod code;
pub mod compare;
pub mod copy;
pub mod explain;
pub mod failure;
pub mod field;
pub mod form;
pub mod guess;
pub mod intro;
pub mod later;
pub mod logo;
pub mod losses;
pub mod nav;
pub mod notices;
pub mod recorded;
pub mod results;
pub mod rich;
pub mod runbar;
pub mod setup;
pub mod sweep;
pub mod tiles;
pub mod timeline;
pub mod timings;
pub mod told;

use crate::model::Model;
use crate::page::runner::Runner;
use crate::page::state::State;
use crate::scenarios::Scenario;
use yew::UseReducerDispatcher;

/// What every component may reach: the way to change the state, and the runner.
#[derive(Clone, PartialEq)]
pub struct Page {
    /// Sends actions.
    pub dispatch: UseReducerDispatcher<State>,
    /// Runs things.
    pub runner: Runner,
}

/// The name of a cell: the model, and the variant when there is one to tell apart.
pub fn cell_label(scenario: &Scenario, model: Model, variant: &str) -> String {
    match scenario.variants.iter().find(|v| v.id == variant) {
        Some(v) => format!("{} · {}", model.label(), v.label),
        None => model.label().to_owned(),
    }
}
