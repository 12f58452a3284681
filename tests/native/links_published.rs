//! Links that were published decode for ever: tests/links/v1.txt has every scenario, preset, model, variant and parameter.

use interleave::model::RunSpec;
use interleave::scenarios::{REGISTRY, Scenario, find};
use interleave::share;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const PATH: &str = "tests/links/v1.txt";

/// A specification as the file has it.
fn canonical(spec: &RunSpec) -> String {
    let mut out = spec.scenario.clone();
    for (key, value) in spec.values.iter() {
        write!(out, " {key}={value}").unwrap();
    }
    let models: Vec<_> = spec.models.iter().map(|m| m.id()).collect();
    // A link that names no variant means all there are, also those that come later.
    let every = find(&spec.scenario).is_some_and(|s| s.variants.len() == spec.variants.len());
    let variants = if every { "all".to_owned() } else { spec.variants.join(",") };
    write!(out, " | {} | {variants} | {} {}", models.join(","), spec.repeats, spec.seed).unwrap();
    out
}

/// The links that have to be there of a scenario: itself, its presets, each model, each variant, each parameter at both ends.
fn wanted(scenario: &Scenario) -> Vec<String> {
    let own = format!("v=1&s={}", scenario.id);
    let with = |more: String| format!("{own}&{more}");
    let models = scenario.offered();
    let all_models = models.iter().map(|m| m.id()).collect::<Vec<_>>().join(",");
    let mut links = vec![own.clone()];
    links.extend(scenario.presets.iter().map(|p| with(p.link.to_owned())));
    links.extend(models.iter().map(|m| with(format!("models={}", m.id()))));
    // A variant that needs a model which is not there by itself is linked with all of them.
    links.extend(scenario.variants.iter().map(|v| {
        let link = with(format!("variant={}", v.id));
        let alone = share::decode("", &link).notices.is_empty();
        if alone { link } else { with(format!("models={all_models}&variant={}", v.id)) }
    }));
    links.extend(scenario.params.iter().flat_map(|p| p.ends().map(|end| with(format!("{}={end}", p.key)))));
    links
}

/// The file's links with what stands behind each.
fn published(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter(|l| !l.is_empty() && !l.starts_with("//"));
    lines.map(|line| line.split_once(" -> ").expect(line))
}

/// Every link decodes to what stands behind it. A new scenario, preset, variant or parameter adds lines (`UPDATE_LINKS=1`
/// does so); a line that is there is never changed. A scenario may later get more parameters than its line lists, if their
/// defaults leave old links doing what they did.
#[test]
fn published_links_decode_for_ever() {
    let mut text = std::fs::read_to_string(PATH).unwrap_or_default();
    for (hash, expected) in published(&text) {
        let link = share::decode("", hash);
        assert!(link.notices.is_empty(), "{hash}: {:?}", link.notices);
        let now = canonical(&link.spec);
        let (values, rest) = expected.split_once(" | ").expect(hash);
        let (now_values, now_rest) = now.split_once(" | ").expect(hash);
        let now_values: Vec<_> = now_values.split(' ').collect();
        assert_eq!(now_rest, rest, "{hash}");
        for value in values.split(' ') {
            assert!(now_values.contains(&value), "{hash}: {value} is now another: {now}");
        }
    }
    let there: BTreeSet<&str> = published(&text).map(|(hash, _)| hash).collect();
    let mut missing = String::new();
    for hash in REGISTRY.iter().flat_map(|scenario| wanted(scenario)).filter(|hash| !there.contains(hash.as_str())) {
        writeln!(missing, "{hash} -> {}", canonical(&share::decode("", &hash).spec)).unwrap();
    }
    if std::env::var_os("UPDATE_LINKS").is_some() {
        text += &missing;
        std::fs::create_dir_all("tests/links").unwrap();
        std::fs::write(PATH, text).unwrap();
    } else {
        assert!(missing.is_empty(), "{PATH} lacks these lines (UPDATE_LINKS=1 adds them):\n{missing}");
    }
}

/// What a published link says comes back: written anew, it means the same.
#[test]
fn published_links_are_written_as_they_are_read() {
    let text = std::fs::read_to_string(PATH).unwrap();
    for (hash, _) in published(&text) {
        let link = share::decode("", hash);
        let again = share::encode(&link.spec, link.at);
        let back = share::decode("", &again);
        assert_eq!((&back.spec, back.at), (&link.spec, link.at), "{hash}");
        assert_eq!(share::encode(&back.spec, back.at), again, "{hash}");
    }
}

/// No line is there twice, and none names a scenario that is gone.
#[test]
fn every_published_link_is_of_a_scenario() {
    let text = std::fs::read_to_string(PATH).unwrap();
    let mut seen = BTreeMap::new();
    for (hash, expected) in published(&text) {
        assert!(seen.insert(hash, expected).is_none(), "{hash} is there twice");
        let id = expected.split(' ').next().unwrap_or_default();
        assert!(find(id).is_some(), "{hash}: there is no {id} any more");
    }
    for scenario in REGISTRY {
        let own = format!("v=1&s={}", scenario.id);
        assert!(seen.contains_key(own.as_str()), "{PATH} lacks {own} (UPDATE_LINKS=1 adds it)");
    }
}
