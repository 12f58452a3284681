//! What holds of every picture: nothing outside it, no more shapes than pixels ask for, and quickly drawn.

use crate::chart::whole;
use interleave::chart::{
    Scene, Shape, Timeline, Viewport, at_cursor, heartbeat, holds, iterations, iterations_at, moments, plot, table,
    timeline, who_waits,
};
use interleave::model::{Lane, LaneKind, Mark, Nanos, Record, State, Trace, What};
use proptest::prelude::*;

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        proptest::sample::select(State::ALL).prop_map(What::Enter),
        proptest::sample::select(Mark::ALL).prop_map(What::Instant),
        (0..3u32).prop_map(What::Level),
    ]
}

/// Traces of a few lanes, also with records out of order and of lanes that are not listed.
fn traces() -> impl Strategy<Value = Trace> {
    let times = prop_oneof![0..2_000_000_000u64, 0..1_000u64, any::<u64>()];
    let record = (times, 0..5u32, what(), 0..3u32).prop_map(|(at, lane, what, arg)| Record { at, lane, what, arg });
    let ways = (any::<bool>(), any::<bool>(), any::<bool>());
    (0..12u32, proptest::collection::vec(record, 0..200), ways).prop_map(
        |(lanes, mut records, (sort, looping, threads))| {
            if sort {
                records.sort_by_key(|r| r.at);
            }
            let kind = |id| match (id == 0 && looping, threads) {
                (true, _) => LaneKind::Loop,
                (_, true) => LaneKind::Thread,
                _ => LaneKind::Task,
            };
            let lane = |id| Lane { id, kind: kind(id), name: "task ".repeat(id as usize * 2) };
            let objects = vec!["gate".to_owned(), "queue".to_owned()];
            let mut trace = Trace { lanes: (0..lanes).map(lane).collect(), objects, ..Trace::default() };
            trace.extend(records);
            trace
        },
    )
}

fn views() -> impl Strategy<Value = Viewport> {
    let width = prop_oneof![200.0..2_000.0f64, -10.0..10.0f64, Just(f64::NAN), Just(f64::INFINITY)];
    let time = prop_oneof![0..2_000_000_000u64, any::<u64>()];
    (width, time.clone(), time.clone(), proptest::option::of(time), 0..3usize, 0..5usize)
        .prop_map(|(width, from, to, cursor, first_row, rows)| Viewport { width, from, to, cursor, first_row, rows })
}

/// Left and right edge of a shape; of a text the point it hangs at.
fn edges(shape: &Shape) -> [f64; 4] {
    match *shape {
        Shape::Rect { x, y, w, h, .. } => [x, x + w, y, y + h],
        Shape::Line { x1, x2, y1, y2, .. } => [x1.min(x2), x1.max(x2), y1.min(y2), y1.max(y2)],
        Shape::Text { x, y, .. } => [x, x, y, y],
        Shape::Tick { x, y, h, .. } => [x, x, y, y + h],
    }
}

fn bounded(scene: &Scene, rows: usize) -> Result<(), TestCaseError> {
    for shape in &scene.shapes {
        let [left, right, top, bottom] = edges(shape);
        let inside = left >= 0.0 && right <= scene.width + 1e-6 && top >= 0.0 && bottom <= scene.height;
        prop_assert!(inside && left <= right + 1e-6, "{shape:?} in {} x {}", scene.width, scene.height);
    }
    // Per pixel of a row: two wide stretches, columns between them, a mark of each paint; a letter for each 16 pixels.
    // The loop's own: a gap and a beat for each pixel, and two shapes for each pixel of seven strips at most.
    // A graph of eight rows: seven shapes for a wait, five for what is held by each, eighteen for a node.
    let most = scene.width.ceil() as usize * (rows * 9 + 17) + 100 + 8 * 100;
    prop_assert!(scene.shapes.len() <= most, "{} shapes in {} pixels", scene.shapes.len(), scene.width);
    Ok(())
}

proptest! {
    #[test]
    fn no_shape_lies_outside(trace in traces(), view in views()) {
        let scene = timeline(&trace, &view);
        bounded(&scene, view.rows.min(trace.lanes.len()))?;
    }

    #[test]
    fn extending_bit_by_bit_gives_the_same_picture(trace in traces(), cuts in proptest::collection::vec(0..200usize, 0..5)) {
        let mut cuts: Vec<_> = cuts.into_iter().map(|c| c.min(trace.records.len())).collect();
        cuts.sort_unstable();
        let mut live = Timeline::new();
        for cut in cuts {
            let part = Trace { records: trace.records[..cut].to_vec(), ..trace.clone() };
            live.extend(&part);
        }
        live.extend(&trace);
        let view = whole(&trace);
        prop_assert_eq!(live.scene(&trace, &view), timeline(&trace, &view));
        // A shorter trace is another one.
        let other = Trace { lanes: trace.lanes.clone(), ..Trace::default() };
        live.extend(&other);
        prop_assert_eq!(live.scene(&other, &view), timeline(&other, &view));
    }

    #[test]
    fn words_and_tables_never_fail(trace in traces(), at in any::<u64>(), most in 0..50usize) {
        prop_assert_eq!(at_cursor(&trace, at).len(), trace.lanes.len());
        prop_assert_eq!(heartbeat(&trace).is_some(), !holds(&trace, at).is_empty());
        let listed: usize = iterations(&trace).iter().map(|i| i.calls.len()).sum();
        prop_assert!(listed <= trace.marks(Mark::Called).count());
        prop_assert!(iterations_at(&trace, at).is_none_or(|words| words.ends_with('.')));
        prop_assert!(who_waits(&trace, Some(at)).is_none_or(|words| words.ends_with('.')));
        prop_assert!(table(&trace, most).len() <= most);
        prop_assert!(moments(&trace, at % 2 == 0).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn pointing_is_the_inverse_of_drawing(trace in traces(), view in views(), share in 0.0..=1.0f64) {
        prop_assume!(view.to > view.from);
        let scale = plot(&trace, &view);
        let at = view.from + ((view.to - view.from) as f64 * share) as Nanos;
        let back = scale.at(scale.x(at));
        prop_assert!(back.abs_diff(at) as f64 <= scale.span as f64 * 1e-9 + 2_048.0, "{} for {}", back, at);
    }
}

/// 100,000 records in four lanes that take turns every 10 µs.
fn long_trace() -> Trace {
    let lane = |id| Lane { id, kind: LaneKind::Thread, name: format!("thread {id}") };
    let mut trace = Trace { lanes: (0..4).map(lane).collect(), ..Trace::default() };
    trace.extend((0..100_000u32).map(|i| {
        let state = [State::Running, State::Gil, State::Blocked][(i / 4 % 3) as usize];
        let what = if i % 16 == 0 { What::Instant(Mark::HandOver) } else { What::Enter(state) };
        Record { at: u64::from(i) * 10_000, lane: i % 4, what, arg: 0 }
    }));
    trace
}

#[test]
fn a_long_trace_is_drawn_sparsely_anew_and_once_it_is_known() {
    let trace = long_trace();
    let view = Viewport { width: 1_000.0, ..whole(&trace) };
    let mut live = Timeline::of(&trace);
    live.extend(&trace);
    for scene in [timeline(&trace, &view), live.scene(&trace, &view)] {
        assert!(scene.shapes.len() < 4 * 1_000 * 4, "{} shapes", scene.shapes.len());
    }
}
