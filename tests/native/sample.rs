//! Scenarios, traces and reports made for these tests.

use interleave::kernels::Kernel;
use interleave::model::params::{SPEED, WORKERS, amount, count, wait};
use interleave::model::{
    Cell, Claim, Failure, Lane, LaneKind, MS, Machine, Mark, Model, Outcome, Param, Plan, Record, Report, Run, RunEnd,
    State, Trace, Verdict, What,
};
use interleave::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, Variant};

static PARAMS: [Param; 5] = [
    count("jobs", "Jobs", (1, 1_000), 10, "jobs", "How many."),
    wait("work", "Work", (10, 10_000), 1_000, "How long each takes."),
    amount("price", "Price", (0, 10_000_000, 6_000), 2, "per gram", "The price."),
    WORKERS,
    SPEED,
];

static PROGRAM: Program = Program::Jobs(Some(Jobs { split, merge }));

fn split(_: &Plan) -> Vec<Vec<u8>> {
    Vec::new()
}

fn merge(_: &Plan, _: &[Vec<u8>]) -> Result<Outcome, Failure> {
    Ok(Outcome::new("1"))
}

fn kernel(_: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    Err(Failure::Garbled)
}

fn claims(report: &Report) -> Vec<Claim> {
    vec![Claim::new("**Every** model ran", !report.cells.is_empty(), format!("**{}** cells", report.cells.len()))]
}

/// A scenario with every kind of parameter, two variants, and a pair that is not offered.
pub static SCENARIO: Scenario = Scenario {
    id: "sample",
    title: "Sample",
    chapter: Chapter::Waiting,
    question: "What?",
    params: &PARAMS,
    variants: &[Variant { id: "bad", label: "unsafe", bad: true }, Variant { id: "lock", label: "lock", bad: false }],
    presets: &[Preset { name: "many", link: "jobs=100" }],
    arrangements: &[
        Arrangement { models: &[Model::Sequential, Model::Threads], variants: &["bad", "lock"], program: PROGRAM },
        Arrangement { models: &[Model::Processes], variants: &["lock"], program: PROGRAM },
    ],
    models: &[Model::Sequential, Model::Threads],
    repeats: 3,
    kernel: Some(kernel),
    tasks: |_| 1,
    claims: Some(claims),
    explain: None,
    bound: Some(|_, model, _| {
        (model == Model::Threads).then(|| Bound { label: "longest wait".to_owned(), time: 1_000_000_000 })
    }),
};

/// Another one, without variants.
pub static PLAIN: Scenario = Scenario {
    id: "plain",
    variants: &[],
    arrangements: &[Arrangement { models: &[Model::Asyncio], variants: &[], program: PROGRAM }],
    models: &[Model::Asyncio],
    repeats: 1,
    params: &[SPEED],
    title: "Plain",
    chapter: Chapter::Waiting,
    question: "What?",
    presets: &[],
    kernel: None,
    tasks: |_| 1,
    claims: Some(claims),
    explain: None,
    bound: None,
};

/// What the sample makes of a report.
pub fn verdict(report: &Report) -> Verdict {
    let bound = |c: &Cell| SCENARIO.bound(report, c.model, &c.variant);
    Verdict { claims: SCENARIO.claims(report), words: Vec::new(), bounds: report.cells.iter().map(bound).collect() }
}

/// A machine with two cores.
pub fn machine() -> Machine {
    Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 }
}

/// Writes a trace down: lanes first, then what happens in them.
#[derive(Default)]
pub struct Story(Trace);

impl Story {
    /// Lanes of one kind, numbered from 0.
    pub fn of(kind: LaneKind, names: &[&str]) -> Self {
        let lanes = names.iter().zip(0..).map(|(name, id)| Lane { id, kind, name: (*name).to_owned() }).collect();
        Self(Trace { lanes, objects: vec!["lock".to_owned()], ..Trace::default() })
    }

    /// At `ms` the lane enters a state.
    pub fn enter(mut self, ms: u64, lane: u32, state: State, arg: u32) -> Self {
        self.0.extend([Record { at: ms * MS, lane, what: What::Enter(state), arg }]);
        self
    }

    /// At `ms` something happens in the lane.
    pub fn mark(mut self, ms: u64, lane: u32, mark: Mark, arg: u32) -> Self {
        self.0.extend([Record { at: ms * MS, lane, what: What::Instant(mark), arg }]);
        self
    }

    /// At `ms` an object stands at a level, by what the lane did.
    pub fn level(mut self, ms: u64, lane: u32, object: u32, level: u32) -> Self {
        self.0.extend([Record { at: ms * MS, lane, what: What::Level(object), arg: level }]);
        self
    }

    /// The trace.
    pub fn trace(self) -> Trace {
        self.0
    }
}

/// Two threads that take turns: one computes under a lock, the other waits for the lock, then for the GIL.
pub fn two_threads() -> Trace {
    use State::{Blocked, Done, Gil, Running, Sleeping};
    Story::of(LaneKind::Thread, &["thread 1", "thread 2"])
        .enter(0, 0, Running, 0)
        .mark(0, 0, Mark::Job, 4)
        .mark(10, 0, Mark::Acquired, 0)
        .enter(0, 1, Sleeping, 0)
        .enter(20, 1, Blocked, 0)
        .mark(60, 0, Mark::Released, 0)
        .enter(60, 0, Sleeping, 0)
        .mark(60, 1, Mark::HandOver, 0)
        .mark(60, 1, Mark::Acquired, 0)
        .enter(60, 1, Running, 0)
        .enter(80, 0, Gil, 0)
        .mark(100, 1, Mark::Failed, 0)
        .mark(100, 1, Mark::Released, 0)
        .enter(100, 1, Done, 0)
        .enter(100, 0, Running, 0)
        .mark(120, 0, Mark::Finished, 0)
        .enter(120, 0, Done, 0)
        .trace()
}

/// A report with these times (ms) for each model, all with the same trace; variant `lock`.
pub fn report(times: &[(Model, &[u64])]) -> Report {
    let mut spec = interleave::share::defaults(&SCENARIO);
    spec.models = times.iter().map(|(m, _)| *m).collect();
    let run = |ms: &u64, repeat: u32| Run {
        repeat,
        end: RunEnd::Finished(Outcome::new("41,538")),
        elapsed: ms * MS,
        trace: two_threads(),
    };
    let cell = |(model, times): &(Model, &[u64])| Cell {
        model: *model,
        variant: "lock".to_owned(),
        runs: times.iter().zip(0..).map(|(ms, repeat)| run(ms, repeat)).collect(),
    };
    Report { spec, machine: machine(), cells: times.iter().map(cell).collect(), recorded: None }
}
