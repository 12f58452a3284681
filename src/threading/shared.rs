//! A value that threads share, as they share every Python object.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Locks a mutex that nobody holds for long.
pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A value that threads share. Each access is one step, as one call of a built-in method is in Python (`list.append`); what
/// needs several accesses needs a lock of its own.
#[derive(Debug, Default)]
pub struct Shared<T: ?Sized>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    /// Shares `value`.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    /// One access. It must be short, and neither wait nor access the same value again.
    pub fn with<R>(&self, access: impl FnOnce(&mut T) -> R) -> R {
        access(&mut lock(&self.0))
    }

    /// A copy of the value.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|value| value.clone())
    }

    /// Puts `value` in the place of what was there.
    pub fn set(&self, value: T) {
        self.with(|place| *place = value);
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    /// The same value, not a copy of it.
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
