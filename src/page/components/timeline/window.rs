//! Which part of the time is shown: all of it, or a window that can be moved and zoomed.

use crate::model::{Nanos, US};

/// Shortest window.
const LEAST: Nanos = 2 * US;

/// The part of the time shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// All of it, growing while it runs.
    #[default]
    All,
    /// From one moment to another.
    Part(Nanos, Nanos),
}

impl Window {
    /// The bounds in a trace that ends at `end`.
    pub fn bounds(self, end: Nanos) -> (Nanos, Nanos) {
        match self {
            Window::All => (0, end.max(LEAST)),
            Window::Part(from, to) => (from, to.max(from + LEAST)),
        }
    }

    /// Zooms by `factor` (above 1: closer), keeping the moment `around` where it is.
    pub fn zoomed(self, end: Nanos, around: Nanos, factor: f64) -> Self {
        let (from, to) = self.bounds(end);
        let span = (to - from) as f64;
        let around = around.clamp(from, to);
        let share = (around - from) as f64 / span;
        let span = (span / factor).max(LEAST as f64);
        if span >= end as f64 {
            return Window::All;
        }
        let from = (around as f64 - share * span).clamp(0.0, end as f64 - span) as Nanos;
        Window::Part(from, from + span as Nanos)
    }

    /// Moves by a share of what is shown (below 0: earlier).
    pub fn moved(self, end: Nanos, share: f64) -> Self {
        let (from, to) = self.bounds(end);
        let span = to - from;
        if span >= end {
            return Window::All;
        }
        let from = (from as f64 + share * span as f64).clamp(0.0, (end - span) as f64) as Nanos;
        Window::Part(from, from + span)
    }

    /// Moves just so far that `at` is shown.
    pub fn showing(self, end: Nanos, at: Nanos) -> Self {
        let (from, to) = self.bounds(end);
        if (from..=to).contains(&at) {
            return self;
        }
        let span = to - from;
        let from = at.saturating_sub(span / 2).min(end.saturating_sub(span));
        Window::Part(from, from + span)
    }
}
