//! Messages to the host page, as JSON: a public contract, versioned by `v`.

use super::json::Json;
use crate::model::{Cell, Claim, Machine, Origin, Report, RunEnd, State, Trace, Value, stats, time::millis};
use crate::scenarios::{Scenario, find};

/// The version of the messages.
const VERSION: u32 = 1;

/// A message: its type, its version, and the rest.
fn message(kind: &str, fields: Vec<(&'static str, Json)>) -> String {
    let mut all = vec![("type", kind.into()), ("v", VERSION.into())];
    all.extend(fields);
    Json::Object(all).to_string()
}

/// `interleave:ready` as JSON.
pub fn ready(machine: &Machine) -> String {
    let capabilities = Json::Object(vec![
        ("cores", machine.cores.into()),
        ("isolated", machine.isolated.into()),
        ("sharedMemory", machine.shared_memory.into()),
        ("topLevel", machine.top_level.into()),
        ("clockStepNs", machine.clock_step.into()),
    ]);
    message("interleave:ready", vec![("capabilities", capabilities)])
}

/// `interleave:resize` as JSON; `height` in CSS pixels.
pub fn resize(height: u32) -> String {
    message("interleave:resize", vec![("height", height.into())])
}

/// The same in the form the Canvas learning platform understands (`lti.frameResize`).
pub fn resize_canvas(height: u32) -> String {
    Json::Object(vec![("subject", "lti.frameResize".into()), ("height", height.into())]).to_string()
}

/// `interleave:result` as JSON; also what "Copy result as JSON" gives.
pub fn result(report: &Report, claims: &[Claim]) -> String {
    result_for(find(&report.spec.scenario), report, claims)
}

/// [`result`] for a scenario that need not be in the registry; without one there are no parameters.
pub fn result_for(scenario: Option<&Scenario>, report: &Report, claims: &[Claim]) -> String {
    let params = scenario.map(|s| s.params).unwrap_or_default();
    let params = params.iter().filter_map(|p| Some((p.key, figure(report.spec.values.get(p.key)?))));
    let mut fields = vec![
        ("scenario", report.spec.scenario.as_str().into()),
        ("params", Json::Object(params.collect())),
        ("variant", report.spec.variants.join(",").into()),
        ("seed", report.spec.seed.into()),
        ("runs", Json::List(report.cells.iter().map(runs).collect())),
        ("claims", Json::List(claims.iter().map(claim).collect())),
    ];
    fields.extend(report.recorded.as_ref().map(|origin| ("recorded", recorded(origin))));
    message("interleave:result", fields)
}

/// Where and when a recorded run took place; a live one says nothing of it.
fn recorded(origin: &Origin) -> Json {
    Json::Object(vec![
        ("browser", origin.browser.as_str().into()),
        ("system", origin.system.as_str().into()),
        ("cores", origin.cores.into()),
        ("date", origin.date.as_str().into()),
    ])
}

/// Whole numbers as numbers; exact decimals as text, since JSON's numbers are not exact.
fn figure(value: Value) -> Json {
    match value {
        Value::Count(n) | Value::Millis(n) => n.into(),
        Value::Amount(amount) => amount.to_string().into(),
    }
}

fn claim(claim: &Claim) -> Json {
    Json::Object(vec![
        ("text", claim.text.replace("**", "").into()),
        ("ok", claim.ok.into()),
        ("measured", claim.measured.replace("**", "").into()),
        ("timed", claim.timed.into()),
    ])
}

fn runs(cell: &Cell) -> Json {
    let ms: Vec<f64> = cell.finished().map(|(run, _)| rounded(millis(run.elapsed))).collect();
    let reason = cell.runs.iter().find_map(|run| match &run.end {
        RunEnd::Finished(_) => None,
        RunEnd::Failed(failure) => Some(failure.to_string()),
        RunEnd::Stopped => Some("stopped".to_owned()),
        RunEnd::Running => Some("running".to_owned()),
        RunEnd::Distorted(why) => Some(why.to_string()),
    });
    let reason = if cell.runs.is_empty() { Some("not run".to_owned()) } else { reason };
    Json::Object(vec![
        ("model", cell.model.id().into()),
        ("variant", cell.variant.as_str().into()),
        ("medianMs", stats::median(&ms).map(rounded).into()),
        ("ms", Json::List(ms.into_iter().map(Json::Real).collect())),
        ("value", cell.last().map(|(_, outcome)| outcome.value.as_str()).into()),
        ("figures", cell.last().map(|(_, outcome)| Json::Figures(outcome.figures.clone())).into()),
        ("startMs", cell.last().and_then(|(run, _)| slowest_start(&run.trace)).into()),
        ("ok", reason.is_none().into()),
        ("reason", reason.into()),
    ])
}

/// How long the slowest thread or process took to start, if any had to.
fn slowest_start(trace: &Trace) -> Option<f64> {
    let spans = trace.spans();
    // A main process that waits for others to start is in lane 0.
    let starts = spans.iter().filter(|span| span.state == State::Starting && span.lane != 0);
    starts.map(|span| span.end - span.start).max().map(|start| rounded(millis(start)))
}

/// Milliseconds to the microsecond, which is finer than any browser's clock.
fn rounded(ms: f64) -> f64 {
    (ms * 1_000.0).round() / 1_000.0
}
