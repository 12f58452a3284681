//! Who waits for whom: the graph as text, its words, and the moments that are shown.

use crate::chart::{drawn, whole};
use crate::{golden, runs, sample};
use interleave::chart::{self, Timeline, Viewport, Waits};
use interleave::model::{LaneKind, MS, Mark, Model, State, Trace};
use interleave::scenarios::REGISTRY;
use interleave::share;
use std::fmt::Write;

/// Two transfers that take two locks, each in its own order; the main thread joins the first.
fn transfers() -> Trace {
    use State::{Blocked, Done, Running, Waiting};
    let mut trace = sample::Story::of(LaneKind::Thread, &["MainThread", "Thread-1", "Thread-2"])
        .enter(0, 0, Running, 0)
        .enter(1, 1, Running, 0)
        .mark(1, 1, Mark::Acquired, 0)
        .enter(2, 0, Waiting, 0)
        .mark(2, 0, Mark::WaitsFor, 1)
        .enter(3, 2, Running, 0)
        .mark(3, 2, Mark::Acquired, 1)
        .enter(4, 1, Blocked, 1)
        .mark(4, 1, Mark::WaitsFor, 2)
        .enter(6, 2, Blocked, 0)
        .mark(6, 2, Mark::WaitsFor, 1)
        .mark(50, 1, Mark::Released, 0)
        .enter(50, 1, Done, 0)
        .mark(50, 1, Mark::Deadlocked, 2)
        .mark(50, 2, Mark::Released, 1)
        .enter(50, 2, Done, 0)
        .mark(50, 2, Mark::Deadlocked, 1)
        .enter(50, 0, Done, 0)
        .trace();
    trace.objects = vec!["lock A".to_owned(), "lock B".to_owned()];
    trace
}

/// Threads at an object; what each does is said by `story`.
fn at_gate(threads: usize, story: impl FnOnce(sample::Story) -> sample::Story) -> Trace {
    let names: Vec<String> = (1..=threads).map(|n| format!("Thread-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut trace = story(sample::Story::of(LaneKind::Thread, &names)).trace();
    trace.objects = vec!["gate".to_owned()];
    trace
}

/// Only what is drawn below the lanes' axis.
fn graph(trace: &Trace, view: &Viewport) -> String {
    let text = drawn(&chart::timeline(trace, view));
    text[text.find("text 0.0").map_or(0, |_| text.rfind("Who waits").unwrap())..].to_owned()
}

#[test]
fn a_circle_as_it_closes() {
    let trace = transfers();
    let mut out = String::new();
    for at in [0, 2, 3, 4, 6, 50] {
        writeln!(out, "{at} ms").unwrap();
        for sentence in Waits::at(&trace, at * MS).words(&trace) {
            writeln!(out, "  {sentence}").unwrap();
        }
    }
    golden::check("chart/waits.txt", &out);
    let told = chart::who_waits(&trace, None).unwrap();
    assert!(told.starts_with("At 6.00 ms: Thread-2 waits for lock A, held by Thread-1."), "{told}");
    assert_eq!(chart::who_waits(&trace, Some(0)).unwrap(), "Nobody waits for a lock or for another thread.");
}

#[test]
fn the_graph_of_a_closed_circle_and_of_the_moment_before() {
    let trace = transfers();
    golden::check("chart/circle.txt", &graph(&trace, &whole(&trace)));
    let before = Viewport { cursor: Some(5 * MS), width: 326.0, ..whole(&trace) };
    golden::check("chart/no-circle.txt", &graph(&trace, &before));
    let scene = chart::timeline(&trace, &whole(&trace));
    assert_eq!(scene.height, chart::height(3) + chart::with_waits(3), "so much room is kept beforehand");
}

#[test]
fn live_it_is_as_it_is_now_and_in_the_end_as_it_was_when_the_circle_closed() {
    let trace = transfers();
    let mut live = Timeline::new();
    let heads: Vec<String> = (0..=trace.records.len())
        .map(|n| {
            let mut part = Trace { records: Vec::new(), end: 0, ..trace.clone() };
            part.extend(trace.records[..n].iter().copied());
            live.extend(&part);
            let text = drawn(&live.scene(&part, &whole(&part)));
            let line = |words: &str| text.lines().find_map(|l| l.split_once(words)).map_or("", |(_, rest)| rest);
            let word = if text.contains("closed circle") { " circle" } else { "" };
            format!("{}{word}", line("Soft max 90: at "))
        })
        .collect();
    assert_eq!(heads[..8], ["", "", "", "", "", "", "", ""], "nobody has waited for anything with a name");
    assert_eq!(heads[8..11], ["4.00 ms", "4.00 ms", "6.00 ms circle"]);
    assert_eq!(heads[13..17], ["50.0 ms", "50.0 ms", "50.0 ms", "50.0 ms"]);
    assert_eq!(heads.last().unwrap(), "6.00 ms circle");
}

#[test]
fn a_lock_taken_twice_a_gate_for_two_and_one_that_does_not_record_all() {
    let itself = at_gate(1, |story| {
        story.mark(1, 0, Mark::Acquired, 0).enter(2, 0, State::Blocked, 0).mark(2, 0, Mark::WaitsFor, 0)
    });
    let words = |trace: &Trace| Waits::of(trace).words(trace).join(" ");
    let said = "Thread-1 waits for gate, which it holds itself. That is a closed circle: Thread-1 waits for itself.";
    assert_eq!(words(&itself), said);

    let two = at_gate(4, |story| {
        let story = story.mark(1, 0, Mark::Acquired, 0).mark(1, 1, Mark::Acquired, 0);
        story.enter(2, 2, State::Blocked, 0).enter(2, 3, State::Blocked, 0)
    });
    assert_eq!(words(&two), "Thread-3, Thread-4 wait for gate, held by Thread-1, Thread-2.");

    // Thread-1 took it without waiting, so only who waits says so; then it waits for it too: somebody else has it.
    let busy = at_gate(2, |story| story.enter(1, 1, State::Blocked, 0).mark(1, 1, Mark::WaitsFor, 0));
    assert_eq!(words(&busy), "Thread-2 waits for gate, held by Thread-1.");
    let mut later = busy.clone();
    later.extend([interleave::model::Record {
        at: 2 * MS,
        lane: 0,
        what: interleave::model::What::Enter(State::Blocked),
        arg: 0,
    }]);
    assert_eq!(words(&later), "Thread-1, Thread-2 wait for gate.");

    // Another thread may give it back.
    let given = at_gate(2, |story| story.mark(1, 0, Mark::Acquired, 0).mark(2, 1, Mark::Released, 0));
    assert_eq!(words(&given), "Nobody waits for a lock or for another thread.");
    let again = at_gate(2, |story| {
        let story = story.mark(1, 0, Mark::Acquired, 0).mark(2, 1, Mark::Released, 0);
        story.enter(3, 1, State::Blocked, 0)
    });
    assert_eq!(words(&again), "Thread-2 waits for gate.");
}

#[test]
fn more_threads_than_rows_share_the_last_one() {
    let many = at_gate(12, |mut story| {
        story = story.mark(0, 0, Mark::Acquired, 0);
        for lane in 1..12 {
            story = story.enter(u64::from(lane), lane, State::Blocked, 0);
        }
        story
    });
    let text = graph(&many, &whole(&many));
    assert!(text.contains("and 5 more") && !text.contains("Thread-8"), "{text}");
    let told = chart::who_waits(&many, None).unwrap();
    assert!(told.contains("Thread-5, Thread-6 and 6 more wait for gate, held by Thread-1."), "{told}");
}

#[test]
fn a_run_in_which_nobody_waits_for_anything_with_a_name_has_no_graph() {
    let trace = sample::Story::of(LaneKind::Thread, &["MainThread", "Thread-1"])
        .enter(0, 0, State::Waiting, 0)
        .mark(0, 0, Mark::WaitsFor, 1)
        .enter(1, 1, State::Done, 0)
        .trace();
    assert!(!Waits::of(&trace).shown());
    assert_eq!(chart::who_waits(&trace, None), None);
    assert_eq!(chart::timeline(&trace, &whole(&trace)).height, chart::height(2));
}

#[test]
fn what_is_waited_for_of_a_process_is_its_end_in_words_and_in_the_graph() {
    use State::{Blocked, Running, Waiting};
    let joins = |kind, names: &[&str]| {
        let story = sample::Story::of(kind, names).enter(0, 1, Running, 0).mark(0, 1, Mark::Acquired, 0);
        let story = story.enter(1, 0, Waiting, 0).mark(1, 0, Mark::WaitsFor, 1);
        let mut trace = story.enter(1, 2, Blocked, 0).mark(1, 2, Mark::WaitsFor, 0).trace();
        trace.objects = vec!["gate".to_owned()];
        trace
    };
    for (kind, names, drawn, told) in [
        (LaneKind::Thread, ["Main", "T", "U"], "waits for T", "Main waits for T."),
        (LaneKind::Process, ["Main", "P", "Q"], "waits for P to end", "Main waits for the end of P."),
    ] {
        let trace = joins(kind, &names);
        let graph = graph(&trace, &whole(&trace));
        assert!(graph.lines().any(|line| line.ends_with(drawn)), "{drawn:?} is not in\n{graph}");
        let words = Waits::at(&trace, MS).words(&trace);
        assert!(words.iter().any(|sentence| sentence == told), "{told:?} is not in {words:?}");
    }
}

#[test]
fn who_has_given_back_what_another_waits_for_may_wait_for_that_one() {
    use State::{Blocked, Running, Waiting};
    let trace = at_gate(2, |story| {
        story
            .enter(1, 0, Running, 0)
            .mark(1, 0, Mark::Acquired, 0)
            .enter(2, 1, Blocked, 0)
            .mark(2, 1, Mark::WaitsFor, 0)
            // The other one was woken and has no core yet.
            .mark(3, 0, Mark::Released, 0)
            .enter(4, 0, Waiting, 0)
            .mark(4, 0, Mark::WaitsFor, 1)
    });
    for at in [2, 4] {
        assert_eq!(Waits::at(&trace, at * MS).circle(), Vec::<usize>::new(), "{at} ms");
    }
    assert_eq!(Waits::at(&trace, 4 * MS).words(&trace), ["Thread-2 waits for gate.", "Thread-1 waits for Thread-2."]);
}

#[test]
fn a_real_deadlock_is_a_circle_and_real_fixes_end_without_one() {
    let scenario = REGISTRY.iter().find(|s| s.id == "deadlock").unwrap();
    let spec = share::decode("", "v=1&s=deadlock&work=0&limit=10&speed=10").spec;
    for model in [Model::Threads, Model::FreeThreads] {
        for variant in scenario.variants {
            let (outcome, trace) = runs::traced_on_threads(spec.plan(model, variant.id, 0));
            let told = chart::who_waits(&trace, None).unwrap_or_default();
            let circle = "Thread-2 waits for lock A, held by Thread-1. Thread-1 waits for lock B, held by Thread-2.";
            match variant.id {
                "as-they-come" => {
                    assert_eq!(outcome.value, "deadlock");
                    assert!(told.contains(circle), "{told}");
                    assert!(
                        told.ends_with("That is a closed circle: Thread-1, Thread-2 wait for each other."),
                        "{told}"
                    );
                }
                "ordered" => assert!(!told.contains("circle"), "{told}"),
                _ => {}
            }
        }
    }
}

#[test]
fn lessons_whose_threads_only_wait_in_turn_close_no_circle() {
    for id in ["race", "condition", "barrier", "event", "thread-semaphore", "thread-queue"] {
        let scenario = REGISTRY.iter().find(|s| s.id == id).unwrap();
        let fast = if id == "race" { "increments=20000" } else { "speed=10" };
        let spec = share::decode("", &format!("v=1&s={id}&{fast}")).spec;
        for (model, variant) in share::offered_pairs(scenario, &spec) {
            let (_, trace) = runs::traced_on_threads(spec.plan(model, &variant, 0));
            let told = chart::who_waits(&trace, None).unwrap_or_default();
            assert!(!told.contains("circle"), "{id} {variant}: {told}");
            println!("{id} {variant}: {told}");
        }
    }
}
