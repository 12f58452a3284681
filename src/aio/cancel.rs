//! How a cancellation travels: from a task to what it waits for, and from a gathering future to its children.

use super::handle::{Callback, Callbacks};
use super::log::NO_LANE;
use super::mistakes::{Mistake, made};
use super::slab::Key;
use super::state::{Awaited, Inner, Nap, Stage};
use crate::model::Mark;
use std::rc::Rc;

impl Inner {
    /// asyncio's `cancel()`: of a future, of a task, of a gathering future. Whether there was something to cancel.
    pub fn cancel(&mut self, awaited: Awaited) -> bool {
        self.cancel_with(awaited, None)
    }

    /// `cancel(message)`; the `CancelledError` will carry the message.
    pub fn cancel_with(&mut self, awaited: Awaited, message: Option<&Rc<str>>) -> bool {
        match awaited {
            Awaited::Future(key) => self.cancel_future(key, message),
            Awaited::Task(key) => self.cancel_task(key, message),
            Awaited::Nap(key) => {
                let cancelled = self.end_nap(key, Nap::Cancelled);
                if cancelled {
                    self.note_message(awaited, message);
                    self.timer_cancelled();
                }
                cancelled
            }
        }
    }

    fn cancel_future(&mut self, key: Key, message: Option<&Rc<str>>) -> bool {
        let Some(slot) = self.futures.get_mut(key) else { return false };
        if slot.stage != Stage::Pending {
            return false;
        }
        let Some(children) = slot.gathering.as_ref().map(|gathering| gathering.children.clone()) else {
            self.note_message(Awaited::Future(key), message);
            return self.settle(key, Stage::Cancelled);
        };
        let mut any = false;
        for child in children.iter() {
            any |= self.cancel_task(*child, message);
        }
        if any && let Some(gathering) = self.futures.get_mut(key).and_then(|slot| slot.gathering.as_mut()) {
            gathering.cancel_requested = true;
        }
        any
    }

    fn cancel_task(&mut self, key: Key, message: Option<&Rc<str>>) -> bool {
        let Some(slot) = self.tasks.get_mut(key) else { return false };
        slot.cancels += 1;
        let (awaits, lane) = (slot.awaits, slot.lane);
        self.log.mark(lane, self.now, Mark::CancelRequested, 0);
        if awaits.is_some_and(|awaited| self.cancel_with(awaited, message)) {
            return true;
        }
        if let Some(slot) = self.tasks.get_mut(key) {
            slot.must_cancel = true;
            self.note_message(Awaited::Task(key), message);
        }
        true
    }

    fn note_message(&mut self, awaited: Awaited, message: Option<&Rc<str>>) {
        match message {
            Some(_) if made(Mistake::MessageLost) => {}
            Some(message) => {
                self.messages.insert(awaited, message.clone());
            }
            None => {
                self.take_message(awaited);
            }
        }
    }

    /// The message of the last cancellation that was left to the task itself. As in CPython it stays after it was raised.
    pub fn message_of(&self, awaited: Awaited) -> Option<Rc<str>> {
        if self.messages.is_empty() { None } else { self.messages.get(&awaited).cloned() }
    }

    /// Takes the message of a cancellation, if it had one.
    pub fn take_message(&mut self, awaited: Awaited) -> Option<Rc<str>> {
        if self.messages.is_empty() { None } else { self.messages.remove(&awaited) }
    }

    /// The message a future was cancelled with, for one of possibly several who wait for it.
    pub fn message(&self, awaited: Awaited) -> Option<&str> {
        self.messages.get(&awaited).map(|message| &**message)
    }

    /// `Timeout._on_timeout`: the limit of the block is up, so its task is cancelled.
    pub fn time_out(&mut self, key: Key) {
        let Some(slot) = self.futures.get_mut(key) else { return };
        slot.stage = Stage::Done;
        let Callbacks::One(Callback::Wakeup(task)) = slot.callbacks else { return };
        let lane = self.tasks.get(task).map_or(NO_LANE, |slot| slot.lane);
        self.log.mark(lane, self.now, Mark::TimedOut, 0);
        self.cancel(Awaited::Task(task));
    }
}
