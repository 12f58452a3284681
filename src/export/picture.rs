//! The timeline as the reader sees it, as an SVG file that needs nothing else: with what ran above it, and the legend below.

use super::{run_of, title};
use crate::chart::{self, Anchor, Colours, Look, Paint, Scene, Shape, Viewport};
use crate::model::{Nanos, Report, Run, Trace, units};

/// Room around everything, CSS pixels.
const EDGE: f64 = 12.0;
/// Room for the heading.
const HEAD: f64 = 50.0;
/// Height of a line of the legend, and of a swatch in it.
const LINE: f64 = 22.0;
const SWATCH: f64 = 15.0;
/// Width of a character of the legend, about.
const CHAR: f64 = 7.0;

/// What of a report is on screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shown {
    /// Cell and run.
    pub at: (usize, usize),
    /// First and last moment; nothing but 0 means the whole run.
    pub time: (Nanos, Nanos),
    /// The first lane, and the most lanes.
    pub lanes: (usize, usize),
    /// Width of the timeline, CSS pixels.
    pub width: f64,
    /// Whether the page is dark.
    pub dark: bool,
}

/// The timeline of the run shown; `None` when there is none.
pub fn picture(report: &Report, shown: &Shown) -> Option<String> {
    let (cell, run) = run_of(report, shown.at)?;
    let (from, to) = if shown.time == (0, 0) { (0, run.trace.end) } else { shown.time };
    let (first_row, rows) = shown.lanes;
    let view = Viewport { width: shown.width, from, to: to.max(from + 1), cursor: None, first_row, rows };
    let (title, words) = (title(report, cell), words(report, run));
    let scene = framed(chart::timeline(&run.trace, &view), &run.trace, &title, &words);
    let colours = if shown.dark { Colours::Dark } else { Colours::Light };
    let told = format!("{title}, {words}");
    Some(chart::svg(&scene, &Look { colours, ground: true, title: &told }))
}

/// Which run it was, how long it took, and on what: nobody should have to ask that of a picture.
fn words(report: &Report, run: &Run) -> String {
    let speed = report.spec.values.speed();
    let faster = if speed > 1 { format!(" · waits {speed}× faster") } else { String::new() };
    let machine = &report.machine;
    let place = chart::recorded_label(report).unwrap_or_else(|| match machine.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    });
    format!("run {} · {} · {place}{faster}", run.repeat + 1, units::time(run.trace.end))
}

/// The scene with a heading above and its legend below.
fn framed(scene: Scene, trace: &Trace, title: &str, words: &str) -> Scene {
    let width = scene.width;
    let text = |x: f64, y: f64, paint, strong, text: &str, max| Shape::Text {
        x,
        y,
        text: text.to_owned(),
        anchor: Anchor::Start,
        paint,
        strong,
        max,
    };
    let mut shapes = vec![
        text(EDGE, EDGE + 13.0, Paint::Ink, true, title, width),
        text(EDGE, EDGE + 31.0, Paint::Soft, false, words, width),
    ];
    shapes.extend(scene.shapes.into_iter().map(|shape| moved(shape, EDGE, HEAD)));
    let (mut x, mut y) = (EDGE, HEAD + scene.height + EDGE);
    for (state, letter, label) in chart::legend(trace) {
        let room = SWATCH + 6.0 + label.chars().count() as f64 * CHAR;
        if x > EDGE && x + room > EDGE + width {
            (x, y) = (EDGE, y + LINE);
        }
        shapes.push(Shape::Rect { x, y, w: SWATCH, h: SWATCH, paint: Paint::State(state) });
        shapes.push(Shape::Text {
            x: x + SWATCH / 2.0,
            y: y + SWATCH - 3.5,
            text: letter.to_string(),
            anchor: Anchor::Middle,
            paint: Paint::Letter(state),
            strong: true,
            max: SWATCH,
        });
        shapes.push(text(x + SWATCH + 6.0, y + SWATCH - 3.5, Paint::Soft, false, label, room));
        x += room + 14.0;
    }
    Scene { width: width + 2.0 * EDGE, height: y + LINE, shapes }
}

fn moved(shape: Shape, dx: f64, dy: f64) -> Shape {
    match shape {
        Shape::Rect { x, y, w, h, paint } => Shape::Rect { x: x + dx, y: y + dy, w, h, paint },
        Shape::Line { x1, y1, x2, y2, paint } => {
            Shape::Line { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy, paint }
        }
        Shape::Text { x, y, text, anchor, paint, strong, max } => {
            Shape::Text { x: x + dx, y: y + dy, text, anchor, paint, strong, max }
        }
        Shape::Tick { x, y, h, paint } => Shape::Tick { x: x + dx, y: y + dy, h, paint },
    }
}
