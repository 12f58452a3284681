//! `asyncio.Queue`, `LifoQueue` and `PriorityQueue`, with the waiting of CPython 3.13 and its `shutdown`.

use super::cx::Cx;
use super::event::Event;
use super::exception::Exception;
use super::heap::Heap;
use super::mistakes::{Mistake, made};
use super::object::Object;
use super::waiters::Waiters;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// First in, first out.
pub type Queue<T> = OrderedQueue<T, VecDeque<T>>;
/// Last in, first out.
pub type LifoQueue<T> = OrderedQueue<T, Vec<T>>;
/// The least first; of equal ones, whichever CPython's heap gives.
pub type PriorityQueue<T> = OrderedQueue<T, Heap<T>>;

/// In which order a queue gives out its items.
pub trait Order<T>: Default {
    /// Puts an item in.
    fn put_in(&mut self, item: T);
    /// Takes the next one out.
    fn take_out(&mut self) -> Option<T>;
    /// How many there are.
    fn size(&self) -> usize;
}

impl<T> Order<T> for VecDeque<T> {
    fn put_in(&mut self, item: T) {
        self.push_back(item);
    }
    fn take_out(&mut self) -> Option<T> {
        self.pop_front()
    }
    fn size(&self) -> usize {
        self.len()
    }
}

impl<T> Order<T> for Vec<T> {
    fn put_in(&mut self, item: T) {
        self.push(item);
    }
    fn take_out(&mut self) -> Option<T> {
        self.pop()
    }
    fn size(&self) -> usize {
        self.len()
    }
}

struct Shared<O> {
    object: Object,
    maxsize: usize,
    items: RefCell<O>,
    getters: Waiters,
    putters: Waiters,
    unfinished: Cell<usize>,
    finished: Event,
    closed: Cell<bool>,
}

/// A queue of tasks' items; clones are the same queue. Its level on the record is how many items are in it.
pub struct OrderedQueue<T, O> {
    shared: Rc<Shared<O>>,
    items: std::marker::PhantomData<T>,
}

impl<T, O> Clone for OrderedQueue<T, O> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), items: self.items }
    }
}

fn shut_down() -> Exception {
    Exception::new("QueueShutDown", "")
}

impl<T, O: Order<T>> OrderedQueue<T, O> {
    /// An empty queue with room for `maxsize` items, or without a limit when that is 0; `name` is shown where tasks wait.
    pub fn new(cx: &Cx, name: impl Into<String>, maxsize: usize) -> Self {
        let object = Object::new(cx, name.into());
        let finished = Event::on(object.part());
        finished.set();
        let shared = Rc::new(Shared {
            maxsize,
            items: RefCell::default(),
            getters: Waiters::new(object.clone()),
            putters: Waiters::new(object.clone()),
            unfinished: Cell::new(0),
            finished,
            closed: Cell::new(false),
            object,
        });
        Self { shared, items: std::marker::PhantomData }
    }

    /// How many items are in it.
    pub fn qsize(&self) -> usize {
        self.shared.items.borrow().size()
    }

    /// How many it has room for; 0 for no limit.
    pub fn maxsize(&self) -> usize {
        self.shared.maxsize
    }

    /// Whether nothing is in it.
    pub fn empty(&self) -> bool {
        self.qsize() == 0
    }

    /// Whether there is no room.
    pub fn full(&self) -> bool {
        self.shared.maxsize > 0 && self.qsize() >= self.shared.maxsize
    }

    /// Puts an item in, waiting for room if need be.
    ///
    /// # Errors
    /// `QueueShutDown`; `CancelledError`. The item is dropped then.
    pub fn put(&self, item: T) -> impl Future<Output = Result<(), Exception>> + use<T, O> {
        let queue = self.clone();
        async move {
            while queue.full() {
                if queue.shared.closed.get() {
                    return Err(shut_down());
                }
                queue.turn(&queue.shared.putters, || !queue.full()).await?;
            }
            queue.put_nowait(item)
        }
    }

    /// Puts an item in at once.
    ///
    /// # Errors
    /// `QueueFull`, `QueueShutDown`. The item is dropped then.
    pub fn put_nowait(&self, item: T) -> Result<(), Exception> {
        if self.shared.closed.get() {
            return Err(shut_down());
        }
        if self.full() {
            return Err(Exception::new("QueueFull", ""));
        }
        self.shared.items.borrow_mut().put_in(item);
        self.level();
        self.shared.unfinished.set(self.shared.unfinished.get() + 1);
        self.shared.finished.clear();
        self.shared.getters.pop_and_wake();
        Ok(())
    }

    /// Takes the next item out, waiting for one if need be.
    ///
    /// # Errors
    /// `QueueShutDown` when there is none and there will be none; `CancelledError`.
    pub fn get(&self) -> impl Future<Output = Result<T, Exception>> + use<T, O> {
        let queue = self.clone();
        async move {
            while queue.empty() {
                if queue.shared.closed.get() {
                    return Err(shut_down());
                }
                queue.turn(&queue.shared.getters, || !queue.empty()).await?;
            }
            queue.get_nowait()
        }
    }

    /// Takes the next item out at once.
    ///
    /// # Errors
    /// `QueueEmpty`, `QueueShutDown`.
    pub fn get_nowait(&self) -> Result<T, Exception> {
        let Some(item) = self.take() else {
            return Err(if self.shared.closed.get() { shut_down() } else { Exception::new("QueueEmpty", "") });
        };
        self.shared.putters.pop_and_wake();
        Ok(item)
    }

    /// Waits until woken. One that is cancelled when it was woken already wakes the next, if there is still a `chance`.
    async fn turn(&self, waiters: &Waiters, chance: impl Fn() -> bool) -> Result<(), Exception> {
        let mut waiting = waiters.join();
        let waited = (&mut waiting).await;
        let woken = waiting.woken();
        match &waited {
            Ok(()) => waiting.popped(),
            Err(_) => drop(waiting),
        }
        if waited.is_err() && woken && chance() && !made(Mistake::GetterKeepsWakeup) {
            waiters.pop_and_wake();
        }
        waited
    }

    fn take(&self) -> Option<T> {
        let item = self.shared.items.borrow_mut().take_out()?;
        self.level();
        Some(item)
    }

    fn level(&self) {
        self.shared.object.level(self.qsize());
    }

    /// Says that the work on one item that was taken out is done.
    ///
    /// # Errors
    /// `ValueError` when it is called more often than items were put in.
    pub fn task_done(&self) -> Result<(), Exception> {
        let Some(left) = self.shared.unfinished.get().checked_sub(1) else {
            return Err(Exception::new("ValueError", "task_done() called too many times"));
        };
        self.shared.unfinished.set(left);
        if left == 0 {
            self.shared.finished.set();
        }
        Ok(())
    }

    /// Waits until all items that were put in are done.
    ///
    /// # Errors
    /// `CancelledError`.
    pub fn join(&self) -> impl Future<Output = Result<(), Exception>> + use<T, O> {
        let queue = self.clone();
        async move { if queue.shared.unfinished.get() > 0 { queue.shared.finished.wait().await } else { Ok(()) } }
    }

    /// Closes it: puts fail from now on, and gets once it is empty. `immediate` throws away what is in it, as done.
    pub fn shutdown(&self, immediate: bool) {
        self.shared.closed.set(true);
        if immediate {
            while self.take().is_some() {
                self.shared.unfinished.set(self.shared.unfinished.get().saturating_sub(1));
            }
            if self.shared.unfinished.get() == 0 {
                self.shared.finished.set();
            }
        }
        self.shared.getters.pop_all();
        if !made(Mistake::ShutdownForgetsPutters) {
            self.shared.putters.pop_all();
        }
    }
}
