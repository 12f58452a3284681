//! The browser's own order: what was asked for in one turn of its loop, and in which order it came.

use super::promised::{Answer, settled};
use super::turns::set_timeout;
use crate::aio::{BROWSER_QUEUES, Exception};
use js_sys::{Function, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessageEvent};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(call: &Function);
}

/// What came so far, and whom to answer when all has come.
struct Waiting {
    came: Vec<&'static str>,
    answer: Option<Answer>,
    /// What has to live until then.
    kept: Vec<Box<dyn std::any::Any>>,
}

/// Asks for all of [`BROWSER_QUEUES`], in that order.
pub fn begin(answer: Answer) {
    let Ok(channel) = MessageChannel::new() else {
        return answer.give(Err(Exception::new("OSError", "no message channel")));
    };
    let waiting = Rc::new(RefCell::new(Waiting { came: Vec::new(), answer: Some(answer), kept: Vec::new() }));
    let [timer, message, promise, microtask] = BROWSER_QUEUES;
    let came = |name: &'static str| {
        let waiting = waiting.clone();
        move || hear(&waiting, name)
    };
    let on_timer = Closure::<dyn FnMut()>::new(came(timer));
    set_timeout(on_timer.as_ref().unchecked_ref(), 0);
    let heard = came(message);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |_| heard());
    channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let _ = channel.port2().post_message(&JsValue::NULL);
    let heard = came(promise);
    settled(&Promise::resolve(&JsValue::NULL), move |_| heard());
    let on_microtask = Closure::<dyn FnMut()>::new(came(microtask));
    queue_microtask(on_microtask.as_ref().unchecked_ref());
    waiting.borrow_mut().kept =
        vec![Box::new(on_timer), Box::new(on_message), Box::new(on_microtask), Box::new(channel)];
}

fn hear(waiting: &Rc<RefCell<Waiting>>, name: &'static str) {
    let (answer, text, kept) = {
        let mut waiting = waiting.borrow_mut();
        waiting.came.push(name);
        if waiting.came.len() < BROWSER_QUEUES.len() {
            return;
        }
        (waiting.answer.take(), waiting.came.join("\n"), std::mem::take(&mut waiting.kept))
    };
    if let Some(answer) = answer {
        answer.give(Ok(text.into_bytes()));
    }
    drop(kept); // one of them is being called; it ends with the call
}
