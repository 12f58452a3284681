//! `queue.Queue`: a queue between threads; a full one holds producers up, an empty one consumers.

use std::collections::VecDeque;

use super::mistakes::{Mistake, made};
use super::site::{Kind, Site};
use super::{ThreadCx, ThreadError};
use crate::model::Nanos;

/// What those wait for who wait at a queue.
const NOT_EMPTY: usize = 0;
const NOT_FULL: usize = 1;
const ALL_DONE: usize = 2;

struct Inside<T> {
    items: VecDeque<T>,
    unfinished: usize,
    shut_down: bool,
}

/// A first-in, first-out queue for any number of producers and consumers.
pub struct Queue<T> {
    site: Site<Inside<T>, 3>,
    /// 0: no bound.
    maxsize: usize,
    /// Whether its length is recorded.
    every: bool,
}

impl<T> Queue<T> {
    /// An empty queue of at most `maxsize` items (0: of any number); `object` is its number in the trace.
    pub fn new(object: u32, maxsize: usize) -> Self {
        let inside = Inside { items: VecDeque::with_capacity(maxsize.min(1024)), unfinished: 0, shut_down: false };
        Self { site: Site::new(Kind::Queue, object, inside), maxsize, every: true }
    }

    /// An empty queue for inner loops: only waits are recorded, not its length.
    pub fn busy(object: u32, maxsize: usize) -> Self {
        Self { every: false, ..Self::new(object, maxsize) }
    }

    /// Puts `item` at the end, waiting while the queue is full.
    ///
    /// # Errors
    /// [`ThreadError::ShutDown`]; [`ThreadError::Interrupted`]. The item is lost then.
    pub fn put(&self, cx: &ThreadCx, item: T) -> Result<(), ThreadError> {
        self.put_within(cx, item, None)
    }

    /// As [`Queue::put`], without waiting.
    ///
    /// # Errors
    /// [`ThreadError::Full`] when there is no room; [`ThreadError::ShutDown`].
    pub fn put_nowait(&self, cx: &ThreadCx, item: T) -> Result<(), ThreadError> {
        self.put_within(cx, item, Some(0))
    }

    /// As [`Queue::put`], waiting no longer than `limit`.
    ///
    /// # Errors
    /// [`ThreadError::Full`] when there was no room in that time, and as [`Queue::put`].
    pub fn put_timeout(&self, cx: &ThreadCx, item: T, limit: Nanos) -> Result<(), ThreadError> {
        self.put_within(cx, item, Some(limit))
    }

    fn put_within(&self, cx: &ThreadCx, item: T, limit: Option<Nanos>) -> Result<(), ThreadError> {
        let mut item = Some(item);
        let put = self.site.until_waking(cx, (NOT_FULL, Some(NOT_EMPTY)), limit, |inside| {
            if inside.shut_down {
                return Some(Err(ThreadError::ShutDown));
            }
            if self.maxsize > 0 && inside.items.len() >= self.maxsize {
                return None;
            }
            inside.items.extend(item.take());
            inside.unfinished += 1;
            self.level(cx, inside.items.len());
            Some(Ok(()))
        })?;
        put.unwrap_or(Err(ThreadError::Full))
    }

    /// Takes the first item, waiting while the queue is empty.
    ///
    /// # Errors
    /// [`ThreadError::ShutDown`] when it is empty and has been shut down; [`ThreadError::Interrupted`].
    pub fn get(&self, cx: &ThreadCx) -> Result<T, ThreadError> {
        self.get_within(cx, None)
    }

    /// As [`Queue::get`], without waiting.
    ///
    /// # Errors
    /// [`ThreadError::Empty`] when there is nothing; [`ThreadError::ShutDown`].
    pub fn get_nowait(&self, cx: &ThreadCx) -> Result<T, ThreadError> {
        self.get_within(cx, Some(0))
    }

    /// As [`Queue::get`], waiting no longer than `limit`.
    ///
    /// # Errors
    /// [`ThreadError::Empty`] when nothing came in that time, and as [`Queue::get`].
    pub fn get_timeout(&self, cx: &ThreadCx, limit: Nanos) -> Result<T, ThreadError> {
        self.get_within(cx, Some(limit))
    }

    fn get_within(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<T, ThreadError> {
        let room = (self.maxsize > 0 && !made(Mistake::PutterForgotten)).then_some(NOT_FULL);
        let taken = self.site.until_waking(cx, (NOT_EMPTY, room), limit, |inside| match inside.items.pop_front() {
            Some(item) => {
                self.level(cx, inside.items.len());
                Some(Ok(item))
            }
            None if inside.shut_down => Some(Err(ThreadError::ShutDown)),
            None => None,
        })?;
        taken.unwrap_or(Err(ThreadError::Empty))
    }

    /// Says that the work on an item taken from the queue is done.
    ///
    /// # Errors
    /// `ValueError` when it is said more often than items were put.
    pub fn task_done(&self) -> Result<(), ThreadError> {
        let left = self.site.with(|inside| {
            inside.unfinished = inside.unfinished.checked_sub(1)?;
            Some(inside.unfinished)
        });
        match left {
            None => return Err(ThreadError::value("task_done() called too many times")),
            Some(0) => self.site.change_for(ALL_DONE, usize::MAX, |_| ()),
            Some(_) => {}
        }
        Ok(())
    }

    /// Waits until the work on every item that was put is done.
    ///
    /// # Errors
    /// [`ThreadError::Interrupted`] when the thread must leave.
    pub fn join(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        self.site.until(cx, ALL_DONE, None, |inside| (inside.unfinished == 0).then_some(()))?;
        Ok(())
    }

    /// Nothing can be put any more, and what is there can be taken; `immediate`: what is there is thrown away.
    pub fn shutdown(&self, cx: &ThreadCx, immediate: bool) {
        self.site.change(|inside| {
            inside.shut_down = true;
            if immediate {
                inside.unfinished = inside.unfinished.saturating_sub(inside.items.len());
                inside.items.clear();
                self.level(cx, 0);
            }
        });
    }

    /// How many items wait in it, at this moment.
    pub fn qsize(&self) -> usize {
        self.site.with(|inside| inside.items.len())
    }

    /// Whether nothing waits in it, at this moment.
    pub fn is_empty(&self) -> bool {
        self.qsize() == 0
    }

    /// Whether it has no room, at this moment.
    pub fn is_full(&self) -> bool {
        self.maxsize > 0 && self.qsize() >= self.maxsize
    }

    fn level(&self, cx: &ThreadCx, length: usize) {
        if self.every {
            cx.level(&self.site.core, u32::try_from(length).unwrap_or(u32::MAX));
        }
    }
}
