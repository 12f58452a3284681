//! Who waits for a permit, an item or room gets it in the order of coming, however long that takes.

use super::*;
use crate::threading::site::{Kind, Site, UNNAMED};
use std::sync::Mutex;
use std::time::Duration;

/// Longer than a thread sleeps before it looks whether it is to end, several times over.
const LONG: Duration = Duration::from_millis(110);
const WAITING: usize = 8;

/// `WAITING` threads wait, each from the moment that the one before it does; then `give` lets them go on. They say who has come.
fn in_line(give: impl Fn(&ThreadCx, &dyn Fn(usize)) + Sync, take: impl Fn(&ThreadCx) + Sync) {
    let come = Mutex::new(Vec::new());
    together(WAITING + 1, None, |cx, index| {
        if index < WAITING {
            until(|| blocked(cx) == index);
            take(cx);
            come.lock().unwrap().push(index);
            return;
        }
        until(|| blocked(cx) == WAITING);
        std::thread::sleep(LONG);
        give(cx, &|many| until(|| come.lock().unwrap().len() == many));
    });
    assert_eq!(come.into_inner().unwrap(), (0..WAITING).collect::<Vec<_>>());
}

#[test]
fn permits_are_given_in_the_order_of_coming() {
    let semaphore = Semaphore::new(0, 0);
    in_line(
        |cx, come| {
            (1..=WAITING).for_each(|many| {
                semaphore.release(cx, 1).unwrap();
                come(many);
            });
        },
        |cx| semaphore.acquire(cx).unwrap().keep(),
    );
}

#[test]
fn items_are_given_in_the_order_of_coming() {
    let queue = Queue::new(0, 0);
    in_line(
        |cx, come| {
            (1..=WAITING).for_each(|many| {
                queue.put(cx, many).unwrap();
                come(many);
            });
        },
        |cx| assert!(queue.get(cx).is_ok()),
    );
}

#[test]
fn room_is_given_in_the_order_of_coming() {
    let queue = Queue::new(0, 1);
    queue.put(&one(None, &StopFlag::new()), 0).unwrap();
    in_line(
        |cx, come| {
            (1..=WAITING).for_each(|many| {
                queue.get(cx).unwrap();
                come(many);
            });
        },
        |cx| queue.put(cx, 1).unwrap(),
    );
}

#[test]
fn where_nothing_changes_nobody_is_called() {
    let site: Site<u32> = Site::new(Kind::Semaphore, UNNAMED, 0);
    assert_eq!(site.change_if(0, 1, |_| Err::<(), _>("refused")), Err("refused"));
    assert_eq!(site.core.changes(), 0);
    assert_eq!(site.change_if(0, 1, |value| Ok::<_, ()>(*value)), Ok(0));
    assert_eq!(site.core.changes(), 1);
}

#[test]
fn a_newcomer_may_be_faster_and_who_was_called_stands_at_the_end_again() {
    let mut line = crate::threading::line::Line::default();
    let [a, b, c] = [line.join().0, line.join().0, line.join().0];
    assert_eq!([a, b, c].map(|one| line.turn(one)), [true, false, false], "the first may always look");
    line.call(2);
    assert_eq!([a, b, c].map(|one| line.turn(one)), [true, true, false]);
    line.wait_on(a); // somebody else was faster
    assert_eq!([a, b, c].map(|one| line.turn(one)), [false, true, false]);
    assert!(line.leave(b), "it was called");
    assert_eq!([a, c].map(|one| line.turn(one)), [false, true]);
    line.wait_on(c);
    assert_eq!([a, c].map(|one| line.turn(one)), [false, true], "it was not called, and keeps its place");
    line.call(1);
    assert_eq!((line.leave(c), line.leave(a), line.leave(a)), (true, false, false));
}
