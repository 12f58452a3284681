//! How long waits may take: never less than asked for, and a little more on a busy machine.

use crate::model::stats::summary;
use crate::model::time::millis;
use crate::model::units::{time, time_ms};
use crate::model::{Claim, MS, Model, Nanos, Report};

/// Clocks in browsers go in steps of up to a millisecond, so that an exact wait may look this much shorter.
pub const STEP: Nanos = 2 * MS;

/// What `waits` waits, one after another, may be late in all: browsers fire timers late when other work is going on.
pub fn slack(waits: u64) -> Nanos {
    150 * MS + waits * 25 * MS
}

/// Simulated waiting time as it really passes at the speed asked for.
pub fn real(report: &Report, wait: Nanos) -> Nanos {
    wait / report.spec.values.speed()
}

/// The claim that the runs of a cell took `wait` (of the simulated world), in `waits` waits one after another: none less, and the
/// median at most [`slack`] more. A busy machine can make it late, but nothing makes it early: not even that another takes the
/// next of a queue when one is late.
pub fn took(report: &Report, model: Model, variant: &str, what: &str, wait: Nanos, waits: u64) -> Option<Claim> {
    let wait = real(report, wait);
    let summary = summary(report, model, variant)?;
    let slack = slack(waits);
    // A loop takes for due what is due within a step of its clock, and believes in steps of a millisecond at most.
    let early_by = STEP + waits * report.machine.clock_step.min(MS);
    let early = summary.min < millis(wait.saturating_sub(early_by));
    let ok = !early && summary.median <= millis(wait + slack);
    let claim = Claim::new(
        format!("{what}: **{}** (at most {} late)", time(wait), time(slack)),
        ok,
        if summary.n == 1 {
            time_ms(summary.median)
        } else {
            format!("median {} of {} runs, shortest {}", time_ms(summary.median), summary.n, time_ms(summary.min))
        },
    );
    Some(if early { claim } else { claim.by_the_clock() })
}

/// How sure the order of two moments is on a real clock: nearer than this, either may come first.
pub const CLOSE: Nanos = 100 * MS;

/// What to say about speed, if waits were made shorter.
pub fn speed_note(report: &Report) -> Option<String> {
    let speed = report.spec.values.speed();
    (speed > 1).then(|| format!("Every simulated wait passed **{speed} times** faster than the program asked for."))
}
