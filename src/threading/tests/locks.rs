//! Locks, re-entrant locks and semaphores: errors, limits, and who may release what.

use super::*;

#[test]
fn a_lock_is_tried_kept_and_released_by_another_thread() {
    let lock = Lock::new(0);
    together(2, None, |cx, index| {
        if index == 0 {
            let held = lock.acquire(cx).unwrap();
            assert!(lock.locked() && lock.try_acquire(cx).is_none(), "not even its holder gets it again");
            assert!(lock.locked(), "a try that failed changes nothing");
            held.keep();
        } else {
            until(|| lock.locked());
            while lock.release(cx).is_err() {} // until it is held
        }
    });
    assert!(!lock.locked());
    let cx = one(None, &StopFlag::new());
    assert_eq!(lock.release(&cx), Err(ThreadError::raised("RuntimeError", "release unlocked lock")));
}

#[test]
fn a_wait_for_a_lock_ends_with_its_limit_or_with_the_lock() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let (lock, tried) = (Lock::new(0), Event::new(1));
        let (records, _) = together(2, gil.as_ref(), |cx, index| {
            if index == 0 {
                let _held = lock.acquire(cx).unwrap();
                tried.wait(cx).unwrap();
            } else {
                // Nothing is recorded meanwhile: however slow the other is, there is room for what follows.
                while !lock.locked() {
                    cx.check().unwrap();
                    std::thread::yield_now();
                }
                let from = cx.now();
                assert!(lock.acquire_timeout(cx, 5 * MS).unwrap().is_none());
                assert!(cx.now() - from >= 5 * MS);
                tried.set(cx);
                assert!(lock.acquire_timeout(cx, Nanos::MAX).unwrap().is_some());
            }
        });
        assert_eq!(marks(&records, Mark::TimedOut), [(1, 0)]);
        assert_eq!(marks(&records, Mark::Acquired).len(), 2);
        assert_eq!(marks(&records, Mark::Released).len(), 2);
        assert!(marks(&records, Mark::WaitsFor).contains(&(1, 0)), "thread 1 waits for what thread 0 holds");
    }
}

#[test]
fn an_rlock_is_free_when_released_as_often_as_acquired() {
    let lock = RLock::new(0);
    let cx = one(None, &StopFlag::new());
    let unowned = Err(ThreadError::raised("RuntimeError", "cannot release un-acquired lock"));
    assert_eq!(lock.release(&cx), unowned);
    let first = lock.acquire(&cx).unwrap();
    let second = lock.try_acquire(&cx).unwrap();
    let third = lock.acquire_timeout(&cx, MS).unwrap().unwrap();
    assert_eq!(lock.count(&cx), 3);
    third.keep();
    assert_eq!(lock.release(&cx), Ok(()));
    drop((first, second));
    assert_eq!((lock.count(&cx), lock.release(&cx)), (0, unowned));
}

#[test]
fn an_rlock_is_its_holders_alone() {
    let (lock, inside) = (RLock::new(0), Inside::default());
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        together(3, gil.as_ref(), |cx, _| {
            for _ in 0..500 {
                let _outer = lock.acquire(cx).unwrap();
                let _inner = lock.acquire(cx).unwrap();
                inside.visit();
                assert_eq!(lock.count(cx), 2);
                cx.check().unwrap();
            }
        });
    }
    together(2, None, |cx, index| {
        if index == 0 {
            lock.acquire(cx).unwrap().keep();
        } else {
            until(|| lock.try_acquire(cx).is_none());
            assert!(lock.release(cx).is_err(), "another's");
            assert_eq!(lock.count(cx), 0);
        }
    });
}

#[test]
fn a_semaphore_lets_so_many_in_and_no_more() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let semaphore = Semaphore::new(0, 3);
        let (now, most) = (AtomicU32::new(0), AtomicU32::new(0));
        let (records, _) = together(6, gil.as_ref(), |cx, _| {
            for _ in 0..20 {
                let _permit = semaphore.acquire(cx).unwrap();
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                cx.sleep(20 * US).unwrap();
                now.fetch_sub(1, Ordering::SeqCst);
            }
        });
        assert_eq!(most.into_inner(), 3, "and all three are used");
        let levels = records.iter().filter(|r| matches!(r.what, What::Level(0)));
        assert_eq!(levels.map(|r| r.arg).max(), Some(3));
        assert_eq!(marks(&records, Mark::Acquired).len(), 120);
    }
}

#[test]
fn a_bounded_semaphore_refuses_more_than_it_had_and_a_plain_one_does_not() {
    let cx = one(None, &StopFlag::new());
    let (plain, bounded) = (Semaphore::new(0, 1), Semaphore::bounded(0, 1));
    let permit = bounded.acquire(&cx).unwrap();
    assert!(bounded.try_acquire(&cx).is_none() && bounded.acquire_timeout(&cx, US).unwrap().is_none());
    permit.keep();
    assert_eq!(bounded.release(&cx, 1), Ok(()));
    let released = ThreadError::raised("ValueError", "Semaphore released too many times");
    assert_eq!(bounded.release(&cx, 1), Err(released));
    assert_eq!(bounded.release(&cx, 0), Err(ThreadError::raised("ValueError", "n must be one or more")));
    assert_eq!(plain.release(&cx, 2), Ok(()));
    assert_eq!((0..5).map_while(|_| plain.try_acquire(&cx).map(Permit::keep)).count(), 3);
}
