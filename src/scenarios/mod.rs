//! What a scenario is made of; a new one adds its own file, its Python twin and its name to the list of its chapter.

pub mod compounding;
pub mod measure;
#[macro_use]
mod registry;
mod judge;
mod orders;
pub mod processes;
pub mod recorded;
pub mod sources;
pub mod threads;
pub mod together;
pub mod waiting;

pub use crate::executors::program::{Coroutine, Jobs, LocalFuture, Program, Threads, ThreadsMaker, engine_only};
pub use crate::multiprocessing::{Code, Processes};
pub use judge::{bounds, judge};
pub use orders::{hybrid, order, program};
pub use registry::{REGISTRY, find};

use crate::kernels::KernelMaker;
use crate::model::params::SIGNAL_AFTER;
use crate::model::{Claim, Machine, Model, Param, Plan, Report, RunSpec, Values};

pub use crate::model::Bound;
pub use crate::model::params::beside;

/// A part of the course; scenarios are listed by chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    /// The event loop.
    Waiting,
    /// Threads and the GIL.
    Threads,
    /// Processes.
    Processes,
    /// Several models together.
    Together,
}

impl Chapter {
    /// Every chapter, in order.
    pub const ALL: [Chapter; 4] = [Chapter::Waiting, Chapter::Threads, Chapter::Processes, Chapter::Together];

    /// The folder of its scenarios.
    pub const fn folder(self) -> &'static str {
        match self {
            Chapter::Waiting => "waiting",
            Chapter::Threads => "threads",
            Chapter::Processes => "processes",
            Chapter::Together => "together",
        }
    }

    /// The title shown.
    pub const fn title(self) -> &'static str {
        match self {
            Chapter::Waiting => "Waiting together",
            Chapter::Threads => "Threads and the GIL",
            Chapter::Processes => "Processes",
            Chapter::Together => "Together",
        }
    }
}

/// An alternative inside a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Name in links.
    pub id: &'static str,
    /// Name shown.
    pub label: &'static str,
    /// Whether it shows how not to do it.
    pub bad: bool,
}

/// A named set of parameter values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Name shown and used in tests.
    pub name: &'static str,
    /// The values, in the grammar of a link's hash ("jobs=100&limit=10").
    pub link: &'static str,
}

/// A program with the models and variants it serves.
#[derive(Clone, Copy)]
pub struct Arrangement {
    /// Models it runs under, in the order of [`Model::ALL`].
    pub models: &'static [Model],
    /// Variants it runs; empty when the scenario has none.
    pub variants: &'static [&'static str],
    /// The program.
    pub program: Program,
}

/// Gives the time that theory gives for a model and a variant, if it gives one.
pub type BoundMaker = fn(&Report, Model, &str) -> Option<Bound>;

/// One lesson.
pub struct Scenario {
    /// Id in links and file names; lower case, digits and dashes.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// Where it is listed.
    pub chapter: Chapter,
    /// The question it answers, in one or two short sentences ([`beside`]: the page reads it from the scenario's texts).
    pub question: &'static str,
    /// Declared parameters, in the order of the form.
    pub params: &'static [Param],
    /// Variants, in the order shown; empty if there is only one way.
    pub variants: &'static [Variant],
    /// Named sets of values.
    pub presets: &'static [Preset],
    /// Programs by model and variant; the first that serves both is used.
    pub arrangements: &'static [Arrangement],
    /// Models selected when nothing is said.
    pub models: &'static [Model],
    /// Repeats when nothing is said.
    pub repeats: u32,
    /// Builds the kernel of a job where it is computed ([`engine_only`]); `None` when the scenario has no jobs.
    pub kernel: Option<KernelMaker>,
    /// About how many tasks its coroutine makes by a plan, itself included: the timeline keeps room for them. 1 where there
    /// is no coroutine.
    pub tasks: fn(&Plan) -> usize,
    /// What must hold of what ran ([`engine_only`]); judges only what is in the report.
    pub claims: Option<fn(&Report) -> Vec<Claim>>,
    /// What was seen ([`engine_only`]), one paragraph each, made from the traces; `**…**` marks figures.
    pub explain: Option<fn(&Report) -> Vec<String>>,
    /// The time theory gives for a model and variant ([`engine_only`]), where it gives one from the plan and what was measured.
    pub bound: Option<BoundMaker>,
}

impl Scenario {
    /// What must hold of what ran, and whether it does.
    pub fn claims(&self, report: &Report) -> Vec<Claim> {
        self.claims.map(|claims| claims(report)).unwrap_or_default()
    }

    /// What was seen, in words.
    pub fn explain(&self, report: &Report) -> Vec<String> {
        self.explain.map(|explain| explain(report)).unwrap_or_default()
    }

    /// The time theory gives for a model and variant, if it gives one.
    pub fn bound(&self, report: &Report, model: Model, variant: &str) -> Option<Bound> {
        self.bound.and_then(|bound| bound(report, model, variant))
    }

    /// Whether it handles a stop signal, which the reader may give while it runs.
    pub fn listens(&self) -> bool {
        self.params.iter().any(|p| p.key == SIGNAL_AFTER)
    }

    /// Its program's file, or with `extension` "py" its Python twin's, from the repository's root.
    pub fn file(&self, extension: &str) -> String {
        format!("src/scenarios/{}/{}.{extension}", self.chapter.folder(), self.id.replace('-', "_"))
    }

    /// The program for a model and a variant; `None` when the scenario does not offer that pair.
    pub fn program(&self, model: Model, variant: &str) -> Option<&'static Program> {
        self.arrangements
            .iter()
            .find(|a| {
                a.models.contains(&model)
                    && (a.variants.is_empty() && variant.is_empty() || a.variants.contains(&variant))
            })
            .map(|a| &a.program)
    }

    /// Whether a variant can run under a model on this machine.
    pub fn runs_on(&self, machine: &Machine, model: Model, variant: &str) -> bool {
        let needs = |program: &Program| {
            model.needs_shared_memory() || matches!(program, Program::Processes(Processes { shared: true, .. }))
        };
        // What the guest runs on the page's own loop.
        let light = |program: &Program| matches!(program, Program::Async(_)) && model == Model::Asyncio;
        self.program(model, variant)
            .is_some_and(|program| (machine.shared_memory || !needs(program)) && (machine.cores > 0 || light(program)))
    }

    /// What it runs when nothing is said.
    pub fn defaults(&self) -> RunSpec {
        RunSpec {
            scenario: self.id.to_owned(),
            values: Values::defaults(self.params),
            models: Model::ALL.into_iter().filter(|m| self.models.contains(m)).collect(),
            variants: self.variants.iter().map(|v| v.id.to_owned()).collect(),
            repeats: self.repeats,
            seed: RunSpec::DEFAULT_SEED,
        }
    }

    /// The pairs of model and variant that a specification selects and this scenario offers, in the order shown; the variant
    /// is empty when the scenario has none.
    pub fn pairs(&self, spec: &RunSpec) -> Vec<(Model, String)> {
        let none = [String::new()];
        let variants = if spec.variants.is_empty() { &none[..] } else { &spec.variants[..] };
        let pairs = spec.models.iter().flat_map(|&m| variants.iter().map(move |v| (m, v.clone())));
        pairs.filter(|(model, variant)| self.program(*model, variant).is_some()).collect()
    }

    /// Every model some variant offers, in the order of [`Model::ALL`].
    pub fn offered(&self) -> Vec<Model> {
        Model::ALL.into_iter().filter(|m| self.arrangements.iter().any(|a| a.models.contains(m))).collect()
    }
}
