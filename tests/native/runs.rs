//! Every program of the registry is run: coroutines in virtual time, jobs one after another; threads have their own tests.

use crate::sample;
use interleave::aio::world::World;
use interleave::aio::{Exception, Operation, virtual_time};
use interleave::executors::{Burst, LocalRun, Spawner, ThreadedRun};
use interleave::model::{Cell, Clock, Failure, Kind, LaneKind, MS, Nanos, Outcome, Plan};
use interleave::model::{Report, Run, RunEnd, RunSpec, StopFlag, Trace};
use interleave::scenarios::{Program, REGISTRY, Scenario};
use interleave::share;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// By scenario and payload: a kernel's result, and how long it waited.
type Computed = BTreeMap<(&'static str, Vec<u8>), (Vec<u8>, u64)>;

/// What is known already: the same job need not be computed twice.
static COMPUTED: Mutex<Computed> = Mutex::new(BTreeMap::new());

/// Computes a job where it stands; also says how long it wanted to wait.
fn compute(scenario: &Scenario, payload: &[u8]) -> Result<(Vec<u8>, u64), Failure> {
    let mut kernel = scenario.kernel.ok_or(Failure::NotOffered)?(payload)?;
    if let Some(known) = COMPUTED.lock().unwrap().get(&(scenario.id, payload.to_vec())) {
        return Ok(known.clone());
    }
    let mut waited = 0;
    let result = loop {
        while let Some(time) = kernel.wait() {
            waited += time;
        }
        assert!((0.0..=1.0).contains(&kernel.progress()), "{}: progress", scenario.id);
        if let Some(result) = kernel.slice() {
            break result;
        }
    };
    COMPUTED.lock().unwrap().insert((scenario.id, payload.to_vec()), (result.clone(), waited));
    Ok((result, waited))
}

/// Runs a coroutine on the virtual clock; a job takes 20 ms of it, or as long as it waits.
pub fn in_virtual_time(scenario: &'static Scenario, coroutine: interleave::scenarios::Coroutine, plan: Plan) -> Run {
    let world = World::default();
    let work = Box::new(move |operation| match operation {
        Operation::Job(payload) => match compute(scenario, &payload) {
            Ok((result, waited)) => (Ok(result), if waited > 0 { waited } else { 20 * MS }),
            Err(failure) => (Err(Exception::new("RuntimeError", failure.to_string())), 0),
        },
        Operation::Digest(bytes) => (Ok(Sha256::digest(bytes).to_vec()), MS),
        other => world.answer(other),
    });
    let repeat = plan.repeat;
    let ran = virtual_time::run(plan.values.speed(), work, move |cx| coroutine(cx, Rc::new(plan)));
    let end = match ran.result {
        Ok(outcome) => RunEnd::Finished(outcome),
        Err(e) => RunEnd::Failed(Failure::Raised { kind: e.kind.into_owned(), message: e.message }),
    };
    Run { repeat, end, elapsed: ran.elapsed, trace: ran.trace }
}

/// The machine's own threads and clock.
struct Std(Instant);

impl Clock for Std {
    fn now(&self) -> Nanos {
        self.0.elapsed().as_nanos() as Nanos
    }
}

impl Spawner for Std {
    fn spawn(&self, _index: usize, body: Box<dyn FnOnce() + Send + 'static>) {
        std::thread::spawn(body);
    }
}

/// Runs a program of threads and gives its outcome.
pub fn on_threads(plan: Plan) -> Outcome {
    traced_on_threads(plan).0
}

/// Runs a program of threads and gives its outcome and what happened.
pub fn traced_on_threads(plan: Plan) -> (Outcome, Trace) {
    let clock = Arc::new(Std(Instant::now()));
    let order = interleave::scenarios::order(plan, clock, StopFlag::new(), None).unwrap();
    let place = format!("{} {}", order.plan.scenario, order.plan.variant);
    let mut run = ThreadedRun::start(order, &Std(Instant::now())).unwrap();
    let mut trace = Trace { lanes: run.lanes(), objects: run.objects(), ..Trace::default() };
    let mut records = Vec::new();
    loop {
        let burst = run.burst(0);
        run.drain(&mut records);
        trace.extend(records.drain(..));
        match burst {
            Burst::More | Burst::Wait => std::thread::sleep(Duration::from_millis(1)),
            Burst::Done { outcome, .. } => return (outcome, trace),
            end => panic!("{place}: {end:?}"),
        }
    }
}

/// Computes and merges the jobs of a plan.
pub fn one_after_another(
    scenario: &Scenario,
    jobs: &interleave::scenarios::Jobs,
    plan: &Plan,
) -> Result<Outcome, Failure> {
    let payloads = (jobs.split)(plan);
    let results: Result<Vec<_>, _> =
        payloads.iter().map(|payload| compute(scenario, payload).map(|(result, _)| result)).collect();
    (jobs.merge)(plan, &results?)
}

/// The defaults, each preset, and each parameter at its least value.
fn specs(scenario: &Scenario) -> Vec<RunSpec> {
    let presets = scenario.presets.iter().map(|p| p.link.to_owned());
    let least = scenario.params.iter().map(|p| match p.kind {
        Kind::Count { min, .. } | Kind::Millis { min, .. } => format!("{}={min}", p.key),
        Kind::OneOf { options, .. } => format!("{}={}", p.key, options.first().unwrap()),
        Kind::Amount { min, .. } => format!("{}={min}", p.key),
    });
    let texts = std::iter::once(String::new()).chain(presets).chain(least);
    texts.map(|text| share::decode("", &format!("s={}&{text}", scenario.id)).spec).collect()
}

#[test]
fn coroutines_end_well_and_keep_their_claims_and_run_the_same_way_twice() {
    for scenario in REGISTRY {
        for spec in specs(scenario) {
            let mut cells = Vec::new();
            for (model, variant) in share::offered_pairs(scenario, &spec) {
                let Some(coroutine) = scenario.program(model, &variant).and_then(Program::coroutine) else { continue };
                let run = |repeat| in_virtual_time(scenario, coroutine, spec.plan(model, &variant, repeat));
                let place = format!("{} {} {variant}", share::encode(&spec, None), model.id());
                let first = run(0);
                assert!(first.outcome().is_some(), "{place}: {:?}", first.end);
                assert_eq!(first, run(0), "{place}");
                let tasks = first.trace.lanes.iter().filter(|l| l.kind == LaneKind::Task).count();
                let said = (scenario.tasks)(&spec.plan(model, &variant, 0));
                assert!(tasks.min(40).abs_diff(said.min(40)) <= 1, "{place}: {tasks} tasks, said were {said}");
                let runs = vec![first, run(1), run(2)];
                cells.push(Cell { model, variant, runs });
            }
            if cells.is_empty() {
                continue;
            }
            let complete = cells.len() == share::offered_pairs(scenario, &spec).len();
            let report = Report { spec: spec.clone(), machine: sample::machine(), cells, recorded: None };
            for claim in scenario.claims(&report) {
                // What is said of speed needs a real machine: there every pair of models is measured.
                assert!(claim.ok, "{}: {}: {}", share::encode(&spec, None), claim.text, claim.measured);
            }
            let words = scenario.explain(&report);
            assert!(!words.is_empty() || !complete, "{}", scenario.id);
        }
    }
}

#[test]
fn jobs_are_split_computed_and_merged() {
    for scenario in REGISTRY {
        // A preset may ask for minutes of work in a build for tests: those run in the browser's tests.
        let cheap = specs(scenario).into_iter().filter(|spec| {
            let all = scenario.presets.iter();
            !all.map(|p| share::decode("", &format!("s={}&{}", scenario.id, p.link)).spec).any(|preset| preset == *spec)
        });
        for spec in cheap {
            for (model, variant) in share::offered_pairs(scenario, &spec) {
                let Some(Program::Jobs(Some(jobs))) = scenario.program(model, &variant) else { continue };
                let outcome = one_after_another(scenario, jobs, &spec.plan(model, &variant, 0));
                let place = format!("{} {} {variant}", share::encode(&spec, None), model.id());
                assert!(outcome.is_ok_and(|o| !o.value.is_empty()), "{place}");
                // One model stands for all: what a job computes does not depend on where it is computed.
                break;
            }
        }
    }
}

#[test]
fn a_payload_that_is_none_is_refused() {
    for scenario in REGISTRY {
        if let Some(kernel) = scenario.kernel {
            for payload in [&[][..], &[255; 3], &[255; 200]] {
                if let Ok(mut kernel) = kernel(payload) {
                    // Some bytes happen to be a payload; then it must at least be computable.
                    assert!((0.0..=1.0).contains(&kernel.progress()), "{}", scenario.id);
                    kernel.slice();
                }
            }
        }
    }
}

#[test]
fn a_program_of_threads_says_how_many_it_needs() {
    for scenario in REGISTRY {
        for spec in specs(scenario) {
            for (model, variant) in share::offered_pairs(scenario, &spec) {
                let Some(Program::Threads(threads)) = scenario.program(model, &variant) else { continue };
                let plan = spec.plan(model, &variant, 0);
                let made = threads.make.expect(scenario.id)(&plan);
                assert_eq!((threads.count)(&plan), made.threads().len(), "{} {variant}", scenario.id);
                assert_eq!(threads.waits, !made.objects().is_empty(), "{} {variant}: room for a graph", scenario.id);
            }
        }
    }
}
