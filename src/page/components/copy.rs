//! Copies a text; where the clipboard is refused, shows it ready to be copied by hand.

use crate::page::browser;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A button that copies.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Id of the button.
    pub id: AttrValue,
    /// What it says.
    pub label: AttrValue,
    /// Makes the text.
    pub text: Callback<(), String>,
    /// Whether there is nothing to copy yet.
    #[prop_or_default]
    pub disabled: bool,
}

#[derive(Clone, PartialEq)]
enum Copied {
    No,
    Yes,
    Refused(String),
}

/// How long it says that it has copied, ms.
const THANKS: i32 = 2000;

/// The button.
#[component]
pub fn Copy(props: &Props) -> Html {
    let copied = use_state(|| Copied::No);
    let field = use_node_ref();
    let onclick = {
        let (copied, make) = (copied.clone(), props.text.clone());
        Callback::from(move |_: MouseEvent| {
            let (copied, text) = (copied.clone(), make.emit(()));
            wasm_bindgen_futures::spawn_local(async move {
                let clipboard = browser::window().map(|w| w.navigator().clipboard()).filter(|c| !c.is_undefined());
                let done = match clipboard {
                    Some(c) => wasm_bindgen_futures::JsFuture::from(c.write_text(&text)).await.is_ok(),
                    None => false,
                };
                if done {
                    let later = copied.clone();
                    copied.set(Copied::Yes);
                    browser::later(THANKS, move || later.set(Copied::No));
                } else {
                    copied.set(Copied::Refused(text));
                }
            });
        })
    };
    {
        let field = field.clone();
        use_effect_with((*copied).clone(), move |now| {
            if let (Copied::Refused(_), Some(field)) = (now, field.cast::<HtmlInputElement>()) {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let close = {
        let copied = copied.clone();
        Callback::from(move |_: FocusEvent| copied.set(Copied::No))
    };
    html! {
        <span class="copy">
            <button type="button" id={props.id.clone()} disabled={props.disabled} {onclick}>
                <span aria-live="polite">{if *copied == Copied::Yes { "Copied" } else { props.label.as_str() }}</span>
            </button>
            if let Copied::Refused(text) = &*copied {
                <input class="by-hand" ref={field} readonly=true value={text.clone()} onblur={close}
                    aria-label="Copy this by hand" />
            }
        </span>
    }
}
