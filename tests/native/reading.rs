//! A run read without its picture: its story, what is told of a moment, and the curve of speed-up by workers.

use crate::{golden, sample};
use interleave::chart::{self, Earlier, Timeline, Told, Viewport};
use interleave::model::{LaneKind, MS, Mark, Nanos, Question, Series, State, Trace, wire};
use std::fmt::Write;

/// Two tasks on a loop, one of which holds what the other needs and then fails.
fn tasks() -> Trace {
    use State::{Blocked, Done, Ready, Running, Sleeping, Waiting};
    let mut trace = sample::Story::of(LaneKind::Task, &["event loop", "main", "silver", "gold"])
        .enter(0, 0, Running, 0)
        .enter(0, 1, Running, 0)
        .mark(0, 2, Mark::Created, 0)
        .mark(0, 3, Mark::Created, 0)
        .enter(0, 1, Waiting, 0)
        .enter(1, 2, Running, 0)
        .mark(1, 2, Mark::Acquired, 0)
        .enter(1, 2, Sleeping, 199_000)
        .enter(1, 3, Running, 0)
        .enter(1, 3, Blocked, 0)
        .enter(2, 0, Sleeping, 0)
        .enter(200, 0, Running, 0)
        .enter(200, 2, Ready, 0)
        .enter(200, 2, Running, 0)
        .mark(200, 2, Mark::Released, 0)
        .mark(200, 2, Mark::Finished, 0)
        .enter(200, 2, Done, 0)
        .enter(200, 3, Ready, 0)
        .mark(201, 3, Mark::Acquired, 0)
        .enter(201, 3, Running, 0)
        .mark(210, 3, Mark::Failed, 0)
        .enter(210, 3, Done, 0)
        .enter(210, 1, Running, 0)
        .mark(211, 1, Mark::CancelRequested, 0)
        .mark(211, 1, Mark::Cancelled, 0)
        .enter(211, 1, Done, 0)
        .level(211, 1, 0, 2)
        .trace();
    trace.lanes[0].kind = LaneKind::Loop;
    trace
}

fn told(trace: &Trace) -> String {
    let mut out = String::new();
    for (at, words) in chart::story(trace) {
        writeln!(out, "{:>4} ms: {words}", at / MS).unwrap();
    }
    out
}

#[test]
fn a_run_tells_its_story() {
    golden::check("chart/story.txt", &format!("{}\n{}", told(&tasks()), told(&sample::two_threads())));
}

#[test]
fn what_lanes_recorded_one_after_another_is_told_in_the_order_of_time() {
    let mut trace = sample::two_threads();
    trace.records.sort_by_key(|r| r.lane);
    let moments: Vec<Nanos> = chart::story(&trace).into_iter().map(|(at, _)| at).collect();
    assert!(moments.is_sorted(), "{moments:?}");
    assert_eq!(told(&trace).lines().count(), told(&sample::two_threads()).lines().count());
}

#[test]
fn who_takes_and_sleeps_at_one_reading_of_a_coarse_clock_has_taken_first() {
    let mut trace = sample::Story::of(LaneKind::Task, &["silver", "gold"])
        .enter(0, 0, State::Sleeping, 100)
        .enter(0, 1, State::Blocked, 0)
        .mark(0, 0, Mark::Acquired, 0)
        .trace();
    trace.objects = vec!["gate".to_owned()];
    let words: Vec<String> = chart::story(&trace).into_iter().map(|(_, words)| words).collect();
    assert_eq!(words[0], "silver takes gate.", "{words:?}");
    assert!(words[2].starts_with("gold waits for gate, held by silver"), "{words:?}");
}

#[test]
fn a_lock_is_given_back_before_the_next_one_takes_it_also_at_one_reading_of_the_clock() {
    let mut trace = sample::Story::of(LaneKind::Task, &["silver", "gold"])
        .enter(0, 0, State::Running, 0)
        .mark(0, 0, Mark::Acquired, 0)
        .enter(5, 1, State::Sleeping, 100) // recorded where gold waited before
        .mark(5, 0, Mark::Released, 0)
        .mark(5, 1, Mark::Acquired, 0)
        .trace();
    trace.objects = vec!["gate".to_owned()];
    let words: Vec<String> = chart::story(&trace).into_iter().map(|(_, words)| words).collect();
    let place = |start: &str| words.iter().position(|w| w.starts_with(start));
    let order = ["silver gives gate back", "gold takes gate", "gold sleeps"].map(place);
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{words:?}");
}

#[test]
fn a_moment_says_what_happened_last_and_how_it_stands() {
    let told = Told::of(tasks());
    assert_eq!(told.events().moments, [0, 1, 2, 200, 201, 210, 211].map(|ms| ms * MS));
    let at = |ms: u64| told.answer(&Question::Moment(Some(ms * MS))).rows;
    let [happened, lanes, below, held @ ..] = &at(150)[..] else { panic!("too few rows") };
    assert_eq!(happened[..], ["2.00 ms", "event loop has nothing ready and waits."]);
    assert_eq!(lanes[3], "gold waits for lock.");
    assert!(below[0].starts_with("The loop was never blocked"), "{below:?}");
    assert_eq!(held[2][0], "Timers");
    let [happened, ..] = &at(210)[..] else { panic!("too few rows") };
    assert_eq!(happened[1..], ["gold ends with an exception; 2 of 3 tasks are over.", "main goes on."]);
    // Without a cursor only what is drawn below the lanes is told.
    let rows = told.answer(&Question::Moment(None)).rows;
    assert_eq!((rows.len(), rows[0].len(), rows[1].len(), rows[2].len()), (3, 0, 0, 1));
    let before = Told::of(Trace::default()).answer(&Question::Moment(Some(5)));
    assert_eq!(before.rows[0], Vec::<String>::new(), "nothing has happened before the first event");
}

#[test]
fn stories_and_tables_are_of_the_same_run_and_have_an_end() {
    let mut long = sample::Story::of(LaneKind::Thread, &["thread 1"]);
    for ms in 0..2_000 {
        long = long.enter(ms, 0, if ms % 2 == 0 { State::Running } else { State::Gil }, 0);
    }
    let told = Told::of(long.trace());
    assert_eq!(told.events().moments.len(), 2_000, "the cursor reaches all of it");
    for question in [Question::Story, Question::Table] {
        let answer = told.answer(&question);
        assert_eq!(answer.rows.len(), 500);
        let bytes = wire::encode(&answer).unwrap();
        assert_eq!(wire::decode::<interleave::model::Answer>(&bytes).unwrap(), answer);
    }
    assert!(told.answer(&Question::Turns).rows.is_empty());
}

#[test]
fn the_run_before_is_drawn_below_its_lanes() {
    let (new, mut old) = (sample::two_threads(), sample::two_threads());
    old.lanes[1].name = "another".to_owned();
    let view = Viewport { width: 640.0, from: 0, to: 120 * MS, cursor: None, first_row: 0, rows: 40 };
    let (timeline, ghost) = (Timeline::of(&new), Timeline::of(&old));
    let drawn = |old: &Trace| {
        let earlier = Earlier { trace: old, timeline: &ghost };
        crate::chart::drawn(&timeline.scene_beside(&new, &view, Some(earlier)))
    };
    golden::check("chart/ghost.txt", &drawn(&old));
    let plain = crate::chart::drawn(&timeline.scene(&new, &view));
    let kept: String = drawn(&old).lines().filter(|l| !l.contains("Ghost")).map(|l| format!("{l}\n")).collect();
    assert_eq!(kept, plain, "nothing else is moved");
    // A lane that the new run has elsewhere is not drawn in its old place.
    old.lanes[1].name = "thread 1".to_owned();
    old.lanes[0].name = "gone".to_owned();
    let rows: Vec<_> = drawn(&old).lines().filter(|l| l.contains("Ghost")).map(|l| l[..9].to_owned()).collect();
    assert!(!rows.is_empty());
}

/// Times that follow Amdahl's law exactly, with a parallel share of p.
fn lawful(p: f64, counts: &[u32], rounds: usize) -> Series {
    let time = |n: u32| ((1.0 - p + p / f64::from(n)) * 1e9) as Nanos;
    Series { label: "processes".to_owned(), points: counts.iter().map(|n| (*n, vec![time(*n); rounds])).collect() }
}

#[test]
fn amdahls_share_is_found_again() {
    for p in [0.0, 0.25, 0.5, 0.93, 1.0] {
        let gains = chart::gains(&lawful(p, &[1, 2, 4, 8], 3));
        let found = chart::parallel_share(gains.iter().map(|g| (g.workers, g.speedup.median))).unwrap();
        assert!((found - p).abs() < 1e-6, "{p}: {found}");
        assert!((chart::amdahl(found, 4.0) - gains[2].speedup.median).abs() < 1e-6);
    }
    // Measurements lie beside the law: the share stays one.
    assert_eq!(chart::parallel_share([(2, 5.0)]), Some(1.0));
    assert_eq!(chart::parallel_share([(2, 0.5), (4, 0.5)]), Some(0.0));
    assert_eq!(chart::parallel_share([(1, 1.0)]), None);
    assert_eq!(chart::parallel_share([(2, f64::NAN), (4, 0.0)]), None);
}

#[test]
fn two_rounds_are_no_speed_up() {
    assert_eq!(chart::gains(&lawful(0.9, &[1, 2], 2)), []);
    let mut series = lawful(0.9, &[1, 2, 4], 4);
    series.points[1].1[0] = 0;
    series.points[1].1[1] = 0; // two rounds of two workers did not end well
    let counts: Vec<u32> = chart::gains(&series).iter().map(|g| g.workers).collect();
    assert_eq!(counts, [1, 4]);
    series.points.remove(0);
    assert_eq!(chart::gains(&series), [], "without one worker there is nothing to compare with");
}

#[test]
fn the_curve_is_told_with_figures() {
    let mut noisy = lawful(0.5, &[1, 2], 3);
    noisy.label = "threads (GIL)".to_owned();
    noisy.points[1].1 = vec![900_000_000, 1_000_000_000, 1_200_000_000];
    let mut slow = lawful(0.0, &[1, 2], 3);
    slow.label = "free threads".to_owned();
    slow.points[1].1 = vec![1_500_000_000; 3];
    let answer =
        chart::curve(&[lawful(0.93, &[1, 2, 4, 8], 5), noisy, slow, lawful(1.0, &[1, 2], 3), lawful(0.9, &[1, 2], 1)]);
    let text: String = answer.rows.iter().map(|row| row.join(" | ") + "\n").collect();
    golden::check("chart/curve.txt", &text);
    let say: Vec<_> = answer.rows.iter().filter(|row| row[0] == "say").map(|row| row[1].as_str()).collect();
    assert!(say[0].contains("93 % (93 % to 93 % over the rounds)") && say[0].contains("beyond 14×"), "{}", say[0]);
    assert!(say[1].contains("no gain that could be told from noise"), "{}", say[1]);
    assert!(say[2].contains("made it slower"), "{}", say[2]);
    assert!(say[3].contains("no limit shows yet"), "{}", say[3]);
    assert!(say[4].contains("too few rounds"), "{}", say[4]);
    let nothing = chart::curve(&[lawful(0.9, &[1, 2], 1)]);
    assert!(nothing.rows.iter().all(|row| row[0] == "say"), "nothing is drawn of it: {nothing:?}");
}

#[test]
fn a_share_of_noise_is_never_called_a_gain() {
    // However wide: what includes 1 is not a gain, and what is drawn stays inside its picture.
    for worst in [1_u64, 500_000_000, 3_000_000_000] {
        let points = vec![(1, vec![1_000_000_000; 3]), (2, vec![worst, 1_000_000_000, 1_000_000_000])];
        let answer = chart::curve(&[Series { label: "x".to_owned(), points }]);
        let say = answer.rows.iter().find(|row| row[0] == "say").unwrap();
        assert!(say[1].contains("told from noise"), "{say:?}");
        let inside = |pair: &str| {
            let (x, y) = pair.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            (0.0..=420.0).contains(&x) && (0.0..=250.0).contains(&y)
        };
        let drawn = answer.rows.iter().filter(|row| row[0] == "path" || row[0] == "mark");
        for row in drawn {
            assert!(row[2].split(' ').all(inside), "{row:?}");
        }
    }
}
