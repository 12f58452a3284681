//! A call to a pool: its chunks, what became of each, and who is to be told.

use super::pool_worker::Answer;
use super::value::Value;
use crate::aio::Exception;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// Called when a call has ended.
pub(super) type Callback = Box<dyn FnOnce(&Answer)>;

/// What became of a call's chunks.
#[derive(Default)]
pub(super) struct Job {
    chunks: RefCell<Vec<Option<Answer>>>,
    left: Cell<usize>,
    /// The exception that came first.
    raised: RefCell<Option<Exception>>,
    /// Chunks in the order in which they came.
    came: RefCell<VecDeque<usize>>,
    callback: RefCell<Option<Callback>>,
}

impl Job {
    /// A call of so many chunks.
    pub fn new(chunks: usize, callback: Option<Callback>) -> Self {
        let (left, empty) = (Cell::new(chunks), vec![None; chunks]);
        Self { chunks: RefCell::new(empty), left, callback: RefCell::new(callback), ..Self::default() }
    }

    /// A chunk was done, well or not.
    pub fn set(&self, chunk: usize, answer: Answer) {
        if let Err(e) = &answer {
            self.raised.borrow_mut().get_or_insert_with(|| e.clone());
        }
        match self.chunks.borrow_mut().get_mut(chunk) {
            Some(place @ None) => *place = Some(answer),
            _ => return,
        }
        self.came.borrow_mut().push_back(chunk);
        self.left.set(self.left.get() - 1);
        if self.ready() {
            let callback = self.callback.take();
            callback.into_iter().for_each(|callback| callback(&self.all()));
        }
    }

    /// Whether all chunks are done; also when one has raised, the others are waited for.
    pub fn ready(&self) -> bool {
        self.left.get() == 0
    }

    /// Whether it raised, as far as is known.
    pub fn has_raised(&self) -> bool {
        self.raised.borrow().is_some()
    }

    /// All results in the order of the values, or what was raised first.
    pub fn all(&self) -> Answer {
        if let Some(e) = &*self.raised.borrow() {
            return Err(e.clone());
        }
        Ok(self.chunks.borrow().iter().flatten().flatten().flatten().cloned().collect::<Vec<Value>>())
    }

    /// Takes the chunk with this number, if it is done.
    pub fn take(&self, chunk: usize) -> Option<Answer> {
        self.chunks.borrow_mut().get_mut(chunk)?.as_mut().map(|answer| std::mem::replace(answer, Ok(Vec::new())))
    }

    /// Takes the chunk that came first of those that are left.
    pub fn take_any(&self) -> Option<Answer> {
        let chunk = self.came.borrow_mut().pop_front()?;
        self.take(chunk)
    }
}
