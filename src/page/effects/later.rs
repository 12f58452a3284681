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

/// Calls `interleave_<name>`, which `later/<name>.js` defines and which is loaded for it when nobody has called it before,
/// with an object of these texts. Whether it could be loaded.
pub async fn call(name: &str, texts: &[(&str, String)]) -> bool {
    let function = ["interleave_", name].concat().into();
    let find = || Reflect::get(&js_sys::global(), &function).and_then(JsCast::dyn_into::<Function>).ok();
    if find().is_none() && JsFuture::from(script(&["later/", name, ".js"].concat())).await.is_err() {
        return false;
    }
    let object = Object::new();
    for (key, text) in texts {
        let _ = Reflect::set(&object, &(*key).into(), &text.as_str().into()); // a new object takes any field
    }
    find().is_some_and(|function| function.call1(&JsValue::NULL, &object).is_ok())
}
