//! What the reader's machine and browser can do, as found out when the page opens.

use super::time::{MS, Nanos};
use serde::{Deserialize, Serialize};

/// The capabilities of the place a run takes place in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Logical processors the browser admits to; 0 where no worker can start, so that only the page's own loop runs.
    pub cores: u32,
    /// Whether the page is cross-origin isolated.
    pub isolated: bool,
    /// Whether memory can be shared between workers, that is, whether threads can run.
    pub shared_memory: bool,
    /// Whether the page is at the top level, not in a frame.
    pub top_level: bool,
    /// The step of the clock, in nanoseconds, as measured.
    pub clock_step: Nanos,
}

/// Steps to see before the smallest is believed.
const STEPS: u32 = 12;
/// Steps to see of a coarse clock: whoever measures may lose the processor in one or two.
const FEWEST: u32 = 5;
/// How long steps are waited for once [`FEWEST`] were seen, in milliseconds.
const ENOUGH: f64 = 8.0;
/// How long at most, in milliseconds: less than a gap that is noticed.
const LONGEST: f64 = 40.0;
/// Readings at most, 0.1 s of them: the clock may stand still.
const READINGS: u32 = 2_000_000;

/// The step of a clock that is read in milliseconds: the smallest of the first few seen; a millisecond, the largest that browsers
/// have by default, when too few are seen.
pub fn clock_step(mut read: impl FnMut() -> f64) -> Nanos {
    let began = read();
    let (mut last, mut least, mut seen) = (began, LONGEST, 0);
    for _ in 0..READINGS {
        let (now, took) = (read(), last - began);
        if seen >= STEPS || took >= LONGEST || took >= ENOUGH && seen >= FEWEST {
            break;
        }
        if now > last {
            least = least.min(now - last);
            last = now;
            seen += 1;
        }
    }
    if seen < FEWEST { MS } else { ((least * MS as f64) as Nanos).max(1) }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// What is measured of a clock with this step, in ms, that is read in 100 ns; who reads it loses the processor for a time at
    /// each of these readings.
    fn measured(step: f64, lost: &[(u32, f64)]) -> Nanos {
        let (mut moment, mut reading) = (0.05, 0);
        clock_step(|| {
            moment += 0.000_1 + lost.iter().find(|(at, _)| *at == reading).map_or(0.0, |(_, ms)| *ms);
            reading += 1;
            (moment / step).floor() * step
        })
    }

    #[test]
    fn the_step_is_found_whoever_else_wants_the_processor() {
        for (step, nanos) in [(0.005, 5_000), (0.02, 20_000), (0.1, 100_000), (1.0, MS)] {
            for lost in [&[][..], &[(1, 9.0)], &[(1, 9.0), (2, 9.0)], &[(1, 100.0)], &[(3, 4.5), (4, 3.3), (5, 12.0)]] {
                // Too long away to see enough of them: the coarsest.
                let expected = if lost.iter().any(|(_, ms)| *ms > LONGEST) { MS } else { nanos };
                let measured = measured(step, lost);
                assert!(measured.abs_diff(expected) <= 1, "{step}, {lost:?}: {measured}");
            }
        }
    }

    #[test]
    fn a_clock_that_hardly_goes_on_counts_as_the_coarsest() {
        assert_eq!(measured(16.7, &[]), MS);
        assert_eq!(clock_step(|| 7.0), MS);
    }
}
