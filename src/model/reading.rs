//! What the page asks its guest of a run that has ended, and of a series of measurements: words cost nothing before the first
//! run when they are made where the programs are.

use super::stats::Speedup;
use super::time::Nanos;
use super::trace::Trace;
use serde::{Deserialize, Serialize};

/// A question. All but the first and the last are about the trace of the last [`Question::Of`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// From now on, of this trace. The moments of its story; no rows.
    Of(Trace),
    /// The iterations of its loop: their moments; rows of number, moment and what it did.
    Turns,
    /// Its story: a row of moment and sentence for each event.
    Story,
    /// Everything as a table: lane, what, from, to.
    Table,
    /// A moment: a row of what happened at it or last before it (as that moment's time and sentences), a row with a sentence
    /// for each lane, a row of what is drawn below the lanes in words (empty when there is nothing), then rows of term and
    /// description of what the loop held.
    Moment(Option<Nanos>),
    /// The curve of measurements: rows that begin with what they are, see `chart::curve`.
    Curve(Vec<Series>),
}

/// Times of one model by the number of its workers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// What was measured.
    pub label: String,
    /// Workers, and the time of each round; 0 where a round has none.
    pub points: Vec<(u32, Vec<Nanos>)>,
}

impl Series {
    /// Whether there is a speed-up to draw: another number of workers measured often enough in the same rounds as one worker.
    pub fn is_curve(&self) -> bool {
        let Some((_, alone)) = self.points.iter().find(|(workers, _)| *workers == 1) else { return false };
        let pairs = |times: &[Nanos]| alone.iter().zip(times).filter(|(a, b)| **a > 0 && **b > 0).count();
        self.points.iter().any(|(workers, times)| *workers > 1 && pairs(times) >= Speedup::ENOUGH)
    }
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Moments, ascending.
    pub moments: Vec<Nanos>,
    /// Texts, by rows.
    pub rows: Vec<Vec<String>>,
}

/// Most rows of a table or a story.
pub const ROWS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_needs_two_numbers_of_workers_measured_often_enough() {
        for (points, wanted) in [
            (vec![], false),
            (vec![(1, vec![9, 9, 9])], false),
            (vec![(1, vec![9, 9, 9]), (2, vec![5, 5, 0])], false),
            (vec![(1, vec![9, 9, 9]), (2, vec![5, 5, 5])], true),
            (vec![(1, vec![9, 9, 9]), (2, vec![0, 0, 0]), (4, vec![3, 3, 3, 3])], true),
            (vec![(1, vec![9, 9, 0]), (2, vec![5, 5, 5]), (4, vec![3, 3, 3])], false),
        ] {
            let series = Series { label: "Threads".to_owned(), points };
            assert_eq!(series.is_curve(), wanted, "{:?}", series.points);
        }
    }
}
