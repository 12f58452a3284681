//! Plain text with figures that stand out: `**…**` becomes strong.

use yew::prelude::*;

/// Shows the text; an odd mark at the end is shown as it is.
pub fn rich(text: &str) -> Html {
    let mut rest = text;
    let mut out = Vec::new();
    while let Some((before, after)) = rest.split_once("**") {
        let Some((strong, tail)) = after.split_once("**") else { break };
        out.push(html! { {before.to_owned()} });
        out.push(html! { <strong>{strong.to_owned()}</strong> });
        rest = tail;
    }
    html! { <>{for out}{rest.to_owned()}</> }
}
