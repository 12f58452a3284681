//! The thread pool: wasm-bindgen-rayon's workers, started once for each engine, one program per worker.

use super::{faults, mail};
use crate::executors::Spawner;
use crate::model::Failure;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// How far the pool is.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolState {
    /// Not asked for yet.
    Off,
    /// Its workers start.
    Starting,
    /// This many threads wait for programs.
    On(usize),
    /// They did not start.
    Broken(Failure),
}

/// The pool of this engine; there can be only one, because rayon's is global.
#[derive(Clone)]
pub struct ThreadPool(Rc<RefCell<PoolState>>);

impl Default for ThreadPool {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(PoolState::Off)))
    }
}

impl ThreadPool {
    /// How far it is for a run of `needed` threads; starts it with `at_start` of them when it is off, and calls `wake` once
    /// that has come to an end.
    pub fn ensure(&self, needed: usize, at_start: usize, wake: impl Fn() + 'static) -> PoolState {
        let state = self.0.borrow().clone();
        match state {
            PoolState::Off if !can_share_memory() => PoolState::Broken(Failure::NoSharedMemory),
            PoolState::Off => {
                self.start(at_start, wake);
                PoolState::Starting
            }
            PoolState::On(there) if there < needed => {
                let message = format!("{needed} threads are needed, and the pool has {there}");
                PoolState::Broken(Failure::Engine { message })
            }
            other => other,
        }
    }

    fn start(&self, threads: usize, wake: impl Fn() + 'static) {
        self.0.replace(PoolState::Starting);
        let (state, wake) = (self.0.clone(), Rc::new(wake));
        let settled = |outcome: Rc<dyn Fn(JsValue) -> PoolState>| {
            let (state, wake) = (state.clone(), wake.clone());
            Closure::<dyn FnMut(JsValue)>::new(move |value| {
                state.replace(outcome(value));
                wake();
            })
        };
        let started = settled(Rc::new(move |_| PoolState::On(threads)));
        let broken = settled(Rc::new(|thrown| PoolState::Broken(Failure::Engine { message: mail::words(&thrown) })));
        let promise = wasm_bindgen_rayon::init_thread_pool(threads);
        let _ = promise.then2(&started, &broken);
        started.forget(); // once for each engine
        broken.forget();
    }
}

/// Whether memory can be posted to another worker: only in an isolated page whose browser has `SharedArrayBuffer`.
pub fn can_share_memory() -> bool {
    let global = |name: &str| js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str(name)).ok();
    let isolated = global("crossOriginIsolated").and_then(|v| v.as_bool()).unwrap_or(false);
    isolated && global("SharedArrayBuffer").is_some_and(|v| v.is_function())
}

/// Puts programs on the pool's threads.
#[derive(Clone, Copy, Debug, Default)]
pub struct PoolSpawner;

impl Spawner for PoolSpawner {
    fn spawn(&self, index: usize, body: Box<dyn FnOnce() + Send + 'static>) {
        rayon::spawn(move || {
            faults::is_thread(index);
            body();
        });
    }
}
