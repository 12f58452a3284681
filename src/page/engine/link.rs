//! One engine worker and the line to it; the worker, and every worker below it, ends when this is dropped.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::model::Failure;
use crate::model::numbered::Reader;
use crate::model::wire::{self, FromEngine, ToEngine};
use crate::page::browser::later;

/// The most memory the engine may have, in bytes; where it is refused, the worker asks for half as much.
pub const MEMORY: f64 = 256.0 * 1024.0 * 1024.0;
/// How long an engine that still answers outlives its last run, in milliseconds: browsers take up to two seconds to end a busy
/// worker, and Chromium may keep it for ever when the one above goes meanwhile.
const LINGER: i32 = 4_000;
/// What such an engine is told: to end its threads and processes (www/engine/coordinator.js).
const END: &str = "end";
const SCRIPT: &str = "engine/coordinator.js";

/// What comes over the line.
pub enum Heard {
    /// A message from the engine.
    Message(FromEngine),
    /// A message before this one did not arrive.
    Lost,
    /// The worker could not start, or something in it or below it crashed.
    Broken(String),
}

/// The line to one worker.
pub struct Link {
    worker: Worker,
    _listeners: [EventListener; 3],
}

impl Link {
    /// Starts a worker with the compiled engine; it is ready when it says [`FromEngine::Ready`].
    ///
    /// # Errors
    /// [`Failure::Engine`] when the browser refuses a worker.
    pub fn start(module: &JsValue, heard: impl Fn(Heard) + 'static) -> Result<Self, Failure> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("interleave engine");
        let worker = Worker::new_with_options(SCRIPT, &options).map_err(|e| broken(&e))?;
        let heard: Rc<dyn Fn(Heard)> = Rc::new(heard);
        let (hear, target, module) = (heard.clone(), worker.clone(), module.clone());
        let reader = RefCell::<Reader>::default();
        let on_message = EventListener::new(&worker, "message", move |event| {
            let Some(data) = event.dyn_ref::<MessageEvent>().map(MessageEvent::data) else { return };
            match data.dyn_ref::<Uint8Array>() {
                Some(bytes) => {
                    let mut bytes = bytes.to_vec();
                    let read = reader.borrow_mut().read(&mut bytes);
                    hear(match (read, wire::decode(&bytes)) {
                        (Err(_), _) => Heard::Lost,
                        (Ok(()), Ok(message)) => Heard::Message(message),
                        (Ok(()), Err(_)) => Heard::Broken("it sent what cannot be read".to_owned()),
                    });
                }
                // The script's first word: it listens now.
                None if data == "ready" => give_module(&target, &module),
                None if data == "kill me" => target.terminate(), // as www/engine/coordinator.js does below it
                None => hear(Heard::Broken(field(&data, "error"))),
            }
        });
        let hear = heard.clone();
        // Prevented, or it would be an error of the page's as well, and of the guest's.
        let options = EventListenerOptions::enable_prevent_default();
        let on_error = EventListener::new_with_options(&worker, "error", options, move |event| {
            event.prevent_default();
            hear(Heard::Broken(field(event, "message")));
        });
        let on_garbled = EventListener::new(&worker, "messageerror", move |_| {
            heard(Heard::Broken("a message could not be read".to_owned()));
        });
        Ok(Self { worker, _listeners: [on_message, on_error, on_garbled] })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`Failure::Garbled`] when it cannot be written or posted.
    pub fn send(&self, message: &ToEngine) -> Result<(), Failure> {
        let bytes = Uint8Array::from(wire::encode(message)?.as_slice());
        let transfer = Array::of1(&bytes.buffer());
        self.worker.post_message_with_transfer(&bytes, &transfer).map_err(|_| Failure::Garbled)
    }

    /// Ends what runs below it, and itself a little later.
    pub fn leave(self) {
        let _ = self.worker.post_message(&END.into()); // if it is lost, they end with it
        later(LINGER, move || drop(self));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn give_module(worker: &Worker, module: &JsValue) {
    let parcel = Object::new();
    for (key, value) in [("module", module.clone()), ("bytes", MEMORY.into())] {
        let _ = Reflect::set(&parcel, &key.into(), &value); // a new object takes any field
    }
    let _ = worker.post_message(&parcel); // if it is lost, the watchdog tells
}

/// What the browser threw, as a failure.
pub fn broken(thrown: &JsValue) -> Failure {
    Failure::Engine { message: field(thrown, "message") }
}

/// The text in a field of what the browser gave.
pub fn field(object: &JsValue, name: &str) -> String {
    let text = Reflect::get(object, &name.into()).ok().and_then(|t| t.as_string());
    text.filter(|t| !t.is_empty()).unwrap_or_else(|| "no reason given".to_owned())
}
