//! Queues: bounds, limits, what is done, and the end.

use super::*;

#[test]
fn a_queue_says_when_it_is_full_or_empty() {
    let cx = one(None, &StopFlag::new());
    let queue = Queue::new(0, 2);
    assert_eq!(queue.get_nowait(&cx), Err(ThreadError::Empty));
    assert_eq!(queue.get_timeout(&cx, MS), Err(ThreadError::Empty));
    queue.put(&cx, 1).unwrap();
    queue.put_nowait(&cx, 2).unwrap();
    assert!(queue.is_full() && queue.qsize() == 2);
    assert_eq!(queue.put_nowait(&cx, 3), Err(ThreadError::Full));
    assert_eq!(queue.put_timeout(&cx, 3, MS), Err(ThreadError::Full));
    assert_eq!((queue.get(&cx), queue.get_nowait(&cx)), (Ok(1), Ok(2)));
    assert!(queue.is_empty());
    let endless = Queue::new(0, 0);
    (0..5_000).for_each(|i| endless.put_nowait(&cx, i).unwrap());
    assert!(!endless.is_full());
}

#[test]
fn join_waits_for_all_that_was_put_to_be_done() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let (queue, done) = (Queue::new(0, 4), AtomicU32::new(0));
        together(3, gil.as_ref(), |cx, index| {
            if index == 0 {
                (0..50).for_each(|i| queue.put(cx, i).unwrap());
                queue.join(cx).unwrap();
                assert_eq!(done.load(Ordering::SeqCst), 50);
                queue.shutdown(cx, false);
                return;
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
        let message = "task_done() called too many times";
        assert_eq!(queue.task_done(), Err(ThreadError::raised("ValueError", message)));
    }
}

#[test]
fn a_queue_that_is_shut_down_gives_what_it_has_unless_at_once() {
    let cx = one(None, &StopFlag::new());
    for immediate in [false, true] {
        let queue = Queue::new(0, 3);
        (0..3).for_each(|i| queue.put(&cx, i).unwrap());
        queue.shutdown(&cx, immediate);
        assert_eq!(queue.put(&cx, 9), Err(ThreadError::ShutDown));
        let left: Vec<i32> = std::iter::from_fn(|| queue.get(&cx).ok()).collect();
        assert_eq!(left, if immediate { vec![] } else { vec![0, 1, 2] });
        assert_eq!(queue.get_nowait(&cx), Err(ThreadError::ShutDown));
        assert_eq!(queue.task_done().is_ok(), !immediate, "what is thrown away is done");
    }
}

#[test]
fn a_shutdown_frees_all_who_wait() {
    let (full, empty) = (Queue::new(0, 1), Queue::<()>::new(1, 1));
    together(4, None, |cx, index| match index {
        0 => {
            let _ = full.put(cx, ());
            assert_eq!(full.put(cx, ()), Err(ThreadError::ShutDown));
        }
        1 => assert_eq!(empty.get(cx), Err(ThreadError::ShutDown)),
        2 => {
            until(|| full.qsize() == 1 || full.put_nowait(cx, ()) == Err(ThreadError::ShutDown));
            let _ = full.join(cx);
        }
        _ => {
            until(|| full.qsize() == 1 && blocked(cx) == 3);
            full.shutdown(cx, true);
            empty.shutdown(cx, false);
        }
    });
}
