//! The guides' decision tree: what the reader answers, what the tree names for it, and how both are said.

use crate::model::{Model, Report};

/// What jobs mostly do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mostly {
    Wait,
    Compute,
    Both,
}

/// What becomes of the GIL while a job computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gil {
    /// Python code holds it.
    Held,
    /// A library lets go of it.
    LetGo,
    /// A free-threaded build has none.
    Absent,
}

/// The reader's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answers {
    pub mostly: Mostly,
    /// Whether hundreds wait at once.
    pub many: bool,
    /// Whether what they call blocks, so that no loop can await it.
    pub block: bool,
    pub gil: Gil,
    /// Whether one after another is quick enough.
    pub enough: bool,
}

impl Answers {
    pub fn of(report: &Report) -> Self {
        let said = |key| report.spec.values.count(key);
        Self {
            mostly: match said("mostly") {
                1 => Mostly::Wait,
                2 => Mostly::Compute,
                _ => Mostly::Both,
            },
            many: said("many") > 1,
            block: said("calls") > 1,
            gil: match said("gil") {
                1 => Gil::Held,
                2 => Gil::LetGo,
                _ => Gil::Absent,
            },
            enough: said("enough") > 1,
        }
    }

    /// What the tree names. What is quick enough stays as it is; waiting goes to threads, or to a loop where there is much of it that
    /// can be awaited; computing goes to processes, or to threads where the GIL is not in their way; for both the loop waits and
    /// processes compute.
    pub fn named(self) -> Model {
        match self.mostly {
            _ if self.enough => Model::Sequential,
            Mostly::Wait if self.many && !self.block => Model::Asyncio,
            Mostly::Wait => Model::Threads,
            Mostly::Compute => match self.gil {
                Gil::Held => Model::Processes,
                Gil::LetGo => Model::Threads,
                Gil::Absent => Model::FreeThreads,
            },
            Mostly::Both => Model::Hybrid,
        }
    }

    /// What the reader said, as far as the tree asks for it.
    pub fn words(self) -> &'static str {
        match self.mostly {
            _ if self.enough => "one after another is quick enough",
            Mostly::Wait if !self.many => "your jobs mostly wait, and there are tens",
            Mostly::Wait if self.block => "your jobs mostly wait, there are hundreds, and their calls block",
            Mostly::Wait => "your jobs mostly wait, there are hundreds, and they can be awaited",
            Mostly::Compute => match self.gil {
                Gil::Held => "your jobs mostly compute, and hold the GIL",
                Gil::LetGo => "your jobs mostly compute, and let go of the GIL",
                Gil::Absent => "your jobs mostly compute, and your Python has no GIL",
            },
            Mostly::Both => "your jobs do both alike",
        }
    }

    /// What the tree adds to the model it names.
    pub fn more(self) -> &'static str {
        let queued = !self.enough && self.mostly == Mostly::Wait && self.many && self.block;
        if queued { ", and a queue in front of them" } else { "" }
    }
}
