//! The shapes a picture consists of, and the part of a trace that is looked at.

use crate::model::{Nanos, State};

/// What a shape is painted with; the page maps it to the theme's colours and patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paint {
    /// The colour and pattern of a state.
    State(State),
    /// A letter on the colour of a state.
    Letter(State),
    /// Text that stands out.
    Ink,
    /// Text that stands back.
    Soft,
    /// Hairlines.
    Line,
    /// The cursor.
    Cursor,
    /// Something went wrong at this moment: an exception, a time limit, a lost update.
    Failure,
    /// A cancellation was asked for, or happened.
    Cancel,
    /// The GIL changed hands.
    HandOver,
    /// The ground below a curve.
    Area,
    /// A curve, and the beats of a loop.
    Curve,
    /// The most a curve can reach.
    Limit,
    /// A loop was held by its callbacks.
    Held,
    /// The browser came back to a loop late.
    Late,
    /// Somebody waits for something.
    Waits,
    /// Something is held by somebody.
    Holds,
    /// A wait that is part of a closed circle.
    ClosedWaits,
    /// What is held, and by whom, in a closed circle.
    ClosedHolds,
    /// What computed in the run before.
    Ghost,
    /// What waited in the run before.
    GhostWait,
    /// Anything else worth a mark: a message, a job's beginning, an end.
    Event,
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
    Rect {
        /// Left edge.
        x: f64,
        /// Top edge.
        y: f64,
        /// Width.
        w: f64,
        /// Height.
        h: f64,
        /// Colour and pattern.
        paint: Paint,
    },
    /// A line; only edges of a graph are neither upright nor level.
    Line {
        /// First end, across.
        x1: f64,
        /// First end, down.
        y1: f64,
        /// Second end, across.
        x2: f64,
        /// Second end, down.
        y2: f64,
        /// Colour.
        paint: Paint,
    },
    /// A text; cut by the page when it is wider than `max`.
    Text {
        /// Where it hangs, across.
        x: f64,
        /// Its base line.
        y: f64,
        /// What it says.
        text: String,
        /// Which of its points hangs at `x`.
        anchor: Anchor,
        /// Colour.
        paint: Paint,
        /// Whether it is set in bold.
        strong: bool,
        /// Room it has, in pixels.
        max: f64,
    },
    /// A small mark at a moment (an instant).
    Tick {
        /// Its moment, across.
        x: f64,
        /// Top end.
        y: f64,
        /// Height.
        h: f64,
        /// Colour.
        paint: Paint,
    },
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

impl Scene {
    pub(super) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, paint: Paint) {
        self.shapes.push(Shape::Rect { x, y, w, h, paint });
    }

    /// A level line.
    pub(super) fn level(&mut self, x1: f64, x2: f64, y: f64, paint: Paint) {
        self.shapes.push(Shape::Line { x1, y1: y, x2, y2: y, paint });
    }

    /// A line from one point to another.
    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), paint: Paint) {
        self.shapes.push(Shape::Line { x1, y1, x2, y2, paint });
    }

    /// A text that hangs at `at`, with so much room.
    pub(super) fn text(&mut self, at: (f64, f64), anchor: Anchor, paint: Paint, strong: bool, max: f64, text: String) {
        self.shapes.push(Shape::Text { x: at.0, y: at.1, text, anchor, paint, strong, max });
    }
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

/// How moments map to pixels: what zooming and pointing need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Left edge of the plot, CSS pixels.
    pub left: f64,
    /// Width of the plot, CSS pixels; above 0.
    pub width: f64,
    /// Moment at the left edge.
    pub from: Nanos,
    /// Length of time shown; above 0.
    pub span: Nanos,
}

impl Scale {
    /// Where a moment lies, kept within the plot.
    pub fn x(&self, at: Nanos) -> f64 {
        let share = at.saturating_sub(self.from) as f64 / self.span as f64;
        self.left + share.min(1.0) * self.width
    }

    /// The moment at a position, kept within the time shown.
    pub fn at(&self, x: f64) -> Nanos {
        let share = ((x - self.left) / self.width).clamp(0.0, 1.0);
        self.from.saturating_add((share * self.span as f64) as Nanos)
    }

    /// Whether a moment is shown.
    pub fn shows(&self, at: Nanos) -> bool {
        at >= self.from && at - self.from <= self.span
    }
}
