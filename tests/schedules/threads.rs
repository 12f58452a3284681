//! Threads that a program starts: they begin, end, and are joined, whoever is first.

use crate::threading::{Interpreter, Shared, Thread};
use crate::world::{World, explore, schedules};

/// A main thread that starts two others and joins them, then ends while a seat is still free.
pub fn started(with_gil: bool) -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(4, with_gil);
    move || {
        let names = ["MainThread", "one", "two", "three"].map(str::to_owned).to_vec();
        let interpreter = Interpreter::new(names, |index| index == 0, false, 1);
        let mut contexts = world.contexts(&interpreter);
        let others = contexts.split_off(1);
        let serve = |mut cx: crate::threading::ThreadCx| shuttle::thread::spawn(move || cx.serve().unwrap());
        let handles: Vec<_> = others.into_iter().map(serve).collect();
        let main = contexts.remove(0);
        main.acquire_gil().unwrap();
        main.working(0);
        let said = Shared::new(0);
        let threads = ["two", "one"].map(|name| {
            let said = said.clone();
            Thread::new(name, move |cx| {
                assert_eq!(cx.name(), name);
                said.with(|said| *said += 1);
                Ok(())
            })
        });
        threads.iter().for_each(|thread| thread.start(&main).unwrap());
        threads.iter().for_each(|thread| thread.join(&main).unwrap());
        assert_eq!(said.get(), 2);
        assert!(!threads.iter().any(Thread::is_alive));
        interpreter.end(main.now());
        main.leave();
        handles.into_iter().for_each(|handle| handle.join().unwrap());
    }
}

#[test]
fn threads_begin_end_and_are_joined() {
    explore(schedules(), started(false));
    explore(schedules(), started(true));
}
