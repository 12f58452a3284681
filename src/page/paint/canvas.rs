//! Paints a scene on a canvas, sharp on every screen.

use super::palette::Palette;
use crate::chart::{Anchor, Paint, Scene, Shape};
use crate::page::browser;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

/// How far the browser may squeeze a text.
const SQUEEZE: f64 = 0.84;
/// A size that no scene has: a new canvas is not empty but 300 by 150.
const NONE: (f64, f64) = (-1.0, -1.0);

/// A canvas with its theme.
pub struct Canvas {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    palette: Palette,
    font: String,
    ratio: f64,
    size: (f64, f64),
}

/// Device pixels per CSS pixel.
fn ratio() -> f64 {
    browser::window().map_or(1.0, |w| w.device_pixel_ratio()).clamp(1.0, 4.0)
}

impl Canvas {
    /// Takes hold of a canvas; colours and font are read from where it sits.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let parent: HtmlElement = canvas.parent_element()?.dyn_into().ok()?;
        let style = browser::window()?.get_computed_style(&parent).ok()??;
        let font = style.get_property_value("font-family").ok().filter(|f| !f.is_empty());
        let ratio = ratio();
        let palette = Palette::read(&parent, &context, ratio);
        Some(Self { canvas, context, palette, font: font.unwrap_or("sans-serif".to_owned()), ratio, size: NONE })
    }

    /// Whether this still holds `canvas` at the screen's present sharpness.
    pub fn is_for(&self, canvas: &HtmlCanvasElement) -> bool {
        self.canvas == *canvas && self.ratio == ratio()
    }

    /// Paints.
    pub fn paint(&mut self, scene: &Scene) {
        let size = (scene.width, scene.height);
        if self.size != size {
            self.size = size;
            self.canvas.set_width((scene.width * self.ratio).round() as u32);
            self.canvas.set_height((scene.height * self.ratio).round() as u32);
            // Through the object model: a style attribute would be refused by a strict content policy.
            let style = self.canvas.style();
            let _ = style.set_property("width", &format!("{}px", scene.width));
            let _ = style.set_property("height", &format!("{}px", scene.height));
        }
        let c = &self.context;
        let _ = c.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
        c.clear_rect(0.0, 0.0, scene.width, scene.height);
        let mut last = None;
        for shape in &scene.shapes {
            self.shape(shape, &mut last);
        }
    }

    fn shape(&self, shape: &Shape, last: &mut Option<Paint>) {
        let c = &self.context;
        let mut fill = |paint: Paint| {
            if *last != Some(paint) {
                self.palette.fill(c, paint);
                *last = Some(paint);
            }
        };
        match shape {
            Shape::Rect { x, y, w, h, paint } => {
                fill(*paint);
                c.fill_rect(*x, *y, w.max(1.0 / self.ratio), *h);
            }
            Shape::Line {
                x1,
                y1,
                x2,
                y2,
                paint: paint @ (Paint::Waits | Paint::Holds | Paint::ClosedWaits | Paint::ClosedHolds),
            } => {
                self.edge((*x1, *y1), (*x2, *y2), *paint);
            }
            Shape::Line { x1, y1, x2, y2, paint } => {
                let wide = if *paint == Paint::Cursor { 1.5 } else { 1.0 };
                fill(*paint);
                // All others are upright or level.
                c.fill_rect(x1 - wide / 2.0, y1.min(*y2), (x2 - x1).abs().max(wide), (y2 - y1).abs().max(wide));
            }
            Shape::Tick { x, y, h, paint } => {
                let wide = if *paint == Paint::Event { 1.0 } else { 1.5 };
                fill(*paint);
                c.fill_rect(x - wide / 2.0, *y, wide, *h);
            }
            Shape::Text { x, y, text, anchor, paint, strong, max } => {
                fill(*paint);
                let letter = matches!(paint, Paint::Letter(_));
                let weight = if *strong || letter { 600 } else { 400 };
                c.set_font(&format!("{weight} {}px {}", if letter || *strong { 11.5 } else { 12.0 }, self.font));
                c.set_text_align(match anchor {
                    Anchor::Start => "left",
                    Anchor::Middle => "center",
                    Anchor::End => "right",
                });
                if let Some(text) = self.fitting(text, *max) {
                    if let Paint::Letter(state) = paint {
                        c.set_stroke_style_str(self.palette.ground(*state));
                        c.set_line_width(3.0);
                        c.set_line_join("round");
                        let _ = c.stroke_text(&text, *x, *y);
                    }
                    let _ = c.fill_text_with_max_width(&text, *x, *y, max.max(8.0));
                }
            }
        }
    }

    /// A line of a graph: dashed for a wait, thicker in a closed circle.
    fn edge(&self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), paint: Paint) {
        let c = &self.context;
        let dashes = js_sys::Array::new();
        if matches!(paint, Paint::Waits | Paint::ClosedWaits) {
            dashes.push(&5.into());
            dashes.push(&3.into());
        }
        let _ = c.set_line_dash(&dashes);
        c.set_line_width(if matches!(paint, Paint::ClosedWaits | Paint::ClosedHolds) { 2.2 } else { 1.3 });
        c.set_stroke_style_str(self.palette.colour(paint));
        c.begin_path();
        c.move_to(x1, y1);
        c.line_to(x2, y2);
        c.stroke();
        let _ = c.set_line_dash(&js_sys::Array::new());
    }

    /// The text for the room it has: a little too wide is squeezed by the browser, much too wide is cut in the middle,
    /// because names differ at their ends ("SpawnProcess-1").
    fn fitting(&self, text: &str, max: f64) -> Option<String> {
        let fits = |t: &str| self.context.measure_text(t).map_or(0.0, |m| m.width()) * SQUEEZE <= max;
        if text.chars().count() == 1 || fits(text) {
            return Some(text.to_owned());
        }
        let chars: Vec<char> = text.chars().collect();
        (2..chars.len()).rev().find_map(|n| {
            let (head, tail) = (&chars[..n - n / 2], &chars[chars.len() - n / 2..]);
            let cut: String = head.iter().chain(['…'].iter()).chain(tail).collect();
            fits(&cut).then_some(cut)
        })
    }
}
