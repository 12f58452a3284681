//! The pattern of each state on a canvas.

use crate::chart::{TILE, tile_lines};
use crate::model::State;
use crate::page::browser;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

/// The pattern of `state`; `None` where it is one plain colour.
pub fn pattern(
    context: &CanvasRenderingContext2d,
    state: State,
    colour: &str,
    ground: &str,
    ratio: f64,
) -> Option<CanvasPattern> {
    let lines = tile_lines(state);
    if lines.is_empty() {
        return None;
    }
    let canvas: HtmlCanvasElement = browser::document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    let side = (TILE * ratio).round().max(4.0);
    canvas.set_width(side as u32);
    canvas.set_height(side as u32);
    let tile: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    tile.set_fill_style_str(ground);
    tile.fill_rect(0.0, 0.0, side, side);
    tile.set_stroke_style_str(colour);
    tile.set_line_width((1.4 * ratio).max(1.0));
    if state == State::Waiting {
        tile.set_line_cap("round");
        tile.set_line_width(2.0 * ratio);
    }
    for [x1, y1, x2, y2] in lines {
        tile.begin_path();
        tile.move_to(x1 * side, y1 * side);
        tile.line_to(x2 * side, y2 * side);
        tile.stroke();
    }
    context.create_pattern_with_html_canvas_element(&canvas, "repeat").ok()?
}
