//! What is to be run: models, plans, and the run specification that a link carries.

use super::params::Values;
use serde::{Deserialize, Serialize};

/// How a program is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Model {
    /// One thing after another.
    Sequential,
    /// Tasks on one event loop.
    Asyncio,
    /// Threads that take turns under a GIL.
    Threads,
    /// Threads without a GIL.
    FreeThreads,
    /// Isolated processes with memories of their own.
    Processes,
    /// An event loop that hands its CPU work to processes.
    Hybrid,
}

impl Model {
    /// Every model, in the order they are shown.
    pub const ALL: [Model; 6] =
        [Model::Sequential, Model::Asyncio, Model::Threads, Model::FreeThreads, Model::Processes, Model::Hybrid];

    /// The name in links and messages.
    pub const fn id(self) -> &'static str {
        match self {
            Model::Sequential => "sequential",
            Model::Asyncio => "asyncio",
            Model::Threads => "threads",
            Model::FreeThreads => "free-threads",
            Model::Processes => "processes",
            Model::Hybrid => "hybrid",
        }
    }

    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Model::Sequential => "sequential",
            Model::Asyncio => "asyncio",
            Model::Threads => "threads (GIL)",
            Model::FreeThreads => "free threads",
            Model::Processes => "processes",
            Model::Hybrid => "asyncio + processes",
        }
    }

    /// The model with this name in links.
    pub fn from_id(id: &str) -> Option<Model> {
        Model::ALL.into_iter().find(|m| m.id() == id)
    }

    /// Whether it cannot run without memory shared between workers.
    pub const fn needs_shared_memory(self) -> bool {
        matches!(self, Model::Threads | Model::FreeThreads)
    }
}

/// One run of one program: everything a program may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Scenario id.
    pub scenario: String,
    /// A value for every parameter.
    pub values: Values,
    /// How the program is arranged.
    pub model: Model,
    /// Which variant runs; empty when the scenario has none.
    pub variant: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Which repeat this is, from 0.
    pub repeat: u32,
}

/// What is to be run and compared: a link is this as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSpec {
    /// Scenario id; always one of the registry.
    pub scenario: String,
    /// A value for every parameter.
    pub values: Values,
    /// Models to compare, in the order of [`Model::ALL`]; never empty.
    pub models: Vec<Model>,
    /// Variants to compare, in the order declared; empty when the scenario has none.
    pub variants: Vec<String>,
    /// How often each is run, 1 to [`RunSpec::MAX_REPEATS`].
    pub repeats: u32,
    /// Seed of everything random, 0 to [`RunSpec::MAX_SEED`].
    pub seed: u64,
}

impl RunSpec {
    /// The most repeats a run may have.
    pub const MAX_REPEATS: u32 = 50;
    /// The greatest seed: the greatest whole number that JSON and every browser keep exactly.
    pub const MAX_SEED: u64 = (1 << 53) - 1;
    /// The seed when nothing is said.
    pub const DEFAULT_SEED: u64 = 42;

    /// The plan of one run.
    pub fn plan(&self, model: Model, variant: &str, repeat: u32) -> Plan {
        Plan {
            scenario: self.scenario.clone(),
            values: self.values.clone(),
            model,
            variant: variant.to_owned(),
            seed: self.seed,
            repeat,
        }
    }
}
