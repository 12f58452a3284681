//! `concurrent.futures.ThreadPoolExecutor`: threads, started as they are needed, that take what was submitted from one queue.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Future, Results};
use crate::model::{Mark, Nanos};
use crate::threading::{Lock, Queue, Thread, ThreadCx, ThreadError, UNNAMED};

/// What was submitted, whatever its result is.
trait Work: Send {
    fn run(self: Box<Self>, cx: &ThreadCx) -> Result<(), ThreadError>;
    fn cancel(&self, cx: &ThreadCx);
    /// It will not run: its future gets this exception.
    fn fail(&self, cx: &ThreadCx, error: ThreadError);
}

struct Item<T, F> {
    future: Future<T>,
    body: F,
    /// The job's number, from 0.
    number: u32,
}

impl<T: Send, F: FnOnce(&ThreadCx) -> Result<T, ThreadError> + Send> Work for Item<T, F> {
    fn run(self: Box<Self>, cx: &ThreadCx) -> Result<(), ThreadError> {
        if !self.future.set_running_or_notify_cancel(cx)? {
            return Ok(());
        }
        cx.working(self.number + 1);
        cx.lane.mark(Mark::Job, self.number);
        match (self.body)(cx) {
            Err(ThreadError::Interrupted) => Err(ThreadError::Interrupted),
            result => {
                cx.lane.mark(if result.is_ok() { Mark::Finished } else { Mark::Failed }, self.number);
                self.future.set(cx, result)
            }
        }
    }

    fn cancel(&self, cx: &ThreadCx) {
        self.future.cancel(cx);
    }

    fn fail(&self, cx: &ThreadCx, error: ThreadError) {
        // What was cancelled stays so.
        let _ = self.future.set(cx, Err(error));
    }
}

/// What each thread of a pool does first.
type Initializer = Box<dyn Fn(&ThreadCx) -> Result<(), ThreadError> + Send + Sync>;

/// What `BrokenThreadPool` says.
const BROKEN: &str = "A thread initializer failed, the thread pool is not usable anymore";

struct Pool {
    name: String,
    most: usize,
    /// `None` tells a worker to pass it on and end.
    queue: Queue<Option<Box<dyn Work>>>,
    /// Held while something is submitted or the pool shut down.
    order: Lock,
    /// The number of its futures in the trace.
    futures: u32,
    idle: AtomicUsize,
    jobs: AtomicU32,
    threads: Mutex<Vec<Thread>>,
    initializer: Option<Initializer>,
    broken: AtomicBool,
    shut: AtomicBool,
}

/// A pool of threads. One that is not shut down ends what was submitted and then its threads when the main function has ended.
pub struct ThreadPoolExecutor(Arc<Pool>);

impl ThreadPoolExecutor {
    /// A pool of at most `workers` threads, called `name`_0, `name`_1 and so on; none is started yet.
    ///
    /// # Errors
    /// `ValueError` when there may be none.
    pub fn new(name: impl Into<String>, workers: usize) -> Result<Self, ThreadError> {
        if workers == 0 {
            return Err(ThreadError::raised("ValueError", "max_workers must be greater than 0"));
        }
        Ok(Self(Arc::new(Pool {
            name: name.into(),
            most: workers,
            queue: Queue::busy(UNNAMED, 0),
            order: Lock::busy(UNNAMED),
            futures: UNNAMED,
            idle: AtomicUsize::new(0),
            jobs: AtomicU32::new(0),
            threads: Mutex::default(),
            initializer: None,
            broken: AtomicBool::new(false),
            shut: AtomicBool::new(false),
        })))
    }

    /// With these numbers in the trace, to be said before anything is submitted: of its queue, of the lock that keeps those
    /// apart who submit, and of its futures, which have one together.
    pub fn objects(mut self, queue: u32, lock: u32, futures: u32) -> Self {
        if let Some(pool) = Arc::get_mut(&mut self.0) {
            (pool.queue, pool.order, pool.futures) = (Queue::busy(queue, 0), Lock::busy(lock), futures);
        }
        self
    }

    /// `initializer=…`: what each thread does first; to be said before anything is submitted. When it raises, the pool is broken:
    /// what was submitted and has not begun, and whoever submits more, gets `BrokenThreadPool`.
    pub fn initializer(
        mut self,
        initializer: impl Fn(&ThreadCx) -> Result<(), ThreadError> + Send + Sync + 'static,
    ) -> Self {
        if let Some(pool) = Arc::get_mut(&mut self.0) {
            pool.initializer = Some(Box::new(initializer));
        }
        self
    }

    /// `submit`: `body` will be run by one of the threads; starts one if none is idle and there may be more.
    ///
    /// # Errors
    /// `BrokenThreadPool` when an initializer raised; `RuntimeError` when it was shut down, the main function has ended, or there
    /// is no room for another thread; [`ThreadError::Interrupted`].
    pub fn submit<T: Send + 'static>(
        &self,
        cx: &ThreadCx,
        body: impl FnOnce(&ThreadCx) -> Result<T, ThreadError> + Send + 'static,
    ) -> Result<Future<T>, ThreadError> {
        let pool = &self.0;
        let _order = pool.order.acquire(cx)?;
        if pool.broken.load(SeqCst) {
            return Err(ThreadError::raised("BrokenThreadPool", BROKEN));
        }
        if pool.shut.load(SeqCst) {
            return Err(ThreadError::raised("RuntimeError", "cannot schedule new futures after shutdown"));
        }
        if cx.is_exiting() {
            return Err(ThreadError::raised("RuntimeError", "cannot schedule new futures after interpreter shutdown"));
        }
        let future = Future::named(pool.futures);
        let number = pool.jobs.fetch_add(1, SeqCst);
        pool.queue.put(cx, Some(Box::new(Item { future: future.clone(), body, number })))?;
        pool.one_more(cx)?;
        Ok(future)
    }

    /// `map`: submits `body` for every item at once; the results come in the order of the items. (CPython's `chunksize` means
    /// nothing to threads.)
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
        Ok(Results { futures: items.into_iter().map(submit).collect::<Result<_, _>>()?, deadline: None, begun: false })
    }

    /// `map(timeout=limit)`: as [`ThreadPoolExecutor::map`]; who still waits for a result when `limit` has passed since this call
    /// gets `TimeoutError`.
    ///
    /// # Errors
    /// As [`ThreadPoolExecutor::submit`].
    pub fn map_within<I: Send + 'static, T: Send + 'static>(
        &self,
        cx: &ThreadCx,
        limit: Nanos,
        body: impl Fn(&ThreadCx, I) -> Result<T, ThreadError> + Send + Sync + 'static,
        items: impl IntoIterator<Item = I>,
    ) -> Result<Results<T>, ThreadError> {
        let deadline = Some(cx.time().saturating_add(limit));
        Ok(Results { deadline, ..self.map(cx, body, items)? })
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
        if count == 0 {
            let pool = self.clone();
            cx.at_exit(move |cx| {
                let _order = pool.order.acquire(cx)?;
                pool.queue.put(cx, None)
            });
            // Perhaps nobody calls that any more.
            if cx.is_exiting() {
                self.queue.put(cx, None)?;
            }
        }
        let thread = Thread::new(format!("{}_{count}", self.name), move |cx| pool.work(cx));
        thread.start(cx)?;
        self.threads().push(thread);
        Ok(())
    }

    /// What each thread does.
    fn work(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        match self.initializer.as_ref().map_or(Ok(()), |initializer| initializer(cx)) {
            Ok(()) => {}
            Err(ThreadError::Interrupted) => return Err(ThreadError::Interrupted),
            Err(_) => return self.break_down(cx),
        }
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
                None => {
                    self.shut.store(true, SeqCst);
                    return self.queue.put(cx, None);
                }
            }
        }
    }

    /// The initializer of this thread raised: nothing will run any more.
    fn break_down(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        cx.lane.mark(Mark::Failed, 0);
        let _order = self.order.acquire(cx)?;
        self.broken.store(true, SeqCst);
        while let Ok(item) = self.queue.get_nowait(cx) {
            item.iter().for_each(|work| work.fail(cx, ThreadError::raised("BrokenThreadPool", BROKEN)));
        }
        // The sign to end was among what was taken out.
        if self.shut.load(SeqCst) || cx.is_exiting() { self.queue.put(cx, None) } else { Ok(()) }
    }
}
