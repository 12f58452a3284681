//! What a program's coroutines share: its definitions, variables, primitives and log.

use super::super::notation::{Node, Program};
use super::shared::Shared;
use interleave::aio::{Cx, Exception, FutureHandle, Task, TaskGroup, Timeout, Yielder};
use interleave::model::MS;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// What happened, one word for each event, and `@ms` where time went on.
#[derive(Default)]
pub struct Log {
    words: RefCell<Vec<String>>,
    at: Cell<u64>,
}

impl Log {
    /// All of it, with how the program ended.
    pub fn finish(&self, end: &str) -> String {
        let mut words = self.words.take();
        words.push(end.to_owned());
        words.join(" ")
    }
}

/// What is visible where a statement stands.
#[derive(Clone, Copy, Default)]
pub struct Scope<'a> {
    /// The exception of the `except` block around.
    pub caught: Option<&'a Exception>,
    /// The innermost block with a limit.
    pub limit: Option<&'a Timeout>,
    /// The innermost task group.
    pub group: Option<&'a TaskGroup>,
    /// In a generator, what takes its items.
    pub yielder: Option<&'a Yielder<String>>,
}

/// A program that runs.
pub struct World {
    pub cx: Cx,
    pub definitions: HashMap<String, Rc<Node>>,
    pub tasks: RefCell<HashMap<String, Task<String>>>,
    pub futures: RefCell<HashMap<String, FutureHandle<String>>>,
    pub shared: Shared,
    pub bumps: Cell<u64>,
    log: Rc<Log>,
}

impl World {
    pub fn new(cx: &Cx, program: &Program, log: Rc<Log>) -> Result<Rc<Self>, Exception> {
        let definitions = program.0.iter().filter(|node| matches!(node.name.as_str(), "def" | "gen"));
        Ok(Rc::new(Self {
            definitions: definitions.map(|node| (node.arg(0).to_owned(), Rc::new(node.clone()))).collect(),
            tasks: RefCell::default(),
            futures: RefCell::default(),
            shared: Shared::new(cx, &program.0)?,
            bumps: Cell::new(0),
            cx: cx.clone(),
            log,
        }))
    }

    /// Writes down an event of the running task.
    pub fn write(&self, what: &str) {
        let now = self.cx.now() / MS;
        let mut words = self.log.words.borrow_mut();
        if self.log.at.replace(now) != now {
            words.push(format!("@{now}"));
        }
        let name = self.cx.current_task().map_or_else(|| "-".to_owned(), |task| task.get_name());
        words.push(format!("{}.{what}", name.strip_prefix("Task-").unwrap_or(&name)));
    }

    pub fn task(&self, name: &str) -> Option<Task<String>> {
        self.tasks.borrow().get(name).cloned()
    }

    pub fn future(&self, name: &str) -> Option<FutureHandle<String>> {
        self.futures.borrow().get(name).cloned()
    }

    /// Whether what the statement names is there; without it, it is left out.
    pub fn can(&self, node: &Node, scope: Scope<'_>) -> bool {
        let first = node.arg(0);
        let set = || self.tasks.borrow().contains_key(first) || self.futures.borrow().contains_key(first);
        match node.name.as_str() {
            "await" | "cancel" | "cancelwith" | "look" | "set" | "fail" | "callback" => set(),
            "shield" | "waitfor" => self.definitions.contains_key(first) || set(),
            "reschedule" => scope.limit.is_some(),
            "reraise" => scope.caught.is_some(),
            _ => true,
        }
    }
}
