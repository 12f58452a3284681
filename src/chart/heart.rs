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

/// The gaps of a trace, in the order they were noted; no two of them overlap.
pub fn gaps(trace: &Trace) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for r in &trace.records {
        if let What::Instant(by @ (Mark::Held | Mark::Late)) = r.what {
            let before = gaps.last().map_or(0, |gap: &Gap| gap.end);
            let start = r.at.saturating_sub(u64::from(r.arg) * US).max(before);
            gaps.push(Gap { start, end: r.at.max(start), by });
        }
    }
    gaps
}

/// The heartbeat in words; `None` without a loop.
pub fn heartbeat(trace: &Trace) -> Option<String> {
    trace.lanes.iter().find(|lane| lane.kind == LaneKind::Loop)?;
    // In all, how often, and the longest: what its callbacks took, and what the browser did.
    let mut kept = [(0, 0u32, Gap { start: 0, end: 0, by: Mark::Held }); 2];
    for gap in gaps(trace) {
        let (sum, count, longest) = &mut kept[usize::from(gap.by == Mark::Late)];
        let time = gap.end - gap.start;
        *sum += time;
        *count += 1;
        if time > longest.end - longest.start {
            *longest = gap;
        }
    }
    let [(held, _, longest), (_, late, latest)] = kept;
    let lasted = |gap: Gap| units::time(gap.end - gap.start);
    let mut out = "The loop was never blocked for more than 20 ms.".to_owned();
    if held > 0 {
        let (all, longest, from) = (units::time(held), lasted(longest), units::time(longest.start));
        out = format!("The loop was blocked for {all} in all, the longest stretch {longest}, from {from} on.");
    }
    if late > 0 {
        out.push_str(&format!(" The browser gave it its turn late {late}×, by up to {}.", lasted(latest)));
    }
    Some(out)
}

/// Draws the track whose top is at `y`.
pub fn track(scene: &mut Scene, gaps: &[Gap], scale: &Scale, end: Nanos, y: f64) {
    let to = scale.from.saturating_add(scale.span).min(end);
    let middle = y + 12.0;
    let room = (scale.left - 4.0).max(0.0);
    scene.text((0.0, y + 16.0), Anchor::Start, Paint::Ink, true, room, "loop's beat".to_owned());
    scene.level(scale.left, scale.x(to), middle, Paint::Line);
    let apart = |ms: u64| (ms * MS) as f64 / scale.span as f64 * scale.width;
    let mut last = None;
    for gap in gaps.iter().filter(|g| g.end >= scale.from && g.start <= to) {
        let (x, end) = (scale.x(gap.start), scale.x(gap.end));
        // Many in one pixel are one.
        if last.replace(end as u32) == Some(end as u32) {
            continue;
        }
        let paint = if gap.by == Mark::Held { Paint::Held } else { Paint::Late };
        let w = (end - x).max(1.0).min(scale.left + scale.width - x);
        scene.rect(x, middle - GAP / 2.0, w, GAP, paint);
        if w >= WIDE {
            let at = (x + w / 2.0, middle + 4.0);
            scene.text(at, Anchor::Middle, Paint::Ink, false, w, units::time(gap.end - gap.start));
        }
    }
    let Some(period) = PERIODS.into_iter().find(|ms| apart(*ms) >= APART).map(|ms| ms * MS) else { return };
    let first = scale.from.div_ceil(period);
    let beats = (first..).map_while(|k| k.checked_mul(period)).take_while(|at| *at <= to);
    for at in beats.filter(|at| !gaps.iter().any(|g| (g.start..g.end).contains(at))) {
        scene.shapes.push(Shape::Tick { x: scale.x(at), y: middle - BEAT / 2.0, h: BEAT, paint: Paint::Curve });
    }
}
