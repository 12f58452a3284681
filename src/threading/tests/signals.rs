//! Events, conditions and barriers: who goes on when, and what breaks.

use super::*;

#[test]
fn an_event_lets_all_go_even_if_it_is_cleared_at_once() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let (event, waiting) = (Event::new(0), AtomicU32::new(0));
        together(4, gil.as_ref(), |cx, index| {
            if index > 0 {
                waiting.fetch_add(1, Ordering::SeqCst);
                event.wait(cx).unwrap();
            } else {
                while waiting.load(Ordering::SeqCst) < 3 || blocked(cx) < 3 {
                    cx.sleep(50 * US).unwrap();
                }
                event.set(cx);
                event.clear(cx);
            }
        });
        let cx = one(None, &StopFlag::new());
        assert!(!event.is_set() && !event.wait_timeout(&cx, US).unwrap());
        event.set(&cx);
        assert!(event.is_set() && event.wait_timeout(&cx, 0).unwrap());
    }
}

#[test]
fn who_notifies_wakes_those_who_waited_longest() {
    let (condition, order) = (Condition::new(0, 1), Shared::new(Vec::new()));
    together(4, None, |cx, index| {
        if index < 3 {
            // One after the other: each comes when the one before it waits.
            while blocked(cx) < index {
                cx.sleep(50 * US).unwrap();
            }
            let _held = condition.acquire(cx).unwrap();
            condition.wait(cx).unwrap();
            order.with(|order| order.push(index));
        } else {
            while blocked(cx) < 3 {
                cx.sleep(50 * US).unwrap();
            }
            for woken in 1..=3 {
                let held = condition.acquire(cx).unwrap();
                condition.notify(cx, 1).unwrap();
                drop(held);
                until(|| order.with(|order| order.len()) == woken);
            }
        }
    });
    assert_eq!(order.get(), [0, 1, 2]);
}

#[test]
fn a_condition_gives_the_lock_away_however_often_it_is_held() {
    let (condition, item) = (Condition::new(0, 1), Shared::new(None));
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        item.set(None);
        together(2, gil.as_ref(), |cx, index| {
            let _held = condition.acquire(cx).unwrap();
            if index == 0 {
                let _again = condition.acquire(cx).unwrap();
                condition.wait_for(cx, || item.get().is_some()).unwrap();
                assert_eq!(item.get(), Some(7));
                condition.wait_for(cx, || true).unwrap(); // which needs no wait
            } else {
                item.set(Some(7));
                condition.notify_all(cx).unwrap();
            }
        });
    }
}

#[test]
fn a_condition_needs_its_lock_and_keeps_its_limits() {
    let cx = one(None, &StopFlag::new());
    let condition = Condition::new(0, 1);
    let error = |what: &str| Err(ThreadError::raised("RuntimeError", format!("cannot {what} on un-acquired lock")));
    assert_eq!(condition.wait(&cx), error("wait"));
    assert_eq!(condition.notify_all(&cx), error("notify"));
    let lock = Arc::new(Lock::new(0));
    let (one, other) = (Condition::on(1, lock.clone()), Condition::on(2, lock.clone()));
    assert_eq!(one.notify(&cx, 1), error("notify"));
    let _held = one.acquire(&cx).unwrap();
    assert_eq!(other.notify(&cx, 1), Ok(()), "they share a lock");
    assert_eq!(one.wait_timeout(&cx, MS), Ok(false));
    assert_eq!(one.wait_for_timeout(&cx, MS, || false), Ok(false));
    assert_eq!(one.wait_for_timeout(&cx, MS, || true), Ok(true));
    assert!(lock.locked(), "and have it back");
    assert_eq!(one.notify(&cx, 1), Ok(()), "nobody waits any more");
}

#[test]
fn a_barrier_numbers_its_threads_and_acts_once_a_round() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let acted = Arc::new(AtomicU32::new(0));
        let count = acted.clone();
        let barrier = Barrier::new(0, 3).unwrap().action(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        let places = Shared::new(Vec::new());
        together(3, gil.as_ref(), |cx, _| {
            for round in 1..=10 {
                let place = barrier.wait(cx).unwrap();
                assert!(acted.load(Ordering::SeqCst) >= round);
                places.with(|places| places.push(place));
            }
        });
        let mut places = places.get();
        places.sort_unstable();
        assert_eq!(places, [[0; 10], [1; 10], [2; 10]].concat());
        assert_eq!(acted.load(Ordering::SeqCst), 10);
    }
}

#[test]
fn a_barrier_breaks_by_limit_abort_reset_and_action() {
    let broken = Err(ThreadError::BrokenBarrier);
    let cx = one(None, &StopFlag::new());
    let barrier = Barrier::new(0, 2).unwrap().timeout(MS);
    assert_eq!(barrier.wait(&cx), broken);
    assert!(barrier.broken());
    assert_eq!(barrier.wait(&cx), broken, "and stays so");
    barrier.reset();
    assert!(!barrier.broken());
    for end in [Barrier::abort, Barrier::reset] {
        let barrier = Barrier::new(0, 2).unwrap();
        together(2, None, |cx, index| {
            if index == 0 {
                assert_eq!(barrier.wait(cx), broken);
            } else {
                until(|| barrier.n_waiting() == 1);
                end(&barrier);
            }
        });
        assert_eq!(barrier.n_waiting(), 0);
    }
    let barrier = Barrier::new(0, 2).unwrap().action(|_| Err(ThreadError::raised("ValueError", "no")));
    let results = Shared::new(Vec::new());
    together(2, None, |cx, _| {
        let result = barrier.wait(cx);
        results.with(|all| all.push(result));
    });
    let results = results.get();
    assert!(results.contains(&broken) && results.contains(&Err(ThreadError::raised("ValueError", "no"))));
    assert!(barrier.broken());
}
