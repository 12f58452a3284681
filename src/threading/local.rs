//! `threading.local`: a variable of which every thread has its own.

use std::collections::BTreeMap;

use super::{Shared, ThreadCx};

/// A variable of which every thread has its own.
#[derive(Debug, Default)]
pub struct Local<T> {
    values: Shared<BTreeMap<u32, T>>,
}

impl<T> Clone for Local<T> {
    /// The same variable.
    fn clone(&self) -> Self {
        Self { values: self.values.clone() }
    }
}

impl<T: Clone> Local<T> {
    /// A variable that no thread has set.
    pub fn new() -> Self {
        Self { values: Shared::new(BTreeMap::new()) }
    }

    /// This thread's value; `None` (in Python an `AttributeError`) when it has not set one.
    pub fn get(&self, cx: &ThreadCx) -> Option<T> {
        self.values.with(|values| values.get(&cx.ident()).cloned())
    }

    /// Sets this thread's value.
    pub fn set(&self, cx: &ThreadCx, value: T) {
        self.values.with(|values| values.insert(cx.ident(), value));
    }

    /// `del`: takes this thread's value away; `None` (in Python an `AttributeError`) when it has not set one.
    pub fn remove(&self, cx: &ThreadCx) -> Option<T> {
        self.values.with(|values| values.remove(&cx.ident()))
    }
}
