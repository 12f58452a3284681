//! The heartbeat: when the loop could have called a timer, and when it could not.
//!
//! It is not the beat of a task. A task that beats would take part in the program, with a lane and turns of its own, and would
//! keep an idle loop awake; and it would notice a gap only between two of its beats. The loop itself looks at its timers at the
//! beginning of every iteration, and notes how long it was kept from that: by its callbacks ([`Mark::Held`]) or by its host
//! ([`Mark::Late`]). What is drawn as beats is the time outside those gaps.

use super::scene::{Anchor, Paint, Scale, Scene, Shape};
use crate::model::{LaneKind, MS, Mark, Nanos, Trace, US, What, units};

/// Height of the track with the gap below it, CSS pixels.
pub const HEART: f64 = 26.0;
/// Height of a beat.
const BEAT: f64 = 10.0;
/// Height of a gap.
const GAP: f64 = 14.0;
/// Least distance of two beats.
const APART: f64 = 6.0;
/// Distances of beats, ms; gaps below 20 ms are not recorded, so that no faster beat could be shown.
const PERIODS: [u64; 8] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
/// Least width of a gap that says how long it is.
const WIDE: f64 = 52.0;

/// A time in which the loop could not look at its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// What kept it: [`Mark::Held`] by its callbacks, [`Mark::Late`] by the browser.
    pub by: Mark,
}

/// The gaps of a trace, in the order they were noted.
pub fn gaps(trace: &Trace) -> Vec<Gap> {
    let gap = |r: &crate::model::Record| match r.what {
        What::Instant(by @ (Mark::Held | Mark::Late)) => {
            Some(Gap { start: r.at.saturating_sub(u64::from(r.arg) * US), end: r.at, by })
        }
        _ => None,
    };
    trace.records.iter().filter_map(gap).collect()
}

/// The heartbeat in words; `None` without a loop.
pub fn heartbeat(trace: &Trace) -> Option<String> {
    trace.lanes.iter().find(|lane| lane.kind == LaneKind::Loop)?;
    let gaps = gaps(trace);
    let kept = |by: Mark| {
        let all = gaps.iter().filter(move |g| g.by == by);
        let longest = all.clone().max_by_key(|g| g.end - g.start);
        longest.map(|longest| (all.clone().map(|g| g.end - g.start).sum::<Nanos>(), all.count(), *longest))
    };
    let mut out = match kept(Mark::Held) {
        None => "The loop was never blocked for more than 20 ms.".to_owned(),
        Some((sum, _, longest)) => format!(
            "The loop was blocked for {} in all; the longest stretch was {}, from {} on.",
            units::time(sum),
            units::time(longest.end - longest.start),
            units::time(longest.start)
        ),
    };
    if let Some((_, count, longest)) = kept(Mark::Late) {
        let times = if count == 1 { "once".to_owned() } else { format!("{} times", units::grouped(count as u64)) };
        let by = units::time(longest.end - longest.start);
        out.push_str(&format!(" The browser gave it its turn late {times}, by up to {by}."));
    }
    Some(out)
}

/// Draws the track whose top is at `y`.
pub fn track(scene: &mut Scene, gaps: &[Gap], scale: &Scale, end: Nanos, y: f64) {
    let to = scale.from.saturating_add(scale.span).min(end);
    let (middle, anchor) = (y + 12.0, Anchor::Start);
    let room = (scale.left - 4.0).max(0.0);
    let name = "heartbeat".to_owned();
    let name = Shape::Text { x: 0.0, y: y + 16.0, text: name, anchor, paint: Paint::Soft, strong: true, max: room };
    scene.shapes.push(name);
    let right = scale.x(to);
    scene.shapes.push(Shape::Line { x1: scale.left, y1: middle, x2: right, y2: middle, paint: Paint::Line });
    let apart = |ms: u64| (ms * MS) as f64 / scale.span as f64 * scale.width;
    let period = MS * PERIODS.into_iter().find(|ms| apart(*ms) >= APART).unwrap_or(60_000);
    let mut last = None;
    for gap in gaps.iter().filter(|g| g.end >= scale.from && g.start <= to) {
        let (x, end) = (scale.x(gap.start), scale.x(gap.end));
        // Many in one pixel are one.
        if last.replace((end as u32, gap.by)) == Some((x as u32, gap.by)) && end - x < 1.0 {
            continue;
        }
        let paint = if gap.by == Mark::Held { Paint::Held } else { Paint::Late };
        let w = (end - x).max(1.0).min(scale.left + scale.width - x);
        scene.shapes.push(Shape::Rect { x, y: middle - GAP / 2.0, w, h: GAP, paint });
        if w >= WIDE {
            let (x, text) = (x + w / 2.0, units::time(gap.end - gap.start));
            let (anchor, paint) = (Anchor::Middle, Paint::Ink);
            scene.shapes.push(Shape::Text { x, y: middle + 4.0, text, anchor, paint, strong: false, max: w });
        }
    }
    let first = scale.from.div_ceil(period);
    let beats = (first..).map_while(|k| k.checked_mul(period)).take_while(|at| *at <= to).take(2_000);
    for at in beats.filter(|at| !gaps.iter().any(|g| (g.start..g.end).contains(at))) {
        scene.shapes.push(Shape::Tick { x: scale.x(at), y: middle - BEAT / 2.0, h: BEAT, paint: Paint::Curve });
    }
}
