//! Posting and reading messages: postcard bytes in typed arrays whose buffers are transferred, not copied. What goes from a
//! worker to whoever started it is numbered.

use crate::model::numbered::{after, numbered};
use crate::model::wire;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, MessagePort, Worker};

/// The number of the next message; an instance has one thread that posts.
static NUMBER: AtomicU32 = AtomicU32::new(0);
/// Whether the next message gets lost.
static LOSES: AtomicBool = AtomicBool::new(false);

/// The worker this instance runs in.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Posts a message to whoever started this worker. What cannot be posted is lost; the other side's watchdog notices.
pub fn post<T: Serialize>(message: &T) {
    if let Ok(bytes) = wire::encode(message) {
        post_bytes(&bytes);
    }
}

/// Posts an encoded message to whoever started this worker.
pub fn post_bytes(bytes: &[u8]) {
    let number = NUMBER.load(Relaxed);
    NUMBER.store(after(number), Relaxed);
    if loses() {
        return;
    }
    let array = Uint8Array::from(numbered(bytes, number).as_slice());
    let _ = scope().post_message_with_transfer(&array, &Array::of1(&array.buffer()));
}

/// Whether what is to be posted now gets lost: one message does.
pub fn loses() -> bool {
    LOSES.swap(false, Relaxed)
}

/// What this instance posts next, to whoever started it or at a pipe, gets lost: a fault that was asked for, perhaps in one of its
/// threads.
pub fn lose_next() {
    LOSES.store(true, Relaxed);
}

/// Posts an encoded message to a worker that this one started.
pub fn post_to(worker: &Worker, bytes: &[u8]) {
    let array = Uint8Array::from(bytes);
    let _ = worker.post_message_with_transfer(&array, &Array::of1(&array.buffer()));
}

/// The bytes of a message; `None` when it is none of ours.
pub fn bytes_of(event: &MessageEvent) -> Option<Vec<u8>> {
    let data = event.data();
    // What comes along with bytes stands behind them in an array.
    let data = data.dyn_ref::<Array>().map_or_else(|| data.clone(), |array| array.get(0));
    data.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

/// What came with a message, behind its bytes.
pub fn along(event: &MessageEvent) -> impl Iterator<Item = JsValue> {
    let data = event.data();
    let all: Vec<JsValue> = data.dyn_ref::<Array>().map(|array| array.iter().skip(1).collect()).unwrap_or_default();
    all.into_iter()
}

/// The ports that came with a message.
pub fn ports_of(event: &MessageEvent) -> impl Iterator<Item = MessagePort> {
    event.ports().iter().map(JsCast::unchecked_into::<MessagePort>).collect::<Vec<_>>().into_iter()
}

/// Hears every message sent to this worker, as long as it lives.
pub fn listen(mut heard: impl FnMut(Vec<u8>) + 'static) {
    hear(move |bytes, _| heard(bytes));
}

/// Hears every message sent to this worker, with the event it came in.
pub fn hear(mut heard: impl FnMut(Vec<u8>, &MessageEvent) + 'static) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(bytes) = bytes_of(&event) {
            heard(bytes, &event);
        }
    });
    let _ = scope().add_event_listener_with_callback("message", listener.as_ref().unchecked_ref());
    listener.forget(); // it lives as long as the worker
}

/// The text in a field of what the browser gave; "no reason given" when there is none.
pub fn field(object: &JsValue, name: &str) -> String {
    let text = js_sys::Reflect::get(object, &JsValue::from_str(name)).ok().and_then(|m| m.as_string());
    text.filter(|t| !t.is_empty()).unwrap_or_else(|| "no reason given".to_owned())
}

/// What the browser threw, in words.
pub fn words(thrown: &JsValue) -> String {
    thrown.as_string().unwrap_or_else(|| field(thrown, "message"))
}
