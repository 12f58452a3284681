//! A worker of the browser that is to be a process, seen from the coordinator.

use super::mail;
use crate::model::numbered::Reader;
use crate::model::{Failure, Nanos};
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The most memory one process may have, in bytes.
const MEMORY: f64 = 64.0 * 1024.0 * 1024.0;

/// What a worker said, unread.
pub enum Heard {
    /// The script listens, and wants the compiled module.
    Script,
    /// A message from the process.
    Letter(Vec<u8>),
    /// A message before this one did not arrive.
    Lost,
    /// It could not start, or it crashed without a word.
    Broken(String),
}

/// What the workers of one run said, with their numbers.
pub type Inbox = Rc<RefCell<VecDeque<(usize, Heard)>>>;

/// A worker and its listeners; it ends when this is dropped.
pub struct Child {
    worker: Worker,
    /// When it was created.
    pub started: Nanos,
    /// How often it was heard (wraps around).
    pub beats: u32,
    /// Share of its job done, 0 to 1.
    pub progress: f32,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Child {
    /// Starts worker number `index`; what it says goes into `inbox`, and then `wake` is called.
    ///
    /// # Errors
    /// [`Failure::Engine`] when the browser refuses a worker.
    pub fn start(
        index: usize,
        script: &str,
        inbox: &Inbox,
        wake: Rc<dyn Fn()>,
        started: Nanos,
    ) -> Result<Self, Failure> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("interleave process");
        let refused = |thrown: JsValue| Failure::Engine { message: mail::words(&thrown) };
        let worker = Worker::new_with_options(script, &options).map_err(refused)?;
        let inbox = inbox.clone();
        let say = Rc::new(move |heard: Heard| {
            inbox.borrow_mut().push_back((index, heard));
            wake();
        });
        let hear = say.clone();
        let mut reader = Reader::default();
        let on_message = Closure::new(move |event: MessageEvent| {
            hear(match mail::bytes_of(&event) {
                Some(mut bytes) => match reader.read(&mut bytes) {
                    Ok(()) => Heard::Letter(bytes),
                    Err(_) => Heard::Lost,
                },
                None if event.data() == "ready" => Heard::Script,
                None if event.data().is_string() => return, // not for us (faults::strike)
                None => Heard::Broken(mail::field(&event.data(), "error")),
            });
        });
        let on_error = Closure::new(move |event: Event| {
            event.prevent_default(); // told by ourselves, once, and not by every worker above as well
            say(Heard::Broken(mail::field(&event, "message")));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, started, beats: 0, progress: 0.0, _on_message: on_message, _on_error: on_error })
    }

    /// Hands over the compiled module: compiled once, by the page, a process only makes an instance of it.
    pub fn give_module(&self) {
        let parcel = Object::new();
        let fields = [("module", wasm_bindgen::module()), ("bytes", MEMORY.into())];
        for (key, value) in fields {
            let _ = Reflect::set(&parcel, &key.into(), &value); // a new object takes any field
        }
        let _ = self.worker.post_message(&parcel); // if it is lost, the limit on starting tells
    }

    /// Posts an encoded message.
    pub fn post(&self, bytes: &[u8]) {
        mail::post_to(&self.worker, bytes);
    }

    /// Posts an encoded message, with this behind it, and hands over what is in `transfer`.
    pub fn post_with(&self, bytes: &[u8], along: &[JsValue], transfer: &Array) {
        let array = Uint8Array::from(bytes);
        transfer.push(&array.buffer());
        let message: Array = std::iter::once(JsValue::from(&array)).chain(along.iter().cloned()).collect();
        let _ = self.worker.post_message_with_transfer(&message, transfer); // if it is lost, the watchdog tells
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
