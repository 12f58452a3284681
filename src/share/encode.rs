//! Writing a link: what differs from the defaults, in the characters every mailer and editor leaves alone.

use super::decode::defaults;
use super::keys::VERSION;
use super::query::encode_query;
use super::view::View;
use crate::model::{Model, RunSpec};
use crate::scenarios::{Scenario, find};

/// The hash text for a specification, without `#`; defaults are left out.
///
/// The version and the scenario are always said: what a missing key means hangs on them.
pub fn encode(spec: &RunSpec, at: Option<u64>) -> String {
    find(&spec.scenario).map(|scenario| encode_for(scenario, spec, at)).unwrap_or_default()
}

/// [`encode`] for a scenario that need not be in the registry.
pub fn encode_for(scenario: &Scenario, spec: &RunSpec, at: Option<u64>) -> String {
    let default = defaults(scenario);
    let mut parts = vec![format!("v={VERSION}"), format!("s={}", scenario.id)];
    for param in scenario.params {
        if let Some(value) = spec.values.get(param.key)
            && value != param.default_value()
        {
            parts.push(format!("{}={value}", param.key));
        }
    }
    if spec.models != default.models && !spec.models.is_empty() {
        let ids: Vec<_> = spec.models.iter().copied().map(Model::id).collect();
        parts.push(format!("models={}", ids.join(",")));
    }
    if spec.variants != default.variants && !spec.variants.is_empty() {
        parts.push(format!("variant={}", spec.variants.join(",")));
    }
    if spec.repeats != default.repeats {
        parts.push(format!("repeats={}", spec.repeats));
    }
    if spec.seed != default.seed {
        parts.push(format!("seed={}", spec.seed));
    }
    if let Some(at) = at {
        parts.push(format!("at={at}"));
    }
    parts.join("&")
}

/// A whole link: `base` (an address, whose own query and hash are cut off) with a view and a specification.
pub fn link(base: &str, view: &View, spec: &RunSpec, at: Option<u64>) -> String {
    let base = base.split(['?', '#']).next().unwrap_or_default();
    let query = encode_query(view);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{base}{mark}{query}#{}", encode(spec, at))
}
