//! `multiprocessing.Pool`: processes that take tasks from one queue; one that dies is replaced, as in CPython.

use super::connection::Connection;
use super::core::Wake;
use super::cx::ProcessCx;
use super::pickle::{dumps, loads};
use super::pool_worker::{Answer, WORKER, read};
use super::port::{End, Method};
use super::process::{Process, Running};
use super::value::Value;
use crate::aio::Exception;
use crate::model::State;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

/// What a pool is made of.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// How many processes there are.
    pub processes: u32,
    /// How they are started.
    pub method: Method,
    /// The function they run; [`Order::new`] says the usual one.
    pub worker: &'static str,
    /// How many may be started in all, those that replace others included. CPython has no such limit.
    pub most: u32,
}

impl Order {
    /// A pool of this many processes, each of which may be replaced once.
    pub fn new(processes: u32) -> Self {
        Self { processes, method: Method::Spawn, worker: WORKER.name, most: 2 * processes }
    }
}

struct Member {
    end: Connection,
    process: Running,
    /// The task it has.
    task: Option<u32>,
    told_to_end: bool,
}

struct Inner {
    me: Weak<Inner>,
    cx: ProcessCx,
    order: Order,
    members: RefCell<BTreeMap<End, Member>>,
    queue: RefCell<VecDeque<(u32, Vec<u8>)>>,
    answers: RefCell<BTreeMap<u32, Answer>>,
    tasks: Cell<u32>,
    started: Cell<u32>,
    died: Cell<u32>,
    last_error: RefCell<Option<String>>,
    closed: Cell<bool>,
    broken: Cell<bool>,
}

/// A pool of processes.
pub struct Pool(Rc<Inner>);

/// The results of one call to come.
pub struct AsyncResult {
    pool: Rc<Inner>,
    /// Its tasks, each of which answers for a chunk of values.
    tasks: VecDeque<u32>,
    ready: VecDeque<Value>,
}

impl Pool {
    /// Starts a pool's processes.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start(cx: &ProcessCx, order: Order) -> Result<Self, Exception> {
        let pool = Rc::new_cyclic(|me| Inner {
            me: me.clone(),
            cx: cx.clone(),
            order,
            members: RefCell::default(),
            queue: RefCell::default(),
            answers: RefCell::default(),
            tasks: Cell::new(0),
            started: Cell::new(0),
            died: Cell::new(0),
            last_error: RefCell::default(),
            closed: Cell::new(false),
            broken: Cell::new(false),
        });
        (0..order.processes).try_for_each(|_| pool.add())?;
        Ok(Self(pool))
    }

    /// `map_async`: hands the values out in chunks of `chunksize`, or (0) of the size that CPython chooses.
    ///
    /// # Errors
    /// When the function or a value cannot be pickled.
    pub fn map_async(&self, function: &str, values: Vec<Value>, chunksize: usize) -> Result<AsyncResult, Exception> {
        let chunksize = match chunksize {
            0 => values.len().div_ceil(4 * self.0.order.processes.max(1) as usize).max(1),
            size => size,
        };
        let mut tasks = VecDeque::new();
        for chunk in values.chunks(chunksize) {
            tasks.push_back(self.0.submit(function, chunk)?);
        }
        self.0.distribute();
        Ok(AsyncResult { pool: self.0.clone(), tasks, ready: VecDeque::new() })
    }

    /// `map`: the results, in the order of the values.
    ///
    /// # Errors
    /// As [`Pool::map_async`]; what the function raises.
    pub async fn map(&self, function: &str, values: Vec<Value>) -> Answer {
        self.map_async(function, values, 0)?.get().await
    }

    /// `apply_async`: one call.
    ///
    /// # Errors
    /// As [`Pool::map_async`].
    pub fn apply_async(&self, function: &str, value: Value) -> Result<AsyncResult, Exception> {
        self.map_async(function, vec![value], 1)
    }

    /// `imap`: results one by one, in the order of the values, as soon as each is there.
    ///
    /// # Errors
    /// As [`Pool::map_async`].
    pub fn imap(&self, function: &str, values: Vec<Value>) -> Result<AsyncResult, Exception> {
        self.map_async(function, values, 1)
    }

    /// No more calls; processes end when nothing is left to do.
    pub fn close(&self) {
        self.0.closed.set(true);
        self.0.distribute();
    }

    /// Waits until all of them have ended.
    pub async fn join(&self) {
        let pool = &self.0;
        pool.cx.core.until(State::Waiting, Wake::Outside, |_| pool.members.borrow().is_empty().then_some(())).await;
    }

    /// How many processes were started so far, replacements included.
    pub fn started(&self) -> u32 {
        self.0.started.get()
    }

    /// How many of them died instead of ending when they were told to.
    pub fn died(&self) -> u32 {
        self.0.died.get()
    }

    /// What the last one that died had raised.
    pub fn last_error(&self) -> Option<String> {
        self.0.last_error.borrow().clone()
    }
}

impl AsyncResult {
    /// Whether all of it is there.
    pub fn ready(&self) -> bool {
        let answers = self.pool.answers.borrow();
        self.tasks.iter().all(|task| answers.contains_key(task))
    }

    /// Waits for all results, in the order of the values.
    ///
    /// # Errors
    /// What the function raised; `RuntimeError` when processes die faster than they can be replaced.
    pub async fn get(mut self) -> Answer {
        let mut all = Vec::new();
        while let Some(value) = self.next().await? {
            all.push(value);
        }
        Ok(all)
    }

    /// Waits for the next result; `None` after the last.
    ///
    /// # Errors
    /// As [`AsyncResult::get`].
    pub async fn next(&mut self) -> Result<Option<Value>, Exception> {
        while self.ready.is_empty() {
            let Some(task) = self.tasks.pop_front() else { return Ok(None) };
            let pool = &self.pool;
            let answer = pool.cx.core.until(State::Waiting, Wake::Outside, |_| pool.answer(task)).await;
            self.ready.extend(answer?);
        }
        Ok(self.ready.pop_front())
    }
}

impl Inner {
    fn answer(&self, task: u32) -> Option<Answer> {
        let broken = || self.broken.get().then(|| Err(Exception::runtime("too many processes of the pool died")));
        self.answers.borrow_mut().remove(&task).or_else(broken)
    }

    fn submit(&self, function: &str, values: &[Value]) -> Result<u32, Exception> {
        let task = self.tasks.get();
        self.tasks.set(task + 1);
        let core = &self.cx.core;
        core.enter(State::Pickling);
        let letter = Value::list([Value::from(task), Value::function(function), Value::list(values.iter().cloned())]);
        let pickled = dumps(&letter);
        core.enter(State::Running);
        self.queue.borrow_mut().push_back((task, pickled?));
        Ok(task)
    }

    fn add(&self) -> Result<(), Exception> {
        let number = self.started.get() + 1;
        let (ours, theirs) = self.cx.pipe()?;
        let process = Process::new(&self.cx, self.order.worker).name(format!("SpawnPoolWorker-{number}"));
        let process = process.method(self.order.method).give(theirs).start()?;
        self.started.set(number);
        let (me, end) = (self.me.clone(), ours.end());
        let heard = me.clone();
        self.cx.core.on_letter(
            end,
            Rc::new(move |bytes| {
                heard.upgrade().iter().for_each(|pool| pool.hear(end, &bytes));
            }),
        );
        self.cx.core.on_exit(
            process.number(),
            Rc::new(move || {
                me.upgrade().iter().for_each(|pool| pool.exited(end));
            }),
        );
        self.members.borrow_mut().insert(end, Member { end: ours, process, task: None, told_to_end: false });
        Ok(())
    }

    /// A process answered; reading that costs time, too.
    fn hear(&self, end: End, bytes: &[u8]) {
        let core = &self.cx.core;
        let before = core.state();
        core.enter(State::Pickling);
        let answer = loads(bytes).ok().and_then(|value| read(&value));
        core.enter(before);
        if let Some((task, answer)) = answer {
            self.answers.borrow_mut().insert(task, answer);
        }
        self.members.borrow_mut().get_mut(&end).into_iter().for_each(|member| member.task = None);
        self.distribute();
    }

    fn exited(&self, end: End) {
        let Some(member) = self.members.borrow_mut().remove(&end) else { return };
        if member.process.exitcode() != Some(0) {
            self.died.set(self.died.get() + 1);
            *self.last_error.borrow_mut() = member.process.error();
        }
        if member.told_to_end {
            return;
        }
        let replaced = self.started.get() < self.order.most && self.add().is_ok();
        if !replaced && self.members.borrow().is_empty() {
            self.broken.set(true);
        }
        self.distribute();
    }

    fn distribute(&self) {
        let (mut members, mut queue) = (self.members.borrow_mut(), self.queue.borrow_mut());
        for member in members.values_mut().filter(|m| m.task.is_none() && !m.told_to_end) {
            if let Some((task, letter)) = queue.pop_front() {
                member.task = Some(task);
                member.end.send_bytes(letter);
            } else if self.closed.get() || self.broken.get() {
                member.told_to_end = true;
                let _ = member.end.send(&Value::None); // nothing in it could be refused
            }
        }
    }
}
