//! What a process knows of its children: which are there, which are daemons, how each ended, and what is still to be done.

use super::program::LocalFuture;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How a child ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    pub code: i32,
    pub error: Option<String>,
}

/// Called when a child has ended.
pub(super) type ExitHook = Rc<dyn Fn()>;

/// The exit code of a process that was terminated, and of one that was killed.
pub(super) const TERMINATED: i32 = -15;
pub(super) const KILLED: i32 = -9;

/// A child that has not ended.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub name: String,
    pub daemon: bool,
    /// The exit code that it will have, once it is being ended.
    ending: Option<i32>,
}

#[derive(Default)]
pub(super) struct Children {
    made: Cell<u32>,
    count: Cell<u32>,
    /// Those that have not ended.
    alive: RefCell<BTreeMap<u32, Child>>,
    exits: RefCell<BTreeMap<u32, Exit>>,
    hooks: RefCell<BTreeMap<u32, ExitHook>>,
    at_exit: RefCell<Vec<LocalFuture<()>>>,
}

impl Children {
    /// A number for the name of a child, which is made now and may be started later, or never.
    pub fn made(&self) -> u32 {
        self.made.set(self.made.get() + 1);
        self.made.get()
    }

    /// A number for a child, which starts now.
    pub fn next(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// The child is being started.
    pub fn starts(&self, process: u32, name: &str, daemon: bool) {
        self.alive.borrow_mut().insert(process, Child { name: name.to_owned(), daemon, ending: None });
    }

    /// When it has ended, `hook` is called.
    pub fn on_exit(&self, process: u32, hook: ExitHook) {
        self.hooks.borrow_mut().insert(process, hook);
    }

    /// It is to be ended with this code: whether nothing ends it already. Of what ends it, the first is what counts.
    pub fn ends(&self, process: u32, code: i32) -> bool {
        let mut alive = self.alive.borrow_mut();
        let Some(child) = alive.get_mut(&process).filter(|child| child.ending.is_none()) else { return false };
        child.ending = Some(code);
        true
    }

    /// It has ended.
    pub fn exited(&self, process: u32, code: i32, error: Option<String>) {
        let child = self.alive.borrow_mut().remove(&process);
        let code = child.and_then(|child| child.ending).filter(|_| code == TERMINATED).unwrap_or(code);
        self.exits.borrow_mut().entry(process).or_insert(Exit { code, error });
        let hook = self.hooks.borrow_mut().remove(&process);
        hook.into_iter().for_each(|hook| hook());
    }

    /// Its name, as long as it has not ended.
    pub fn name(&self, process: u32) -> String {
        self.alive.borrow().get(&process).map_or_else(|| "a process".to_owned(), |child| child.name.clone())
    }

    /// How it ended, if it has.
    pub fn exit(&self, process: u32) -> Option<Exit> {
        self.exits.borrow().get(&process).cloned()
    }

    /// Those that have not ended, by number.
    pub fn alive(&self) -> BTreeMap<u32, Child> {
        self.alive.borrow().clone()
    }

    /// Whether all have ended.
    pub fn all_ended(&self) -> bool {
        self.alive.borrow().is_empty()
    }

    /// `work` is to be done when the main function has ended.
    pub fn at_exit(&self, work: LocalFuture<()>) {
        self.at_exit.borrow_mut().push(work);
    }

    /// Nothing is to be done then: what was meant to be keeps hold of the process.
    pub fn forget_at_exit(&self) {
        // Whatever ends with it finds nothing borrowed.
        drop(self.at_exit.take());
    }

    /// What is to be done then, the last first.
    pub fn next_at_exit(&self) -> Option<LocalFuture<()>> {
        self.at_exit.borrow_mut().pop()
    }
}
