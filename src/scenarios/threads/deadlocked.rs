//! The outcome of a program that ends in a deadlock, and what lessons claim of it.

use super::{of_runs, runs};
use crate::model::units::time;
use crate::model::{Claim, Deadlock, MS, Mark, Nanos, Outcome, Plan, Report, Run};

/// The result of such a run.
pub const VALUE: &str = "deadlock";
/// Within this time of the last wait that makes it, a deadlock is to be named.
const SOON: Nanos = 500 * MS;

/// The outcome: what the deadlock is, in words, how many threads make up its circle, and when it was found (ns).
pub fn outcome(_: &Plan, deadlock: &Deadlock) -> Outcome {
    Outcome::new(VALUE).with("circle", deadlock.circle.into()).with("at", deadlock.at as f64).line(deadlock.to_string())
}

/// What a run said of the deadlock it ended in.
pub fn words(outcome: &Outcome) -> &str {
    outcome.lines.first().map_or("", String::as_str)
}

/// The claim that every run of a variant ended in a deadlock with so many threads in its circle, and that it was named in
/// these words.
pub fn named(report: &Report, variant: &str, text: &str, circle: u32, all: &[&str]) -> Option<Claim> {
    let outcomes: Vec<&Outcome> = runs(report, variant).map(|(_, outcome)| outcome).collect();
    let last = outcomes.last()?;
    let right = |outcome: &&&Outcome| {
        let said = all.iter().all(|words| self::words(outcome).contains(words));
        outcome.value == VALUE && outcome.figure("circle") == Some(circle.into()) && said
    };
    let right = outcomes.iter().filter(right).count();
    let measured = format!("{}: {}", of_runs(right, outcomes.len()), words(last));
    Some(Claim::new(text, right == outcomes.len(), measured))
}

/// How long after the last wait began that makes it the deadlock was found.
pub fn found_after(run: &Run, outcome: &Outcome) -> Option<Nanos> {
    let closed = run.trace.marks(Mark::WaitsFor).map(|record| record.at).max()?;
    Some((outcome.figure("at")? as Nanos).saturating_sub(closed))
}

/// The claim that the deadlocks of a variant were found soon.
pub fn soon(report: &Report, variant: &str) -> Option<Claim> {
    let longest = runs(report, variant).filter_map(|(run, outcome)| found_after(run, outcome)).max()?;
    let text = format!("It is named within **{}** of the last wait", time(SOON));
    Some(Claim::new(text, longest <= SOON, format!("after {} at most", time(longest))).by_the_clock())
}
