//! What comes from outside the loop: work in another thread, and the stop signal.

use crate::aio::{Completion, Event, EventLoop, Exception, Host, Operation, Turn};
use crate::model::{Nanos, Outcome, SECOND};
use std::cell::RefCell;
use std::rc::Rc;

/// A host whose clock stands still, and which keeps operations until the test completes them.
#[derive(Default)]
struct Still {
    begun: RefCell<Vec<Completion>>,
}

impl Host for Still {
    fn now(&self) -> Nanos {
        0
    }
    fn begin(&self, _: Operation, done: Completion) {
        self.begun.borrow_mut().push(done);
    }
}

#[test]
fn work_in_a_thread_goes_on_when_its_waiter_is_cancelled() {
    let host = Rc::new(Still::default());
    let event_loop = EventLoop::new(host.clone(), 1, 0);
    event_loop.start(|cx| async move {
        let work = |cx: crate::aio::Cx, n| async move { cx.to_thread(vec![n]).await };
        let not_awaited = cx.to_thread(vec![0]);
        let (first, second) = (cx.create_task(work(cx.clone(), 1)), cx.create_task(work(cx.clone(), 2)));
        cx.sleep(0).await?;
        drop(not_awaited);
        first.cancel();
        let cancelled = first.await.is_err_and(|e| e.is_cancelled());
        Ok(Outcome::new(format!("{cancelled} {:?}", second.await?)))
    });
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Outside);
    let begun = host.begun.take();
    assert_eq!(begun.len(), 2, "a coroutine that is not awaited begins nothing; a cancelled one has begun");
    for (n, done) in (10..).zip(begun) {
        done(Ok(vec![n]));
    }
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Finished);
    assert_eq!(event_loop.result().unwrap().unwrap().value, "true [11]");
}

#[test]
fn the_stop_signal_is_handled_inside() {
    let event_loop = EventLoop::new(Rc::new(Still::default()), 1, 0);
    assert!(!event_loop.signal());
    event_loop.start(|cx| async move {
        let stop = Event::new(&cx, "stop");
        let pressed = stop.clone();
        cx.add_signal_handler(move || pressed.set());
        stop.wait().await?;
        let handled = cx.remove_signal_handler() && !cx.remove_signal_handler();
        Ok(Outcome::new(format!("stopped, {handled}")))
    });
    assert!(!event_loop.handles_signal(), "nothing has run");
    assert_eq!(event_loop.turn(SECOND), Turn::Outside);
    assert!(event_loop.signal() && event_loop.signal());
    assert_eq!(event_loop.turn(SECOND), Turn::Finished);
    assert_eq!(event_loop.result().unwrap().unwrap().value, "stopped, true");
    assert!(!event_loop.signal(), "its handler is gone");
}

#[test]
fn a_closed_loop_holds_nothing() {
    let held = Rc::new(());
    let event_loop = EventLoop::new(Rc::new(Still::default()), 1, 0);
    let inside = held.clone();
    event_loop.start(|cx| async move {
        let (a, b, c, d) = (inside.clone(), inside.clone(), inside.clone(), (inside, cx.clone()));
        cx.set_exception_handler(move |_| drop(d.clone()));
        cx.add_signal_handler(move || drop(a.clone()));
        let future = cx.create_future::<()>();
        future.add_done_callback(move |_| drop(b));
        let mut items = cx.generator(|items| async move {
            items.give(1).await?;
            drop(c);
            Ok(())
        });
        items.next().await?;
        future.await?;
        Err(Exception::cancelled())
    });
    event_loop.turn(Nanos::MAX);
    assert_eq!(Rc::strong_count(&held), 5);
    drop(event_loop);
    assert_eq!(Rc::strong_count(&held), 1);
}
