//! What came out: outcomes, failures, and the report that claims, charts and explanations are made from.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::deadlock::Deadlock;
use super::distortion::Distortion;
use super::machine::Machine;
use super::recording::Origin;
use super::spec::{Model, RunSpec};
use super::time::Nanos;
use super::trace::Trace;

/// The result of a program that ended well.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The result, as shown ("41,538").
    pub value: String,
    /// Figures the claims are judged by, by name.
    pub figures: Vec<(String, f64)>,
    /// What the program printed.
    pub lines: Vec<String>,
}

impl Outcome {
    /// An outcome with this result.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }

    /// Adds a figure.
    pub fn with(mut self, name: &str, figure: f64) -> Self {
        self.figures.push((name.to_owned(), figure));
        self
    }

    /// Adds a printed line.
    pub fn line(mut self, text: impl Into<String>) -> Self {
        self.lines.push(text.into());
        self
    }

    /// The figure with this name.
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(n, _)| n == name).map(|(_, f)| *f)
    }
}

/// Why a run has no outcome; the view adds advice.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Failure {
    /// The program ended with an exception.
    #[error("{kind}: {message}")]
    Raised {
        /// Type name, as Python has it.
        kind: String,
        /// Message.
        message: String,
    },
    /// A worker panicked.
    #[error("{lane} panicked: {message}")]
    Panicked {
        /// Which one.
        lane: String,
        /// What it said.
        message: String,
    },
    /// A worker asked for more memory than there is.
    #[error("out of memory")]
    OutOfMemory,
    /// A worker shows no sign of life.
    #[error("{lane} has not answered for {millis} ms")]
    Hung {
        /// Which one.
        lane: String,
        /// For how long.
        millis: u64,
    },
    /// A message of a worker did not arrive.
    #[error("a message of {lane} got lost")]
    Lost {
        /// Whose.
        lane: String,
    },
    /// Memory cannot be shared here, so threads cannot run.
    #[error("this needs shared memory, which this page does not have")]
    NoSharedMemory,
    /// The engine could not be loaded or started.
    #[error("the engine could not start: {message}")]
    Engine {
        /// What the browser said.
        message: String,
    },
    /// The scenario does not offer this model with this variant.
    #[error("not offered")]
    NotOffered,
    /// A message was not what its receiver understands.
    #[error("a message could not be read")]
    Garbled,
    /// Threads wait for each other, or for what nobody is left to bring.
    #[error("deadlock: {0}")]
    Deadlock(Deadlock),
    /// There is no recorded run, or none that fits this version of the page.
    #[error("the recorded run could not be loaded")]
    NoRecording,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunEnd {
    /// It runs.
    Running,
    /// With an outcome.
    Finished(Outcome),
    /// Without.
    Failed(Failure),
    /// The reader stopped it.
    Stopped,
    /// With an outcome, but its times say nothing of the program: no result, and explained instead.
    Distorted(Distortion),
}

/// One run of one model and variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which repeat, from 0.
    pub repeat: u32,
    /// How it ended.
    pub end: RunEnd,
    /// Wall time from the first instruction to the merged result, starts included where the model has them.
    pub elapsed: Nanos,
    /// What happened.
    pub trace: Trace,
}

impl Run {
    /// The outcome, if it ended well.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.end {
            RunEnd::Finished(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Whether there is anything of it to show: it ended well, or something was recorded.
    pub fn is_anything(&self) -> bool {
        self.outcome().is_some() || !self.trace.records.is_empty()
    }
}

/// All repeats of one model and variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// How the program was arranged.
    pub model: Model,
    /// Which variant; empty when the scenario has none.
    pub variant: String,
    /// The repeats, in the order they were run.
    pub runs: Vec<Run>,
}

impl Cell {
    /// The runs that ended well.
    pub fn finished(&self) -> impl Iterator<Item = (&Run, &Outcome)> {
        self.runs.iter().filter_map(|r| Some((r, r.outcome()?)))
    }

    /// The last run that ended well.
    pub fn last(&self) -> Option<(&Run, &Outcome)> {
        self.finished().last()
    }
}

/// Everything that was run for one specification.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What was asked for.
    pub spec: RunSpec,
    /// Where it ran.
    pub machine: Machine,
    /// What ran, in the order of models and variants shown.
    pub cells: Vec<Cell>,
    /// Where and when, if it did not run here and now: a recorded run.
    pub recorded: Option<Origin>,
}

impl Report {
    /// The cell of a model and a variant.
    pub fn cell(&self, model: Model, variant: &str) -> Option<&Cell> {
        self.cells.iter().find(|c| c.model == model && c.variant == variant)
    }
}
