//! What is drawn and said of an event loop: numbers over time, heartbeat, what it holds, and its iterations.

use crate::chart::{drawn, whole};
use crate::{golden, sample};
use interleave::aio::{Exception, Semaphore, named, virtual_time};
use interleave::chart::{self, Levels, Viewport};
use interleave::model::{LaneKind, MS, Mark, Nanos, Outcome, State, Trace, What};
use std::fmt::Write;

/// Four jobs behind a gate for two: in virtual time, so that iterations share their moments.
fn gate() -> Trace {
    let ran = virtual_time::run(1, virtual_time::no_work(), |cx| async move {
        let gate = Semaphore::new(&cx, "gate", 2);
        let job = |n: u64| {
            let (cx, gate) = (cx.clone(), gate.clone());
            async move {
                let _inside = gate.acquire().await?;
                cx.sleep(n * 100 * MS).await?;
                Ok::<_, Exception>(())
            }
        };
        cx.gather((1..=4).map(job)).await?;
        Ok(Outcome::new("done"))
    });
    ran.trace
}

/// A loop whose task computes without giving way for 212 ms, while another is due; then the browser is late.
fn blocked() -> Trace {
    use State::{Blocked, Done, Ready, Running, Sleeping};
    let mut trace = sample::Story::of(LaneKind::Task, &["event loop", "Task-1", "Task-2"])
        .enter(0, 0, Running, 0)
        .enter(0, 1, Ready, 0)
        .enter(0, 2, Sleeping, 50_000)
        .enter(2, 1, Running, 0)
        .enter(214, 1, Blocked, 0)
        .mark(214, 0, Mark::Held, 212_000)
        .enter(214, 2, Running, 0)
        .enter(220, 2, Sleeping, 0)
        .enter(220, 0, Sleeping, 0)
        .mark(400, 0, Mark::Late, 90_000)
        .enter(400, 0, Running, 0)
        .mark(420, 0, Mark::Held, 20_000)
        .enter(420, 2, Done, 0)
        .enter(500, 0, Done, 0)
        .trace();
    trace.lanes[0].kind = LaneKind::Loop;
    trace
}

fn series(trace: &Trace, moments: &[u64]) -> String {
    let mut out = String::new();
    let levels = Levels::of(trace);
    for series in levels.shown() {
        let at: Vec<_> = moments.iter().map(|ms| series.at(ms * MS)).collect();
        writeln!(out, "{}: at most {}, limit {:?}; {at:?}", series.name, series.peak, series.limit).unwrap();
    }
    out + levels.words().as_str()
}

#[test]
fn numbers_over_time() {
    let text = series(&gate(), &[0, 99, 100, 250, 400, 600]);
    golden::check("chart/levels.txt", &(text + "\n"));
    assert_eq!(Levels::of(&sample::two_threads()).shown().count(), 0, "no loop, no strips");
    assert_eq!(Levels::of(&sample::two_threads()).words(), "");
}

/// A queue for two items: the producer waits while it is full, the consumer while it is empty.
fn queue(full: bool) -> Trace {
    let mut trace = sample::Story::of(LaneKind::Task, &["event loop", "producer", "consumer"])
        .enter(0, 2, State::Blocked, 0)
        .level(10, 1, 0, 1)
        .enter(10, 2, State::Running, 0)
        .level(20, 1, 0, 2)
        .enter(30, 1, if full { State::Blocked } else { State::Sleeping }, 0)
        .level(40, 2, 0, 1)
        .level(40, 2, 0, 0)
        .enter(50, 2, State::Done, 0)
        .trace();
    trace.lanes[0].kind = LaneKind::Loop;
    trace.objects = vec!["queue".to_owned()];
    trace
}

#[test]
fn an_object_that_says_where_it_stands() {
    let level = |trace: &Trace| Levels::of(trace).shown().find(|s| s.name == "queue").cloned().unwrap();
    let [kept, free] = [level(&queue(true)), level(&queue(false))];
    assert_eq!([0, 10, 25, 45].map(|ms| kept.at(ms * MS)), [0, 1, 2, 0]);
    assert_eq!((kept.peak, kept.limit), (2, Some(2)), "the producer waited while it was full");
    assert_eq!((free.peak, free.limit), (2, None), "who waits for an item says nothing of its size");
}

#[test]
fn numbers_are_the_same_however_they_come_in() {
    let trace = gate();
    let mut live = Levels::default();
    for n in 0..=trace.records.len() {
        live.extend(&Trace { records: trace.records[..n].to_vec(), ..trace.clone() });
    }
    let all = |levels: &Levels| levels.shown().cloned().collect::<Vec<_>>();
    assert_eq!(all(&live), all(&Levels::of(&trace)));
    live.extend(&Trace::default());
    assert!(all(&live).is_empty(), "a shorter trace is another one");
}

#[test]
fn a_loop_is_drawn_with_what_it_holds() {
    let trace = gate();
    let view = Viewport { cursor: Some(250 * MS), ..whole(&trace) };
    golden::check("chart/loop.txt", &drawn(&chart::timeline(&trace, &view)));
    let trace = blocked();
    golden::check("chart/blocked.txt", &drawn(&chart::timeline(&trace, &whole(&trace))));
}

#[test]
fn the_heartbeat_in_words() {
    let words = chart::heartbeat(&blocked()).unwrap();
    assert_eq!(
        words,
        "The loop was blocked for 232 ms in all, the longest stretch 212 ms, from 2.00 ms on. \
         The browser gave it its turn late 1×, by up to 90.0 ms."
    );
    assert_eq!(chart::heartbeat(&gate()).unwrap(), "The loop was never blocked for more than 20 ms.");
    assert_eq!(chart::heartbeat(&sample::two_threads()), None);
}

#[test]
fn what_the_loop_holds() {
    let mut out = String::new();
    for (trace, moments) in [(gate(), vec![0, 99, 100, 250, 600]), (blocked(), vec![1, 100, 300, 500])] {
        for at in moments {
            writeln!(out, "{at} ms").unwrap();
            for (term, what) in chart::holds(&trace, at * MS) {
                writeln!(out, "  {term}: {what}").unwrap();
            }
        }
    }
    golden::check("chart/holds.txt", &out);
    assert_eq!(chart::holds(&sample::two_threads(), 0), []);
}

/// Limits inside one another, one moved and one of a wait; calls with and without a name, one of them cancelled.
fn timers() -> Trace {
    let ran = virtual_time::run(1, virtual_time::no_work(), |cx| async move {
        cx.call_later(30 * MS, named("tick", || ()));
        cx.call_later(40 * MS, || ());
        let never = cx.call_later(50 * MS, named("never", || ()));
        cx.call_soon(named("soon", || ()));
        let outer = cx.timeout_at(Some(100 * MS));
        outer
            .run(async {
                cx.timeout(60 * MS, cx.sleep(20 * MS)).await?;
                outer.reschedule(Some(200 * MS))?;
                never.cancel();
                let task = cx.create_task(cx.sleep(80 * MS));
                cx.wait([&task]).timeout(25 * MS).await.map(|_| ())
            })
            .await?;
        cx.sleep(5 * MS).await?;
        Ok(Outcome::default())
    });
    ran.trace
}

#[test]
fn timers_at_the_cursor() {
    let trace = timers();
    let at = |ms: u64| chart::holds(&trace, ms * MS).into_iter().find(|row| row.0 == "Timers").unwrap().1;
    let both = "tick at 30.0 ms, a callback at 40.0 ms";
    assert_eq!(
        [10, 20, 35, 47, 60].map(at),
        [
            format!("Task-1 at 20.0 ms, {both}, never at 50.0 ms, Task-1's limit at 60.0 ms and 1 more"),
            format!("{both}, Task-1's limit at 45.0 ms, Task-2 at 100 ms, Task-1's limit at 200 ms"),
            "a callback at 40.0 ms, Task-1's limit at 45.0 ms, Task-2 at 100 ms, Task-1's limit at 200 ms".to_owned(),
            "Task-1 at 50.0 ms, Task-2 at 100 ms".to_owned(),
            "none".to_owned(),
        ]
    );
    let waits = chart::holds(&trace, 0).into_iter().find(|row| row.0 == "Waits").unwrap().1;
    assert_eq!(waits, "for others: none", "a callback's name is no object to wait for");
    let words: Vec<String> = chart::iterations(&trace).iter().map(|iteration| iteration.words()).collect();
    assert!(words.iter().any(|words| words == "calls: soon"), "{words:?}");
    assert!(words.iter().any(|words| words.ends_with("calls: tick")), "{words:?}");
    let timer = |what| matches!(what, What::Instant(Mark::TimerSet | Mark::TimerCalls | Mark::TimerGone));
    let without =
        Trace { records: trace.records.iter().copied().filter(|r| !timer(r.what)).collect(), ..trace.clone() };
    assert!(without.records.len() < trace.records.len());
    assert_eq!(chart::moments(&trace, false), chart::moments(&without, false), "they are no events");
    assert_eq!(chart::table(&trace, 100), chart::table(&without, 100));
}

#[test]
fn iterations_one_by_one() {
    let trace = gate();
    let mut out = String::new();
    for iteration in chart::iterations(&trace) {
        writeln!(out, "{} at {} ms: {}", iteration.number, iteration.at / MS, iteration.words()).unwrap();
    }
    golden::check("chart/iterations.txt", &out);
    let turns: Vec<Nanos> = chart::moments(&trace, true).into_iter().map(|t| t / MS).collect();
    assert_eq!(turns, [0, 100, 200, 400, 600]);
    let at = |ms: u64| chart::iterations_at(&trace, ms * MS).unwrap();
    assert!(at(0).starts_with("1 of 16: begins: Task-1. Then, at the same time, 2: "), "{}", at(0));
    assert_eq!(at(250), at(200));
    assert_eq!(chart::iterations_at(&sample::two_threads(), 0), None);
}
