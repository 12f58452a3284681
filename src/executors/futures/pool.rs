//! `concurrent.futures.ThreadPoolExecutor`: threads, started as they are needed, that take what was submitted from one queue.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use super::Future;
use crate::model::Mark;
use crate::threading::{Lock, Queue, Thread, ThreadCx, ThreadError, UNNAMED};

/// What was submitted, whatever its result is.
trait Work: Send {
    fn run(self: Box<Self>, cx: &ThreadCx) -> Result<(), ThreadError>;
    fn cancel(&self, cx: &ThreadCx);
}

struct Item<T, F> {
    future: Future<T>,
    body: F,
    /// The job's number, from 0.
    number: u32,
}

impl<T: Send, F: FnOnce(&ThreadCx) -> Result<T, ThreadError> + Send> Work for Item<T, F> {
    fn run(self: Box<Self>, cx: &ThreadCx) -> Result<(), ThreadError> {
        if !self.future.begin(cx)? {
            return Ok(());
        }
        cx.working(self.number + 1);
        cx.lane.mark(Mark::Job, self.number);
        match (self.body)(cx) {
            Err(ThreadError::Interrupted) => Err(ThreadError::Interrupted),
            result => {
                cx.lane.mark(if result.is_ok() { Mark::Finished } else { Mark::Failed }, self.number);
                self.future.finish(cx, result)
            }
        }
    }

    fn cancel(&self, cx: &ThreadCx) {
        self.future.cancel(cx);
    }
}

struct Pool {
    name: String,
    most: usize,
    /// `None` tells a worker to pass it on and end.
    queue: Queue<Option<Box<dyn Work>>>,
    /// Held while something is submitted or the pool shut down.
    order: Lock,
    idle: AtomicUsize,
    jobs: AtomicU32,
    threads: Mutex<Vec<Thread>>,
    shut: AtomicBool,
}

/// A pool of threads. It must be shut down: the program does not end before its threads have.
pub struct ThreadPoolExecutor(Arc<Pool>);

impl ThreadPoolExecutor {
    /// A pool of at most `workers` threads (at least one), called `name`_0, `name`_1 and so on; none is started yet.
    pub fn new(name: impl Into<String>, workers: usize) -> Self {
        Self(Arc::new(Pool {
            name: name.into(),
            most: workers.max(1),
            queue: Queue::busy(UNNAMED, 0),
            order: Lock::busy(UNNAMED),
            idle: AtomicUsize::new(0),
            jobs: AtomicU32::new(0),
            threads: Mutex::default(),
            shut: AtomicBool::new(false),
        }))
    }

    /// `submit`: `body` will be run by one of the threads; starts one if none is idle and there may be more.
    ///
    /// # Errors
    /// `RuntimeError` when it was shut down, or there is no room for another thread; [`ThreadError::Interrupted`].
    pub fn submit<T: Send + 'static>(
        &self,
        cx: &ThreadCx,
        body: impl FnOnce(&ThreadCx) -> Result<T, ThreadError> + Send + 'static,
    ) -> Result<Future<T>, ThreadError> {
        let pool = &self.0;
        let _order = pool.order.acquire(cx)?;
        if pool.shut.load(SeqCst) {
            return Err(ThreadError::raised("RuntimeError", "cannot schedule new futures after shutdown"));
        }
        let future = Future::pending();
        let number = pool.jobs.fetch_add(1, SeqCst);
        pool.queue.put(cx, Some(Box::new(Item { future: future.clone(), body, number })))?;
        pool.one_more(cx)?;
        Ok(future)
    }

    /// `map`: submits `body` for every item at once; the results come in the order of the items.
    ///
    /// # Errors
    /// As [`ThreadPoolExecutor::submit`].
    pub fn map<I: Send + 'static, T: Send + 'static>(
        &self,
        cx: &ThreadCx,
        body: impl Fn(&ThreadCx, I) -> Result<T, ThreadError> + Send + Sync + 'static,
        items: impl IntoIterator<Item = I>,
    ) -> Result<Results<T>, ThreadError> {
        let body = Arc::new(body);
        let submit = |item| {
            let body = body.clone();
            self.submit(cx, move |cx| body(cx, item))
        };
        Ok(Results(items.into_iter().map(submit).collect::<Result<_, _>>()?))
    }

    /// `shutdown(wait, cancel_futures)`: nothing more can be submitted. `wait`: until all threads have ended; `cancel`: what has
    /// not begun will not be run.
    ///
    /// # Errors
    /// [`ThreadError::Interrupted`].
    pub fn shutdown(&self, cx: &ThreadCx, wait: bool, cancel: bool) -> Result<(), ThreadError> {
        let pool = &self.0;
        let order = pool.order.acquire(cx)?;
        pool.shut.store(true, SeqCst);
        while cancel && let Ok(item) = pool.queue.get_nowait(cx) {
            item.iter().for_each(|work| work.cancel(cx));
        }
        pool.queue.put(cx, None)?;
        drop(order);
        let threads = if wait { pool.threads().clone() } else { Vec::new() };
        threads.iter().try_for_each(|thread| thread.join(cx))
    }
}

impl Pool {
    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<Thread>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts another thread, unless one is idle or there are enough.
    fn one_more(self: &Arc<Self>, cx: &ThreadCx) -> Result<(), ThreadError> {
        let one_less = |idle: usize| idle.checked_sub(1);
        let count = self.threads().len();
        if self.idle.fetch_update(SeqCst, SeqCst, one_less).is_ok() || count >= self.most {
            return Ok(());
        }
        let pool = self.clone();
        let thread = Thread::new(format!("{}_{count}", self.name), move |cx| pool.work(cx));
        thread.start(cx)?;
        self.threads().push(thread);
        Ok(())
    }

    /// What each thread does.
    fn work(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        loop {
            let item = match self.queue.get_nowait(cx) {
                Err(ThreadError::Empty) => {
                    self.idle.fetch_add(1, SeqCst);
                    self.queue.get(cx)?
                }
                item => item?,
            };
            match item {
                Some(work) => work.run(cx)?,
                None => return self.queue.put(cx, None),
            }
        }
    }
}

/// The results of a [`ThreadPoolExecutor::map`], in the order of its items.
pub struct Results<T>(VecDeque<Future<T>>);

impl<T: Clone> Results<T> {
    /// Waits for the next result; `None` when there is none left.
    ///
    /// # Errors
    /// What was raised for that item: what has not begun of the others is cancelled then, and there is no further result.
    pub fn next(&mut self, cx: &ThreadCx) -> Result<Option<T>, ThreadError> {
        let Some(future) = self.0.pop_front() else { return Ok(None) };
        let result = future.result(cx);
        if result.is_err() {
            for future in self.0.drain(..) {
                future.cancel(cx);
            }
        }
        result.map(Some)
    }

    /// Waits for all results that are left.
    ///
    /// # Errors
    /// As [`Results::next`].
    pub fn all(mut self, cx: &ThreadCx) -> Result<Vec<T>, ThreadError> {
        let mut all = Vec::with_capacity(self.0.len());
        while let Some(result) = self.next(cx)? {
            all.push(result);
        }
        Ok(all)
    }
}
