//! What the browser or the computer did to a run, so that its times say nothing of the program.

use super::time::{MS, Nanos, SECOND, US};
use super::trace::{Mark, Trace};
use super::units::time;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Hidden for less than this, a page has lost nothing.
const HIDDEN: Nanos = 50 * MS;
/// No browser calls a page in view this late, however busy it is; a page that is held by its own callbacks is another matter.
const HALTED: Nanos = 5 * SECOND;
/// Browsers call a page that has been hidden for long once a minute.
const SELDOM: Nanos = 90 * SECOND;
/// Waits that end so late are no waits of the program's any more.
const LATE: Nanos = 500 * MS;

/// What was noticed from outside while a run went on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How long the page was hidden.
    pub hidden: Nanos,
    /// The longest time between two calls that had been asked for in short, regular intervals.
    pub silent: Nanos,
}

/// Why a run is not shown as a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Distortion {
    /// The page was hidden for so long.
    Hidden(Nanos),
    /// Nothing at all happened for so long: the computer slept, or the page was halted.
    Slept(Nanos),
    /// The browser called the event loop so late.
    Late(Nanos),
}

/// Whether a run was distorted, by what was noticed and by what its trace says; the worst reason, if there are several.
pub fn distortion(facts: Facts, trace: &Trace) -> Option<Distortion> {
    let longest = |mark: Mark| trace.marks(mark).map(|r| Nanos::from(r.arg) * US).max().unwrap_or(0);
    let hidden = facts.hidden >= HIDDEN;
    let silent = facts.silent.saturating_sub(longest(Mark::Held));
    if silent >= if hidden { SELDOM } else { HALTED } {
        return Some(Distortion::Slept(silent));
    }
    if hidden {
        return Some(Distortion::Hidden(facts.hidden));
    }
    Some(longest(Mark::Late)).filter(|late| *late >= LATE).map(Distortion::Late)
}

impl fmt::Display for Distortion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distortion::Hidden(t) => write!(
                f,
                "The tab was hidden for {} during this run; browsers slow a hidden page down, its timers above all. Run it again \
                 with the tab in view.",
                time(*t)
            ),
            Distortion::Slept(t) => write!(
                f,
                "Nothing happened for {} in the middle of this run: the computer slept, or the page was halted. Run it again.",
                time(*t)
            ),
            Distortion::Late(t) => write!(
                f,
                "The browser called the event loop up to {} late during this run: it was busy with something else, or saves power. \
                 Run it again.",
                time(*t)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Record, What};

    fn trace(mark: Mark, time: Nanos) -> Trace {
        let mut trace = Trace::default();
        trace.extend([Record { at: time, lane: 0, what: What::Instant(mark), arg: (time / US) as u32 }]);
        trace
    }

    #[test]
    fn reasons_are_told_apart() {
        let judge = |hidden: Nanos, silent: Nanos, trace: &Trace| {
            distortion(Facts { hidden: hidden * MS, silent: silent * MS }, trace)
        };
        let quiet = Trace::default();
        assert_eq!(judge(0, 600, &quiet), None);
        assert_eq!(judge(49, 1_000, &quiet), None);
        assert_eq!(judge(3_200, 1_000, &quiet), Some(Distortion::Hidden(3_200 * MS)));
        // Once a minute is what a browser does to a hidden page; beyond that, the computer slept.
        assert_eq!(judge(400_000, 61_000, &quiet), Some(Distortion::Hidden(400 * SECOND)));
        assert_eq!(judge(400_000, 100_000, &quiet), Some(Distortion::Slept(100 * SECOND)));
        assert_eq!(judge(0, 6_000, &quiet), Some(Distortion::Slept(6 * SECOND)));
        // The program itself held the page.
        assert_eq!(judge(0, 6_000, &trace(Mark::Held, 5_500 * MS)), None);
        assert_eq!(judge(0, 500, &trace(Mark::Late, 499 * MS)), None);
        assert_eq!(judge(0, 500, &trace(Mark::Late, 1_200 * MS)), Some(Distortion::Late(1_200 * MS)));
    }

    #[test]
    fn the_reader_is_told_what_to_do() {
        let text = Distortion::Hidden(3_200 * MS).to_string();
        assert!(
            text.starts_with("The tab was hidden for 3.20 s during this run")
                && text.ends_with("with the tab in view.")
        );
        for other in [Distortion::Slept(62 * SECOND), Distortion::Late(620 * MS)] {
            assert!(other.to_string().ends_with("Run it again."));
        }
    }
}
