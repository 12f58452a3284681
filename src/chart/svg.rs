//! A scene as the text of an SVG file that needs nothing else: no style sheet, no font, no script.

use super::hues::{self, CARD, Hue};
use super::scene::{Anchor, Paint, Scene, Shape};
use super::svg_text::{escaped, fitting, n, n2};
use super::tile::{TILE, tile_lines};
use crate::model::State;
use std::fmt::Write;

/// Fonts, in the order they are looked for.
const FONTS: &str = "system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,sans-serif";

/// Which colours a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Light; dark where the reader's system is.
    #[default]
    Auto,
    /// Light everywhere.
    Light,
    /// Dark everywhere.
    Dark,
}

/// How a file looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look<'a> {
    /// Its colours.
    pub colours: Colours,
    /// Whether a ground is painted; else whatever it lies on shines through.
    pub ground: bool,
    /// What it shows, for those who do not see it.
    pub title: &'a str,
}

/// The scene as SVG.
pub fn svg(scene: &Scene, look: &Look) -> String {
    let mut writer = Writer { look, body: String::new(), used: Vec::new(), patterns: Vec::new() };
    if look.ground {
        let fill = writer.colours(&[("fill", CARD)]);
        let _ = writeln!(writer.body, "<path{fill} d=\"M0 0h{}v{}H0z\"/>", n(scene.width), n(scene.height));
    }
    writer.shapes(&scene.shapes);
    let (w, h) = (n(scene.width), n(scene.height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         font-family=\"{FONTS}\" font-size=\"12\">\n"
    );
    if !look.title.is_empty() {
        let _ = writeln!(out, "<title>{}</title>", escaped(look.title));
    }
    let tiles = writer.tiles();
    out.push_str(&writer.style());
    out.push_str(&tiles);
    out.push_str(&writer.body);
    out.push_str("</svg>\n");
    out
}

struct Writer<'a> {
    look: &'a Look<'a>,
    body: String,
    /// Colours that have a dark side, as they occur: each is a class.
    used: Vec<(&'static str, Hue)>,
    /// States whose pattern is used.
    patterns: Vec<State>,
}

impl Writer<'_> {
    /// Colours as attributes, which every reader of SVG knows; classes only for the dark side.
    fn colours(&mut self, wanted: &[(&'static str, Hue)]) -> String {
        let (mut classes, mut attributes) = (Vec::new(), String::new());
        for &(attribute, hue) in wanted {
            let colour = hue[usize::from(self.look.colours == Colours::Dark)];
            let _ = write!(attributes, " {attribute}=\"{colour}\"");
            if self.look.colours == Colours::Auto {
                let known = self.used.iter().position(|u| *u == (attribute, hue));
                classes.push(format!("c{}", known.unwrap_or(self.used.len())));
                if known.is_none() {
                    self.used.push((attribute, hue));
                }
            }
        }
        if !classes.is_empty() {
            let _ = write!(attributes, " class=\"{}\"", classes.join(" "));
        }
        attributes
    }

    /// What a shape of this paint is filled with.
    fn paint(&mut self, paint: Paint) -> String {
        match paint {
            Paint::State(state) if !tile_lines(state).is_empty() => {
                if !self.patterns.contains(&state) {
                    self.patterns.push(state);
                }
                format!(" fill=\"url(#{})\"", key(paint))
            }
            _ => self.colours(&[("fill", hues::hue(paint))]),
        }
    }

    fn shapes(&mut self, shapes: &[Shape]) {
        let mut rest = shapes;
        while let Some(first) = rest.first() {
            let bars = rest.iter().take_while(|s| is_bar(s)).count();
            if bars > 1 {
                self.bars(&rest[..bars]);
                rest = &rest[bars..];
                continue;
            }
            let alike = rest.iter().take_while(|s| block(s).is_some() && paint_of(s) == paint_of(first)).count();
            if alike > 0 {
                let blocks: String = rest[..alike].iter().filter_map(block).collect();
                self.path(paint_of(first), &blocks);
            } else {
                self.single(first);
            }
            rest = &rest[alike.max(1)..];
        }
    }

    fn path(&mut self, paint: Paint, d: &str) {
        let fill = self.paint(paint);
        let _ = writeln!(self.body, "<path{fill} d=\"{d}\"/>");
    }

    /// Bars and the letters on them, which no other bar covers: by paint, since there are many.
    fn bars(&mut self, shapes: &[Shape]) {
        let mut paints: Vec<Paint> = Vec::new();
        for shape in shapes {
            if !paints.contains(&paint_of(shape)) {
                paints.push(paint_of(shape));
            }
        }
        for &paint in paints.iter().filter(|p| matches!(p, Paint::State(_))) {
            let blocks: String = shapes.iter().filter(|s| paint_of(s) == paint).filter_map(block).collect();
            self.path(paint, &blocks);
        }
        for &paint in &paints {
            let Paint::Letter(state) = paint else { continue };
            let (mut xs, mut ys, mut letters) = (Vec::new(), Vec::new(), String::new());
            for shape in shapes {
                if let Shape::Text { x, y, text, paint: its, .. } = shape
                    && *its == paint
                {
                    xs.push(n(*x));
                    ys.push(n(*y));
                    letters.push_str(text);
                }
            }
            // Each letter hangs at a place of its own, and so in its own middle.
            let letter = self.letter(state);
            let (xs, ys) = (xs.join(" "), if ys.iter().all(|y| *y == ys[0]) { ys[0].clone() } else { ys.join(" ") });
            let _ = writeln!(self.body, "<text{letter} x=\"{xs}\" y=\"{ys}\">{}</text>", escaped(&letters));
        }
    }

    /// How a letter on a state is set: off from the pattern below it.
    fn letter(&mut self, state: State) -> String {
        let paint = Paint::Letter(state);
        let colours = self.colours(&[("fill", hues::hue(paint)), ("stroke", hues::ground(state))]);
        format!(
            "{colours} stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\" font-size=\"11.5\" \
             font-weight=\"600\" text-anchor=\"middle\""
        )
    }

    fn single(&mut self, shape: &Shape) {
        match shape {
            Shape::Line { x1, y1, x2, y2, paint } => {
                let stroke = self.colours(&[("stroke", hues::hue(*paint))]);
                let dash =
                    if matches!(paint, Paint::Waits | Paint::ClosedWaits) { " stroke-dasharray=\"5 3\"" } else { "" };
                let wide = if matches!(paint, Paint::ClosedWaits | Paint::ClosedHolds) { "2.2" } else { "1.3" };
                let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(|v| n(*v));
                let _ = writeln!(self.body, "<path{stroke} stroke-width=\"{wide}\"{dash} d=\"M{x1} {y1}L{x2} {y2}\"/>");
            }
            Shape::Text { x, y, text, anchor, paint, strong, max } => {
                let Some((text, squeezed)) = fitting(text, *max, *strong) else { return };
                let look = match paint {
                    Paint::Letter(state) => self.letter(*state),
                    _ => {
                        let weight = if *strong { " font-weight=\"600\" font-size=\"11.5\"" } else { "" };
                        let anchor = match anchor {
                            Anchor::Start => "",
                            Anchor::Middle => " text-anchor=\"middle\"",
                            Anchor::End => " text-anchor=\"end\"",
                        };
                        format!("{}{weight}{anchor}", self.paint(*paint))
                    }
                };
                let length = if squeezed {
                    format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", n(*max))
                } else {
                    String::new()
                };
                let _ = writeln!(
                    self.body,
                    "<text{look} x=\"{}\" y=\"{}\"{length}>{}</text>",
                    n(*x),
                    n(*y),
                    escaped(&text)
                );
            }
            Shape::Rect { .. } | Shape::Tick { .. } => {}
        }
    }

    /// The patterns used.
    fn tiles(&mut self) -> String {
        let mut out = String::new();
        for state in std::mem::take(&mut self.patterns) {
            let name = key(Paint::State(state));
            let side = n(TILE);
            let paint = Paint::State(state);
            let ground = self.colours(&[("fill", hues::ground(state))]);
            let stroke = self.colours(&[("stroke", hues::hue(paint))]);
            let wide = if state == State::Waiting { "2\" stroke-linecap=\"round" } else { "1.4" };
            let line = |l: &[f64; 4]| {
                let [x1, y1, x2, y2] = l.map(|share| n2(share * TILE));
                format!("M{x1} {y1}L{x2} {y2}")
            };
            let lines: String = tile_lines(state).iter().map(line).collect();
            let _ = writeln!(
                out,
                "<pattern id=\"{name}\" width=\"{side}\" height=\"{side}\" patternUnits=\"userSpaceOnUse\">\
                 <path{ground} d=\"M0 0h{side}v{side}H0z\"/><path{stroke} stroke-width=\"{wide}\" d=\"{lines}\"/></pattern>"
            );
        }
        if out.is_empty() { out } else { format!("<defs>\n{out}</defs>\n") }
    }

    /// The dark side.
    fn style(&self) -> String {
        if self.used.is_empty() {
            return String::new();
        }
        let mut rules = String::new();
        for (number, (property, [_, dark])) in self.used.iter().enumerate() {
            let _ = write!(rules, ".c{number}{{{property}:{dark}}}");
        }
        format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>\n")
    }
}

/// Whether a shape is a bar of a state, or the letter on one.
fn is_bar(shape: &Shape) -> bool {
    match shape {
        Shape::Rect { paint: Paint::State(_), .. } => true,
        Shape::Text { paint: Paint::Letter(_), text, .. } => text.chars().count() == 1,
        _ => false,
    }
}

fn paint_of(shape: &Shape) -> Paint {
    match shape {
        Shape::Rect { paint, .. }
        | Shape::Line { paint, .. }
        | Shape::Text { paint, .. }
        | Shape::Tick { paint, .. } => *paint,
    }
}

/// The outline of what is filled: bars, marks, and lines that are upright or level; edges of a graph are not.
fn block(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Rect { x, y, w, h, .. } => Some(outline(*x, *y, w.max(0.5), *h)),
        Shape::Tick { x, y, h, paint } => {
            let wide = if *paint == Paint::Event { 1.0 } else { 1.5 };
            Some(outline(x - wide / 2.0, *y, wide, *h))
        }
        Shape::Line { paint: Paint::Waits | Paint::Holds | Paint::ClosedWaits | Paint::ClosedHolds, .. } => None,
        Shape::Line { x1, y1, x2, y2, paint } => {
            let wide = if *paint == Paint::Cursor { 1.5 } else { 1.0 };
            let size = |from: f64, to: f64| (to - from).abs().max(wide);
            Some(outline(x1.min(*x2) - wide / 2.0, y1.min(*y2), size(*x1, *x2), size(*y1, *y2)))
        }
        Shape::Text { .. } => None,
    }
}

fn outline(x: f64, y: f64, w: f64, h: f64) -> String {
    format!("M{} {}h{}v{}h{}z", n(x), n(y), n(w), n(h), n(-w))
}

/// A short name for a paint, as a class and as a pattern's id.
fn key(paint: Paint) -> String {
    format!("{paint:?}").to_lowercase().replace(['(', ')'], "-").trim_end_matches('-').to_owned()
}
