//! Pictures, compared as text with what they looked like when somebody last looked at them.

use crate::{golden, sample};
use interleave::chart::{self, Scene, Shape, Viewport};
use interleave::model::{LaneKind, MS, Mark, Model, Outcome, RunEnd, State, Trace, Verdict};
use std::fmt::Write;

/// A scene as text, one shape a line.
pub fn drawn(scene: &Scene) -> String {
    let mut out = format!("scene {:.0} x {:.0}\n", scene.width, scene.height);
    for shape in &scene.shapes {
        match shape {
            Shape::Rect { x, y, w, h, paint } => writeln!(out, "rect {x:.1},{y:.1} {w:.1}x{h:.1} {paint:?}"),
            Shape::Line { x1, y1, x2, y2, paint } => writeln!(out, "line {x1:.1},{y1:.1} {x2:.1},{y2:.1} {paint:?}"),
            Shape::Text { x, y, text, anchor, paint, strong, max } => {
                let weight = if *strong { " strong" } else { "" };
                writeln!(out, "text {x:.1},{y:.1} {anchor:?} {paint:?}{weight} max {max:.0}: {text}")
            }
            Shape::Tick { x, y, h, paint } => writeln!(out, "tick {x:.1},{y:.1} {h:.1} {paint:?}"),
        }
        .unwrap();
    }
    out
}

/// All of a trace in 640 pixels.
pub fn whole(trace: &Trace) -> Viewport {
    Viewport { width: 640.0, from: 0, to: trace.end, cursor: None, first_row: 0, rows: 100 }
}

#[test]
fn threads_that_take_turns() {
    let trace = sample::two_threads();
    let view = Viewport { cursor: Some(70 * MS), ..whole(&trace) };
    golden::check("chart/two-threads.txt", &drawn(&chart::timeline(&trace, &view)));
}

#[test]
fn a_part_of_a_trace() {
    let trace = sample::two_threads();
    let view = Viewport { from: 50 * MS, to: 90 * MS, first_row: 1, rows: 1, cursor: Some(10 * MS), ..whole(&trace) };
    golden::check("chart/zoomed.txt", &drawn(&chart::timeline(&trace, &view)));
}

#[test]
fn tasks_while_they_run() {
    let trace = sample::Story::of(LaneKind::Task, &["Task-1", "a-task-with-a-very-long-name"])
        .enter(0, 0, State::Waiting, 0)
        .enter(0, 1, State::Sleeping, 0)
        .mark(900, 1, Mark::TimedOut, 0)
        .mark(900, 1, Mark::CancelRequested, 0)
        .trace();
    golden::check("chart/running.txt", &drawn(&chart::timeline(&trace, &whole(&trace))));
}

#[test]
fn nothing_yet() {
    let trace = Trace::default();
    golden::check("chart/empty.txt", &drawn(&chart::timeline(&trace, &whole(&trace))));
}

#[test]
fn words_at_the_cursor() {
    let trace = sample::two_threads();
    let mut out = String::new();
    for at in [0, 5, 15, 30, 60, 85, 100, 110, 120] {
        writeln!(out, "{at} ms").unwrap();
        for sentence in chart::at_cursor(&trace, at * MS) {
            writeln!(out, "  {sentence}").unwrap();
        }
    }
    golden::check("chart/cursor.txt", &out);
    let moments: Vec<_> = chart::moments(&trace, false).into_iter().map(|t| t / MS).collect();
    assert_eq!(moments, [0, 10, 20, 60, 80, 100, 120]);
}

#[test]
fn a_sleeper_says_until_when() {
    let trace = sample::Story::of(LaneKind::Task, &["Task-3"])
        .enter(0, 0, State::Sleeping, 0)
        .enter(1_000, 0, State::Running, 0)
        .trace();
    assert_eq!(chart::at_cursor(&trace, 10), ["Task-3 sleeps until 1.00 s."]);
    assert_eq!(chart::at_cursor(&trace, 1_000 * MS), ["Task-3 computes."]);
}

#[test]
fn a_loop_waits_and_a_worker_between_jobs_has_none() {
    let trace = sample::Story::of(LaneKind::Loop, &["event loop"])
        .enter(0, 0, State::Running, 0)
        .enter(1, 0, State::Sleeping, 0)
        .enter(200, 0, State::Running, 0)
        .trace();
    assert_eq!(chart::at_cursor(&trace, 0), ["event loop runs."]);
    assert_eq!(chart::at_cursor(&trace, 2 * MS), ["event loop has nothing ready and waits until 200 ms."]);
    let trace = sample::Story::of(LaneKind::Process, &["process 1"])
        .enter(0, 0, State::Running, 0)
        .mark(0, 0, Mark::Job, 0)
        .mark(1, 0, Mark::Finished, 0)
        .enter(2, 0, State::Running, 0)
        .trace();
    assert_eq!(chart::at_cursor(&trace, 0), ["process 1 computes job 0."]);
    assert_eq!(chart::at_cursor(&trace, 2 * MS), ["process 1 computes."]);
}

#[test]
fn the_table_reads_like_the_picture() {
    let trace = sample::two_threads();
    let rows = chart::table(&trace, 1_000);
    let text: String = rows.iter().map(|row| row.join(" | ") + "\n").collect();
    golden::check("chart/table.txt", &text);
    assert_eq!(chart::table(&trace, 3), rows[..3]);
    let legend: Vec<_> = chart::legend(&trace).into_iter().map(|(state, letter, _)| (state, letter)).collect();
    let expected = [(State::Running, 'R'), (State::Sleeping, 'Z'), (State::Blocked, 'L'), (State::Gil, 'G')];
    assert_eq!(legend, expected);
}

#[test]
fn bars_compare_with_the_sequential_run() {
    let times: [(Model, &[u64]); 3] =
        [(Model::Threads, &[100, 110, 90]), (Model::Sequential, &[100, 100, 99]), (Model::FreeThreads, &[50, 51])];
    let mut report = sample::report(&times);
    let bars = chart::bars_for(Some(&sample::SCENARIO), &report, &sample::verdict(&report));
    golden::check("chart/bars.txt", &bars.iter().map(|bar| format!("{bar:#?}\n")).collect::<String>());

    report.cells[1].runs[0].end = RunEnd::Stopped;
    let bars = chart::bars_for(Some(&sample::SCENARIO), &report, &sample::verdict(&report));
    assert_eq!(bars[1].summary.n, 2);
    assert_eq!(bars[0].speedup, None, "two pairs are no speed-up");
    report.cells.remove(1);
    let bars = chart::bars_for(None, &report, &Verdict::default());
    assert_eq!((bars.len(), bars[0].bound.clone(), bars[0].speedup), (2, None, None));
}

#[test]
fn lost_updates_are_counted_run_by_run() {
    let mut report = sample::report(&[(Model::Sequential, &[1, 1, 1]), (Model::Threads, &[1, 1, 1, 1])]);
    assert_eq!(chart::losses(&report, true).len(), 2, "room for what is to come");
    assert_eq!(chart::losses(&report, false), [], "no run says how many updates there were to be");
    let counted = |lost: f64| RunEnd::Finished(Outcome::new("").with("expected", 400_000.0).with("lost", lost));
    for (run, lost) in report.cells[1].runs.iter_mut().zip([1_234.0, 0.0, 98_765.0]) {
        run.end = counted(lost);
    }
    report.cells[1].runs[3].end = RunEnd::Stopped;
    let meter = chart::losses(&report, false);
    let mut out = String::new();
    for cell in &meter {
        writeln!(out, "{:?} {}: {}", cell.model, cell.variant, cell.words()).unwrap();
        for run in &cell.runs {
            writeln!(out, "  run {}: got {} of {}, lost {}", run.repeat, run.got(), run.expected, run.lost).unwrap();
        }
        writeln!(out, "  {}", cell.each()).unwrap();
    }
    golden::check("chart/losses.txt", &out);

    let words = |lost: &[f64]| {
        let mut report = report.clone();
        report.cells[1].runs.truncate(lost.len());
        report.cells[1].runs.iter_mut().zip(lost).for_each(|(run, lost)| run.end = counted(*lost));
        chart::losses(&report, false)[1].words()
    };
    assert_eq!(words(&[0.0, 0.0]), "0 of 400,000 lost");
    assert_eq!(words(&[7.0, 7.0]), "7 of 400,000 lost");
    assert_eq!(words(&[7.0]), "7 of 400,000 lost");
    assert_eq!(words(&[500_000.0]), "400,000 of 400,000 lost", "never more than there were");
}
