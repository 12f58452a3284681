//! What a frame shows before anything is loaded: the picture of a scenario's recorded run, wide and narrow, light and dark, and
//! its texts.

use interleave::chart::{self, Colours, Look};
use interleave::model::{Machine, Model, Report};
use interleave::scenarios::{Program, REGISTRY, Scenario, recorded};
use serde_json::json;
use std::error::Error;
use std::fs;
use std::path::Path;

/// Widths of the pictures: of a frame in a course page, and of one on a phone.
pub const WIDE: f64 = 720.0;
const NARROW: f64 = 380.0;
/// Lanes in them: what a frame has room for.
pub const LANES: usize = 12;

/// The four files of a picture: what follows the id in their names, width and colours. `www/frame.js` knows them too.
const FILES: [(&str, f64, Colours); 4] = [
    ("", WIDE, Colours::Light),
    ("-dark", WIDE, Colours::Dark),
    ("-narrow", NARROW, Colours::Light),
    ("-narrow-dark", NARROW, Colours::Dark),
];

/// Writes pictures and texts of every scenario; the texts of the first also as `first.json`, for links that name none.
pub fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for (place, scenario) in REGISTRY.iter().enumerate() {
        let Some(report) = known(scenario) else { continue };
        for (name, width, colours) in FILES {
            let picture = picture(scenario, &report, width, colours);
            fs::write(folder.join(format!("{}{name}.svg", scenario.id)), picture)?;
        }
        let texts = texts(scenario, &report).to_string();
        if place == 0 {
            fs::write(folder.join("first.json"), &texts)?;
        }
        fs::write(folder.join(format!("{}.json", scenario.id)), texts)?;
    }
    Ok(())
}

/// The recorded run of a scenario; one that is missing is told of, and so far nobody is kept from building: recording it takes
/// a built site.
pub fn known(scenario: &Scenario) -> Option<Report> {
    report(scenario).inspect_err(|error| eprintln!("no picture: {error}")).ok()
}

/// The same, for those who insist.
pub fn report(scenario: &Scenario) -> Result<Report, Box<dyn Error>> {
    let path = Path::new("www").join(recorded::address(scenario.id));
    let bytes = fs::read(&path).map_err(|e| format!("{}: {e}; ./dev record {}", path.display(), scenario.id))?;
    let recording = recorded::read(scenario, &bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(recorded::report(scenario, recording))
}

fn picture(scenario: &Scenario, report: &Report, width: f64, colours: Colours) -> String {
    let title = alternative(scenario, report);
    chart::svg(&chart::still(scenario, report, width, LANES), &Look { colours, ground: false, title: &title })
}

/// The picture in words.
pub fn alternative(scenario: &Scenario, report: &Report) -> String {
    let label = chart::recorded_label(report).unwrap_or_default();
    format!("{} {label}", chart::still_words(scenario, report, LANES))
}

/// What a frame says and has to know of a scenario.
fn texts(scenario: &Scenario, report: &Report) -> serde_json::Value {
    let ids = |models: Vec<Model>| models.into_iter().map(Model::id).collect::<Vec<_>>();
    let size = |width| json!([width, chart::still(scenario, report, width, LANES).height]);
    let variants: Vec<&str> = match scenario.variants {
        [] => vec![""],
        variants => variants.iter().map(|v| v.id).collect(),
    };
    let under = |model: Model| variants.iter().filter_map(move |v| Some((*v, scenario.program(model, v)?)));
    let light = |m: &Model| *m != Model::Hybrid && under(*m).all(|(_, p)| matches!(p, Program::Async(_)));
    let offered = scenario.offered();
    // The chips that stand for nothing that runs.
    let lacking = |cores| {
        let machine = Machine { cores, isolated: false, shared_memory: false, top_level: false, clock_step: 0 };
        let (runs, _) = recorded::here(scenario, &machine);
        let models = offered.iter().filter(|m| !runs.iter().any(|(model, _)| model == *m)).map(|m| m.label());
        let variants = scenario.variants.iter().filter(|v| !runs.iter().any(|(_, id)| id == v.id)).map(|v| v.label);
        models.chain(variants).collect::<Vec<_>>()
    };
    json!({
        "id": scenario.id,
        "title": scenario.title,
        "question": scenario.question,
        "recorded": chart::recorded_label(report),
        "words": alternative(scenario, report),
        "wide": size(WIDE),
        "narrow": size(NARROW),
        // What runs when a link names no models; what may start by itself; how many chips there are, and which of them stand
        // for what cannot run without shared memory, and not without workers.
        "models": ids(scenario.defaults().models),
        "light": ids(offered.iter().copied().filter(light).collect()),
        "offered": offered.len() + scenario.variants.len(),
        "lacking": { "memory": lacking(1), "workers": lacking(0) },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may stop at once

    use super::*;

    #[test]
    fn every_scenario_has_a_small_picture_with_its_label() {
        for scenario in REGISTRY {
            let report = report(scenario).unwrap();
            let label = chart::recorded_label(&report).unwrap();
            for (name, width, colours) in FILES {
                let file = picture(scenario, &report, width, colours);
                // The heaviest is sent as a seventh of that; tests/e2e/checks/stills.rs weighs what a frame loads.
                assert!(file.len() < 160_000, "{}{name}: {} bytes", scenario.id, file.len());
                assert!(file.matches(&label).count() == 2, "{}: title and picture say {label}", scenario.id);
                assert!(!file.contains("<style") && !file.contains("NaN"), "{}", scenario.id);
            }
        }
    }

    #[test]
    fn texts_say_what_can_run() {
        let of = |id: &str| {
            let scenario = interleave::scenarios::find(id).unwrap();
            texts(scenario, &report(scenario).unwrap())
        };
        let (prices, primes, deadlock, pickling) = (of("prices"), of("primes"), of("deadlock"), of("pickling"));
        let nothing = json!({ "memory": [], "workers": [] });
        assert_eq!((&prices["light"], &prices["lacking"]), (&json!(["asyncio"]), &nothing));
        assert_eq!(primes["lacking"]["memory"], json!(["threads (GIL)", "free threads"]));
        assert_eq!(pickling["lacking"]["memory"], json!(["shared"]));
        let all = |texts: &serde_json::Value, of: &str| {
            texts["lacking"][of].as_array().map(Vec::len) == texts["offered"].as_u64().map(|n| n as usize)
        };
        assert!(all(&primes, "workers") && all(&deadlock, "memory") && !all(&primes, "memory"));
        assert!(all(&pickling, "workers") && !all(&pickling, "memory"));
    }
}
