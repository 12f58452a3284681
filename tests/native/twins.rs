//! The Python twins are run under CPython with their defaults and must come to the results the Rust programs come to.

use crate::registry::twin;
use crate::{processes, runs};
use interleave::model::Model;
use interleave::scenarios::{Chapter, Processes, Program, REGISTRY, Scenario};
use interleave::share;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest a twin may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A CPython that has `asyncio.timeout` (3.11): `$PYTHON`, or the newest by its usual names.
pub fn python() -> Option<String> {
    let own = std::env::var("PYTHON").ok();
    let usual = ["python3.13", "python3.14", "python3.12", "python3.11", "python3", "python"].map(str::to_owned);
    own.into_iter().chain(usual).find(|name| {
        let check = "import sys; sys.exit(sys.version_info < (3, 11))";
        Command::new(name).args(["-c", check]).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    })
}

/// Starts a twin with the defaults filled in, from a file of its own.
fn start(python: &str, scenario: &Scenario) -> (Child, PathBuf) {
    let file = std::env::temp_dir().join(format!("interleave-{}-{}.py", std::process::id(), scenario.id));
    let source = share::python_with(&twin(scenario), &share::defaults(scenario).values);
    std::fs::write(&file, source).unwrap();
    let child = Command::new(python).arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    (child, file)
}

fn is_bad(scenario: &Scenario, variant: &str) -> bool {
    scenario.variants.iter().any(|v| v.id == variant && v.bad)
}

/// What the Rust programs come to with the defaults; waits of threads pass as fast as they may.
fn results(scenario: &'static Scenario) -> BTreeSet<String> {
    let spec = share::defaults(scenario);
    let mut results = BTreeSet::new();
    for (model, variant) in share::offered_pairs(scenario, &spec) {
        let mut plan = spec.plan(model, &variant, 0);
        match scenario.program(model, &variant) {
            Some(Program::Jobs(Some(jobs))) if results.is_empty() => {
                results.insert(runs::one_after_another(scenario, jobs, &plan).unwrap().value);
            }
            Some(Program::Async(Some(coroutine)) | Program::Blocking(Some(coroutine))) => {
                let run = runs::in_virtual_time(scenario, *coroutine, plan);
                results.insert(run.outcome().expect(scenario.id).value.clone());
            }
            // What a pitfall comes to is chance.
            Some(Program::Processes(Processes { code: Some(code), .. })) if !is_bad(scenario, &variant) => {
                let run = processes::in_virtual_time(*code, &plan);
                results.insert(run.outcome().expect(scenario.id).value.clone());
            }
            // Under the GIL, as CPython has it.
            Some(Program::Threads(_)) if model == Model::Threads => {
                let _ = plan.values.set(scenario.params, "speed", "10");
                results.insert(runs::on_threads(plan).value);
            }
            _ => {}
        }
    }
    results
}

fn ended(mut child: Child, scenario: &Scenario) -> String {
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{}.py has not ended after {PATIENCE:?}", scenario.id);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    let [printed, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{}.py: {errors}", scenario.id);
    printed
}

/// A result as it must be found in the twin's output: without thousands' commas, a number up to 20 digits.
fn core(value: &str) -> String {
    let text = value.trim_end_matches('…').replace(',', "");
    if text.parse::<f64>().is_ok() { text.chars().take(21).collect() } else { text }
}

#[test]
fn twins_come_to_the_same_results() {
    let Some(python) = python() else {
        println!("skipped: there is no CPython 3.11 or later (set PYTHON to name one)");
        return;
    };
    // Those that wait most of the time all at once; those that compute after them, or they would take their time.
    let (waiting, computing): (Vec<&'static Scenario>, Vec<_>) =
        REGISTRY.iter().copied().partition(|s| s.chapter == Chapter::Waiting);
    for wave in std::iter::once(&waiting[..]).chain(computing.chunks(4)) {
        let started: Vec<_> = wave.iter().map(|scenario| (*scenario, start(&python, scenario))).collect();
        for (scenario, (child, file)) in started {
            let expected = results(scenario);
            let printed = ended(child, scenario);
            std::fs::remove_file(&file).unwrap();
            assert!(!printed.trim().is_empty(), "{}.py prints nothing", scenario.id);
            for value in &expected {
                let found = printed.replace(',', "").contains(&core(value));
                assert!(found, "{}: the program gives {value}, its twin prints\n{printed}", scenario.id);
            }
        }
    }
}
