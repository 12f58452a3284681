//! The Python twins are run under CPython with their defaults: they must come to the results the Rust programs come to, and
//! print the figures that the claims state (`twins_say`).

use crate::registry::twin;
use crate::{processes, runs, twins_say};
use interleave::model::Model;
use interleave::scenarios::{Chapter, Processes, Program, REGISTRY, Scenario};
use interleave::share;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Longest a twin may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A CPython that has `asyncio.timeout` (3.11): the first of `$PYTHONS`, or the best by its usual names.
pub fn python() -> Option<String> {
    let own = std::env::var("PYTHONS").unwrap_or_default();
    let own: Vec<String> = own.split_whitespace().map(str::to_owned).collect();
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

/// How many twins that compute run at once: each also starts threads or processes, or sleeps for a while.
const AT_ONCE: usize = 4;

/// What became of a twin: the scenario, what it printed, and what the Rust programs come to, if that is known already.
type Printed = (&'static Scenario, String, Option<BTreeSet<String>>);

/// What each twin printed, in the order of the registry.
fn all_printed(python: &str) -> Vec<Printed> {
    let one = |scenario: &'static Scenario| {
        let (child, file) = start(python, scenario);
        // Beside those that wait nobody else computes: they measure how long it takes.
        let beside = (scenario.chapter != Chapter::Waiting).then(|| results(scenario));
        let printed = ended(child, scenario);
        std::fs::remove_file(&file).unwrap();
        (scenario, printed, beside)
    };
    // Those that wait most of the time all at once; those that compute after them, or they would take their time.
    let (waiting, computing): (Vec<&'static Scenario>, Vec<_>) =
        REGISTRY.iter().copied().partition(|s| s.chapter == Chapter::Waiting);
    let mut all = Vec::new();
    for (scenarios, at_once) in [(&waiting, waiting.len()), (&computing, AT_ONCE)] {
        let left = Mutex::new(scenarios.iter().copied());
        let next = || left.lock().unwrap().next();
        let some = || std::iter::from_fn(next).map(one).collect::<Vec<Printed>>();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..at_once).map(|_| scope.spawn(some)).collect();
            all.extend(threads.into_iter().flat_map(|thread| thread.join().unwrap()));
        });
    }
    all.sort_by_key(|(scenario, ..)| REGISTRY.iter().position(|s| s.id == scenario.id));
    all
}

#[test]
fn twins_say_what_is_claimed() {
    let Some(python) = python() else {
        // `./dev conformance` promises it.
        assert!(std::env::var_os("TWINS").is_none(), "there is no CPython 3.11 or later (PYTHONS names one)");
        println!("skipped: there is no CPython 3.11 or later (set PYTHONS to name one)");
        return;
    };
    let mut faults = Vec::new();
    let mut said = twins_say::Said::default();
    for (scenario, printed, results) in all_printed(&python) {
        if printed.trim().is_empty() {
            faults.push(format!("{}.py prints nothing", scenario.id));
        }
        for value in results.unwrap_or_else(|| self::results(scenario)) {
            if !printed.replace(',', "").contains(&core(&value)) {
                faults.push(format!("{}: the program gives {value}, its twin prints\n{printed}", scenario.id));
            }
        }
        said.compare(scenario, &printed);
    }
    faults.extend(said.faults());
    assert!(faults.is_empty(), "{} faults with {python}:\n{}", faults.len(), faults.join("\n"));
    println!("{} twins with {python} print what {} claims state", REGISTRY.len(), said.claims);
}
