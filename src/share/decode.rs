//! Reading a link: tolerant, typed, never failing.

use super::keys::{MAX_AT, VERSION};
use super::notice::{Notice, shown};
use super::pairs::split;
use super::query::{decode_query, flag, several};
use super::view::View;
use crate::model::{Model, RunSpec, Values};
use crate::scenarios::{REGISTRY, Scenario};

/// A link, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// How to show.
    pub view: View,
    /// What to run; the first scenario with its defaults when nothing usable was said.
    pub spec: RunSpec,
    /// Cursor position, ms.
    pub at: Option<u64>,
    /// Start by itself.
    pub run: bool,
    /// What was not used.
    pub notices: Vec<Notice>,
}

/// What a scenario runs when nothing is said.
pub fn defaults(scenario: &Scenario) -> RunSpec {
    scenario.defaults()
}

/// The pairs of model and variant that a specification selects and its scenario offers ([`Scenario::pairs`]).
pub fn offered_pairs(scenario: &Scenario, spec: &RunSpec) -> Vec<(Model, String)> {
    scenario.pairs(spec)
}

/// Reads a link; `query` and `hash` with or without their first character. Never fails.
pub fn decode(query: &str, hash: &str) -> Link {
    decode_in(REGISTRY, query, hash)
}

/// [`decode`] with a registry of one's own.
pub fn decode_in(registry: &[&Scenario], query: &str, hash: &str) -> Link {
    let mut notices = Vec::new();
    let hash = split(hash.strip_prefix('#').unwrap_or(hash), &mut notices);
    let query = split(query.strip_prefix('?').unwrap_or(query), &mut notices);

    if let Some(version) = value(&hash, "v") {
        version_notice(version, &mut notices);
    }
    let named = value(&hash, "s");
    let scenario = match named {
        Some(id) => registry.iter().find(|s| s.id.eq_ignore_ascii_case(id)),
        None => registry.first(),
    };
    let Some(&scenario) = scenario else {
        // What follows was said about a scenario that is not here: it would be nonsense for another.
        notices.extend(named.map(|id| Notice::UnknownScenario(shown(id))));
        let spec = registry.first().map_or_else(nothing, |s| defaults(s));
        let view = decode_query(&query, None, &mut notices);
        return Link { view, spec, at: None, run: false, notices };
    };

    let mut reader = Reader { scenario, spec: defaults(scenario), at: None, run: false };
    for (key, value) in &hash {
        reader.read(key, value, &mut notices);
    }
    reader.check_pairs(&mut notices);
    let view = decode_query(&query, Some(scenario.params), &mut notices);
    Link { view, spec: reader.spec, at: reader.at, run: reader.run, notices }
}

fn value<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
}

fn version_notice(text: &str, notices: &mut Vec<Notice>) {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(0) => notices.push(Notice::bad("v", text, "no such version")),
        Ok(v) if v <= VERSION && digits => {}
        _ if digits => notices.push(Notice::FutureVersion(shown(text))),
        _ => notices.push(Notice::bad("v", text, "not a version")),
    }
}

/// What to run when there is no scenario at all.
fn nothing() -> RunSpec {
    RunSpec {
        scenario: String::new(),
        values: Values::default(),
        models: vec![Model::Sequential],
        variants: Vec::new(),
        repeats: 1,
        seed: RunSpec::DEFAULT_SEED,
    }
}

/// Puts the keys of a hash into a specification, one by one.
struct Reader<'a> {
    scenario: &'a Scenario,
    spec: RunSpec,
    at: Option<u64>,
    run: bool,
}

impl Reader<'_> {
    fn read(&mut self, key: &str, value: &str, notices: &mut Vec<Notice>) {
        let result = match key {
            "v" | "s" => Ok(()),
            "models" => {
                let models = several(&self.scenario.offered(), Model::id, key, value, notices);
                if !models.is_empty() {
                    self.spec.models = models;
                }
                Ok(())
            }
            "variant" => {
                let variants = several(self.scenario.variants, |v| v.id, key, value, notices);
                if !variants.is_empty() {
                    self.spec.variants = variants.iter().map(|v| v.id.to_owned()).collect();
                }
                Ok(())
            }
            "repeats" => whole(value, 1, u64::from(RunSpec::MAX_REPEATS)).map(|n| self.spec.repeats = n as u32),
            "seed" => whole(value, 0, RunSpec::MAX_SEED).map(|n| self.spec.seed = n),
            "at" => whole(value, 0, MAX_AT).map(|n| self.at = Some(n)),
            "run" => flag(value).map(|on| self.run = on),
            _ if self.scenario.params.iter().any(|p| p.key == key) => {
                self.spec.values.set(self.scenario.params, key, value).map_err(|e| e.to_string())
            }
            _ => {
                notices.push(Notice::UnknownKey(shown(key)));
                Ok(())
            }
        };
        if let Err(why) = result {
            notices.push(Notice::bad(key, value, why));
        }
    }

    /// Goes back to the default models and variants when the scenario offers no pair of those selected.
    fn check_pairs(&mut self, notices: &mut Vec<Notice>) {
        if !offered_pairs(self.scenario, &self.spec).is_empty() {
            return;
        }
        let default = defaults(self.scenario);
        if (&self.spec.models, &self.spec.variants) == (&default.models, &default.variants) {
            return;
        }
        let models: Vec<_> = self.spec.models.iter().map(|m| m.id()).collect();
        let why = format!("not offered by {}", models.join(", "));
        notices.push(Notice::bad("variant", &self.spec.variants.join(","), why));
        self.spec.models = default.models;
        self.spec.variants = default.variants;
    }
}

/// A whole number within bounds.
fn whole(text: &str, min: u64, max: u64) -> Result<u64, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        _ if !digits => Err("not a number".to_owned()),
        Ok(n) if (min..=max).contains(&n) => Ok(n),
        _ => Err(format!("outside {min} … {max}")),
    }
}
