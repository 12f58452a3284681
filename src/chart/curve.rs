//! The curve of speed-up by workers as rows of text: strokes and words of a picture, then its table and its sentences.
//!
//! `frame` width and height; `path` class and points; `mark` class and points (drawn filled); `text` class, x, y, words;
//! `row` model, workers, median, spread, rounds; `say` a sentence.

use super::speedup::{Gain, amdahl, gains, parallel_share, words};
use crate::model::units::times;
use crate::model::{Answer, Series};

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 36.0;
/// Room for the labels at the lines' ends.
const RIGHT: f64 = 118.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 34.0;
/// Least distance of two labels.
const APART: f64 = 15.0;
/// Most lines across.
const GRID: f64 = 8.0;
/// Pieces of a fitted line.
const PIECES: u32 = 24;
/// Classes tell this many series apart.
const LOOKS: usize = 4;

struct Plot {
    most: f64,
    highest: f64,
    rows: Vec<Vec<String>>,
}

impl Plot {
    fn x(&self, workers: f64) -> f64 {
        LEFT + (workers - 1.0) / (self.most - 1.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, speedup: f64) -> f64 {
        HEIGHT - BOTTOM - speedup.min(self.highest) / self.highest * (HEIGHT - TOP - BOTTOM)
    }

    fn row(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// A line or a filled shape through points of workers and speed-up.
    fn stroke(&mut self, kind: &str, class: &str, points: &[(f64, f64)]) {
        let points: Vec<_> = points.iter().map(|(w, s)| format!("{:.1},{:.1}", self.x(*w), self.y(*s))).collect();
        self.row(&[kind, class, &points.join(" ")]);
    }

    fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.row(&["text", class, &format!("{x:.1}"), &format!("{y:.1}"), text]);
    }

    fn axes(&mut self, counts: &[u32]) {
        self.stroke("path", "axis", &[(1.0, 0.0), (self.most, 0.0)]);
        let step = (self.highest / GRID).ceil().max(1.0) as usize;
        for level in (0..=self.highest as u32).step_by(step) {
            self.stroke("path", "grid", &[(1.0, level.into()), (self.most, level.into())]);
            self.text("end", LEFT - 6.0, self.y(level.into()) + 4.0, &format!("{level}×"));
        }
        for workers in counts {
            self.text("middle", self.x(f64::from(*workers)), HEIGHT - BOTTOM + 16.0, &workers.to_string());
        }
        self.text("middle", self.x((1.0 + self.most) / 2.0), HEIGHT - 3.0, "workers");
        self.stroke("path", "ideal", &[(1.0, 1.0), (self.most, self.most)]);
    }

    /// Median, spread and fitted line of one series.
    fn series(&mut self, look: usize, gains: &[Gain]) {
        let class = format!("look-{}", look % LOOKS);
        if let Some(share) = parallel_share(gains.iter().map(|g| (g.workers, g.speedup.median))) {
            let at = |piece: u32| 1.0 + (self.most - 1.0) * f64::from(piece) / f64::from(PIECES);
            let fit: Vec<_> = (0..=PIECES).map(|piece| (at(piece), amdahl(share, at(piece)))).collect();
            self.stroke("path", &format!("fit {class}"), &fit);
        }
        for Gain { workers, speedup } in gains {
            let (w, s) = (f64::from(*workers), speedup.median);
            self.stroke("path", &format!("range {class}"), &[(w, speedup.min), (w, speedup.max)]);
            // A circle cannot be told from a circle by colour alone: each series has a shape of its own.
            let (x, y) = (self.x(w), self.y(s));
            let corners: &[(f64, f64)] = match look % LOOKS {
                0 => &[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)],
                1 => &[(0.0, -5.5), (5.5, 4.0), (-5.5, 4.0)],
                2 => &[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)],
                _ => &[(-5.5, -4.0), (5.5, -4.0), (0.0, 5.5)],
            };
            let points: Vec<_> = corners.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + dx, y + dy)).collect();
            self.row(&["mark", &class, &points.join(" ")]);
        }
    }

    /// Labels at the ends of the lines, none above another.
    fn labels(&mut self, mut ends: Vec<(f64, String, String)>) {
        ends.push((self.y(self.most), "start".to_owned(), "ideal".to_owned()));
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut last = f64::MIN;
        for (y, class, label) in ends {
            let y = y.max(last + APART).min(HEIGHT - BOTTOM);
            last = y;
            self.text(&class, WIDTH - RIGHT + 10.0, y + 4.0, &label);
        }
    }
}

/// Picture, table and sentences of a sweep over numbers of workers.
pub fn curve(all: &[Series]) -> Answer {
    let measured: Vec<(&Series, Vec<Gain>)> = all.iter().map(|series| (series, gains(series))).collect();
    let mut counts: Vec<u32> = all.iter().flat_map(|s| s.points.iter().map(|(workers, _)| *workers)).collect();
    counts.sort_unstable();
    counts.dedup();
    let most = counts.last().copied().unwrap_or(1).max(2);
    let top = measured.iter().flat_map(|(_, gains)| gains).map(|gain| gain.speedup.max).fold(f64::from(most), f64::max);
    // One round that was far off must not make everything else flat.
    let highest = top.min(f64::from(most) * 1.5).ceil();
    let mut plot = Plot { most: f64::from(most), highest, rows: Vec::new() };
    if measured.iter().any(|(_, gains)| gains.len() > 1) {
        plot.row(&["frame", &WIDTH.to_string(), &HEIGHT.to_string()]);
        plot.axes(&counts);
        let mut ends = Vec::new();
        for (look, (series, gains)) in measured.iter().enumerate() {
            plot.series(look, gains);
            let end = gains.last().map(|gain| plot.y(gain.speedup.median));
            ends.extend(end.map(|y| (y, format!("look-{}", look % LOOKS), series.label.clone())));
        }
        plot.labels(ends);
    }
    for (series, gains) in &measured {
        for Gain { workers, speedup: s } in gains {
            let spread = format!("{:.2} – {:.2}", s.min, s.max);
            plot.row(&["row", &series.label, &workers.to_string(), &times(s.median), &spread, &s.pairs.to_string()]);
        }
    }
    for (series, gains) in &measured {
        plot.row(&["say", &words(&series.label, gains)]);
    }
    Answer { rows: plot.rows, ..Answer::default() }
}
