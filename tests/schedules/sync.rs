//! What the primitives are made of here: shuttle's mutexes, condition variables and atomics, every step of which another
//! thread may come before.

use shuttle::sync as shuttled;
pub(crate) use shuttle::sync::atomic;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

pub(crate) use shuttled::Condvar;

/// A mutex whose guard can give it back and take it again.
#[derive(Default)]
pub(crate) struct Mutex<T>(shuttled::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(shuttled::Mutex::new(value))
    }
}

/// Holds a [`Mutex`].
pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    inner: Option<shuttled::MutexGuard<'a, T>>,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.inner.as_ref().unwrap()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().unwrap()
    }
}

pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    MutexGuard { mutex, inner: Some(mutex.0.lock().unwrap_or_else(PoisonError::into_inner)) }
}

/// Waits for `signal` alone; a wait with a limit, which must end by itself, gives way and is over.
pub(crate) fn wait<'a, T>(
    signal: &Condvar,
    mut guard: MutexGuard<'a, T>,
    _nanos: u64,
    limit: bool,
) -> (MutexGuard<'a, T>, bool) {
    let mutex = guard.mutex;
    let inner = guard.inner.take().unwrap();
    if !limit {
        let inner = signal.wait(inner).unwrap_or_else(PoisonError::into_inner);
        return (MutexGuard { mutex, inner: Some(inner) }, false);
    }
    drop(inner);
    shuttle::thread::yield_now();
    (hold(mutex), true)
}

pub(crate) fn spin_loop() {
    shuttle::thread::yield_now();
}
