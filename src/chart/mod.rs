//! Pictures as data: a trace becomes a scene, a report becomes bars.

use crate::model::stats::{Speedup, Summary};
use crate::model::{Model, Nanos, Report, State, Trace};

/// What a shape is painted with; the page maps it to the theme's colours and patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paint {
    /// The colour and pattern of a state.
    State(State),
    /// Text that stands out.
    Ink,
    /// Text that stands back.
    Soft,
    /// Hairlines.
    Line,
    /// The cursor.
    Cursor,
}

/// Where a text hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A shape; positions and sizes in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A filled rectangle.
    Rect { x: f64, y: f64, w: f64, h: f64, paint: Paint },
    /// A line.
    Line { x1: f64, y1: f64, x2: f64, y2: f64, paint: Paint },
    /// A text; cut by the page when it is wider than `max`.
    Text { x: f64, y: f64, text: String, anchor: Anchor, paint: Paint, strong: bool, max: f64 },
    /// A small mark at a moment (an instant).
    Tick { x: f64, y: f64, h: f64, paint: Paint },
}

/// A picture as data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width, CSS pixels.
    pub width: f64,
    /// Height, CSS pixels.
    pub height: f64,
    /// Shapes, painted in this order.
    pub shapes: Vec<Shape>,
}

/// Which part of a trace is shown, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Width of the picture, CSS pixels.
    pub width: f64,
    /// First moment shown.
    pub from: Nanos,
    /// Last moment shown.
    pub to: Nanos,
    /// Moment of the cursor, if it is set.
    pub cursor: Option<Nanos>,
    /// Index of the first lane shown.
    pub first_row: usize,
    /// Most lanes shown.
    pub rows: usize,
}

/// The timeline of a trace.
pub fn timeline(trace: &Trace, view: &Viewport) -> Scene {
    let _ = (trace, view);
    unimplemented!()
}

/// One bar of the timings.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Model.
    pub model: Model,
    /// Variant; may be empty.
    pub variant: String,
    /// Label.
    pub label: String,
    /// Times.
    pub summary: Summary,
    /// Against the first bar; `None` for the first itself, or with fewer than three pairs.
    pub speedup: Option<Speedup>,
    /// What theory gives, as label and ms.
    pub bound: Option<(String, f64)>,
    /// Where the time of the last run went, as label, state and ms summed over lanes.
    pub parts: Vec<(&'static str, State, f64)>,
}

/// The bars of a report, in its order.
pub fn bars(report: &Report) -> Vec<Bar> {
    let _ = report;
    unimplemented!()
}

/// What was going on at a moment: one sentence per lane.
pub fn at_cursor(trace: &Trace, at: Nanos) -> Vec<String> {
    let _ = (trace, at);
    unimplemented!()
}

/// The moments something happened, ascending: what the cursor steps along.
pub fn moments(trace: &Trace) -> Vec<Nanos> {
    let _ = trace;
    unimplemented!()
}

/// The trace as a table: lane, what, from, to; at most `most` rows.
pub fn table(trace: &Trace, most: usize) -> Vec<[String; 4]> {
    let _ = (trace, most);
    unimplemented!()
}
