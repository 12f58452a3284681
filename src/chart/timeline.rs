//! The timeline: a lane per row, spans and instants on a time axis.

use super::columns::stretches;
use super::ghost::Earlier;
use super::graph;
use super::heart::{self, HEART};
use super::looks::letter;
use super::scene::{Anchor, Paint, Scale, Scene, Shape, Viewport};
use super::strips::{STRIP, strip};
use super::ticks::time_ticks;
use super::tracks::{Timeline, Track};
use super::waits::Waits;
use crate::model::{Lane, Trace};

/// Height of a row with the gap below it, CSS pixels.
pub const ROW: f64 = 26.0;
/// Height of the bars in a row.
const BAR: f64 = 18.0;
/// Room above the first row.
const TOP: f64 = 4.0;
/// Room between the lanes and what is drawn of the loop below them.
const BETWEEN: f64 = 8.0;
/// Room for the axis below the rows.
const AXIS: f64 = 24.0;
/// Width of a character of a lane's name, about.
const CHAR: f64 = 7.0;
/// Longest name shown in full, characters.
const LONGEST: usize = 16;
/// Room between the names and the plot.
const GAP: f64 = 12.0;
/// Room right of the plot, where half of the last moment's label hangs.
const RIGHT: f64 = 24.0;
/// Least distance of two ticks.
const TICK: f64 = 84.0;
/// Height of the mark of an instant that is only worth a glance, CSS pixels.
const NOTCH: f64 = 4.0;
/// Least width of a bar that has a letter.
const LETTER: f64 = 16.0;

/// Height of a timeline with this many lanes, CSS pixels.
pub fn height(lanes: usize) -> f64 {
    TOP + lanes as f64 * ROW + AXIS
}

/// Height that an event loop's heartbeat and this many strips add to it.
pub fn with_loop(strips: usize) -> f64 {
    BETWEEN + HEART + strips as f64 * STRIP
}

/// Height that the graph of who waits for whom adds to it, with this many threads or processes.
pub fn with_waits(lanes: usize) -> f64 {
    graph::height(lanes)
}

/// The timeline of a trace.
pub fn timeline(trace: &Trace, view: &Viewport) -> Scene {
    Timeline::of(trace).scene(trace, view)
}

/// Where the plot of a trace's timeline lies and which time it shows: what pointing and zooming need.
pub fn plot(trace: &Trace, view: &Viewport) -> Scale {
    let width = if view.width.is_finite() { view.width.max(1.0) } else { 1.0 };
    scale(trace.lanes.iter(), width, view.from, view.to)
}

/// The scale of a picture of this width, with room for these lanes' names.
pub(super) fn scale<'a>(lanes: impl Iterator<Item = &'a Lane>, width: f64, from: u64, to: u64) -> Scale {
    let longest = lanes.map(|l| l.name.chars().count()).max().unwrap_or(0).min(LONGEST);
    // On a narrow screen the plot keeps two thirds.
    let left = (longest as f64 * CHAR + GAP).min(width / 3.0);
    let right = RIGHT.min(width / 12.0);
    Scale { left, width: width - left - right, from, span: to.saturating_sub(from).max(1) }
}

impl Timeline {
    /// The timeline's picture; `trace` is the one this was extended with.
    pub fn scene(&self, trace: &Trace, view: &Viewport) -> Scene {
        self.scene_beside(trace, view, None)
    }

    /// The same, with the run before as a pale strip below each lane.
    pub fn scene_beside(&self, trace: &Trace, view: &Viewport, earlier: Option<Earlier<'_>>) -> Scene {
        let scale = plot(trace, view);
        let lanes: Vec<_> = trace.lanes.iter().skip(view.first_row).take(view.rows).collect();
        let strips: Vec<_> = self.levels.shown().collect();
        let below = if self.levels.looping() { with_loop(strips.len()) } else { 0.0 };
        let height = height(lanes.len()) + below;
        let bottom = height - AXIS;
        let width = if view.width.is_finite() { view.width.max(1.0) } else { 1.0 };
        let mut scene = Scene { width, height, shapes: Vec::new() };
        // Before anything is recorded there is no time to name.
        if trace.end > 0 {
            axis(&mut scene, &scale, bottom);
        }
        self.rows(&mut scene, &lanes, &scale, trace.end, TOP);
        if let Some(earlier) = earlier {
            for row in 0..lanes.len() {
                earlier.draw(&mut scene, trace, view.first_row + row, &scale, TOP + row as f64 * ROW);
            }
        }
        if self.levels.looping() {
            let y = bottom - below + BETWEEN;
            heart::track(&mut scene, &heart::gaps(trace), &scale, trace.end, y);
            for (n, series) in strips.into_iter().enumerate() {
                strip(&mut scene, series, &scale, trace.end, y + HEART + n as f64 * STRIP, view.cursor);
            }
        }
        if let Some(at) = view.cursor.filter(|at| scale.shows(*at)) {
            let x = scale.x(at);
            scene.shapes.push(Shape::Line { x1: x, y1: 0.0, x2: x, y2: bottom + 4.0, paint: Paint::Cursor });
        }
        if self.waits.shown() {
            let top = scene.height;
            let moment = self.waits.moment(trace, view.cursor);
            // What is recorded so far is how it is at the end.
            let at = if moment < trace.end { &Waits::at(trace, moment) } else { &self.waits };
            scene.height += graph::height(trace.lanes.len().max(trace.objects.len()));
            graph::draw(&mut scene, trace, at, moment, top);
        }
        scene
    }
}

impl Timeline {
    /// Draws lanes below one another, the first at `top`; what is still open reaches to `end`.
    pub(super) fn rows(&self, scene: &mut Scene, lanes: &[&Lane], scale: &Scale, end: u64, top: f64) {
        for (row, lane) in lanes.iter().enumerate() {
            let y = top + row as f64 * ROW;
            name(scene, lane, scale, y);
            if let Some(track) = self.track(lane.id) {
                spans(scene, track, scale, end, y);
                marks(scene, track, scale, y);
            }
        }
    }
}

/// The time axis: its lines down to `bottom`, its words below them.
pub(super) fn axis(scene: &mut Scene, scale: &Scale, bottom: f64) {
    let to = scale.from.saturating_add(scale.span);
    for tick in time_ticks(scale.from, to, (scale.width / TICK) as usize) {
        let x = scale.x(tick.at);
        scene.shapes.push(Shape::Line { x1: x, y1: 0.0, x2: x, y2: bottom, paint: Paint::Line });
        scene.text((x, bottom + 16.0), Anchor::Middle, Paint::Soft, false, TICK, tick.label);
    }
}

/// A lane's name, cut in the middle when it is too long: names differ at their ends ("ThreadPoolExecutor-0_1").
fn short(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    if chars.len() <= LONGEST {
        return name.to_owned();
    }
    let tail = LONGEST / 2;
    let (head, tail) = (&chars[..LONGEST - 1 - tail], &chars[chars.len() - tail..]);
    head.iter().chain(['…'].iter()).chain(tail).collect()
}

fn name(scene: &mut Scene, lane: &Lane, scale: &Scale, y: f64) {
    let room = (scale.left - 4.0).max(0.0);
    scene.text((0.0, y + 13.0), Anchor::Start, Paint::Ink, true, room, short(&lane.name));
}

fn spans(scene: &mut Scene, track: &Track, scale: &Scale, end: u64, y: f64) {
    let to = scale.from.saturating_add(scale.span);
    for stretch in stretches(track.within(scale.from, to, end), scale) {
        let (x, w, state) = (stretch.x, stretch.w, stretch.state);
        scene.rect(x, y, w, BAR, Paint::State(state));
        if w >= LETTER {
            let at = (x + w / 2.0, y + 13.0);
            scene.text(at, Anchor::Middle, Paint::Letter(state), false, w, letter(state).to_string());
        }
    }
}

/// One mark for each paint and pixel, however many instants fall into it.
fn marks(scene: &mut Scene, track: &Track, scale: &Scale, y: f64) {
    let to = scale.from.saturating_add(scale.span);
    let mut last: [Option<(Paint, u32)>; 4] = [None; 4];
    for &(at, paint) in track.marks_within(scale.from, to) {
        let x = scale.x(at);
        let pixel = (x - scale.left) as u32;
        let slot = match paint {
            Paint::Failure => 0,
            Paint::Cancel => 1,
            Paint::HandOver => 2,
            _ => 3,
        };
        if last[slot] != Some((paint, pixel)) {
            last[slot] = Some((paint, pixel));
            // What must not be missed crosses the bar; everything else stands above it and leaves the span readable.
            let h = match paint {
                Paint::Failure | Paint::Cancel => BAR + 6.0,
                Paint::HandOver => 2.0 * NOTCH,
                _ => NOTCH,
            };
            scene.shapes.push(Shape::Tick { x, y: y - 3.0, h, paint });
        }
    }
}
