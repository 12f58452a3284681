//! Medians, spreads and paired ratios over repeats.

use super::report::Report;
use super::spec::Model;
use super::time::millis;

/// Median and spread of repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many finished.
    pub n: usize,
    /// Median, ms.
    pub median: f64,
    /// Least, ms.
    pub min: f64,
    /// Greatest, ms.
    pub max: f64,
}

/// How many times faster, from ratios taken repeat by repeat (both runs of a pair saw the same machine).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speedup {
    /// Median ratio.
    pub median: f64,
    /// Least ratio.
    pub min: f64,
    /// Greatest ratio.
    pub max: f64,
    /// Pairs it was taken from.
    pub pairs: usize,
}

impl Speedup {
    /// Pairs below which a ratio is not shown as a speed-up: one noisy sample never becomes one.
    pub const ENOUGH: usize = 3;
}

/// The middle of `figures` (of two middles, their mean); `None` when there are none.
pub fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

fn spread(figures: &[f64]) -> Option<(f64, f64, f64)> {
    let least = figures.iter().copied().min_by(f64::total_cmp)?;
    let most = figures.iter().copied().max_by(f64::total_cmp)?;
    Some((median(figures)?, least, most))
}

/// Times of the finished runs of a cell; `None` when there is none.
pub fn summary(report: &Report, model: Model, variant: &str) -> Option<Summary> {
    let times: Vec<f64> = report.cell(model, variant)?.finished().map(|(run, _)| millis(run.elapsed)).collect();
    let (median, min, max) = spread(&times)?;
    Some(Summary { n: times.len(), median, min, max })
}

/// How many times faster `other` is than `base`; `None` without a pair of finished runs of one repeat.
pub fn speedup(report: &Report, base: (Model, &str), other: (Model, &str)) -> Option<Speedup> {
    let (base, other) = (report.cell(base.0, base.1)?, report.cell(other.0, other.1)?);
    let ratios: Vec<f64> = base
        .finished()
        .filter_map(|(b, _)| {
            let (o, _) = other.finished().find(|(o, _)| o.repeat == b.repeat)?;
            (o.elapsed > 0).then(|| b.elapsed as f64 / o.elapsed as f64)
        })
        .collect();
    let (median, min, max) = spread(&ratios)?;
    Some(Speedup { median, min, max, pairs: ratios.len() })
}
