//! The engine's parts in a real browser, in a dedicated worker as in the product; isolated or not.
#![cfg(all(target_arch = "wasm32", feature = "engine"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ends;
mod family;
mod loops;
mod rest;

use interleave::engine::clock::{BrowserClock, SharedClock, wall_ms};
use interleave::engine::threads::{PoolSpawner, PoolState, ThreadPool, can_share_memory};
use interleave::engine::turns::Turns;
use interleave::engine::warm_up::warm_up;
use interleave::executors::{Burst, LocalRun, Order, SequentialRun, Spawner, ThreadedRun};
use interleave::model::wire::{self, FromEngine, ToEngine};
use interleave::model::{
    Clock, Failure, MS, Model, Nanos, Plan, Record, SECOND, State, StopFlag, Trace, US, Values, What,
};
use interleave::scenarios;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::channel;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Lets the worker's event loop go on for `ms` milliseconds.
async fn pause(ms: u32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        let set_timeout: Function = Reflect::get(&js_sys::global(), &"setTimeout".into()).unwrap().unchecked_into();
        set_timeout.call2(&JsValue::NULL, &resolve, &ms.into()).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

fn plan(model: Model, limit: u64) -> Plan {
    let scenario = scenarios::find("primes").unwrap();
    let mut values = Values::defaults(scenario.params);
    values.set(scenario.params, "limit", &limit.to_string()).unwrap();
    Plan { scenario: "primes".into(), values, model, variant: String::new(), seed: 42, repeat: 0 }
}

fn order(model: Model, limit: u64, stop: StopFlag) -> Order {
    scenarios::order(plan(model, limit), Arc::new(SharedClock::new(BrowserClock::start())), stop, None).unwrap()
}

thread_local! {
    /// One pool for all tests: rayon's is global.
    static POOL: ThreadPool = ThreadPool::default();
}

/// The pool with four threads, or why there is none; the same for every test.
async fn pool() -> PoolState {
    loop {
        match POOL.with(|p| p.ensure(2, 4, || {})) {
            PoolState::Starting => pause(5).await,
            settled => return settled,
        }
    }
}

/// Drives a run as the coordinator does; how it ended, and what happened.
async fn drive(mut run: impl LocalRun, clock: Arc<dyn Clock>) -> (Burst, Trace) {
    let mut trace = Trace { lanes: run.lanes(), ..Trace::default() };
    loop {
        let burst = run.burst(clock.now() + 10 * MS);
        let mut records: Vec<Record> = Vec::new();
        run.drain(&mut records);
        trace.extend(records);
        match burst {
            Burst::More => pause(0).await,
            Burst::Wait => pause(2).await,
            end => return (end, trace),
        }
        assert!(clock.now() < 60 * SECOND, "the run does not end");
    }
}

async fn on_threads(model: Model, limit: u64) -> Option<(Burst, Trace)> {
    match pool().await {
        PoolState::On(4) => {}
        PoolState::Broken(Failure::NoSharedMemory) if !can_share_memory() => return None,
        other => panic!("{other:?}"),
    }
    let order = order(model, limit, StopFlag::new());
    let clock = order.clock.clone();
    Some(drive(ThreadedRun::start(order, &PoolSpawner).unwrap(), clock).await)
}

fn value(end: &Burst) -> &str {
    match end {
        Burst::Done { outcome, .. } => &outcome.value,
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
async fn a_pool_starts_where_memory_can_be_shared_and_says_so_elsewhere() {
    let state = pool().await;
    if can_share_memory() {
        assert_eq!(state, PoolState::On(4));
        assert!(matches!(POOL.with(|p| p.ensure(5, 5, || {})), PoolState::Broken(Failure::Engine { .. })));
    } else {
        assert_eq!(state, PoolState::Broken(Failure::NoSharedMemory));
    }
}

#[wasm_bindgen_test]
async fn a_sequential_run_needs_no_shared_memory() {
    let order = order(Model::Sequential, 500_000, StopFlag::new());
    warm_up(&order, order.clock.as_ref());
    let clock = order.clock.clone();
    let (end, trace) = drive(SequentialRun::start(order).unwrap(), clock).await;
    assert_eq!(value(&end), "41,538");
    assert_eq!(trace.lanes.len(), 1);
}

#[wasm_bindgen_test]
async fn free_threads_run_at_the_same_time_and_count_right() {
    let Some((end, trace)) = on_threads(Model::FreeThreads, 2_000_000).await else { return };
    assert_eq!(value(&end), "148,933");
    assert!(trace.peak(State::Running) > 1, "no two threads ran at the same time");
}

#[wasm_bindgen_test]
async fn the_gil_lets_one_thread_run_and_takes_turns() {
    let Some((end, trace)) = on_threads(Model::Threads, 2_000_000).await else { return };
    assert_eq!(value(&end), "148,933");
    assert_eq!(trace.peak(State::Running), 1);
    assert!(trace.total(State::Gil) > 0);
}

#[wasm_bindgen_test]
async fn stop_ends_threads_in_the_middle_of_their_work() {
    if !matches!(pool().await, PoolState::On(_)) {
        return;
    }
    for model in [Model::FreeThreads, Model::Threads] {
        let stop = StopFlag::new();
        let order = order(model, 5_000_000, stop.clone());
        let clock = order.clock.clone();
        let mut run = ThreadedRun::start(order, &PoolSpawner).unwrap();
        while run.pulses().iter().all(|p| p.state != State::Running) {
            pause(1).await;
        }
        assert_eq!(run.burst(0), Burst::Wait);
        stop.raise();
        let (end, _) = drive(run, clock.clone()).await;
        assert_eq!(end, Burst::Stopped);
    }
}

#[wasm_bindgen_test]
async fn all_threads_read_one_time_base() {
    if !matches!(pool().await, PoolState::On(_)) {
        return;
    }
    let clock = BrowserClock::start();
    let (tell, told) = channel::<(Nanos, Nanos)>();
    for index in 0..4 {
        let tell = tell.clone();
        PoolSpawner.spawn(index, Box::new(move || tell.send((clock.now(), clock.now())).unwrap()));
    }
    drop(tell);
    let mut heard = Vec::new();
    while heard.len() < 4 {
        pause(1).await;
        heard.extend(told.try_iter());
    }
    let now = clock.now();
    for (first, second) in heard {
        assert!(first <= second && second <= now + MS, "a thread reads {second} ns, later than {now} ns here");
    }
}

/// Hands a moment from thread to thread, each of which reads the clock when it has it: what comes out.
#[wasm_bindgen_test]
async fn no_thread_reads_a_moment_before_one_that_another_has_read() {
    if !matches!(pool().await, PoolState::On(_)) {
        return;
    }
    let clock = Arc::new(SharedClock::new(BrowserClock::start()));
    let latest = Arc::new(std::sync::Mutex::new(0));
    let (tell, told) = channel::<u32>();
    for index in 0..4 {
        let (clock, latest, tell) = (clock.clone(), latest.clone(), tell.clone());
        let turns = move || {
            let mut earlier = 0;
            for _ in 0..20_000 {
                let mut latest = latest.lock().unwrap();
                let now = clock.now();
                earlier += u32::from(now < *latest);
                *latest = now;
            }
            tell.send(earlier).unwrap();
        };
        PoolSpawner.spawn(index, Box::new(turns));
    }
    drop(tell);
    let mut heard = Vec::new();
    while heard.len() < 4 {
        pause(1).await;
        heard.extend(told.try_iter());
    }
    assert_eq!(heard, [0; 4], "readings that were earlier than one already made");
}

#[wasm_bindgen_test]
fn the_clock_counts_from_its_epoch_and_never_goes_back() {
    let before = wall_ms();
    let clock = BrowserClock::since(before - 250.0);
    let mut last = clock.now();
    let passed = ((wall_ms() - before) * MS as f64) as Nanos;
    // The sum of origin and time is known to a quarter of a microsecond only.
    assert!((250 * MS - US..=250 * MS + passed + MS).contains(&last), "{last}, {passed} after it");
    for _ in 0..10_000 {
        let now = clock.now();
        assert!(now >= last);
        last = now;
    }
    assert_eq!(BrowserClock::since(wall_ms() + 1e6).now(), 0);
}

#[wasm_bindgen_test]
async fn asking_twice_for_a_turn_is_asking_once() {
    let count = Rc::new(Cell::new(0));
    let turns: Rc<OnceCell<Turns>> = Rc::default();
    let counted = count.clone();
    let _ = turns.set(Turns::new(move || counted.set(counted.get() + 1)).unwrap());
    let turns = turns.get().unwrap();
    turns.soon();
    turns.soon();
    turns.after(1); // one is due already
    pause(30).await;
    assert_eq!(count.get(), 1);
    turns.after(1);
    turns.after(1);
    pause(30).await;
    assert_eq!(count.get(), 2);
    turns.after(5);
    turns.soon(); // does not wait for the timer, and does not cancel it
    pause(40).await;
    assert_eq!(count.get(), 4);
}

#[wasm_bindgen_test]
fn messages_survive_the_way_through_a_typed_array() {
    let run = ToEngine::Run { run: 7, plan: plan(Model::Threads, 1_000), threads: 2, fault: None };
    let array = Uint8Array::from(wire::encode(&run).unwrap().as_slice());
    assert!(array.buffer().is_instance_of::<js_sys::ArrayBuffer>(), "a shared buffer could not be transferred");
    assert_eq!(wire::decode::<ToEngine>(&array.to_vec()), Ok(run));
    let record = Record { at: 5 * SECOND, lane: 3, what: What::Enter(State::Gil), arg: 9 };
    let batch = FromEngine::Batch { run: 7, records: vec![record; 100], progress: 0.5, now: 9 };
    let array = Uint8Array::from(wire::encode(&batch).unwrap().as_slice());
    assert_eq!(wire::decode::<FromEngine>(&array.to_vec()), Ok(batch));
    assert_eq!(wire::decode::<ToEngine>(&[255; 8]), Err(Failure::Garbled));
}
