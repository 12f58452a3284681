//! `multiprocessing.Queue`: any number of processes put values in and take them out.

use super::broker::{ENOUGH, GET, GET_NOW, GET_SOON, JOIN, NOT_PUT, PUT, ROOM_NOW, ROOM_SOON, SIZE, YES};
use super::connection::{Connection, Mode};
use super::core::{Core, Wants};
use super::cx::ProcessCx;
use super::pickle::{dumps, loads};
use super::value::Value;
use crate::aio::Exception;
use crate::model::{Nanos, State};

/// A queue, with or without a limit. Its items lie with the process that made it.
pub struct Queue {
    pub(super) cx: ProcessCx,
    pub(super) way: Way,
    /// Whether it has no limit, as far as is known here: nobody waits to put then.
    unlimited: bool,
}

pub(super) enum Way {
    /// It is ours.
    Here(usize),
    /// It is reached over this end.
    There(Connection),
}

/// How long somebody would wait: not at all, for this long, or as long as it takes.
type Limit = Option<Nanos>;

impl Queue {
    /// An empty queue; `name` is shown with its level.
    pub fn new(cx: &ProcessCx, name: &str) -> Self {
        Self::bounded(cx, name, 0)
    }

    /// An empty queue of at most `maxsize` values (0: of any number).
    pub fn bounded(cx: &ProcessCx, name: &str, maxsize: usize) -> Self {
        let object = cx.core.news.object(name);
        let queue = cx.core.brokers.borrow_mut().add(object, maxsize);
        Self { cx: cx.clone(), way: Way::Here(queue), unlimited: maxsize == 0 }
    }

    /// The queue at the other side of an end that a process was started with.
    pub fn at(cx: &ProcessCx, end: Connection) -> Self {
        // Queues with a limit are shared over an end that says so.
        let unlimited = end.mode() == Mode::Duplex;
        Self { cx: cx.clone(), way: Way::There(end), unlimited }
    }

    /// An end to give to a process that is to use the queue.
    ///
    /// # Errors
    /// `OSError`; `RuntimeError` when the queue is not ours.
    pub fn share(&self) -> Result<Connection, Exception> {
        let Way::Here(queue) = self.way else {
            return Err(Exception::runtime(
                "Queue objects should only be shared between processes through inheritance",
            ));
        };
        let (ours, theirs) = self.cx.pipe()?;
        self.cx.core.brokers.borrow_mut().serve(ours.end(), queue);
        self.cx.core.let_go(ours.end());
        Ok(if self.unlimited { theirs } else { theirs.with(Mode::Limited) })
    }

    /// Puts a value in; waits for room if there is none.
    ///
    /// # Errors
    /// Those of [`dumps`] (in CPython, a thread of the queue's prints them, and the value is lost); `EOFError` when the process
    /// that has the queue is gone.
    pub async fn put(&self, value: &Value) -> Result<(), Exception> {
        self.put_with(value, None).await
    }

    /// `put(value, timeout=limit)`: waits for room for `limit` of the simulated world at most. 0 is `put_nowait`.
    ///
    /// # Errors
    /// `Full` when there was none in that time; as [`Queue::put`].
    pub async fn put_within(&self, value: &Value, limit: Nanos) -> Result<(), Exception> {
        self.put_with(value, Some(limit)).await
    }

    async fn put_with(&self, value: &Value, limit: Limit) -> Result<(), Exception> {
        let core = &self.cx.core;
        if !self.unlimited && !self.room(limit).await? {
            return Err(Exception::new("Full", ""));
        }
        core.enter(State::Pickling);
        let pickled = dumps(value);
        if let Ok(item) = pickled {
            match &self.way {
                Way::Here(queue) => core.brokers.borrow_mut().put(core, *queue, item),
                Way::There(end) => {
                    let mut letter = Vec::with_capacity(item.len() + 1);
                    letter.push(PUT);
                    letter.extend(item);
                    end.post(letter);
                }
            }
            core.enter(State::Running);
            return Ok(());
        }
        core.enter(State::Running);
        if let (Way::There(end), false) = (&self.way, self.unlimited) {
            end.post(vec![NOT_PUT]);
        }
        pickled.map(drop)
    }

    /// Waits until there is room, which is kept free for this process if the queue is elsewhere.
    async fn room(&self, limit: Limit) -> Result<bool, Exception> {
        let core = &self.cx.core;
        match &self.way {
            Way::Here(queue) => {
                let room = |core: &Core| core.brokers.borrow().has_room(*queue).then_some(());
                Ok(core.until_within(Wants::Room, limit, room).await.is_some())
            }
            Way::There(end) => {
                let answer = self.ask(end, if limit == Some(0) { ROOM_NOW } else { ROOM_SOON }, limit).await?;
                Ok(answer.first() == Some(&YES))
            }
        }
    }

    /// Asks the process that has the queue; after `limit` that it need not go on. Every question has one answer.
    pub(super) async fn ask(&self, end: &Connection, asks: u8, limit: Limit) -> Result<Vec<u8>, Exception> {
        let wants = match asks {
            GET | GET_SOON => Wants::Item,
            ROOM_SOON => Wants::Room,
            JOIN => Wants::Done,
            _ => Wants::Message,
        };
        end.post(vec![asks]);
        if let Some(limit) = limit.filter(|limit| *limit > 0)
            && !end.comes_within(wants, limit).await
        {
            end.post(vec![ENOUGH]);
        }
        end.answer(wants).await
    }

    /// Takes the next value out; waits for one.
    ///
    /// # Errors
    /// Those of [`loads`]; `EOFError` when the process that has the queue is gone.
    pub async fn get(&self) -> Result<Value, Exception> {
        self.get_with(None).await
    }

    /// `get(timeout=limit)`: waits for `limit` of the simulated world at most. 0 is `get_nowait`.
    ///
    /// # Errors
    /// `Empty` when there was no value in that time; as [`Queue::get`].
    pub async fn get_within(&self, limit: Nanos) -> Result<Value, Exception> {
        self.get_with(Some(limit)).await
    }

    async fn get_with(&self, limit: Limit) -> Result<Value, Exception> {
        let core = &self.cx.core;
        let empty = || Exception::new("Empty", "");
        let item = match &self.way {
            Way::Here(queue) => {
                let take = |core: &Core| core.brokers.borrow_mut().get(core, *queue);
                core.until_within(Wants::Item, limit, take).await.ok_or_else(empty)?
            }
            Way::There(end) => match limit {
                None => self.ask(end, GET, None).await?,
                Some(limit) => {
                    let answer = self.ask(end, if limit == 0 { GET_NOW } else { GET_SOON }, Some(limit)).await?;
                    answer.strip_prefix(&[YES]).ok_or_else(empty)?.to_vec()
                }
            },
        };
        core.enter(State::Pickling);
        let value = loads(&item);
        core.enter(State::Running);
        value
    }

    /// How many values are in it.
    ///
    /// # Errors
    /// `EOFError` when the process that has the queue is gone.
    pub async fn qsize(&self) -> Result<usize, Exception> {
        match &self.way {
            Way::Here(queue) => Ok(self.cx.core.brokers.borrow().len(*queue)),
            Way::There(end) => {
                let answer = self.ask(end, SIZE, None).await?;
                Ok(answer.try_into().map_or(0, u32::from_le_bytes) as usize)
            }
        }
    }
}
