//! What must hold of the three ways to meet a failure, and what was seen of them.

use super::super::endings::ended;
use super::super::lateness::{CLOSE, STEP, real, slack, speed_note, took};
use super::{GATHER, GROUP, RETURNED, failing};
use crate::model::time::millis;
use crate::model::units::{time, time_ms};
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Report, Run};

/// What the plan asks for.
struct Asked {
    /// Tasks that do not fail.
    others: usize,
    work: Nanos,
    fail_after: Nanos,
    /// Whether a real clock may decide either way which of them ends first.
    close: bool,
}

fn asked(report: &Report) -> Asked {
    let values = &report.spec.values;
    let (work, fail_after) = (values.wait("work"), values.wait("fail-after"));
    let close = real(report, work.abs_diff(fail_after)) < CLOSE;
    Asked { others: values.count("tasks").saturating_sub(1) as usize, work, fail_after, close }
}

/// Runs that ended well.
pub(super) type Runs<'a> = Vec<(&'a Run, &'a Outcome)>;

/// The runs of a variant that ended well.
pub(super) fn runs<'a>(report: &'a Report, variant: &str) -> Runs<'a> {
    report.cell(Model::Asyncio, variant).map(|cell| cell.finished().collect()).unwrap_or_default()
}

/// A figure of an outcome; −1 when it has none.
pub(super) fn figure(outcome: &Outcome, name: &str) -> f64 {
    outcome.figure(name).unwrap_or(-1.0)
}

/// The claim that the main task heard of it after `wait`.
fn heard(report: &Report, runs: &Runs, text: &str, wait: Nanos) -> Option<Claim> {
    let (wait, late) = (real(report, wait), slack(1));
    let times = || runs.iter().map(|(_, outcome)| figure(outcome, "heard"));
    let ok = times().all(|at| at >= millis(wait.saturating_sub(STEP)) && at <= millis(wait + late));
    let text = format!("{text}: after **{}** (at most {} late)", time(wait), time(late));
    Some(Claim::new(text, ok, time_ms(times().next_back()?)).by_the_clock())
}

/// How the tasks that did not fail ended.
fn fate(run: &Run) -> (usize, usize) {
    (ended(&run.trace, Mark::Finished), ended(&run.trace, Mark::Cancelled))
}

fn fates((finished, cancelled): (usize, usize)) -> String {
    format!("{finished} finished, {cancelled} cancelled")
}

/// Each way's claims.
pub fn claims(report: &Report) -> Vec<Claim> {
    [of_gather(report), of_returned(report), of_group(report)].into_iter().flatten().flatten().collect()
}

fn of_gather(report: &Report) -> Option<Vec<Claim>> {
    let (asked, runs) = (asked(report), runs(report, GATHER));
    let (last, outcome) = runs.last()?;
    let mut claims = vec![Claim::new(
        format!(
            "When one fails, gather cancels **nobody**, whatever guides say: the other {} run to their ends",
            asked.others
        ),
        runs.iter()
            .all(|(run, outcome)| fate(run) == (asked.others, 0) && outcome.value.starts_with("raised ValueError:")),
        fates(fate(last)),
    )];
    if !asked.close {
        let running = if asked.fail_after < asked.work { asked.others } else { 0 };
        claims.push(Claim::new(
            format!("When gather raises the ValueError, **{running}** others still run"),
            runs.iter().all(|(_, outcome)| figure(outcome, "running") == running as f64),
            format!("{} running", figure(outcome, "running")),
        ));
        claims.extend(heard(report, &runs, "gather raises it as soon as it happens", asked.fail_after));
    }
    Some(claims)
}

fn of_returned(report: &Report) -> Option<Vec<Claim>> {
    let (asked, runs) = (asked(report), runs(report, RETURNED));
    let (last, outcome) = runs.last()?;
    let place = failing(&report.spec.values);
    let whole = |run: &Run, outcome: &Outcome| {
        fate(run) == (asked.others, 0)
            && outcome.value.starts_with("returned ValueError:")
            && figure(outcome, "running") == 0.0
            && figure(outcome, "place") == place as f64
    };
    let mut claims = vec![Claim::new(
        format!(
            "return_exceptions gives **{}** results and, in place **{place}**, the error; it raises nothing",
            asked.others
        ),
        runs.iter().all(|(run, outcome)| whole(run, outcome)),
        format!("{}, the error in place {}", fates(fate(last)), figure(outcome, "place")),
    )];
    let longest = asked.work.max(asked.fail_after);
    claims.extend(heard(report, &runs, "It says so only when all have ended", longest));
    Some(claims)
}

fn of_group(report: &Report) -> Option<Vec<Claim>> {
    let (asked, runs) = (asked(report), runs(report, GROUP));
    let (last, outcome) = runs.last()?;
    let mut claims = Vec::new();
    if asked.close {
        claims.push(Claim::new(
            format!("Of the other {} each has finished or was cancelled", asked.others),
            runs.iter().all(|(run, _)| fate(run).0 + fate(run).1 == asked.others),
            fates(fate(last)),
        ));
    } else {
        let cancelled = if asked.fail_after < asked.work { asked.others } else { 0 };
        claims.push(Claim::new(
            format!("The TaskGroup cancels those that still run: **{cancelled}** of {}", asked.others),
            runs.iter().all(|(run, _)| fate(run) == (asked.others - cancelled, cancelled)),
            fates(fate(last)),
        ));
    }
    claims.push(Claim::new(
        "It raises an ExceptionGroup with **only** the ValueError, and leaves **no task** behind",
        runs.iter().all(|(_, outcome)| {
            outcome.value.starts_with("raised ExceptionGroup(ValueError):") && figure(outcome, "running") == 0.0
        }),
        outcome.value.clone(),
    ));
    claims.extend(took(
        report,
        Model::Asyncio,
        GROUP,
        "The group is over when its first task fails",
        asked.fail_after,
        1,
    ));
    Some(claims)
}

/// Each way in a paragraph.
pub fn explain(report: &Report) -> Vec<String> {
    let last = |variant| runs(report, variant).pop();
    let mut out = Vec::new();
    if let Some((run, outcome)) = last(GATHER) {
        let (finished, cancelled) = fate(run);
        let running = match figure(outcome, "running") {
            running if running > 0.0 => format!(
                "At that moment **{running}** other tasks were still running. Some guides say that gather cancels them. It did \
                 not. Your code waited for them; else asyncio.run would have cancelled them at the program's end."
            ),
            _ => "The others had ended by then.".to_owned(),
        };
        out.push(format!(
            "gather raised the ValueError after **{}**. {running} **{finished}** finished, **{cancelled}** were cancelled.",
            time_ms(figure(outcome, "heard")),
        ));
    }
    if let Some((run, outcome)) = last(RETURNED) {
        out.push(format!(
            "With return_exceptions=True nothing was raised. After **{}** gather gave back a list with {} results. The \
             exception stood among them, in place **{}**. Look at each entry: nobody else does.",
            time_ms(figure(outcome, "heard")),
            fate(run).0,
            figure(outcome, "place"),
        ));
    }
    if let Some((run, outcome)) = last(GROUP) {
        let (finished, cancelled) = fate(run);
        out.push(format!(
            "The TaskGroup cancelled **{cancelled}** tasks when one had failed; **{finished}** had finished before. It waited \
             until all had ended. Then, after **{}**, it raised an ExceptionGroup.",
            time_ms(figure(outcome, "heard")),
        ));
    }
    if asked(report).close && !out.is_empty() {
        out.push("The others end at nearly the same moment as the one that fails. So who is first may change from run to run.".to_owned());
    }
    out.extend(speed_note(report));
    out
}
