//! What every scenario of the registry must be; a new one is tested by being in it.

use crate::sample;
use interleave::model::{Cell, Failure, Kind, Machine, Model, Outcome, Param, Report, Run, RunEnd, Values};
use interleave::scenarios::{self, Chapter, REGISTRY, Scenario, recorded};
use interleave::share::{self, keys};
use std::collections::HashSet;
use std::path::Path;

/// The Python twin: the file beside the program.
pub fn twin(scenario: &Scenario) -> String {
    let file = scenario.file("py");
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[test]
fn ids_are_unique_and_name_the_files() {
    let ids: HashSet<_> = REGISTRY.iter().map(|s| s.id).collect();
    assert_eq!(ids.len(), REGISTRY.len());
    for scenario in REGISTRY {
        assert!(is_id(scenario.id), "{}", scenario.id);
        assert!(Path::new(&scenario.file("rs")).is_file(), "{} is not there", scenario.file("rs"));
        assert!(!twin(scenario).trim().is_empty(), "{}.py is empty", scenario.id);
    }
}

#[test]
fn every_program_file_is_registered() {
    for chapter in Chapter::ALL {
        for entry in std::fs::read_dir(Path::new("src/scenarios").join(chapter.folder())).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "py") {
                let id = path.file_stem().unwrap().to_str().unwrap().replace('_', "-");
                assert!(REGISTRY.iter().any(|s| s.id == id), "{} is not in the registry", path.display());
            }
        }
    }
}

#[test]
fn texts_are_there_and_short() {
    for scenario in REGISTRY {
        let id = scenario.id;
        assert!((1..=40).contains(&scenario.title.chars().count()), "{id}: title");
        assert!((10..=240).contains(&scenario.question.chars().count()), "{id}: question");
        for param in scenario.params {
            assert!(!param.label.is_empty() && param.label.chars().count() <= 32, "{id}: label of {}", param.key);
            assert!(!param.help.is_empty() && param.help.chars().count() <= 160, "{id}: help of {}", param.key);
        }
    }
}

fn bounds(param: &Param) -> [String; 3] {
    let default = param.default_value().to_string();
    match param.kind {
        Kind::Count { min, max, .. } | Kind::Millis { min, max, .. } => [min.to_string(), max.to_string(), default],
        Kind::OneOf { options, .. } => {
            [options.first().unwrap().to_string(), options.last().unwrap().to_string(), default]
        }
        Kind::Amount { min, max, .. } => [min.to_string(), max.to_string(), default],
    }
}

#[test]
fn parameters_are_sound() {
    for scenario in REGISTRY {
        let unique: HashSet<_> = scenario.params.iter().map(|p| p.key).collect();
        assert_eq!(unique.len(), scenario.params.len(), "{}", scenario.id);
        for param in scenario.params {
            let place = format!("{}: {}", scenario.id, param.key);
            assert!(is_id(param.key) && !keys::is_reserved(param.key), "{place}");
            for text in bounds(param) {
                let value = param.parse(&text).unwrap_or_else(|e| panic!("{place}: {text}: {e}"));
                assert_eq!(param.parse(&value.to_string()), Ok(value), "{place}: {text}");
            }
        }
    }
}

#[test]
fn presets_say_nothing_unknown() {
    for scenario in REGISTRY {
        let mut seen = HashSet::from([share::encode(&share::defaults(scenario), None)]);
        for preset in scenario.presets {
            let link = share::decode("", &format!("s={}&{}", scenario.id, preset.link));
            assert!(link.notices.is_empty(), "{}, {}: {:?}", scenario.id, preset.name, link.notices);
            assert!(preset.link.chars().all(keys::is_plain), "{}, {}", scenario.id, preset.name);
            let text = share::encode(&link.spec, None);
            assert!(seen.insert(text), "{}, {}: the same as another preset or the defaults", scenario.id, preset.name);
        }
    }
}

#[test]
fn arrangements_match_what_is_declared() {
    for scenario in REGISTRY {
        let id = scenario.id;
        assert!(!scenario.models.is_empty() && (1..=50).contains(&scenario.repeats), "{id}");
        let in_order = |models: &[Model]| models.is_sorted_by(|a, b| a < b);
        assert!(in_order(scenario.models), "{id}: models selected");
        let declared: Vec<_> = scenario.variants.iter().map(|v| v.id).collect();
        assert!(declared.iter().all(|v| is_id(v)), "{id}: {declared:?}");
        for arrangement in scenario.arrangements {
            assert!(!arrangement.models.is_empty() && in_order(arrangement.models), "{id}: models");
            assert_eq!(arrangement.variants.is_empty(), declared.is_empty(), "{id}: variants");
            assert!(arrangement.variants.iter().all(|v| declared.contains(v)), "{id}: {:?}", arrangement.variants);
        }
        let spec = share::defaults(scenario);
        let pairs = share::offered_pairs(scenario, &spec);
        for model in &spec.models {
            assert!(pairs.iter().any(|(m, _)| m == model), "{id}: {} is selected but runs nothing", model.id());
        }
        let all = scenario.offered();
        for variant in &declared {
            assert!(all.iter().any(|m| scenario.program(*m, variant).is_some()), "{id}: {variant} has no program");
        }
    }
}

/// The number in an assignment's value: `1_000`, `0.25`, `Decimal("60.00")`.
fn number(line: &str) -> Option<f64> {
    let value = line.split_once('=')?.1.split('#').next()?;
    value.trim().trim_start_matches("Decimal(\"").trim_end_matches("\")").replace('_', "").parse().ok()
}

#[test]
fn twins_begin_with_the_parameters() {
    for scenario in REGISTRY {
        let twin = twin(scenario);
        let body = twin.lines().take_while(|l| !l.starts_with("def ") && !l.starts_with("async def "));
        let head: Vec<_> = body.take_while(|l| !l.starts_with("class ")).collect();
        for param in scenario.params.iter().filter(|p| p.key != "speed") {
            let only = Values::defaults(std::slice::from_ref(param));
            let lines: Vec<_> = head.iter().filter_map(|l| Some((*l, share::python_line(l, &only)?))).collect();
            let [(old, new)] = &lines[..] else {
                panic!("{}.py assigns {} {} times before its first function", scenario.id, param.key, lines.len())
            };
            assert!(number(old).is_some() && number(old) == number(new), "{}: {old} is not {new}", scenario.id);
        }
    }
}

/// Without workers, what a worker runs is not offered, and the event loop is; without shared memory, threads are not.
#[test]
fn what_a_place_cannot_run_is_not_offered() {
    let (whole, mut seen) = (sample::machine(), HashSet::new());
    let places = [("whole", whole.clone()), ("no memory", Machine { shared_memory: false, ..whole.clone() })];
    for (name, machine) in
        places.into_iter().chain([("no workers", Machine { cores: 0, shared_memory: false, ..whole })])
    {
        for scenario in REGISTRY {
            for (model, variant) in scenario.pairs(&recorded::spec(scenario)) {
                let runs = scenario.runs_on(&machine, model, &variant);
                assert!(runs || name != "whole", "{}: {model:?} {variant}", scenario.id);
                assert!(!runs || name == "whole" || !model.needs_shared_memory(), "{}: {model:?}", scenario.id);
                assert!(!runs || name != "no workers" || model == Model::Asyncio, "{}: {model:?}", scenario.id);
                seen.insert((name, runs));
            }
        }
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
}

/// What a place cannot run is told from what it can by pairs, and each such pair is seen: the chip of its model or of its variant
/// stands for nothing that runs. In some lessons only a variant is missing.
#[test]
fn what_a_place_lacks_is_seen_at_a_chip() {
    let place = |cores, shared_memory| Machine { cores, shared_memory, isolated: shared_memory, ..sample::machine() };
    let mut by_variant = HashSet::new();
    for (name, machine) in [("whole", place(4, true)), ("no memory", place(4, false)), ("no workers", place(0, false))]
    {
        for scenario in REGISTRY {
            let (runs, lacks) = recorded::here(scenario, &machine);
            assert_eq!(runs.len() + lacks.len(), scenario.pairs(&recorded::spec(scenario)).len(), "{}", scenario.id);
            assert!(lacks.is_empty() || name != "whole", "{}: {lacks:?}", scenario.id);
            for (model, variant) in &lacks {
                let no_model = runs.iter().all(|(other, _)| other != model);
                let no_variant = runs.iter().all(|(_, other)| other != variant);
                assert!(no_model || no_variant, "{}, {name}: {model:?} {variant}", scenario.id);
                if !no_model {
                    by_variant.insert((name, scenario.id, variant.clone()));
                }
            }
        }
    }
    assert!(by_variant.contains(&("no memory", "pickling", "shared".to_owned())), "{by_variant:?}");
}

fn run(end: RunEnd, repeat: u32) -> Run {
    Run { repeat, end, elapsed: 1_000_000, trace: sample::two_threads() }
}

/// Reports as bad as they can be.
fn poor_reports(scenario: &Scenario) -> Vec<Report> {
    let spec = share::defaults(scenario);
    let report = |runs: &dyn Fn() -> Vec<Run>| {
        let cells = share::offered_pairs(scenario, &spec);
        let cells = cells.into_iter().map(|(model, variant)| Cell { model, variant, runs: runs() }).collect();
        Report { spec: spec.clone(), machine: sample::machine(), cells, recorded: None }
    };
    let ends = || {
        let failures = [
            Failure::Raised { kind: "ValueError".to_owned(), message: String::new() },
            Failure::OutOfMemory,
            Failure::NoSharedMemory,
        ];
        let failed = failures.into_iter().map(RunEnd::Failed);
        failed.chain([RunEnd::Running, RunEnd::Stopped]).zip(0..).map(|(end, i)| run(end, i)).collect()
    };
    let empty = || (0..3).map(|i| run(RunEnd::Finished(Outcome::default()), i)).collect();
    let no_time = || {
        let trace = interleave::model::Trace::default();
        vec![Run { repeat: 0, end: RunEnd::Finished(Outcome::new("x")), elapsed: 0, trace }]
    };
    let none = Report { cells: Vec::new(), ..report(&Vec::new) };
    vec![none, report(&Vec::new), report(&ends), report(&empty), report(&no_time)]
}

#[test]
fn poor_reports_are_survived() {
    for scenario in REGISTRY {
        for report in poor_reports(scenario) {
            let texts = scenario.explain(&report).join("\n");
            let claims = scenario.claims(&report);
            let claims = claims.iter().map(|c| format!("{}\n{}\n", c.text, c.measured)).collect::<String>();
            for text in [texts, claims] {
                assert!(!text.contains("NaN") && !text.contains("inf"), "{}: {text}", scenario.id);
                assert!(text.matches("**").count().is_multiple_of(2), "{}: {text}", scenario.id);
            }
            let verdict = scenarios::judge(&report);
            interleave::chart::bars(&report, &verdict);
            share::result(&report, &verdict.claims);
        }
    }
}

#[test]
fn nothing_is_claimed_of_what_did_not_run() {
    for scenario in REGISTRY {
        for report in poor_reports(scenario).into_iter().take(3) {
            for claim in scenario.claims(&report) {
                assert!(!claim.ok, "{}: {} holds, says {}, of no run at all", scenario.id, claim.text, claim.measured);
            }
        }
    }
}
