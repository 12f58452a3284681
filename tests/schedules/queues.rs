//! Queues: what is put is taken once, and whoever waits is woken.

use crate::threading::{Queue, ThreadError};
use crate::world::{World, explore, schedules};
use shuttle::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

/// Two producers and a consumer at a queue with room for one.
pub fn tight() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let queue = Queue::new(0, 1);
        world.together(move |cx, index| {
            if index == 0 {
                let all = (0..4).fold(0, |all, _| all + queue.get(cx).unwrap());
                assert_eq!(all, 1_111);
            } else {
                queue.put(cx, if index == 1 { 1 } else { 100 }).unwrap();
                queue.put(cx, if index == 1 { 10 } else { 1_000 }).unwrap();
            }
        });
    }
}

/// A producer that joins its queue and shuts it down, and two consumers that work until then.
pub fn joined() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, true);
    move || {
        let (queue, done) = (Queue::new(0, 2), AtomicU32::new(0));
        world.together(move |cx, index| {
            if index == 0 {
                (0..3).for_each(|i| queue.put(cx, i).unwrap());
                queue.join(cx).unwrap();
                assert_eq!(done.load(Ordering::SeqCst), 3);
                return queue.shutdown(cx, false);
            }
            loop {
                match queue.get(cx) {
                    Ok(_) => {
                        done.fetch_add(1, Ordering::SeqCst);
                        queue.task_done().unwrap();
                    }
                    end => return assert_eq!(end, Err(ThreadError::ShutDown)),
                }
            }
        });
    }
}

#[test]
fn a_queue_gives_each_item_once_and_wakes_who_waits() {
    explore(schedules(), tight());
}

#[test]
fn a_queue_is_joined_and_shut_down() {
    explore(schedules(), joined());
}

#[test]
fn a_limit_loses_no_item() {
    let world = World::new(2, false);
    explore(schedules(), move || {
        let (queue, put) = (Queue::new(0, 1), Arc::new(AtomicU32::new(0)));
        let count = put.clone();
        let taken = Arc::new(AtomicU32::new(0));
        let takes = taken.clone();
        world.together(move |cx, index| {
            for _ in 0..2 {
                let result = if index == 0 {
                    queue.put_timeout(cx, (), 1_000).map(|()| count.fetch_add(1, Ordering::SeqCst))
                } else {
                    queue.get_timeout(cx, 1_000).map(|()| takes.fetch_add(1, Ordering::SeqCst))
                };
                assert!(matches!(result, Ok(_) | Err(ThreadError::Full | ThreadError::Empty)));
            }
        });
        assert!(taken.load(Ordering::SeqCst) <= put.load(Ordering::SeqCst));
    });
}
