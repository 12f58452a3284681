//! Messages to the host page, as JSON: a public contract, versioned by `v`.

use crate::model::{Cell, Machine, Report, RunEnd, Value, stats, time::millis};
use crate::scenarios::{Scenario, find};
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the messages.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Ready {
    #[serde(rename = "type")]
    kind: &'static str,
    v: u32,
    capabilities: Capabilities,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Capabilities {
    cores: u32,
    isolated: bool,
    shared_memory: bool,
    top_level: bool,
    clock_step_ns: u64,
}

#[derive(Serialize)]
struct Resize {
    #[serde(rename = "type")]
    kind: &'static str,
    v: u32,
    height: u32,
}

#[derive(Serialize)]
struct ResizeCanvas {
    subject: &'static str,
    height: u32,
}

#[derive(Serialize)]
struct ResultMessage<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    v: u32,
    scenario: &'a str,
    params: BTreeMap<&'a str, Figure>,
    variant: String,
    seed: u64,
    runs: Vec<RunMessage<'a>>,
    claims: Vec<ClaimMessage>,
}

/// Whole numbers as numbers; exact decimals as text, since JSON's numbers are not exact.
#[derive(Serialize)]
#[serde(untagged)]
enum Figure {
    Whole(u64),
    Text(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunMessage<'a> {
    model: &'static str,
    variant: &'a str,
    ms: Vec<f64>,
    median_ms: Option<f64>,
    value: Option<&'a str>,
    ok: bool,
    reason: Option<String>,
}

#[derive(Serialize)]
struct ClaimMessage {
    text: String,
    ok: bool,
    measured: String,
}

fn json(message: &impl Serialize) -> String {
    // Plain structs with text keys: there is nothing in them that serde_json refuses.
    serde_json::to_string(message).unwrap_or_default()
}

/// `interleave:ready` as JSON.
pub fn ready(machine: &Machine) -> String {
    let capabilities = Capabilities {
        cores: machine.cores,
        isolated: machine.isolated,
        shared_memory: machine.shared_memory,
        top_level: machine.top_level,
        clock_step_ns: machine.clock_step,
    };
    json(&Ready { kind: "interleave:ready", v: VERSION, capabilities })
}

/// `interleave:resize` as JSON; `height` in CSS pixels.
pub fn resize(height: u32) -> String {
    json(&Resize { kind: "interleave:resize", v: VERSION, height })
}

/// The same in the form the Canvas learning platform understands (`lti.frameResize`).
pub fn resize_canvas(height: u32) -> String {
    json(&ResizeCanvas { subject: "lti.frameResize", height })
}

/// `interleave:result` as JSON; also what "Copy result as JSON" gives.
pub fn result(report: &Report) -> String {
    result_for(find(&report.spec.scenario), report)
}

/// [`result`] for a scenario that need not be in the registry; without one there are no claims.
pub fn result_for(scenario: Option<&Scenario>, report: &Report) -> String {
    let figure = |value: Value| match value {
        Value::Count(n) | Value::Millis(n) => Figure::Whole(n),
        Value::Amount(amount) => Figure::Text(amount.to_string()),
    };
    let claims = scenario.map(|s| (s.claims)(report)).unwrap_or_default();
    json(&ResultMessage {
        kind: "interleave:result",
        v: VERSION,
        scenario: &report.spec.scenario,
        params: report.spec.values.iter().map(|(key, value)| (key, figure(value))).collect(),
        variant: report.spec.variants.join(","),
        seed: report.spec.seed,
        runs: report.cells.iter().map(run_message).collect(),
        claims: claims
            .into_iter()
            .map(|c| ClaimMessage { text: c.text.replace("**", ""), ok: c.ok, measured: c.measured.replace("**", "") })
            .collect(),
    })
}

fn run_message(cell: &Cell) -> RunMessage<'_> {
    let ms: Vec<f64> = cell.finished().map(|(run, _)| rounded(millis(run.elapsed))).collect();
    let reason = cell.runs.iter().find_map(|run| match &run.end {
        RunEnd::Finished(_) => None,
        RunEnd::Failed(failure) => Some(failure.to_string()),
        RunEnd::Stopped => Some("stopped".to_owned()),
        RunEnd::Running => Some("running".to_owned()),
    });
    let reason = if cell.runs.is_empty() { Some("not run".to_owned()) } else { reason };
    RunMessage {
        model: cell.model.id(),
        variant: &cell.variant,
        median_ms: stats::median(&ms).map(rounded),
        ms,
        value: cell.last().map(|(_, outcome)| outcome.value.as_str()),
        ok: reason.is_none(),
        reason,
    }
}

/// Milliseconds to the microsecond, which is finer than any browser's clock.
fn rounded(ms: f64) -> f64 {
    (ms * 1_000.0).round() / 1_000.0
}
