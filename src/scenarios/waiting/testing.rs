//! Runs scenarios of the event loop in virtual time and checks what every scenario must satisfy.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::aio::virtual_time::{Ran, Work, run};
use crate::aio::world::World;
use crate::aio::{Exception, Operation};
use crate::model::params::Kind;
use crate::model::rng::Rng;
use crate::model::{Cell, MS, Machine, Model, Nanos, Outcome, Report, Run, RunEnd, RunSpec, Values};
use crate::scenarios::{Program, Scenario};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Mutex;

/// By scenario and payload: a kernel's result, and how long it waited.
type Computed = BTreeMap<(&'static str, Vec<u8>), (Vec<u8>, Nanos)>;

/// What is known already: the same job need not be computed twice.
static COMPUTED: Mutex<Computed> = Mutex::new(BTreeMap::new());

fn compute(scenario: &'static Scenario, payload: Vec<u8>) -> (Vec<u8>, Nanos) {
    let mut kernel = scenario.kernel.unwrap()(&payload).unwrap();
    let known = COMPUTED.lock().unwrap().get(&(scenario.id, payload.clone())).cloned();
    known.unwrap_or_else(|| {
        let mut waited = 0;
        let result = loop {
            while let Some(time) = kernel.wait() {
                waited += time;
            }
            if let Some(result) = kernel.slice() {
                break result;
            }
        };
        COMPUTED.lock().unwrap().insert((scenario.id, payload), (result.clone(), waited));
        (result, waited)
    })
}

/// A job takes 5 ms of virtual time, or as long as it waits. All else is the world's.
fn work(scenario: &'static Scenario) -> Work {
    let world = World::default();
    Box::new(move |operation| {
        let Operation::Job(payload) = operation else { return world.answer(operation) };
        let (result, waited) = compute(scenario, payload);
        (Ok(result), if waited > 0 { waited } else { 5 * MS })
    })
}

/// One run with these values (in the grammar of links).
pub(crate) fn once(scenario: &'static Scenario, spec: &RunSpec, model: Model, variant: &str) -> Ran {
    let coroutine = scenario.program(model, variant).and_then(Program::coroutine).unwrap();
    let plan = Rc::new(spec.plan(model, variant, 0));
    run(plan.values.speed(), work(scenario), |cx| coroutine(cx, plan))
}

/// A lesson that is stopped ends as cancelled: it must not take the cancellation for one of its own exceptions.
pub(crate) fn ends_when_stopped(scenario: &'static Scenario) {
    let spec = spec(scenario, "");
    for variant in variants(&spec) {
        let model = spec.models[0];
        let whole = once(scenario, &spec, model, &variant).elapsed;
        let coroutine = scenario.program(model, &variant).and_then(Program::coroutine).unwrap();
        for part in [8, 2] {
            let plan = Rc::new(spec.plan(model, &variant, 0));
            let ran = run(1, work(scenario), move |cx| async move {
                let lesson = cx.create_task(coroutine(cx.clone(), plan));
                cx.sleep(whole / part).await?;
                lesson.cancel();
                lesson.await
            });
            assert!(ran.result.is_err_and(|e| e.is_cancelled()), "{} {variant} at 1/{part}", scenario.id);
        }
    }
}

/// What a lesson comes to that is stopped at this moment, after whatever else happens then.
pub(crate) fn stopped_at(
    scenario: &'static Scenario,
    link: &str,
    variant: &str,
    at: Nanos,
) -> Result<Outcome, Exception> {
    let spec = spec(scenario, link);
    let coroutine = scenario.program(spec.models[0], variant).and_then(Program::coroutine).unwrap();
    let plan = Rc::new(spec.plan(spec.models[0], variant, 0));
    let ran = run(plan.values.speed(), work(scenario), move |cx| async move {
        let lesson = cx.create_task(coroutine(cx.clone(), plan.clone()));
        cx.sleep(at * plan.values.speed()).await?;
        cx.sleep(0).await?;
        lesson.cancel();
        lesson.await
    });
    ran.result
}

/// What to run: every model and variant, with these values.
pub(crate) fn spec(scenario: &Scenario, link: &str) -> RunSpec {
    let mut values = Values::defaults(scenario.params);
    for (key, value) in link.split('&').filter_map(|pair| pair.split_once('=')) {
        values.set(scenario.params, key, value).unwrap();
    }
    RunSpec {
        scenario: scenario.id.to_owned(),
        values,
        models: scenario.offered(),
        variants: scenario.variants.iter().map(|v| v.id.to_owned()).collect(),
        repeats: 1,
        seed: RunSpec::DEFAULT_SEED,
    }
}

fn variants(spec: &RunSpec) -> Vec<String> {
    if spec.variants.is_empty() { vec![String::new()] } else { spec.variants.clone() }
}

/// The report of all models and variants with these values; every run is made twice and must be the same both times.
pub(crate) fn report(scenario: &'static Scenario, link: &str) -> Report {
    let spec = spec(scenario, link);
    let variants = variants(&spec);
    let mut cells = Vec::new();
    for model in &spec.models {
        for variant in variants.iter().filter(|v| scenario.program(*model, v).and_then(Program::coroutine).is_some()) {
            let (ran, again) = (once(scenario, &spec, *model, variant), once(scenario, &spec, *model, variant));
            assert_eq!(ran, again, "{link}: the same plan gives the same trace");
            let end = RunEnd::Finished(ran.result.unwrap());
            let run = Run { repeat: 0, end, elapsed: ran.elapsed, trace: ran.trace };
            cells.push(Cell { model: *model, variant: variant.clone(), runs: vec![run] });
        }
    }
    let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
    Report { spec, machine, cells, recorded: None }
}

/// Every claim must hold, and every figure be there.
pub(crate) fn holds(scenario: &'static Scenario, link: &str) -> Report {
    let report = report(scenario, link);
    let claims = scenario.claims(&report);
    assert!(!claims.is_empty(), "{link}: nothing is claimed");
    for claim in claims {
        assert!(claim.ok, "{} {link}: {} ({})", scenario.id, claim.text, claim.measured);
    }
    assert!(!scenario.explain(&report).is_empty(), "{link}: nothing is explained");
    for cell in &report.cells {
        scenario.bound(&report, cell.model, &cell.variant);
    }
    report
}

/// Claims hold with the defaults, the presets, and each parameter at both ends of its range.
pub(crate) fn holds_everywhere(scenario: &'static Scenario) {
    holds(scenario, "");
    for preset in scenario.presets {
        holds(scenario, preset.link);
    }
    for param in scenario.params {
        for end in param.ends() {
            holds(scenario, &format!("{}={end}", param.key));
        }
    }
}

/// Claims hold with values put together at random: at the ends, near them, and anywhere in between.
pub(crate) fn holds_anywhere(scenario: &'static Scenario) {
    let mut rng = Rng::new(RunSpec::DEFAULT_SEED, 1);
    let mut among = |min: u64, max: u64| {
        let span = (max - min) as u32;
        match rng.below(5) {
            0 => min,
            1 => max,
            2 => min + u64::from(rng.below(span.min(10) + 1)),
            3 => min + u64::from(rng.below(span / 100 + 1)) * 100, // round figures fall on one moment
            _ => min + u64::from(rng.below(span + 1)),
        }
    };
    for _ in 0..200 {
        let pairs = scenario.params.iter().filter_map(|param| {
            let value = match param.kind {
                Kind::Count { min, max, .. } | Kind::Millis { min, max, .. } => among(min, max),
                Kind::OneOf { options, .. } => options[among(0, options.len() as u64 - 1) as usize],
                Kind::Amount { .. } => return None,
            };
            Some(format!("{}={value}", param.key))
        });
        holds(scenario, &pairs.collect::<Vec<_>>().join("&"));
    }
}
