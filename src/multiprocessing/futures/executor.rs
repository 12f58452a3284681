//! `concurrent.futures.ProcessPoolExecutor`: processes, started as they are needed; one that dies breaks the pool.

use super::super::crew::{Boss, Crew, Hire};
use super::super::cx::ProcessCx;
use super::super::pool_worker::{Answer, EXECUTOR};
use super::super::port::Method;
use super::super::value::Value;
use super::future::Future;
use super::results::Results;
use crate::aio::Exception;
use crate::model::Nanos;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

/// How many calls may be on their way besides one for each process. They run, for whoever asks: they cannot be cancelled.
const EXTRA_QUEUED_CALLS: usize = 1;

/// What `BrokenProcessPool` says to whoever submits, and to whoever waits for a result.
const BROKEN: &str = "A child process terminated abruptly, the process pool is not usable anymore";
const LOST: &str = "A process in the process pool was terminated abruptly while the future was running or pending.";

/// What an executor is made of.
#[derive(Clone, Debug)]
pub struct Order {
    /// `max_workers`: how many processes there are at most.
    pub max_workers: u32,
    /// How they are started.
    pub method: Method,
    /// `initializer` and its argument: a function that each process calls before its first call. If it raises, the pool is broken.
    pub initializer: Option<(String, Value)>,
    /// `max_tasks_per_child`: how many calls a process does before another takes its place.
    pub max_tasks: Option<u32>,
}

impl Order {
    /// An executor of at most this many processes.
    pub fn new(max_workers: u32) -> Self {
        Self { max_workers, method: Method::Spawn, initializer: None, max_tasks: None }
    }
}

/// A call that has not ended.
struct Item {
    future: Future,
    function: Value,
    values: Vec<Value>,
    /// Whether its result is the list of all results, not the only one.
    chunk: bool,
}

impl Item {
    /// What is sent; it is needed once.
    fn take(&mut self) -> (Future, Value, Vec<Value>) {
        let function = std::mem::replace(&mut self.function, Value::None);
        (self.future.clone(), function, std::mem::take(&mut self.values))
    }
}

struct Inner {
    crew: Rc<Crew>,
    most: usize,
    items: RefCell<BTreeMap<u32, Item>>,
    /// Calls that have not begun.
    work: RefCell<VecDeque<u32>>,
    calls: Cell<u32>,
    /// How many submissions need no new process, because a result came meanwhile.
    idle: Cell<u32>,
    shut: Cell<bool>,
    broken: Cell<bool>,
}

/// A pool of processes that gives futures. When the main function has ended, what was submitted is done before the program ends.
pub struct ProcessPoolExecutor(Rc<Inner>);

impl ProcessPoolExecutor {
    /// A pool; no process is started yet.
    ///
    /// # Errors
    /// `ValueError` when there are to be no processes, or each is to do nothing.
    pub fn new(cx: &ProcessCx, order: Order) -> Result<Self, Exception> {
        let wrong = |text| Err(Exception::new("ValueError", text));
        if order.max_workers == 0 {
            return wrong("max_workers must be greater than 0");
        }
        if order.max_tasks == Some(0) {
            return wrong("max_tasks_per_child must be >= 1");
        }
        let name = match order.method {
            Method::Spawn => "SpawnProcess",
            Method::ForkServer => "ForkServerProcess",
        };
        let hire = Hire {
            worker: EXECUTOR.name,
            method: order.method,
            name,
            initializer: order.initializer,
            tasks: order.max_tasks,
            daemon: false,
        };
        let inner = Rc::new_cyclic(|me: &Weak<Inner>| Inner {
            crew: Crew::new(cx, hire, me.clone()),
            most: order.max_workers as usize,
            items: RefCell::default(),
            work: RefCell::default(),
            calls: Cell::new(0),
            idle: Cell::new(0),
            shut: Cell::new(false),
            broken: Cell::new(false),
        });
        let last = inner.clone();
        cx.core.children.at_exit(Box::pin(async move {
            last.shut(false);
            last.crew.join().await;
        }));
        Ok(Self(inner))
    }

    /// `submit`: the function with this name will be called with `value` in one of the processes. What cannot be pickled is told by
    /// the future.
    ///
    /// # Errors
    /// `BrokenProcessPool` when a process died; `RuntimeError` when the pool was shut down; as [`super::super::Process::start`].
    pub fn submit(&self, function: &str, value: Value) -> Result<Future, Exception> {
        self.call(Value::function(function), vec![value], false)
    }

    /// `map(chunksize=…)`: submits the values in chunks of `chunksize` (1, if none is wanted); the results come in the order of the
    /// values. Who still waits for one when `limit` has passed since this call gets `TimeoutError`.
    ///
    /// # Errors
    /// `ValueError` when `chunksize` is 0; as [`ProcessPoolExecutor::submit`].
    pub fn map(
        &self,
        function: &str,
        values: Vec<Value>,
        chunksize: usize,
        limit: Option<Nanos>,
    ) -> Result<Results, Exception> {
        if chunksize == 0 {
            return Err(Exception::new("ValueError", "chunksize must be >= 1."));
        }
        let core = self.0.crew.cx.core.clone();
        let deadline = limit.map(|limit| core.port.now().saturating_add(limit / core.speed));
        let submit = |chunk: &[Value]| self.call(Value::function(function), chunk.to_vec(), true);
        let futures = values.chunks(chunksize).map(submit).collect::<Result<_, _>>()?;
        Ok(Results { core, futures, ready: VecDeque::new(), deadline, begun: false })
    }

    fn call(&self, function: Value, values: Vec<Value>, chunk: bool) -> Result<Future, Exception> {
        let pool = &self.0;
        if pool.broken.get() {
            return Err(Exception::new("BrokenProcessPool", BROKEN));
        }
        if pool.shut.get() {
            return Err(Exception::runtime("cannot schedule new futures after shutdown"));
        }
        let future = Future::new(&pool.crew.cx);
        let number = pool.calls.get();
        pool.calls.set(number + 1);
        let item = Item { future: future.clone(), function, values, chunk };
        pool.items.borrow_mut().insert(number, item);
        pool.work.borrow_mut().push_back(number);
        pool.fill();
        pool.adjust()?;
        Ok(future)
    }

    /// `shutdown(wait, cancel_futures)`: nothing more can be submitted. `wait`: until all processes have ended; `cancel`: what has
    /// not begun will not be run.
    pub async fn shutdown(&self, wait: bool, cancel: bool) {
        self.0.shut(cancel);
        if wait {
            self.0.crew.join().await;
        }
    }

    /// How many processes were started so far.
    pub fn started(&self) -> u32 {
        self.0.crew.started.get()
    }
}

impl Drop for ProcessPoolExecutor {
    /// When nobody has it any more, what was submitted is done, and then its processes end.
    fn drop(&mut self) {
        self.0.shut(false);
    }
}

impl Inner {
    /// Puts calls on their way, as far as there is room.
    fn fill(&self) {
        while self.crew.waiting() < self.most + EXTRA_QUEUED_CALLS {
            let Some(number) = self.work.borrow_mut().pop_front() else { break };
            let next = self.items.borrow_mut().get_mut(&number).map(Item::take);
            let Some((future, function, values)) = next else { continue };
            if future.set_running_or_notify_cancel() != Ok(true) {
                self.items.borrow_mut().remove(&number);
                continue;
            }
            let refused = self.crew.submit(number, &function, &values).err();
            if let Some(e) = refused {
                self.end(number, Err(e));
            }
        }
        self.crew.distribute();
    }

    /// Starts another process, unless there are enough.
    fn adjust(&self) -> Result<(), Exception> {
        if self.idle.get() > 0 {
            self.idle.set(self.idle.get() - 1);
            return Ok(());
        }
        if self.crew.len() < self.most { self.crew.add() } else { Ok(()) }
    }

    fn end(&self, number: u32, answer: Answer) {
        let Some(item) = self.items.borrow_mut().remove(&number) else { return };
        let one = |mut results: Vec<Value>| results.pop().unwrap_or(Value::None);
        let result = answer.map(|results| if item.chunk { Value::List(results) } else { one(results) });
        // What was cancelled stays so.
        let _ = item.future.set(result);
    }

    fn shut(&self, cancel: bool) {
        self.shut.set(true);
        if cancel {
            self.work.borrow_mut().clear();
            let all: Vec<_> = self.items.borrow().iter().map(|(number, item)| (*number, item.future.clone())).collect();
            let gone = all.into_iter().filter(|(_, future)| future.cancel());
            gone.for_each(|(number, _)| drop(self.items.borrow_mut().remove(&number)));
        }
        self.fill();
        self.end_if_done();
    }

    /// When it was shut down and nothing is left to do, the processes end.
    fn end_if_done(&self) {
        if self.shut.get() && self.items.borrow().is_empty() {
            self.crew.close();
        }
    }
}

impl Boss for Inner {
    fn answered(&self, task: u32, answer: Answer) {
        self.end(task, answer);
        self.idle.set(self.idle.get() + 1);
        self.fill();
        self.end_if_done();
    }

    fn left(&self, spent: bool) {
        if spent {
            // CPython 3.13.0 counts a result of this process as a process that is idle, and may then wait for ever.
            self.idle.set(0);
            let needed = !self.items.borrow().is_empty() && self.crew.len() < self.most;
            if !needed || self.crew.add().is_ok() {
                return;
            }
        }
        self.broken.set(true);
        self.shut.set(true);
        self.crew.terminate();
        self.work.borrow_mut().clear();
        let lost: Vec<u32> = self.items.borrow().keys().copied().collect();
        lost.into_iter().for_each(|number| self.end(number, Err(Exception::new("BrokenProcessPool", LOST))));
    }
}
