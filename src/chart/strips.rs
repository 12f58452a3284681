//! Numbers over time as small steps, one strip each, on the time axis of the lanes above.

use super::levels::Series;
use super::scene::{Anchor, Paint, Scale, Scene};
use crate::model::{Nanos, units};

/// Height of a strip with the gap below it, CSS pixels.
pub const STRIP: f64 = 36.0;
/// Height of the highest step.
const HIGH: f64 = 24.0;
/// Room between the top of a strip and its highest step.
const ABOVE: f64 = 6.0;
/// Width below which a step is filled.
const THIN: f64 = 3.0;
/// Room for the number at the cursor.
const NUMBER: f64 = 44.0;

/// Draws one strip whose top is at `y`; what is shown of it is scaled to the greatest number of the whole run, so that
/// moving and zooming does not make it jump.
pub fn strip(scene: &mut Scene, series: &Series, scale: &Scale, end: Nanos, y: f64, cursor: Option<Nanos>) {
    let (top, base) = (y + ABOVE, y + ABOVE + HIGH);
    let full = f64::from(series.peak.max(1));
    let most = match series.limit {
        Some(limit) => format!("at most {limit}, full"),
        None => format!("at most {}", units::grouped(series.peak.into())),
    };
    let room = (scale.left - 4.0).max(0.0);
    scene.text((0.0, y + 16.0), Anchor::Start, Paint::Ink, true, room, series.name.clone());
    scene.text((0.0, y + 30.0), Anchor::Start, Paint::Soft, false, room, most);
    let right = scale.left + scale.width;
    if series.limit.is_some() {
        scene.level(scale.left, right, top, Paint::Limit);
    }
    for (x, w, number) in columns(series, scale, end) {
        let h = HIGH * f64::from(number) / full;
        // What is hardly wider than the curve is all curve, or nobody would see it.
        let line = if w < THIN { h } else { 1.5 };
        scene.rect(x, base - h, w, h, Paint::Area);
        scene.rect(x, base - h, w, line, Paint::Curve);
    }
    scene.level(scale.left, right, base, Paint::Line);
    if let Some(at) = cursor.filter(|at| scale.shows(*at) && *at <= end) {
        let x = scale.x(at);
        let (x, anchor) = if right - x > NUMBER { (x + 5.0, Anchor::Start) } else { ((x - 5.0).max(0.0), Anchor::End) };
        let text = units::grouped(series.at(at).into());
        scene.text((x, base - 7.0), anchor, Paint::Ink, true, NUMBER, text);
    }
}

/// Stretches of whole pixels and the greatest number in each: what lasted less than a pixel is seen all the same.
fn columns(series: &Series, scale: &Scale, end: Nanos) -> Vec<(f64, f64, u32)> {
    let to = end.min(scale.from.saturating_add(scale.span));
    let mut highest = vec![0u32; scale.width.ceil() as usize];
    let mut steps = series.stretches().peekable();
    while let Some((from, number)) = steps.next() {
        let until = steps.peek().map_or(end, |(next, _)| *next).min(to);
        if number == 0 || until < scale.from || from > to {
            continue;
        }
        let first = (scale.x(from) - scale.left) as usize;
        let after = ((scale.x(until) - scale.left).ceil() as usize).clamp(first + 1, highest.len().max(first + 1));
        for column in highest.iter_mut().take(after).skip(first) {
            *column = number.max(*column);
        }
    }
    let mut x = 0;
    let mut out = Vec::new();
    for same in highest.chunk_by(|a, b| a == b) {
        let left = scale.left + x as f64;
        if same[0] > 0 {
            out.push((left, (same.len() as f64).min(scale.left + scale.width - left), same[0]));
        }
        x += same.len();
    }
    out
}
