//! What was seen, in words made from the traces.

use super::rich::rich;
use yew::prelude::*;

/// The card; no words until a run has ended.
pub fn explain_card(words: &[String], tag: Html, busy: bool) -> Html {
    let none = if busy { "Told when the run has ended." } else { "Press Run, and what happened is told here." };
    html! {
        <section class={classes!("card", busy.then_some("busy"))} id="explain">
            <h2>{"What you just saw"}{tag}</h2>
            if !words.is_empty() {
                {for words.iter().map(|w| html! { <p class="say">{rich(w)}</p> })}
            } else {
                <p class="soft">{none}</p>
            }
        </section>
    }
}
