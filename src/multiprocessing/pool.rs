//! `multiprocessing.Pool`: processes that take tasks from one queue; one that dies is replaced, as in CPython.

use super::crew::{Boss, Crew, Hire};
use super::cx::ProcessCx;
use super::job::{Callback, Job};
use super::pool_result::{AsyncResult, IMap};
use super::pool_worker::{Answer, WORKER};
use super::port::Method;
use super::value::Value;
use crate::aio::Exception;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

/// What a pool is made of.
#[derive(Clone, Debug)]
pub struct Order {
    /// How many processes there are.
    pub processes: u32,
    /// How they are started.
    pub method: Method,
    /// The function they run; [`Order::new`] says the usual one.
    pub worker: &'static str,
    /// How many may be started in all, those that replace others included. CPython has no such limit.
    pub most: u32,
    /// `initializer` and its argument: a function that each process calls before its first task. One that raises ends it.
    pub initializer: Option<(String, Value)>,
    /// `maxtasksperchild`: how many tasks (chunks of a map) a process does before another takes its place.
    pub max_tasks: Option<u32>,
}

impl Order {
    /// A pool of this many processes, each of which may be replaced once.
    pub fn new(processes: u32) -> Self {
        let most = 2 * processes;
        Self { processes, method: Method::Spawn, worker: WORKER.name, most, initializer: None, max_tasks: None }
    }
}

struct Inner {
    crew: Rc<Crew>,
    most: u32,
    processes: u32,
    /// By task: the call it is a chunk of, and which.
    cache: RefCell<BTreeMap<u32, (Rc<Job>, usize)>>,
    tasks: Cell<u32>,
    running: Cell<bool>,
    broken: Cell<bool>,
}

/// A pool of processes. When the main function has ended they are terminated.
pub struct Pool(Rc<Inner>);

impl Pool {
    /// Starts a pool's processes.
    ///
    /// # Errors
    /// `ValueError` when there are to be none, or each is to do none; as [`super::Process::start`].
    pub fn start(cx: &ProcessCx, order: Order) -> Result<Self, Exception> {
        let wrong = |text| Err(Exception::new("ValueError", text));
        if order.processes == 0 {
            return wrong("Number of processes must be at least 1");
        }
        if order.max_tasks == Some(0) {
            return wrong("maxtasksperchild must be a positive int or None");
        }
        let name = match order.method {
            Method::Spawn => "SpawnPoolWorker",
            Method::ForkServer => "ForkServerPoolWorker",
        };
        let hire = Hire {
            worker: order.worker,
            method: order.method,
            name,
            initializer: order.initializer,
            tasks: order.max_tasks,
            daemon: true,
        };
        let pool = Rc::new_cyclic(|me: &Weak<Inner>| Inner {
            crew: Crew::new(cx, hire, me.clone()),
            most: order.most,
            processes: order.processes,
            cache: RefCell::default(),
            tasks: Cell::new(0),
            running: Cell::new(true),
            broken: Cell::new(false),
        });
        (0..order.processes).try_for_each(|_| pool.crew.add())?;
        Ok(Self(pool))
    }

    /// `map_async`: hands the values out in chunks of `chunksize`, or (0) of the size that CPython chooses. What cannot be
    /// pickled is told by the result.
    ///
    /// # Errors
    /// `ValueError` when the pool was closed.
    pub fn map_async(&self, function: &str, values: Vec<Value>, chunksize: usize) -> Result<AsyncResult, Exception> {
        self.call(function, values, chunksize, None, |all| all)
    }

    /// `map`: the results, in the order of the values; `chunksize` as in [`Pool::map_async`].
    ///
    /// # Errors
    /// As [`Pool::map_async`]; what the function raises first, once every chunk has ended.
    pub async fn map(&self, function: &str, values: Vec<Value>, chunksize: usize) -> Answer {
        self.map_async(function, values, chunksize)?.get().await
    }

    /// `starmap`: as [`Pool::map`] for a function of several arguments: it gets the list of them.
    ///
    /// # Errors
    /// As [`Pool::map`].
    pub async fn starmap(&self, function: &str, rows: Vec<Vec<Value>>, chunksize: usize) -> Answer {
        self.map(function, rows.into_iter().map(Value::List).collect(), chunksize).await
    }

    /// `starmap_async`: as [`Pool::map_async`] for a function of several arguments: it gets the list of them.
    ///
    /// # Errors
    /// As [`Pool::map_async`].
    pub fn starmap_async(
        &self,
        function: &str,
        rows: Vec<Vec<Value>>,
        chunksize: usize,
    ) -> Result<AsyncResult, Exception> {
        self.map_async(function, rows.into_iter().map(Value::List).collect(), chunksize)
    }

    /// `apply`: one call.
    ///
    /// # Errors
    /// As [`Pool::map`].
    pub async fn apply(&self, function: &str, value: Value) -> Result<Value, Exception> {
        self.apply_async(function, value)?.get().await
    }

    /// `apply_async`: one call.
    ///
    /// # Errors
    /// As [`Pool::map_async`].
    pub fn apply_async(&self, function: &str, value: Value) -> Result<AsyncResult<Value>, Exception> {
        self.call(function, vec![value], 1, None, |mut all| all.pop().unwrap_or(Value::None))
    }

    /// `apply_async(callback=…, error_callback=…)`: one call; `callback` is called when it has ended, in whichever way.
    ///
    /// # Errors
    /// As [`Pool::map_async`].
    pub fn apply_then(
        &self,
        function: &str,
        value: Value,
        callback: impl FnOnce(Result<&Value, &Exception>) + 'static,
    ) -> Result<AsyncResult<Value>, Exception> {
        let callback: Callback =
            Box::new(move |all| callback(all.as_ref().map(|all| all.last().unwrap_or(&Value::None))));
        self.call(function, vec![value], 1, Some(callback), |mut all| all.pop().unwrap_or(Value::None))
    }

    /// `imap`: results one by one, in the order of the values, as soon as each is there.
    ///
    /// # Errors
    /// As [`Pool::map_async`]; `ValueError` when `chunksize` is 0.
    pub fn imap(&self, function: &str, values: Vec<Value>, chunksize: usize) -> Result<IMap, Exception> {
        self.one_by_one(function, values, chunksize, false)
    }

    /// `imap_unordered`: results one by one, each chunk's as soon as they are there.
    ///
    /// # Errors
    /// As [`Pool::imap`].
    pub fn imap_unordered(&self, function: &str, values: Vec<Value>, chunksize: usize) -> Result<IMap, Exception> {
        self.one_by_one(function, values, chunksize, true)
    }

    fn one_by_one(
        &self,
        function: &str,
        values: Vec<Value>,
        chunksize: usize,
        unordered: bool,
    ) -> Result<IMap, Exception> {
        self.check_running()?;
        if chunksize == 0 {
            return Err(Exception::new("ValueError", "Chunksize must be 1+, not 0"));
        }
        let chunks = values.len().div_ceil(chunksize);
        let AsyncResult { cx, job, _pool, .. } = self.call(function, values, chunksize, None, |all| all)?;
        Ok(IMap { cx, job, chunks, taken: 0, unordered, single: chunksize == 1, ready: VecDeque::new(), _pool })
    }

    fn check_running(&self) -> Result<(), Exception> {
        if self.0.running.get() { Ok(()) } else { Err(Exception::new("ValueError", "Pool not running")) }
    }

    fn call<T>(
        &self,
        function: &str,
        values: Vec<Value>,
        chunksize: usize,
        callback: Option<Callback>,
        of: fn(Vec<Value>) -> T,
    ) -> Result<AsyncResult<T>, Exception> {
        let pool = &self.0;
        self.check_running()?;
        let shares = 4 * pool.processes as usize;
        let chunksize = if chunksize == 0 { values.len().div_ceil(shares).max(1) } else { chunksize };
        let job = Rc::new(Job::new(values.len().div_ceil(chunksize), callback));
        let function = Value::function(function);
        for (number, chunk) in values.chunks(chunksize).enumerate() {
            let task = pool.tasks.get();
            pool.tasks.set(task + 1);
            let refused = match pool.broken.get() {
                true => Err(broken()),
                false => pool.crew.submit(task, &function, chunk),
            };
            match refused {
                Ok(()) => drop(pool.cache.borrow_mut().insert(task, (job.clone(), number))),
                Err(e) => job.set(number, Err(e)),
            }
        }
        pool.crew.distribute();
        Ok(AsyncResult { cx: pool.crew.cx.clone(), job, of, _pool: pool.clone() })
    }

    /// No more calls; processes end when nothing is left to do.
    pub fn close(&self) {
        self.0.running.set(false);
        self.0.crew.close();
    }

    /// `terminate`: ends the processes where they stand. Results that are not there never come.
    pub fn terminate(&self) {
        self.0.running.set(false);
        self.0.crew.terminate();
    }

    /// Waits until all of them have ended. (CPython waits for ever where a task was lost with its process; here its result never
    /// comes either, but this does not wait for it.)
    ///
    /// # Errors
    /// `ValueError` when the pool was neither closed nor terminated.
    pub async fn join(&self) -> Result<(), Exception> {
        if self.0.running.get() {
            return Err(Exception::new("ValueError", "Pool is still running"));
        }
        self.0.crew.join().await;
        Ok(())
    }

    /// How many processes were started so far, replacements included.
    pub fn started(&self) -> u32 {
        self.0.crew.started.get()
    }

    /// How many of them died instead of ending when they were told to.
    pub fn died(&self) -> u32 {
        self.0.crew.died.get()
    }

    /// What the last one that died had raised.
    pub fn last_error(&self) -> Option<String> {
        self.0.crew.last_error.borrow().clone()
    }
}

fn broken() -> Exception {
    Exception::runtime("too many processes of the pool died")
}

impl Boss for Inner {
    fn answered(&self, task: u32, answer: Answer) {
        let part = self.cache.borrow_mut().remove(&task);
        part.into_iter().for_each(|(job, chunk)| job.set(chunk, answer.clone()));
    }

    fn left(&self, _spent: bool) {
        if !self.running.get() && self.cache.borrow().is_empty() {
            return; // nothing is left to do
        }
        let replaced = self.crew.started.get() < self.most && self.crew.add().is_ok();
        if !replaced && self.crew.len() == 0 {
            self.broken.set(true);
            self.crew.close();
            let lost = self.cache.take();
            lost.into_values().for_each(|(job, chunk)| job.set(chunk, Err(broken())));
        }
        self.crew.distribute();
    }
}
