//! The locks of shared memory: which ones a process holds, and which one it waits for.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a process knows of them, by the numbers of their memories.
#[derive(Debug, Default)]
pub(super) struct Locks {
    /// How often it has taken each of those that it holds.
    held: RefCell<BTreeMap<u32, u32>>,
    /// And its name.
    wanted: RefCell<Option<(u32, Rc<str>)>>,
    looks: Cell<u64>,
    dead: Cell<bool>,
}

impl Locks {
    /// Takes a lock once more, if the process holds it: whether it does.
    pub fn again(&self, memory: u32) -> bool {
        self.held.borrow_mut().get_mut(&memory).map(|times| *times += 1).is_some()
    }

    /// The process has taken a lock.
    pub fn got(&self, memory: u32) {
        self.held.borrow_mut().insert(memory, 1);
        self.wanted.replace(None);
    }

    /// The process has looked at a lock that it wants, and it was not free.
    pub fn waits(&self, memory: u32, name: &Rc<str>) {
        let before = self.wanted.replace(Some((memory, name.clone())));
        self.looks.set(self.looks.get() + u64::from(before.is_some_and(|(before, _)| before == memory)));
    }

    /// The one it waits for, and its name.
    pub fn wanted(&self) -> Option<(u32, Rc<str>)> {
        self.wanted.borrow().clone()
    }

    /// In how many turns the process has done nothing but look in vain once more.
    pub fn looks(&self) -> u64 {
        self.looks.get()
    }

    /// Gives a lock back, once: whether it is free now.
    pub fn gives_back(&self, memory: u32) -> bool {
        let mut held = self.held.borrow_mut();
        let left = held.get_mut(&memory).map_or(0, |times| {
            *times -= 1;
            *times
        });
        if left == 0 {
            held.remove(&memory);
        }
        left == 0 && !self.dead.get()
    }

    /// The process was ended where it stood: what it holds will never be free.
    pub fn die(&self) {
        self.dead.set(true);
    }
}
