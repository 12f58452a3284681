//! A button that copies; what it does lies in www/copy.js.

use crate::page::effects::later;
use yew::prelude::*;

/// A button that copies the text that `text` makes; disabled where there is nothing to copy yet.
pub fn copy(id: &'static str, label: &'static str, text: Callback<(), String>, disabled: bool) -> Html {
    let onclick = Callback::from(move |_: MouseEvent| {
        if disabled {
            return;
        }
        let texts = [("id", id.to_owned()), ("text", text.emit(()))];
        wasm_bindgen_futures::spawn_local(async move {
            later::call("copy", &texts).await;
        });
    });
    html! {
        <span class="copy">
            <button type="button" {id} aria-disabled={disabled.then_some("true")} {onclick}><span aria-live="polite">{label}</span></button>
        </span>
    }
}
