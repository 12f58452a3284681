//! What is behind queues: their items lie in the process that made them, which serves whoever asks, first come first served.

use super::core::Core;
use super::port::End;
use crate::model::Mark;
use std::collections::{BTreeMap, VecDeque};

/// A letter that asks for an item.
pub(super) const GET: u8 = 0;
/// The first byte of a letter that brings one.
pub(super) const PUT: u8 = 1;

#[derive(Debug, Default)]
struct Shelf {
    items: VecDeque<Vec<u8>>,
    /// Ends that wait for an item.
    getters: VecDeque<End>,
    object: u32,
}

/// The queues of a process.
#[derive(Debug, Default)]
pub(super) struct Brokers {
    shelves: Vec<Shelf>,
    ends: BTreeMap<End, usize>,
}

impl Brokers {
    /// A new queue; its number.
    pub fn add(&mut self, object: u32) -> usize {
        self.shelves.push(Shelf { object, ..Shelf::default() });
        self.shelves.len() - 1
    }

    /// Requests that come in at this end are for that queue.
    pub fn serve(&mut self, end: End, queue: usize) {
        self.ends.insert(end, queue);
    }

    /// An item for a queue.
    pub fn put(&mut self, core: &Core, queue: usize, item: Vec<u8>) {
        let Some(shelf) = self.shelves.get_mut(queue) else { return };
        match shelf.getters.pop_front() {
            Some(end) => {
                core.mark(Mark::Sent, item.len());
                core.port.post(end, item);
            }
            None => {
                shelf.items.push_back(item);
                core.level(shelf.object, shelf.items.len());
            }
        }
    }

    /// The next item of a queue.
    pub fn get(&mut self, core: &Core, queue: usize) -> Option<Vec<u8>> {
        let shelf = self.shelves.get_mut(queue)?;
        let item = shelf.items.pop_front()?;
        core.level(shelf.object, shelf.items.len());
        Some(item)
    }

    /// How many items a queue holds.
    pub fn len(&self, queue: usize) -> usize {
        self.shelves.get(queue).map_or(0, |shelf| shelf.items.len())
    }

    /// Serves a letter, if it came in at an end of a queue.
    pub fn hear(&mut self, core: &Core, end: End, letter: &[u8]) -> bool {
        let Some(queue) = self.ends.get(&end).copied() else { return false };
        core.mark(Mark::Received, letter.len());
        match letter.split_first() {
            Some((&PUT, item)) => {
                self.put(core, queue, item.to_vec());
            }
            _ => match self.get(core, queue) {
                Some(item) => {
                    core.mark(Mark::Sent, item.len());
                    core.port.post(end, item);
                }
                None => self.shelves.get_mut(queue).into_iter().for_each(|shelf| shelf.getters.push_back(end)),
            },
        }
        true
    }
}
