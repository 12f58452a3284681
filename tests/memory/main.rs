//! What a sleeping task costs: bytes it holds, counted by the allocator. On 64-bit machines; a page's pointers are half as wide.
#![allow(unsafe_code, clippy::unwrap_used)]

use interleave::aio::Completion;
use interleave::aio::workloads::asleep;
use interleave::aio::{EventLoop, Host, Operation, Turn};
use interleave::model::{Nanos, Outcome, SECOND};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator, counting what is held.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A clock the test sets.
#[derive(Default)]
struct Clock(Cell<Nanos>);

impl Host for Clock {
    fn now(&self) -> Nanos {
        self.0.get()
    }
    fn begin(&self, _: Operation, _: Completion) {}
}

/// Most bytes a sleeping task may hold, with its handle, its timer and its share of the queues' spare room.
const MOST: usize = 300;

#[test]
fn a_sleeping_task_is_small() {
    const TASKS: usize = 100_000;
    let clock = Rc::new(Clock::default());
    let event_loop = EventLoop::new(clock.clone(), 1, 0);
    let before = HELD.load(Ordering::Relaxed);
    event_loop.start(|cx| asleep(cx, TASKS as u64, SECOND));
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::At(SECOND));
    let each = (HELD.load(Ordering::Relaxed) - before) / TASKS;
    println!("{each} bytes per sleeping task");
    clock.0.set(2 * SECOND);
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Finished);
    assert_eq!(event_loop.result().unwrap().unwrap().value, "100000");
    if cfg!(target_pointer_width = "64") {
        assert!(each <= MOST, "{each} bytes");
    }
    what_the_loop_says_is_what_the_allocator_counts();
}

/// Called by the one test there is: two at once would count each other's bytes.
fn what_the_loop_says_is_what_the_allocator_counts() {
    const TASKS: usize = 20_000;
    let event_loop = EventLoop::new(Rc::new(Clock::default()), 1, 0);
    let before = HELD.load(Ordering::Relaxed);
    event_loop.start(|cx| async move {
        let nap = |cx: interleave::aio::Cx| async move { cx.sleep(SECOND).await };
        let tasks: Vec<_> = (0..TASKS).map(|_| cx.create_task(nap(cx.clone()))).collect();
        cx.sleep(0).await?;
        let said = cx.footprint().bytes + tasks.capacity() * size_of_val(&tasks[0]);
        Ok(Outcome::new(said.to_string()).with("held", HELD.load(Ordering::Relaxed) as f64))
    });
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Finished);
    let outcome = event_loop.result().unwrap().unwrap();
    let said: f64 = outcome.value.parse().unwrap();
    let held = outcome.figure("held").unwrap() - before as f64;
    println!("{} bytes said, {} held", said as usize / TASKS, held as usize / TASKS);
    assert!(said <= held && held <= 1.1 * said, "the recorder's share is small: {said} said, {held} held");
}
