//! A button whose doing is loaded when it is pressed.

use crate::page::effects::later;
use yew::prelude::*;

/// The button.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Id of the button, and name of what it opens ([`later::call`]).
    pub id: &'static str,
    /// What it says.
    pub label: &'static str,
    /// What is told to what it opens.
    pub texts: Callback<(), Vec<(&'static str, String)>>,
    /// Whether there is nothing to open yet.
    #[prop_or_default]
    pub disabled: bool,
}

/// The button.
#[component]
pub fn Later(props: &Props) -> Html {
    let missing = use_state(|| false);
    let Props { id, label, .. } = *props;
    let onclick = {
        let (missing, texts) = (missing.clone(), props.texts.clone());
        Callback::from(move |_: MouseEvent| {
            let (missing, texts) = (missing.clone(), texts.emit(()));
            wasm_bindgen_futures::spawn_local(async move { missing.set(!later::call(id, &texts).await) });
        })
    };
    html! {
        <button type="button" {id} aria-haspopup="dialog" disabled={props.disabled} {onclick}>
            <span aria-live="polite">{if *missing { "Not loaded: try again" } else { label }}</span>
        </button>
    }
}
