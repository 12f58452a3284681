//! What is only needed after a press lies in scripts of its own, so that nobody waits for it at first.

use crate::page::browser;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Loads a script as a module: by an element, because the page is built without dynamic imports.
pub fn script(address: &str) -> Promise {
    Promise::new(&mut |loaded, failed| {
        let document = browser::document();
        let element = document.as_ref().and_then(|d| d.create_element("script").ok());
        let (Some(document), Some(element)) = (document, element) else { return };
        let _ = element.set_attribute("type", "module");
        let _ = element.set_attribute("src", address);
        let element_target: &web_sys::EventTarget = element.as_ref();
        let _ = element_target.add_event_listener_with_callback("load", &loaded);
        let _ = element_target.add_event_listener_with_callback("error", &failed);
        if let Some(head) = document.head() {
            let _ = head.append_child(&element);
        }
    })
}

/// Calls `interleave_<name>` with an object of these texts, if it has been loaded; whether it has.
pub fn now(name: &str, texts: &[(&str, String)]) -> bool {
    let found = Reflect::get(&js_sys::global(), &["interleave_", name].concat().into());
    let Some(function) = found.and_then(JsCast::dyn_into::<Function>).ok() else { return false };
    let object = Object::new();
    for (key, text) in texts {
        let _ = Reflect::set(&object, &(*key).into(), &text.as_str().into()); // a new object takes any field
    }
    function.call1(&JsValue::NULL, &object).is_ok()
}

/// Loads `later/<name>.js`, which defines `interleave_<name>`.
pub async fn load(name: &str) -> bool {
    JsFuture::from(script(&["later/", name, ".js"].concat())).await.is_ok()
}

/// As [`now`]; what has not been loaded is loaded for it. Whether it could be.
pub async fn call(name: &str, texts: &[(&str, String)]) -> bool {
    now(name, texts) || (load(name).await && now(name, texts))
}
