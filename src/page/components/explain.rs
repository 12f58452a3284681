//! What was seen, in words made from the traces.

use super::rich::Rich;
use std::rc::Rc;
use yew::prelude::*;

/// The explanation.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its paragraphs; `None` until the run has ended.
    pub words: Option<Rc<Vec<String>>>,
    /// Whether a run is under way.
    pub busy: bool,
}

/// The card.
#[component]
pub fn Explain(props: &Props) -> Html {
    let none = if props.busy { "Told when the run has ended." } else { "Press Run, and what happened is told here." };
    html! {
        <section class="card" id="explain">
            <h2>{"What you just saw"}</h2>
            if let Some(words) = props.words.as_ref().filter(|w| !w.is_empty()) {
                {for words.iter().map(|w| html! { <p class="say"><Rich text={w.clone()} /></p> })}
            } else {
                <p class="soft">{none}</p>
            }
        </section>
    }
}
