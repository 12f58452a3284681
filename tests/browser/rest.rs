//! How a process stands on a real event loop: at rest once only a message could let it go on, with all its mail counted.

use super::{pause, plan};
use interleave::aio::Exception;
use interleave::engine::clock::BrowserClock;
use interleave::engine::multiprocessing::driver::Driver;
use interleave::engine::multiprocessing::family::Family;
use interleave::engine::multiprocessing::ports::Ports;
use interleave::engine::processes::Source;
use interleave::model::{Failure, MS, Model, Outcome, Plan};
use interleave::multiprocessing::{self, Code, LocalFuture, Pipes, ProcessCx, Value, Waves};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Sends itself one message, hears it, and waits for a second.
fn one_of_two(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (a, b) = cx.pipe()?;
        a.send(&Value::Int(1))?;
        b.recv().await?;
        b.recv().await?;
        Ok(Outcome::default())
    })
}

#[wasm_bindgen_test]
async fn a_process_that_nobody_can_wake_is_found() {
    let (clock, ports) = (BrowserClock::start(), Ports::new());
    let plan = plan(Model::Processes, 10);
    let source = Source { script: String::new(), wake: Rc::new(|| ()), plan: plan.clone(), clock, fault: None };
    let family = Rc::new(Family::new(source, ports.clone()));
    let body = multiprocessing::main(family, Code { main: one_of_two, targets: &[] }, plan);
    let driver = Driver::start(body, ports, clock, None, Box::new(|_| None), Box::new(|_, _| ())).unwrap();
    assert_eq!(driver.rest(), None, "it has not begun");
    let mut waited = 0;
    let rest = loop {
        match driver.rest() {
            Some(rest) if rest.mail[&1].heard == 1 => break rest,
            _ => pause(2).await,
        }
        waited += 1;
        assert!(waited < 1_000, "it never rests: {:?}", driver.rest());
    };
    assert_eq!((rest.mail[&0].sent, rest.wants.as_str()), (1, "a message"));
    let (mut waves, nobody, mut pipes) = (Waves::default(), BTreeMap::new(), Pipes::default());
    pipes.made(0, 1);
    assert_eq!(waves.look(MS, Some(rest), &nobody, &pipes), None);
    pause(20).await;
    let found = waves.look(2 * MS, driver.rest(), &nobody, &pipes);
    let Some(Failure::Deadlock(deadlock)) = found else { panic!("{found:?}") };
    assert_eq!(deadlock.to_string(), "MainProcess waits for a message.");
}
