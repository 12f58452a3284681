//! Locks of shared memory that nobody gives back, and how a process stands that waits for one.

use super::*;
use crate::model::{Mails, Nanos, Rest, SECOND};
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

#[test]
fn whoever_waits_for_a_lock_rests_while_that_is_held() {
    let port = Rc::new(Alone::default());
    let (memory, lock, free, held) = (port.0.share(2).unwrap(), 0, 0, 1);
    let mut body: Body<()> = Body::new(port.clone(), 1, 1, move |cx| {
        Box::pin(async move {
            let array = SharedArray::at(&cx, Handle { memory, object: 0, len: 1 });
            drop(array.lock().await);
            // Somebody else takes it at once.
            cx.core.port.cells().store(memory, lock, held);
            drop(array.lock().await);
            Ok(())
        })
    });
    let stands = |body: &Body<()>, turns: Option<u64>| {
        let rest = body.rest(Mails::new()).map(|Rest { turns, wants, .. }| (turns, wants));
        assert_eq!(rest, turns.map(|turns| (turns, "the lock of shared memory".to_owned())));
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
