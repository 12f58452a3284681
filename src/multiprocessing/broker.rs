//! What is behind queues: their items lie in the process that made them, which serves whoever asks, first come first served.

use super::core::Core;
use super::port::End;
use crate::model::Mark;
use std::collections::{BTreeMap, VecDeque};

/// A letter that asks for an item, and is answered with one.
pub(super) const GET: u8 = 0;
/// The first byte of a letter that brings one.
pub(super) const PUT: u8 = 1;
/// A letter that asks for an item, to be answered with [`YES`] and the item, or with [`NO`].
pub(super) const GET_NOW: u8 = 2;
/// As [`GET_NOW`], but to be answered when there is an item, or with [`NO`] after [`ENOUGH`].
pub(super) const GET_SOON: u8 = 3;
/// A letter that asks for room, to be answered with [`YES`], which keeps it free for one item, or with [`NO`].
pub(super) const ROOM_NOW: u8 = 4;
/// As [`ROOM_NOW`], but to be answered when there is room, or with [`NO`] after [`ENOUGH`].
pub(super) const ROOM_SOON: u8 = 5;
/// Whoever asked would wait no longer.
pub(super) const ENOUGH: u8 = 6;
/// A letter that asks for the number of items.
pub(super) const SIZE: u8 = 7;
/// A letter that says that the work on an item is done; answered with [`YES`], or [`NO`] when that was said too often.
pub(super) const DONE: u8 = 8;
/// A letter that asks to be answered when the work on all items is done.
pub(super) const JOIN: u8 = 9;
/// The item that room was kept free for will not come.
pub(super) const NOT_PUT: u8 = 10;

/// The first byte of an answer.
pub(super) const YES: u8 = 1;
pub(super) const NO: u8 = 0;

#[derive(Debug, Default)]
struct Shelf {
    items: VecDeque<Vec<u8>>,
    /// 0: no bound.
    maxsize: usize,
    /// Places that are kept free for items on their way.
    kept: usize,
    /// Items put whose work is not done.
    unfinished: usize,
    /// Ends that wait for an item; whether the answer begins with [`YES`].
    getters: VecDeque<(End, bool)>,
    /// Ends that wait for room.
    putters: VecDeque<End>,
    /// Ends that wait until all work is done.
    joiners: Vec<End>,
    object: u32,
}

impl Shelf {
    fn has_room(&self) -> bool {
        self.maxsize == 0 || self.items.len() + self.kept < self.maxsize
    }
}

/// The queues of a process.
#[derive(Debug, Default)]
pub(super) struct Brokers {
    shelves: Vec<Shelf>,
    ends: BTreeMap<End, usize>,
}

impl Brokers {
    /// A new queue of at most `maxsize` items (0: of any number); its number.
    pub fn add(&mut self, object: u32, maxsize: usize) -> usize {
        self.shelves.push(Shelf { object, maxsize, ..Shelf::default() });
        self.shelves.len() - 1
    }

    /// Requests that come in at this end are for that queue.
    pub fn serve(&mut self, end: End, queue: usize) {
        self.ends.insert(end, queue);
    }

    /// Whether a queue has room for an item that is put here.
    pub fn has_room(&self, queue: usize) -> bool {
        self.shelves.get(queue).is_none_or(|shelf| shelf.has_room() && shelf.putters.is_empty())
    }

    /// An item for a queue.
    pub fn put(&mut self, core: &Core, queue: usize, item: Vec<u8>) {
        let Some(shelf) = self.shelves.get_mut(queue) else { return };
        shelf.unfinished += 1;
        match shelf.getters.pop_front() {
            Some((end, tagged)) => {
                answer(core, end, if tagged { [&[YES], &item[..]].concat() } else { item });
                room(core, shelf);
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
        room(core, shelf);
        Some(item)
    }

    /// How many items a queue holds.
    pub fn len(&self, queue: usize) -> usize {
        self.shelves.get(queue).map_or(0, |shelf| shelf.items.len())
    }

    /// The work on an item is done; `false` when that was said too often.
    pub fn done(&mut self, core: &Core, queue: usize) -> bool {
        let Some(shelf) = self.shelves.get_mut(queue).filter(|shelf| shelf.unfinished > 0) else { return false };
        shelf.unfinished -= 1;
        if shelf.unfinished == 0 {
            shelf.joiners.drain(..).for_each(|end| answer(core, end, vec![YES]));
        }
        true
    }

    /// Whether the work on all items is done.
    pub fn all_done(&self, queue: usize) -> bool {
        self.shelves.get(queue).is_none_or(|shelf| shelf.unfinished == 0)
    }

    /// Serves a letter, if it came in at an end of a queue.
    pub fn hear(&mut self, core: &Core, end: End, letter: &[u8]) -> bool {
        let Some(queue) = self.ends.get(&end).copied() else { return false };
        core.mark(Mark::Received, letter.len());
        let Some(shelf) = self.shelves.get_mut(queue) else { return true };
        match letter.split_first() {
            Some((&PUT, item)) => {
                shelf.kept = shelf.kept.saturating_sub(1);
                self.put(core, queue, item.to_vec());
            }
            Some((&asks @ (ROOM_NOW | ROOM_SOON), _)) => {
                shelf.putters.push_back(end);
                room(core, shelf);
                if asks == ROOM_NOW {
                    shelf.give_up(core, end);
                }
            }
            Some((&NOT_PUT, _)) => {
                shelf.kept = shelf.kept.saturating_sub(1);
                room(core, shelf);
            }
            Some((&ENOUGH, _)) => shelf.give_up(core, end),
            Some((&SIZE, _)) => answer(core, end, (shelf.items.len() as u32).to_le_bytes().to_vec()),
            Some((&DONE, _)) => {
                let done = self.done(core, queue);
                answer(core, end, vec![u8::from(done)]);
            }
            Some((&JOIN, _)) => match shelf.unfinished {
                0 => answer(core, end, vec![YES]),
                _ => shelf.joiners.push(end),
            },
            asks => {
                let asks = asks.map_or(GET, |(asks, _)| *asks);
                match self.get(core, queue) {
                    Some(item) if asks == GET => answer(core, end, item),
                    Some(item) => answer(core, end, [&[YES], &item[..]].concat()),
                    None if asks == GET_NOW => answer(core, end, vec![NO]),
                    None => {
                        let waits = (end, asks == GET_SOON);
                        self.shelves.get_mut(queue).into_iter().for_each(|shelf| shelf.getters.push_back(waits));
                    }
                }
            }
        }
        true
    }
}

impl Shelf {
    /// Who waits at this end waits no longer. One that is not there has been answered already.
    fn give_up(&mut self, core: &Core, end: End) {
        let before = self.getters.len() + self.putters.len();
        self.getters.retain(|(other, _)| *other != end);
        self.putters.retain(|other| *other != end);
        if self.getters.len() + self.putters.len() < before {
            answer(core, end, vec![NO]);
        }
    }
}

/// Lets those put who wait for room, as far as there is any.
fn room(core: &Core, shelf: &mut Shelf) {
    while shelf.has_room()
        && let Some(end) = shelf.putters.pop_front()
    {
        // Without a bound nobody asks, and nothing is kept.
        shelf.kept += usize::from(shelf.maxsize > 0);
        answer(core, end, vec![YES]);
    }
}

fn answer(core: &Core, end: End, bytes: Vec<u8>) {
    core.mark(Mark::Sent, bytes.len());
    core.port.post(end, bytes);
}
