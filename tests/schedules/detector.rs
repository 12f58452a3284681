//! Whoever looks for deadlocks beside threads that wait for each other all the time finds none.

use crate::model::MS;
use crate::threading::{Detector, Interpreter, Lock, Thread};
use crate::world::{World, explore, schedules};

const LOOKS: u64 = 20;

/// Two locks, always taken in the same order.
pub fn healthy() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(2, true);
    move || {
        let interpreter = Interpreter::simple(2);
        let locks = [Lock::new(0), Lock::new(1)];
        let program = move |cx: &crate::threading::ThreadCx, _| {
            for _ in 0..3 {
                let _first = locks[0].acquire(cx).unwrap();
                let _second = locks[1].acquire(cx).unwrap();
                cx.check().unwrap();
            }
        };
        world.beside(&interpreter, program, || {
            let mut detector = Detector::default();
            for look in 0..LOOKS {
                let found = detector.look(&interpreter, &[], 10 * MS * look);
                assert_eq!(found, None, "a passing state is no deadlock");
            }
        });
    }
}

/// A lock goes from one thread to another, which for a moment has it and has not said yet that it waits no more. Whoever let
/// go of it looks.
pub fn handed_over() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(2, true);
    move || {
        let interpreter = Interpreter::simple(2);
        let (lock, seats) = (Lock::new(0), interpreter.clone());
        let program = move |cx: &crate::threading::ThreadCx, index| {
            let held = lock.acquire(cx).unwrap();
            if index == 1 {
                return;
            }
            for _ in 0..3 {
                cx.sleep(1).unwrap(); // so that the other comes to the lock
                shuttle::thread::yield_now();
            }
            drop(held);
            let mut detector = Detector::default();
            for look in 0..LOOKS {
                assert_eq!(detector.look(&seats, &[], 10 * MS * look), None, "it only looked like one");
            }
        };
        world.beside(&interpreter, program, || ());
    }
}

/// A thread is joined that ends: for a moment its seat is empty, and whoever joins it does not know yet.
pub fn joined() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(2, false);
    move || {
        let names = ["MainThread", "worker"].map(str::to_owned).to_vec();
        let interpreter = Interpreter::new(names, |index| index == 0, false, 1);
        let mut contexts = world.contexts(&interpreter);
        let (mut other, main) = (contexts.remove(1), contexts.remove(0));
        let seats = interpreter.clone();
        let handles = [
            shuttle::thread::spawn(move || other.serve().unwrap()),
            shuttle::thread::spawn(move || {
                let worker = Thread::new("worker", |_| Ok(()));
                worker.start(&main).unwrap();
                worker.join(&main).unwrap();
                seats.end(main.now());
                main.leave();
            }),
        ];
        let mut detector = Detector::default();
        for look in 0..LOOKS {
            assert_eq!(detector.look(&interpreter, &[], 10 * MS * look), None, "a thread that ends can be joined");
        }
        handles.into_iter().for_each(|handle| handle.join().unwrap());
    }
}

#[test]
fn what_passes_is_no_deadlock() {
    explore(schedules(), healthy());
    explore(schedules(), handed_over());
    explore(schedules(), joined());
}
