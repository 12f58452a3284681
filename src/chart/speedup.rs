//! Speed-up by workers: ratios taken round by round, and Amdahl's law fitted to them.

use crate::model::stats::{Speedup, median};
use crate::model::units::{percent, times};
use crate::model::{Nanos, Series};

/// How much faster a number of workers was than one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// How many workers.
    pub workers: u32,
    /// Median, least and greatest of the ratios of one round.
    pub speedup: Speedup,
}

/// The gains of a series over one worker, by workers; a number of workers with fewer than [`Speedup::ENOUGH`] rounds says nothing
/// and is left out, and so is everything when one worker itself was not measured.
pub fn gains(series: &Series) -> Vec<Gain> {
    let Some((_, one)) = series.points.iter().find(|(workers, _)| *workers == 1) else { return Vec::new() };
    let gain = |(workers, times): &(u32, Vec<Nanos>)| {
        let ratios: Vec<f64> =
            one.iter().zip(times).filter(|(a, b)| **a > 0 && **b > 0).map(|(a, b)| *a as f64 / *b as f64).collect();
        let least = ratios.iter().copied().min_by(f64::total_cmp)?;
        let most = ratios.iter().copied().max_by(f64::total_cmp)?;
        let speedup = Speedup { median: median(&ratios)?, min: least, max: most, pairs: ratios.len() };
        (speedup.pairs >= Speedup::ENOUGH).then_some(Gain { workers: *workers, speedup })
    };
    let mut all: Vec<Gain> = series.points.iter().filter_map(gain).collect();
    all.sort_by_key(|gain| gain.workers);
    all
}

/// The share of the work that runs in parallel, by Amdahl's law 1/S = (1 - p) + p/n: least squares over points of workers and
/// speed-up, kept within 0 and 1. `None` without a point of two workers or more.
pub fn parallel_share(points: impl IntoIterator<Item = (u32, f64)>) -> Option<f64> {
    let (mut xy, mut xx) = (0.0, 0.0);
    for (workers, speedup) in points {
        if workers > 1 && speedup > 0.0 && speedup.is_finite() {
            // With x = 1 - 1/n and y = 1 - 1/S the law is y = p x.
            let (x, y) = (1.0 - 1.0 / f64::from(workers), 1.0 - 1.0 / speedup);
            xy += x * y;
            xx += x * x;
        }
    }
    (xx > 0.0).then(|| (xy / xx).clamp(0.0, 1.0))
}

/// The speed-up that the law gives for a number of workers.
pub fn amdahl(share: f64, workers: f64) -> f64 {
    1.0 / (1.0 - share + share / workers)
}

/// What the gains of a series say, with figures.
pub fn words(label: &str, gains: &[Gain]) -> String {
    let share = |of: fn(&Speedup) -> f64| parallel_share(gains.iter().map(|g| (g.workers, of(&g.speedup))));
    let (Some(p), Some(low), Some(high)) = (share(|s| s.median), share(|s| s.min), share(|s| s.max)) else {
        return format!("{label}: too few rounds ended well to speak of a speed-up.");
    };
    let Some(last) = gains.last() else { return String::new() };
    let Speedup { median, min, max, .. } = last.speedup;
    let workers = last.workers;
    let measured = format!("{label}: with {workers} workers {} ({min:.2}–{max:.2})", times(median));
    if (min..=max).contains(&1.0) {
        return format!("{measured}. The spread includes 1.00×, so this is no gain that could be told from noise.");
    }
    if median < 1.0 {
        return format!("{measured}: more workers made it slower.");
    }
    let range = format!("{} ({} to {} over the rounds)", percent(p), percent(low), percent(high));
    // What a measurement cannot tell from all of it has no limit that could be named.
    let limit = if p >= 0.995 {
        "no limit shows yet".to_owned()
    } else {
        let most = 1.0 / (1.0 - p);
        let most = if most < 9.95 { format!("{most:.1}×") } else { format!("{most:.0}×") };
        format!("by Amdahl's law no number of workers gets beyond {most}")
    };
    format!("{measured}: {range} of the work runs in parallel; {limit}.")
}
