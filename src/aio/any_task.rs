//! Tasks without the type of their results: the running one, and all that have not ended.

use super::core::Core;
use super::cx::Cx;
use super::mistakes::{Mistake, made};
use super::outcome::Settled;
use super::slab::Key;
use super::state::Awaited;
use crate::model::State;
use std::collections::HashMap;
use std::rc::Rc;

/// A task whose result nobody asks for: `asyncio.current_task()`, and what `asyncio.all_tasks()` lists.
#[derive(Clone)]
pub struct AnyTask {
    pub(super) core: Rc<Core>,
    pub(super) key: Key,
    pub(super) number: u32,
}

/// Names of tasks: only those that were given are kept.
#[derive(Default)]
pub(super) struct Names {
    given: HashMap<u32, Rc<str>>,
    /// Numbers of the tasks that had a name from the beginning, ascending: they do not count for "Task-N".
    named: Vec<u32>,
}

impl Names {
    /// The task with this number is created with this name.
    pub fn create(&mut self, number: u32, name: &str) {
        self.named.push(number);
        self.given.insert(number, name.into());
    }

    /// The name of the task with this number.
    pub fn get(&self, number: u32) -> String {
        match self.given.get(&number) {
            Some(name) => name.to_string(),
            None => format!("Task-{}", number as usize - self.named.partition_point(|named| *named < number)),
        }
    }
}

impl Cx {
    /// `asyncio.current_task()`; `None` outside a task.
    pub fn current_task(&self) -> Option<AnyTask> {
        let key = self.core.current.get()?;
        let number = self.core.inner.borrow().tasks.get(key)?.number;
        Some(AnyTask { core: self.core.clone(), key, number })
    }

    /// `asyncio.all_tasks()`: those that have not ended, oldest first (in Python a set, without an order).
    pub fn all_tasks(&self) -> Vec<AnyTask> {
        self.core.all_tasks()
    }
}

impl Core {
    /// Tasks that have not ended, oldest first.
    pub fn all_tasks(self: &Rc<Self>) -> Vec<AnyTask> {
        let inner = self.inner.borrow();
        let any = |(key, number)| AnyTask { core: self.clone(), key, number };
        let mut all: Vec<AnyTask> = inner.tasks.iter().map(|(key, slot)| any((key, slot.number))).collect();
        all.sort_unstable_by_key(|task| task.number);
        all
    }

    /// What these tasks will come to, by number; none of them runs now.
    pub fn outcomes(&self, tasks: &[Key]) -> Vec<(u32, Rc<dyn Settled>)> {
        let inner = self.inner.borrow();
        let slots = tasks.iter().filter_map(|key| inner.tasks.get(*key));
        slots.filter_map(|slot| Some((slot.number, slot.body.as_ref()?.outcome()))).collect()
    }

    /// The number of the next task.
    pub fn next_number(&self) -> u32 {
        let mut inner = self.inner.borrow_mut();
        inner.created += 1;
        inner.created
    }

    /// The name of the task with this number.
    pub fn name_of(&self, number: u32) -> String {
        self.names.borrow().get(number)
    }
}

impl PartialEq for AnyTask {
    /// Whether both are the same task.
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl AnyTask {
    /// Whether it has ended.
    pub fn done(&self) -> bool {
        self.core.inner.borrow().tasks.get(self.key).is_none()
    }

    /// `get_name`: "Task-N" unless it was given another.
    pub fn get_name(&self) -> String {
        self.core.name_of(self.number)
    }

    /// `set_name`. Its lane takes the new name as long as the host has not fetched the lane.
    pub fn set_name(&self, name: impl Into<String>) {
        let name = name.into();
        self.core.names.borrow_mut().given.insert(self.number, name.as_str().into());
        let mut inner = self.core.inner.borrow_mut();
        if let Some(lane) = inner.tasks.get(self.key).map(|slot| slot.lane) {
            inner.log.rename(lane, name);
        }
    }

    /// Asks it to end: its current await (or the next) raises `CancelledError`. `false` when it had ended already.
    pub fn cancel(&self) -> bool {
        self.cancel_with(None)
    }

    /// `cancel(message)`: as [`AnyTask::cancel`]; the `CancelledError` carries the message.
    pub fn cancel_message(&self, message: &str) -> bool {
        self.cancel_with(Some(message))
    }

    pub(super) fn cancel_with(&self, message: Option<&str>) -> bool {
        self.core.now();
        let message: Option<Rc<str>> = message.map(Rc::from);
        self.core.inner.borrow_mut().cancel_with(Awaited::Task(self.key), message.as_ref())
    }

    /// Requests to cancel it that nobody has taken back.
    pub fn cancelling(&self) -> u32 {
        self.core.inner.borrow().tasks.get(self.key).map_or(0, |slot| slot.cancels)
    }

    /// Takes one request back; how many are left.
    pub fn uncancel(&self) -> u32 {
        let mut inner = self.core.inner.borrow_mut();
        let Some(slot) = inner.tasks.get_mut(self.key) else { return 0 };
        if slot.cancels > 0 {
            slot.cancels -= 1;
            slot.must_cancel &= slot.cancels > 0 || made(Mistake::UncancelKeepsThrow);
        }
        slot.cancels
    }

    /// Writes into its lane what it does while it computes, such as [`State::Pickling`].
    pub fn enter(&self, state: State) {
        let at = self.core.now();
        let mut inner = self.core.inner.borrow_mut();
        if let Some(lane) = inner.tasks.get(self.key).map(|slot| slot.lane) {
            inner.log.enter(lane, at, state, 0);
        }
    }
}
