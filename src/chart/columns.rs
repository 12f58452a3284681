//! Spans as runs of pixels: what is wide keeps its edges, what is narrow shares a pixel column.

use super::scene::Scale;
use crate::model::{Nanos, Span, State};

/// Width below which a span shares its pixel column with its neighbours, CSS pixels.
const NARROW: f64 = 0.5;

/// A stretch of one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub x: f64,
    pub w: f64,
    pub state: State,
}

/// The stretches that spans (ascending) give on a scale: at most four for each pixel, however many spans there are.
///
/// A column of narrow spans shows the state that takes most of its time; blank time does not count, so that a short event
/// between long pauses is still seen.
pub(super) fn stretches(spans: impl Iterator<Item = Span>, scale: &Scale) -> Vec<Stretch> {
    let mut columns = Columns { scale, column: 0, cover: [0; State::ALL.len()], out: Vec::new() };
    for span in spans {
        columns.add(&span);
    }
    columns.flush();
    columns.out
}

struct Columns<'a> {
    scale: &'a Scale,
    /// The column being filled, counted from the left edge.
    column: u32,
    /// Time of each state in it.
    cover: [Nanos; State::ALL.len()],
    out: Vec<Stretch>,
}

impl Columns<'_> {
    fn add(&mut self, span: &Span) {
        let (x, end) = (self.scale.x(span.start), self.scale.x(span.end));
        if end - x >= NARROW {
            self.flush();
            self.out.push(Stretch { x, w: end - x, state: span.state });
            return;
        }
        let last = (self.scale.width.ceil() as u32).saturating_sub(1);
        let column = ((x - self.scale.left) as u32).min(last);
        if column != self.column {
            self.flush();
            self.column = column;
        }
        self.cover[span.state as usize] += (span.end - span.start).max(1);
    }

    fn flush(&mut self) {
        let best = (0..self.cover.len()).rev().max_by_key(|&i| self.cover[i]).filter(|&i| self.cover[i] > 0);
        let Some(&state) = best.and_then(|i| State::ALL.get(i)) else { return };
        self.cover = [0; State::ALL.len()];
        let right = self.scale.left + self.scale.width;
        let x = (self.scale.left + f64::from(self.column)).min(right);
        let end = (x + 1.0).min(right);
        match self.out.last_mut() {
            // Columns side by side in the same state are one stretch.
            Some(last) if last.state == state && (last.x + last.w - x).abs() < 1e-6 => last.w = end - last.x,
            _ => self.out.push(Stretch { x, w: end - x, state }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 pixels for 1,000 ns, from pixel 10 on.
    const SCALE: Scale = Scale { left: 10.0, width: 100.0, from: 0, span: 1_000 };

    fn span(state: State, start: Nanos, end: Nanos) -> Span {
        Span { lane: 0, state, start, end, arg: 0 }
    }

    fn drawn(spans: &[Span]) -> Vec<(State, f64, f64)> {
        stretches(spans.iter().copied(), &SCALE).into_iter().map(|s| (s.state, s.x, s.w)).collect()
    }

    #[test]
    fn wide_spans_keep_their_edges() {
        let spans = [span(State::Running, 0, 15), span(State::Gil, 15, 1_000)];
        assert_eq!(drawn(&spans), [(State::Running, 10.0, 1.5), (State::Gil, 11.5, 98.5)]);
    }

    #[test]
    fn a_column_shows_what_takes_most_of_it() {
        let spans = [span(State::Gil, 0, 2), span(State::Running, 2, 5), span(State::Gil, 5, 8)];
        assert_eq!(drawn(&spans), [(State::Gil, 10.0, 1.0)]);
    }

    #[test]
    fn columns_side_by_side_are_one_stretch() {
        let spans: Vec<_> = (0..250).map(|i| span(State::Running, i * 4, i * 4 + 2)).collect();
        assert_eq!(drawn(&spans), [(State::Running, 10.0, 100.0)]);
    }

    #[test]
    fn a_short_event_alone_is_seen() {
        assert_eq!(drawn(&[span(State::Blocked, 500, 501)]), [(State::Blocked, 60.0, 1.0)]);
        assert_eq!(drawn(&[span(State::Blocked, 999, 1_000)]), [(State::Blocked, 109.0, 1.0)]);
    }

    #[test]
    fn what_overlaps_the_edges_is_cut() {
        let scale = Scale { from: 500, span: 100, ..SCALE };
        let spans = [span(State::Running, 0, 550), span(State::Gil, 550, 5_000)];
        let drawn: Vec<_> = stretches(spans.into_iter(), &scale).into_iter().map(|s| (s.x, s.w)).collect();
        assert_eq!(drawn, [(10.0, 50.0), (60.0, 50.0)]);
    }
}
