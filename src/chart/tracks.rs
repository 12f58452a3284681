//! A trace sorted by lane, extended as records come in, so that a live picture costs only what is new.

use super::levels::Levels;
use super::looks::mark_paint;
use super::scene::Paint;
use super::waits::Waits;
use crate::model::{Nanos, Span, State, Trace, What};

/// What is known of one lane.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    /// Spans that have ended, ascending.
    pub spans: Vec<Span>,
    /// The span that has not.
    pub open: Option<Span>,
    /// Instants that are drawn, ascending.
    pub marks: Vec<(Nanos, Paint)>,
    /// The last moment seen: a record from before it counts as of this moment.
    last: Nanos,
}

/// The spans and instants of a trace by lane.
///
/// For a live picture keep one per run and call [`Timeline::extend`] with the growing trace before each drawing; only
/// records that are new are looked at.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// By number of the lane, ascending.
    tracks: Vec<(u32, Track)>,
    pub(super) levels: Levels,
    pub(super) waits: Waits,
    seen: usize,
}

impl Timeline {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything in `trace`.
    pub fn of(trace: &Trace) -> Self {
        let mut timeline = Self::new();
        timeline.extend(trace);
        timeline
    }

    /// Takes in what `trace` has more than at the last call; begins anew when it has less.
    pub fn extend(&mut self, trace: &Trace) {
        if trace.records.len() < self.seen {
            *self = Self::new();
        }
        for record in &trace.records[self.seen..] {
            let track = self.track_mut(record.lane);
            let at = record.at.max(track.last);
            track.last = at;
            match record.what {
                What::Enter(state) => track.enter(record.lane, state, at, record.arg),
                What::Instant(mark) => track.marks.extend(mark_paint(mark).map(|paint| (at, paint))),
                What::Level(_) => {}
            }
        }
        self.seen = trace.records.len();
        self.levels.extend(trace);
        self.waits.extend(trace);
    }

    pub(super) fn track(&self, lane: u32) -> Option<&Track> {
        let at = self.place(lane).ok()?;
        self.tracks.get(at).map(|(_, track)| track)
    }

    fn place(&self, lane: u32) -> Result<usize, usize> {
        self.tracks.binary_search_by_key(&lane, |(id, _)| *id)
    }

    fn track_mut(&mut self, lane: u32) -> &mut Track {
        let at = self.place(lane).unwrap_or_else(|at| {
            self.tracks.insert(at, (lane, Track::default()));
            at
        });
        &mut self.tracks[at].1
    }
}

impl Track {
    fn enter(&mut self, lane: u32, state: State, at: Nanos, arg: u32) {
        if let Some(open) = self.open.take()
            && at > open.start
            && super::looks::is_drawn(open.state)
        {
            self.spans.push(Span { end: at, ..open });
        }
        self.open = Some(Span { lane, state, start: at, end: at, arg });
    }

    /// The drawn spans that touch `from` to `to`; the open one reaches to `end`.
    pub fn within(&self, from: Nanos, to: Nanos, end: Nanos) -> impl Iterator<Item = Span> + '_ {
        let first = self.spans.partition_point(|s| s.end <= from);
        let open = self.open.filter(|s| super::looks::is_drawn(s.state) && end > s.start).map(|s| Span { end, ..s });
        let open = open.filter(move |s| s.start < to && s.end > from);
        self.spans[first..].iter().copied().take_while(move |s| s.start < to).chain(open)
    }

    /// The instants from `from` to `to`.
    pub fn marks_within(&self, from: Nanos, to: Nanos) -> &[(Nanos, Paint)] {
        let first = self.marks.partition_point(|(at, _)| *at < from);
        let after = self.marks.partition_point(|(at, _)| *at <= to);
        &self.marks[first..after.max(first)]
    }
}
