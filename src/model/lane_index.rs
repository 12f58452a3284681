//! Finds lanes by their numbers.

use super::trace::Trace;

/// Finds a lane's place in its trace by its number.
///
/// Sorted pairs, not a hash map: numbers nearly always count up from the first, and the page ships no hashing for this.
pub struct LaneIndex(Vec<(u32, usize)>);

impl LaneIndex {
    /// The index of a trace as it is now.
    pub fn of(trace: &Trace) -> Self {
        let mut pairs: Vec<_> = trace.lanes.iter().enumerate().map(|(i, lane)| (lane.id, i)).collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// The place in `lanes` of the lane with this number.
    pub fn get(&self, lane: u32) -> Option<usize> {
        let first = self.0.first()?.0;
        let (id, place) = self.0.get(lane.checked_sub(first)? as usize).copied().unwrap_or((first, 0));
        if id == lane {
            return Some(place);
        }
        self.0.binary_search_by_key(&lane, |(id, _)| *id).ok().map(|at| self.0[at].1)
    }
}
