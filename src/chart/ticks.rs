//! Round moments for the time axis.

use crate::model::{MS, Nanos, SECOND, US};

/// A moment on the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeTick {
    /// When.
    pub at: Nanos,
    /// What is written there ("0.5 s").
    pub label: String,
}

/// Round moments from `from` to `to`, at most `most` of them, 1, 2 or 5 µs (or ten, a hundred … times that) apart.
pub fn time_ticks(from: Nanos, to: Nanos, most: usize) -> Vec<TimeTick> {
    let most = most.clamp(1, 1_000) as u64;
    let span = to.saturating_sub(from);
    let step = step(span / most).max(US);
    let (unit, name) = match to {
        t if t >= SECOND => (SECOND, "s"),
        t if t >= MS => (MS, "ms"),
        _ => (US, "µs"),
    };
    let mut decimals = 0;
    let mut fine = unit;
    while fine > 1 && !step.is_multiple_of(fine) {
        fine /= 10;
        decimals += 1;
    }
    let first = from.div_ceil(step);
    (first..=first.saturating_add(most))
        .map_while(|k| k.checked_mul(step).filter(|at| *at <= to))
        .take(most as usize)
        .map(|at| {
            let label =
                if at == 0 { "0".to_owned() } else { format!("{:.*} {name}", decimals, at as f64 / unit as f64) };
            TimeTick { at, label }
        })
        .collect()
}

/// The least of 1, 2, 5, 10, 20, 50 … that is greater than `least`.
fn step(least: Nanos) -> Nanos {
    let mut power: Nanos = 1;
    loop {
        for factor in [1, 2, 5] {
            match power.checked_mul(factor) {
                Some(step) if step > least => return step,
                Some(_) => {}
                None => return Nanos::MAX,
            }
        }
        match power.checked_mul(10) {
            Some(next) => power = next,
            None => return Nanos::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: Nanos, to: Nanos, most: usize) -> Vec<String> {
        time_ticks(from, to, most).into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(0, 3 * SECOND, 8), ["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s", "3.0 s"]);
        assert_eq!(labels(0, 200 * MS, 5), ["0", "50 ms", "100 ms", "150 ms", "200 ms"]);
        assert_eq!(labels(1_200 * MS, 1_206 * MS, 4), ["1.200 s", "1.202 s", "1.204 s", "1.206 s"]);
        assert_eq!(labels(0, 90 * US, 2), ["0", "50 µs"]);
        assert_eq!(labels(0, 0, 5), ["0"]);
        assert_eq!(labels(0, 1, 5), ["0"]);
        assert_eq!(labels(500, 999, 5), [""; 0]);
    }

    #[test]
    fn absurd_ranges_are_survived() {
        assert!(time_ticks(Nanos::MAX - 1, Nanos::MAX, 10).len() <= 10);
        assert!(time_ticks(0, Nanos::MAX, 10).len() <= 10);
        assert!(time_ticks(7, 3, 0).len() <= 1);
    }
}
