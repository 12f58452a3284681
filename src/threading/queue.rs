//! `queue.Queue`: a bounded queue between threads; a full one holds producers up, an empty one consumers.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

use super::wait::{STEP, hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::State;

/// A first-in, first-out queue of at most `capacity` items, for any number of producers and consumers.
pub struct Queue<T> {
    object: u32,
    capacity: usize,
    items: Mutex<VecDeque<T>>,
    changed: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue; `object` is its number in the trace, `capacity` at least 1.
    pub fn new(object: u32, capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { object, capacity, items: Mutex::new(VecDeque::with_capacity(capacity)), changed: Condvar::new() }
    }

    /// Puts `item` at the end, waiting while the queue is full.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end; the item is lost then.
    pub fn put(&self, cx: &ThreadCx, item: T) -> Result<(), Interrupted> {
        let mut item = Some(item);
        self.when_possible(cx, |items| {
            if items.len() >= self.capacity {
                return None;
            }
            items.extend(item.take());
            Some(())
        })
    }

    /// Takes the first item, waiting while the queue is empty.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn get(&self, cx: &ThreadCx) -> Result<T, Interrupted> {
        self.when_possible(cx, VecDeque::pop_front)
    }

    /// Does `step` as soon as it gives something; only a wait is recorded.
    fn when_possible<R>(
        &self,
        cx: &ThreadCx,
        mut step: impl FnMut(&mut VecDeque<T>) -> Option<R>,
    ) -> Result<R, Interrupted> {
        let first = step(&mut hold(&self.items));
        if let Some(result) = first {
            self.changed.notify_all();
            return Ok(result);
        }
        cx.lane.enter_with(State::Blocked, self.object);
        cx.without_gil(|| {
            let mut items = hold(&self.items);
            loop {
                if let Some(result) = step(&mut items) {
                    self.changed.notify_all();
                    return Ok(result);
                }
                (items, _) = wait(&self.changed, items, STEP);
                if cx.stop.is_raised() {
                    return Err(Interrupted);
                }
            }
        })
    }
}
