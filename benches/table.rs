//! From raw times to ratios of pairs, their median, and how far it can be trusted.

/// One measurement.
pub struct Sample {
    /// Round, from 0.
    pub round: usize,
    /// Body.
    pub body: &'static str,
    /// Who.
    pub who: String,
    /// Threads.
    pub threads: usize,
    /// Time, ns.
    pub time: u64,
    /// Check.
    pub check: u64,
}

/// The raw figures as CSV.
pub fn csv(samples: &[Sample]) -> String {
    let mut text = "round,body,contender,threads,nanoseconds,check\n".to_owned();
    for s in samples {
        text += &format!("{},{},{},{},{},{}\n", s.round, s.body, s.who, s.threads, s.time, s.check);
    }
    text
}

/// The median of some figures with the interval that covers the true median with 95 % or more, found by counting ranks
/// (so nothing is assumed about how the noise is distributed); the whole range when there are too few for that.
pub fn median_interval(mut figures: Vec<f64>) -> (f64, f64, f64) {
    figures.sort_by(f64::total_cmp);
    let n = figures.len();
    let median = (figures[(n - 1) / 2] + figures[n / 2]) / 2.0;
    // Chance that fewer than k of n fair coins fall on one side, summed up as far as 2.5 % allow.
    let (mut outside, mut chance, mut k) = (0.0, 0.5_f64.powi(n as i32), 0);
    while outside + chance <= 0.025 {
        outside += chance;
        k += 1;
        chance *= (n + 1 - k) as f64 / k as f64;
    }
    let rank = k.saturating_sub(1);
    (median, figures[rank], figures[n - 1 - rank])
}

/// A side of a ratio: who, with how many threads.
pub type Side<'a> = (&'a str, usize);

/// The row for `over` ÷ `under`, pair by pair; `None` when one of them was not measured.
pub fn row(samples: &[Sample], body: &str, title: &str, over: Side, under: Side) -> Option<String> {
    let times = |(who, threads): Side| -> Vec<u64> {
        let of = |s: &&Sample| s.body == body && s.who == who && s.threads == threads;
        samples.iter().filter(of).map(|s| s.time).collect()
    };
    let (a, b) = (times(over), times(under));
    if a.is_empty() || a.len() != b.len() {
        return None;
    }
    let ratios: Vec<f64> = a.iter().zip(&b).map(|(a, b)| *a as f64 / (*b).max(1) as f64).collect();
    let ms = |times: &[u64]| median_interval(times.iter().map(|t| *t as f64 / 1e6).collect()).0;
    let (median, low, high) = median_interval(ratios);
    Some(format!("  {body:<8} {title:<50} {median:>7.3}   {low:>7.3} … {high:<7.3} {:>9.1} {:>9.1}", ms(&a), ms(&b)))
}
