//! What the parts of one process share: its port, its mailboxes, what it knows of its children, and its records.

use super::broker::Brokers;
use super::children::Children;
use super::locks::Locks;
use super::news::News;
use super::outside::Outside;
use super::port::{End, Event, Port};
pub(super) use super::wants::{Wake, Wants};
use crate::aio::Exception;
use crate::model::{Lane, LaneKind, Letter, Mailbox, Mark, Nanos, Record, State, What};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::task::Poll;

/// Called with every letter that comes in at an end, instead of keeping it.
pub(super) type LetterHook = Rc<dyn Fn(Vec<u8>)>;

pub(super) struct Core {
    pub port: Rc<dyn Port>,
    pub lane: u32,
    pub speed: u64,
    pub brokers: RefCell<Brokers>,
    pub children: Children,
    boxes: RefCell<BTreeMap<End, Mailbox>>,
    /// Ends that the program holds.
    held: RefCell<BTreeSet<End>>,
    letter_hooks: RefCell<BTreeMap<End, LetterHook>>,
    pub locks: Locks,
    pub outside: Outside,
    serial: Cell<u64>,
    stock: Cell<u32>,
    wake: Cell<Wake>,
    wants: Cell<Wants>,
    state: Cell<(State, u32)>, // with its argument
    records: RefCell<Vec<Record>>,
    pub news: News,
    progress: Cell<f32>,
}

impl Core {
    pub fn new(port: Rc<dyn Port>, lane: u32, speed: u64) -> Self {
        let core = Self {
            port,
            lane,
            speed: speed.max(1),
            brokers: RefCell::default(),
            children: Children::default(),
            boxes: RefCell::default(),
            held: RefCell::default(),
            letter_hooks: RefCell::default(),
            locks: Locks::default(),
            outside: Outside::default(),
            serial: Cell::new(0),
            stock: Cell::new(0),
            wake: Cell::new(Wake::Soon),
            wants: Cell::default(),
            state: Cell::new((State::Idle, 0)),
            records: RefCell::default(),
            news: News::default(),
            progress: Cell::new(0.0),
        };
        core.enter(State::Running);
        core
    }

    /// The process is in `state` from now on.
    pub fn enter(&self, state: State) {
        self.enter_with(state, 0);
    }

    /// The process is in `state` from now on; `arg` says more (see [`State`]). Whether that is new.
    pub fn enter_with(&self, state: State, arg: u32) -> bool {
        let new = self.state.replace((state, arg)) != (state, arg);
        if new {
            self.record(self.lane, What::Enter(state), arg);
        }
        new
    }

    /// The process waits, or is back in a state that it was in before; a mark says whose end it waits for.
    pub fn be(&self, (state, arg): (State, u32)) {
        if self.enter_with(state, arg)
            && let (State::Waiting, Wants::End(process)) = (state, self.wants.get())
        {
            self.mark(Mark::WaitsFor, process as usize);
        }
    }

    pub fn mark(&self, mark: Mark, arg: usize) {
        self.record(self.lane, What::Instant(mark), u32::try_from(arg).unwrap_or(u32::MAX));
    }

    pub fn level(&self, object: u32, level: usize) {
        self.record(self.lane, What::Level(object), level as u32);
    }

    fn record(&self, lane: u32, what: What, arg: u32) {
        self.records.borrow_mut().push(Record { at: self.port.now(), lane, what, arg });
    }

    /// A number greater than all before.
    pub fn next_serial(&self) -> u64 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }

    /// The child is being started; its lane begins.
    pub fn starts(&self, process: u32, name: &str, daemon: bool) {
        self.children.starts(process, name, daemon);
        self.news.lane(Lane { id: process, kind: LaneKind::Process, name: name.to_owned() });
        self.record(process, What::Enter(State::Starting), 0);
    }

    /// Asks for a turn.
    pub fn want(&self, wake: Wake) {
        self.wake.set(self.wake.get().min(wake));
    }

    pub fn wanted(&self) -> Wake {
        self.wake.get()
    }

    pub fn want_nothing(&self) {
        self.wake.set(Wake::Outside);
    }

    pub fn progress(&self) -> f32 {
        self.progress.get()
    }

    pub fn set_progress(&self, share: f32) {
        self.progress.set(share.clamp(0.0, 1.0));
    }

    /// Waits for what it `wants` until `look` finds that; it is asked again in every turn, and `wake` says when that should be.
    pub fn until<T>(
        &self,
        wants: Wants,
        wake: Wake,
        mut look: impl FnMut(&Core) -> Option<T>,
    ) -> impl Future<Output = T> {
        std::future::poll_fn(move |_| match look(self) {
            Some(found) => {
                self.enter(State::Running);
                Poll::Ready(found)
            }
            None => {
                self.wants.set(wants);
                self.be((wants.state(), wants.reason() as u32));
                self.want(wake);
                Poll::Pending
            }
        })
    }

    /// As [`Core::until`], but for `limit` of the simulated world at most (0: looks once); `None` when it found nothing.
    pub async fn until_within<T>(
        &self,
        wants: Wants,
        limit: Option<Nanos>,
        mut look: impl FnMut(&Core) -> Option<T>,
    ) -> Option<T> {
        let until = limit.map(|limit| self.port.now().saturating_add(limit / self.speed));
        let over = |core: &Core| until.filter(|until| limit == Some(0) || core.port.now() >= *until).map(|_| None);
        self.until(wants, until.map_or(Wake::Outside, Wake::At), |core| look(core).map(Some).or_else(|| over(core)))
            .await
    }

    /// Gives way once, in whatever state this is.
    pub fn pass(&self, wake: Wake) -> impl Future<Output = ()> {
        let mut passed = false;
        std::future::poll_fn(move |_| {
            if std::mem::replace(&mut passed, true) {
                return Poll::Ready(());
            }
            self.want(wake);
            Poll::Pending
        })
    }

    /// What came in at an end, if anything did.
    pub fn take(&self, end: End) -> Option<Result<Vec<u8>, Exception>> {
        Some(self.open(end)?.and_then(|letter| match letter {
            Letter::Bytes(bytes) => Ok(bytes),
            Letter::Block(_) => Err(Exception::new("TypeError", "a block came, not bytes")),
        }))
    }

    /// The block that came in at an end, if one did.
    pub fn take_block(&self, end: End) -> Option<Result<u32, Exception>> {
        Some(self.open(end)?.and_then(|letter| match letter {
            Letter::Block(block) => Ok(block),
            Letter::Bytes(_) => Err(Exception::new("TypeError", "bytes came, not a block")),
        }))
    }

    fn open(&self, end: End) -> Option<Result<Letter, Exception>> {
        let mut boxes = self.boxes.borrow_mut();
        let mailbox = boxes.get_mut(&end)?;
        let letter = mailbox.letters.pop_front();
        letter.map(Ok).or_else(|| mailbox.closed.then(|| Err(Exception::new("EOFError", ""))))
    }

    /// Whether [`Core::take`] would find something.
    pub fn has(&self, end: End) -> bool {
        self.boxes.borrow().get(&end).is_some_and(|mailbox| mailbox.closed || !mailbox.letters.is_empty())
    }

    /// Takes away what lies at an end: it goes with that to another process.
    pub fn take_mailbox(&self, end: End) -> Mailbox {
        self.boxes.borrow_mut().remove(&end).unwrap_or_default()
    }

    /// This lay at an end that came from another process.
    pub fn lay(&self, end: End, mailbox: Mailbox) {
        self.boxes.borrow_mut().insert(end, mailbox);
    }

    /// What comes in at this end is for `hook`.
    pub fn on_letter(&self, end: End, hook: LetterHook) {
        self.letter_hooks.borrow_mut().insert(end, hook);
    }

    /// The program holds this end.
    pub fn hold(&self, end: End) {
        self.held.borrow_mut().insert(end);
    }

    /// It does not any more: it has given it away, closed it, or left it to what is behind a queue.
    pub fn let_go(&self, end: End) {
        self.held.borrow_mut().remove(&end);
    }

    /// Closes all ends that the program holds.
    pub fn close_held(&self) {
        let held = self.held.take();
        held.iter().filter(|end| !self.letter_hooks.borrow().contains_key(end)).for_each(|end| self.port.close(*end));
    }

    /// Whether nobody holds the other end any more, as far as is known.
    pub fn is_closed(&self, end: End) -> bool {
        self.boxes.borrow().get(&end).is_some_and(|mailbox| mailbox.closed)
    }

    /// What it waits for but no lock, in words, and the process whose end that is.
    pub fn wants(&self) -> (String, Option<u32>) {
        self.wants.get().words(&self.children)
    }

    pub fn state(&self) -> (State, u32) {
        self.state.get()
    }

    pub fn stock(&self) -> u32 {
        self.stock.get()
    }

    pub fn hear(&self, event: Event) {
        match event {
            Event::Letter { end, bytes } => {
                if self.brokers.borrow_mut().hear(self, end, &bytes) {
                    return;
                }
                let hook = self.letter_hooks.borrow().get(&end).cloned();
                if hook.is_none() || !bytes.is_empty() {
                    self.mark(Mark::Received, bytes.len()); // a greeting is no message
                }
                match hook {
                    Some(hook) => hook(bytes),
                    None => self.keep(end, Letter::Bytes(bytes)),
                }
            }
            Event::Block { end, block } => {
                self.mark(Mark::Received, self.port.blocks().len(block) as usize);
                self.keep(end, Letter::Block(block));
            }
            Event::Closed { end } => self.boxes.borrow_mut().entry(end).or_default().closed = true,
            Event::Exited { process, code, error } => {
                self.record(process, What::Enter(State::Done), 0);
                self.children.exited(process, code, error);
            }
            Event::Stock(count) => self.stock.set(count),
            Event::Digested(answer) => self.outside.hear(answer),
        }
    }

    fn keep(&self, end: End, letter: Letter) {
        self.boxes.borrow_mut().entry(end).or_default().letters.push_back(letter);
    }

    pub fn drain(&self, into: &mut Vec<Record>) {
        into.append(&mut self.records.borrow_mut());
    }

    pub fn has_records(&self) -> bool {
        !self.records.borrow().is_empty()
    }
}
