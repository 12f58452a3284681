//! Every run as a line of a table that spreadsheets and statistics read (RFC 4180).

use crate::model::time::millis;
use crate::model::{Report, RunEnd};
use crate::scenarios::find;

/// The columns before those of the parameters.
const FIRST: [&str; 9] = ["scenario", "model", "variant", "repeat", "ms", "value", "ok", "reason", "seed"];
/// The columns behind them: where it ran.
const LAST: [&str; 6] = ["cores", "isolated", "shared_memory", "clock_step_ns", "recorded", "recorded_on"];

/// The timings: a line for each run, also for those without a result (`ok` is false, and `reason` says why).
///
/// `ms` is the wall time to the microsecond; a parameter `jobs` stands in a column `param_jobs`, waits in milliseconds.
pub fn csv(report: &Report) -> String {
    let params = find(&report.spec.scenario).map(|s| s.params).unwrap_or_default();
    let named = params.iter().map(|p| format!("param_{}", p.key.replace('-', "_")));
    let mut out = String::new();
    line(&mut out, FIRST.map(str::to_owned).into_iter().chain(named).chain(LAST.map(str::to_owned)));
    let (machine, origin) = (&report.machine, report.recorded.as_ref());
    for cell in &report.cells {
        for run in &cell.runs {
            let (value, reason) = match &run.end {
                RunEnd::Finished(outcome) => (outcome.value.clone(), String::new()),
                RunEnd::Failed(failure) => (String::new(), failure.to_string()),
                RunEnd::Stopped => (String::new(), "stopped".to_owned()),
                RunEnd::Running => (String::new(), "running".to_owned()),
                RunEnd::Distorted(why) => (String::new(), why.to_string()),
            };
            let first = [
                report.spec.scenario.clone(),
                cell.model.id().to_owned(),
                cell.variant.clone(),
                (run.repeat + 1).to_string(),
                format!("{:.3}", millis(run.elapsed)),
                value,
                reason.is_empty().to_string(),
                reason,
                report.spec.seed.to_string(),
            ];
            let values =
                params.iter().map(|p| report.spec.values.get(p.key).map(|v| v.to_string()).unwrap_or_default());
            let last = [
                machine.cores.to_string(),
                machine.isolated.to_string(),
                machine.shared_memory.to_string(),
                machine.clock_step.to_string(),
                origin.map(|o| o.date.clone()).unwrap_or_default(),
                origin.map(|o| format!("{}, {}", o.browser, o.system)).unwrap_or_default(),
            ];
            line(&mut out, first.into_iter().chain(values).chain(last));
        }
    }
    out
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (place, field) in fields.enumerate() {
        if place > 0 {
            out.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    out.push_str("\r\n");
}
