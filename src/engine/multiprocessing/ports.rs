//! Pipes: each end is a port of a message channel, whichever worker holds it.

use crate::aio::Exception;
use crate::engine::event_loop::digest;
use crate::engine::event_loop::promised::Answer;
use crate::engine::mail;
use crate::model::{Letter, Mail, Mailbox, Mails};
use crate::multiprocessing::{End, Endings, Event};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// Whom events are told.
pub type Tell = Rc<dyn Fn(Event)>;

pub(super) struct Held {
    pub port: MessagePort,
    /// Nobody holds its other end any more.
    pub alone: bool,
    /// And nothing more will come from there.
    pub over: bool,
    /// It will go to a process that still starts; what comes in until then is for that.
    pub leaving: Option<Mailbox>,
    listener: Option<Closure<dyn FnMut(MessageEvent)>>,
}

/// The ends that one process holds.
pub struct Ports {
    me: Weak<Ports>,
    pub(super) ends: RefCell<BTreeMap<End, Held>>,
    /// Ends that were given up: what still comes in there is counted, until the other end has heard of it.
    closed: RefCell<BTreeMap<End, Held>>,
    pub(super) endings: RefCell<Endings>,
    next: Cell<End>,
    blocks: RefCell<BTreeMap<u32, Uint8Array>>,
    next_block: Cell<u32>,
    /// By end; also of those that were given up.
    mail: RefCell<Mails>,
    tell: RefCell<Option<Tell>>,
}

impl Ports {
    /// None yet.
    pub fn new() -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            ends: RefCell::default(),
            closed: RefCell::default(),
            endings: RefCell::default(),
            next: Cell::new(0),
            blocks: RefCell::default(),
            next_block: Cell::new(0),
            mail: RefCell::default(),
            tell: RefCell::default(),
        })
    }

    /// Says whom to tell what comes in.
    pub fn tell(&self, tell: Option<Tell>) {
        self.tell.replace(tell);
    }

    /// Tells something.
    pub fn say(&self, event: Event) {
        let tell = self.tell.borrow().clone();
        if let Some(tell) = tell {
            tell(event);
        }
    }

    /// Holds a port from now on, at which so much was sent and heard before; one that is `closed` has nobody at its other end.
    pub fn adopt(&self, port: MessagePort, closed: bool, mail: Mail) -> End {
        let end = self.next.get();
        self.next.set(end + 1);
        self.mail.borrow_mut().insert(end, mail);
        self.ends.borrow_mut().insert(end, Held { port, alone: closed, over: closed, leaving: None, listener: None });
        end
    }

    /// Makes a pipe.
    ///
    /// # Errors
    /// `OSError` when the browser gives no message channel.
    pub fn pipe(&self) -> Result<(End, End), Exception> {
        let channel = MessageChannel::new().map_err(|thrown| Exception::new("OSError", mail::words(&thrown)))?;
        let [a, b] = [channel.port1(), channel.port2()].map(|port| self.adopt(port, false, Mail::default()));
        Ok((a, b))
    }

    /// An end is to be given to another process, with what lies there: whether it is an orphan, which that must be told. `None`
    /// when it is not here.
    pub fn leaves(&self, end: End, mailbox: Mailbox) -> Option<bool> {
        self.ends.borrow_mut().get_mut(&end)?.leaving = Some(mailbox);
        let orphan = self.endings.borrow_mut().forget(end);
        self.nothing_comes(end);
        Some(orphan)
    }

    /// Takes an end away, with what lies there, and was sent and heard there.
    pub fn take(&self, end: End) -> Option<(MessagePort, Mailbox, Mail)> {
        let held = self.ends.borrow_mut().remove(&end)?;
        // Touching it would open a port that was never heard, and what waits in it would be lost on the way.
        if held.listener.is_some() {
            held.port.set_onmessage(None);
        }
        let mail = self.mail.borrow_mut().remove(&end).unwrap_or_default();
        Some((held.port, held.leaving.unwrap_or_default(), mail))
    }

    /// Listens at the ends that are still here. Not earlier: one that is given away at once goes with all that waits in its port.
    pub fn listen(&self) {
        let unheard = |held: &Held| held.listener.is_none() && !held.over && held.leaving.is_none();
        for (end, held) in self.ends.borrow_mut().iter_mut().filter(|(_, held)| unheard(held)) {
            let (me, end) = (self.me.clone(), *end);
            let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let Some(ports) = me.upgrade() else { return };
                ports.count(end, 0, 1);
                let data = event.data();
                // A block comes in an array, a letter does not.
                let block = data.dyn_ref::<Array>().and_then(|message| message.get(0).dyn_into().ok());
                ports.comes(
                    end,
                    match block {
                        Some(block) => Some(Letter::Block(ports.keep(block))),
                        None => mail::bytes_of(&event).map(Letter::Bytes),
                    },
                );
            });
            held.port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
            held.listener = Some(listener);
        }
    }

    /// Something came in at an end; `None`: the other one is closed.
    fn comes(&self, end: End, letter: Option<Letter>) {
        if let Some(mailbox) = self.ends.borrow_mut().get_mut(&end).and_then(|held| held.leaving.as_mut()) {
            mailbox.closed |= letter.is_none();
            mailbox.letters.extend(letter);
            return;
        }
        match letter {
            Some(Letter::Bytes(bytes)) => self.say(Event::Letter { end, bytes }),
            Some(Letter::Block(block)) => self.say(Event::Block { end, block }),
            None => self.closes(end),
        }
    }

    /// Sends bytes.
    pub fn post(&self, end: End, bytes: &[u8]) {
        let array = Uint8Array::from(bytes);
        self.post_whole(end, &array, &Array::of1(&array.buffer()));
    }

    /// Sends a message as it is, and hands over what is in `transfer`.
    pub fn post_whole(&self, end: End, message: &JsValue, transfer: &Array) {
        // What is sent to nobody would be missed for ever by those who count.
        if let Some(held) = self.ends.borrow().get(&end).filter(|held| !held.alone) {
            // One that gets lost on purpose is one that was sent.
            let sent = mail::loses() || held.port.post_message_with_transferable(message, transfer).is_ok();
            self.count(end, u64::from(sent), 0);
        }
    }

    fn count(&self, end: End, sent: u64, heard: u64) {
        self.mail.borrow_mut().entry(end).or_default().add(Mail { sent, heard });
    }

    /// What was sent and heard at the ends that are here, or were given up here.
    pub fn mail(&self) -> Mails {
        self.mail.borrow().clone()
    }

    /// Begins the browser's digest of these bytes, which is told like what comes in.
    pub fn digest(&self, bytes: &[u8]) {
        let me = self.me.clone();
        let told = move |digest| {
            if let Some(ports) = me.upgrade() {
                ports.say(Event::Digested(digest));
            }
        };
        digest::begin(bytes, Answer::new(Box::new(told), Rc::new(|| {})));
    }

    /// Holds a block from now on: its number.
    pub fn keep(&self, block: Uint8Array) -> u32 {
        let number = self.next_block.get();
        self.next_block.set(number + 1);
        self.blocks.borrow_mut().insert(number, block);
        number
    }

    /// The block with this number.
    pub fn block(&self, number: u32) -> Option<Uint8Array> {
        self.blocks.borrow().get(&number).cloned()
    }

    /// Takes a block away.
    pub fn lose(&self, number: u32) -> Option<Uint8Array> {
        self.blocks.borrow_mut().remove(&number)
    }

    /// Tells the other end that nothing more will come, and gives this one up.
    pub fn close(&self, end: End) {
        let Some(mut held) = self.ends.borrow_mut().remove(&end) else { return };
        self.nothing_comes(end);
        held.port.set_onmessage(None);
        if held.over {
            return;
        }
        if !held.alone {
            self.count(end, u64::from(held.port.post_message(&JsValue::NULL).is_ok()), 0);
        }
        let me = self.me.clone();
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(ports) = me.upgrade() else { return };
            ports.count(end, 0, 1);
            if event.data().is_null() {
                let held = ports.closed.borrow_mut().remove(&end);
                held.iter().for_each(|held| held.port.set_onmessage(None));
            }
        });
        held.port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        held.listener = Some(listener);
        self.closed.borrow_mut().insert(end, held);
    }

    /// Closes all of them.
    pub fn close_all(&self) {
        let ends: Vec<End> = self.ends.borrow().keys().copied().collect();
        ends.into_iter().for_each(|end| self.close(end));
    }
}

impl Drop for Ports {
    fn drop(&mut self) {
        for held in self.ends.borrow().values().chain(self.closed.borrow().values()) {
            held.port.set_onmessage(None); // what is still on its way must not reach listeners that are gone
            held.port.close();
        }
    }
}
