//! A primitive on the record: the number tasks are blocked on, marks, and the level a chart is drawn from.

use super::core::{Core, Why};
use super::cx::Cx;
use super::log::NO_LANE;
use crate::model::{Mark, State};
use std::rc::Rc;

/// What a lock, a queue and their like have in common: the loop, and their place in the record.
#[derive(Clone)]
pub(super) struct Object {
    core: Rc<Core>,
    number: u32,
    /// Whether it is a part of another primitive, which records for both.
    part: bool,
}

impl Object {
    /// A new object; `name` is shown where tasks wait for it.
    pub fn new(cx: &Cx, name: String) -> Self {
        let number = cx.core.inner.borrow_mut().log.object(name);
        Self { core: cx.core.clone(), number, part: false }
    }

    /// The same object, for a primitive it is built on: tasks wait for the whole, and only the whole has marks and levels.
    pub fn part(&self) -> Self {
        Self { core: self.core.clone(), number: self.number, part: true }
    }

    /// The loop it lives on.
    pub fn core(&self) -> &Rc<Core> {
        &self.core
    }

    /// Why a task waits that waits for it.
    pub fn why(&self) -> Why {
        Why { state: State::Blocked, object: self.number }
    }

    /// The running task has taken it, or a place in it; it stands at this level from now on.
    pub fn acquired(&self, level: usize) {
        self.record(Some(Mark::Acquired), level);
    }

    /// The running task has given it back, or its place; it stands at this level from now on.
    pub fn released(&self, level: usize) {
        self.record(Some(Mark::Released), level);
    }

    /// It stands at this level from now on.
    pub fn level(&self, level: usize) {
        self.record(None, level);
    }

    fn record(&self, mark: Option<Mark>, level: usize) {
        if self.part {
            return;
        }
        let inner = &mut *self.core.inner.borrow_mut();
        let lane = self.core.current.get().and_then(|key| inner.tasks.get(key)).map_or(NO_LANE, |slot| slot.lane);
        if lane != NO_LANE {
            inner.now = self.core.host.now(); // for tasks without a lane it is looked at now and then
        }
        if let Some(mark) = mark {
            inner.log.mark(lane, inner.now, mark, self.number);
        }
        inner.log.level(lane, inner.now, self.number, u32::try_from(level).unwrap_or(u32::MAX));
    }
}
