//! A button whose doing is loaded when it is pressed.

use crate::page::browser;
use crate::page::effects::later;
use yew::prelude::*;

/// A button that opens what [`later::call`] knows by its `id`, which is told the texts that `texts` makes; disabled where there is
/// nothing to open yet.
pub fn opener(
    id: &'static str,
    label: &'static str,
    texts: Callback<(), Vec<(&'static str, String)>>,
    disabled: bool,
) -> Html {
    let onclick = Callback::from(move |_: MouseEvent| {
        if disabled {
            return;
        }
        let texts = texts.emit(());
        wasm_bindgen_futures::spawn_local(async move {
            let says = if later::call(id, &texts).await { label } else { "Not loaded: try again" };
            let span = browser::document().and_then(|d| d.query_selector(&["#", id, " span"].concat()).ok().flatten());
            if let Some(span) = span {
                span.set_text_content(Some(says));
            }
        });
    });
    html! {
        <button type="button" {id} aria-haspopup="dialog" aria-disabled={disabled.then_some("true")} {onclick}><span aria-live="polite">{label}</span></button>
    }
}
