//! Locks of shared memory that nobody gives back, and how a process stands that waits for one.

use super::*;
use crate::model::{Failure, Mails, Nanos, Rest, SECOND};
use std::collections::BTreeMap;
use std::rc::Rc;

const LOCKS: &[Target] = &[
    Target {
        name: "hold",
        run: |cx, mut args| {
            Box::pin(async move {
                let _guard = args.number()?.lock().await;
                cx.sleep(1_000 * SECOND).await;
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "take",
        run: |_, mut args| {
            Box::pin(async move {
                drop(args.number()?.lock().await);
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "take both",
        run: |cx, mut args| {
            Box::pin(async move {
                let (first, second) = (args.number()?, args.number()?);
                let _first = first.lock().await;
                cx.work(MS).await;
                let _second = second.lock().await;
                Ok(Value::None)
            })
        },
    },
];

fn ran(main: Main) -> Result<Outcome, Exception> {
    virtual_time::run(Code { main, targets: LOCKS }, &plan()).result
}

#[test]
fn the_lock_of_a_process_that_was_terminated_is_never_free() {
    let result = ran(|cx, _| {
        Box::pin(async move {
            let value = SharedValue::new(&cx, "value", 0)?;
            let holder = Process::new(&cx, "hold").share(&value).start()?;
            cx.sleep(SECOND).await;
            holder.terminate();
            holder.join().await;
            let other = Process::new(&cx, "take").share(&value).start()?;
            assert_eq!(other.join_within(SECOND).await, None);
            other.terminate();
            Ok(Outcome::default())
        })
    });
    assert!(result.is_ok(), "{result:?}");
}

#[test]
fn two_that_take_two_locks_in_opposite_order_never_go_on() {
    let main: Main = |cx, plan| {
        Box::pin(async move {
            let (a, b) = (SharedValue::new(&cx, "a", 0)?, SharedValue::new(&cx, "b", 0)?);
            let start = |first, second| Process::new(&cx, "take both").share(first).share(second).start();
            let first = start(&a, &b)?;
            cx.sleep(plan.repeat as Nanos * SECOND).await;
            let second = start(&b, &a)?;
            Ok(Outcome::new(format!("{} {}", first.join().await, second.join().await)))
        })
    };
    assert_eq!(ran(main).unwrap_err().kind, "RuntimeError");
    let later = Plan { repeat: 1, ..plan() };
    let one_by_one = virtual_time::run(Code { main, targets: LOCKS }, &later);
    assert_eq!(one_by_one.result.unwrap().value, "0 0");
}

/// A process alone with cells.
#[derive(Default)]
pub(super) struct Alone(virtual_cells::VirtualCells);

impl Blocks for Alone {
    fn make(&self, _: u32, _: bool) -> Result<u32, Exception> {
        Err(not_yet())
    }
    fn len(&self, _: u32) -> u32 {
        0
    }
    fn get(&self, _: u32, _: u32) -> u8 {
        0
    }
    fn set(&self, _: u32, _: u32, _: u8) {}
    fn send(&self, _: End, _: u32) {}
}

impl Port for Alone {
    fn now(&self) -> Nanos {
        0
    }
    fn pipe(&self) -> Result<(End, End), Exception> {
        Err(not_yet())
    }
    fn post(&self, _: End, _: Vec<u8>) {}
    fn close(&self, _: End) {}
    fn start(&self, _: Start) -> Result<(), Exception> {
        Err(not_yet())
    }
    fn terminate(&self, _: u32) {}
    fn stock(&self, _: u32) -> Result<(), Exception> {
        Err(not_yet())
    }
    fn digest(&self, _: Vec<u8>) {}
    fn blocks(&self) -> &dyn Blocks {
        self
    }
    fn cells(&self) -> &dyn Cells {
        &self.0
    }
}

/// One number in a memory.
fn array(cx: &ProcessCx, memory: u32) -> SharedArray {
    SharedArray::at(cx, Handle { memory, object: 0, len: 1, name: format!("lock {memory}").into() })
}

#[test]
fn whoever_waits_for_a_lock_rests_while_that_is_held() {
    let port = Rc::new(Alone::default());
    // Process 6 holds it, and one more is written.
    let (memory, lock, free, held) = (port.0.share(2).unwrap(), 0, 0, 7);
    let mut body: Body<()> = Body::new(port.clone(), 1, 1, move |cx| {
        Box::pin(async move {
            let array = array(&cx, memory);
            drop(array.lock().await);
            // Somebody else takes it at once.
            cx.core.port.cells().store(memory, lock, held);
            drop(array.lock().await);
            Ok(())
        })
    });
    let stands = |body: &Body<()>, turns: Option<u64>| {
        let rest = body.rest(Mails::new()).map(|Rest { turns, wants, holder, .. }| (turns, wants, holder));
        assert_eq!(rest, turns.map(|turns| (turns, "lock 0".to_owned(), Some(6))));
    };
    port.0.store(memory, lock, held);
    for _ in 0..3 {
        assert_eq!(body.turn(), Turn::Look);
        stands(&body, Some(1));
    }
    port.0.store(memory, lock, free);
    stands(&body, None);
    port.0.store(memory, lock, held);
    body.hear(Event::Stock(1));
    stands(&body, Some(2));
    port.0.store(memory, lock, free);
    assert_eq!(body.turn(), Turn::Look, "it has had it, and wants it again");
    stands(&body, Some(3));
    assert_eq!(body.turn(), Turn::Look);
    stands(&body, Some(3));
    port.0.store(memory, lock, free);
    assert_eq!(body.turn(), Turn::Finished(Ok(())));
}

/// What a process does before it does nothing more.
#[derive(Clone, Copy)]
enum Step {
    /// Takes the lock of this memory.
    Lock(u32),
    /// Waits for the end of this process.
    Join(u32),
    /// Is ended from outside.
    Killed,
}

/// A process that takes these steps, one in each turn.
fn taking(port: &Rc<Alone>, process: u32, steps: &'static [Step]) -> Body<()> {
    Body::new(port.clone(), process, 1, move |cx| {
        Box::pin(async move {
            let mut guards = Vec::new();
            for step in steps {
                match *step {
                    Step::Lock(memory) => guards.push(array(&cx, memory).lock().await),
                    Step::Join(child) => {
                        cx.core.children.starts(child, &format!("Process-{child}"), false);
                        cx.core.until(core::Wants::End(child), core::Wake::Outside, |_| None).await
                    }
                    Step::Killed => std::future::pending().await,
                }
                cx.core.pass(core::Wake::Soon).await;
            }
            Ok(())
        })
    })
}

#[test]
fn the_locks_of_a_deadlock_are_named_and_who_holds_them() {
    use Step::{Join, Killed, Lock};
    // What the main process, Process-1 and Process-2 do, in turns; what is said of it, and how many are in the circle.
    let cases: [([&'static [Step]; 3], &str, u32); 4] = [
        (
            [&[Join(2)], &[Lock(0), Lock(1)], &[Lock(1), Lock(0)]],
            "Process-1 waits for lock 1, held by Process-2. Process-2 waits for lock 0, held by \
             Process-1. MainProcess waits for the end of Process-2.",
            2,
        ),
        (
            [&[Lock(0), Lock(1)], &[Lock(1), Lock(0)], &[Lock(1)]],
            "MainProcess waits for lock 1, held by Process-1. Process-1 waits for lock 0, held by \
             MainProcess. Process-2 waits for lock 1, held by Process-1.",
            2,
        ),
        (
            [&[Lock(0), Join(1)], &[Lock(0)], &[Lock(0)]],
            "MainProcess waits for the end of Process-1. Process-1 waits for lock 0, held by MainProcess. \
             Process-2 waits for lock 0, held by MainProcess.",
            2,
        ),
        (
            [&[Join(2)], &[Lock(0), Killed], &[Lock(0)]],
            "MainProcess waits for the end of Process-2. Process-2 waits for lock 0, held by Process-1, which has \
             ended.",
            0,
        ),
    ];
    for (steps, said, circle) in cases {
        let port = Rc::new(Alone::default());
        let _ = [port.0.share(2).unwrap(), port.0.share(2).unwrap()];
        let mut bodies: BTreeMap<u32, Body<()>> = (0..).zip(steps).map(|(n, s)| (n, taking(&port, n, s))).collect();
        for _ in 0..4 {
            for body in bodies.values_mut() {
                let _ = body.turn();
            }
        }
        let mut waves = Waves::default();
        for (process, _) in (0..).zip(steps).filter(|(_, steps)| matches!(steps.last(), Some(Killed))) {
            waves.gone(process, format!("Process-{process}"), Some(Mails::new()));
            bodies.remove(&process).into_iter().for_each(Body::kill);
        }
        let main = bodies.remove(&0).unwrap();
        let names = bodies.keys().map(|process| (*process, format!("Process-{process}"))).collect();
        let mut look = |now| {
            bodies.iter().for_each(|(n, body)| waves.answer(waves.number(), *n, body.rest(Mails::new())));
            waves.look(now, main.rest(Mails::new()), &names, &Pipes::default())
        };
        assert_eq!(look(MS), None);
        let Some(Failure::Deadlock(deadlock)) = look(2 * MS) else { panic!("none found: {said}") };
        assert_eq!((deadlock.to_string().as_str(), deadlock.circle), (said, circle));
    }
}
