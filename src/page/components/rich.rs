//! Plain text with figures that stand out: `**…**` becomes strong.

use yew::prelude::*;

/// A text with `**…**` in it.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The text.
    pub text: AttrValue,
}

/// Shows the text; an odd mark at the end is shown as it is.
#[component]
pub fn Rich(props: &Props) -> Html {
    let mut rest: &str = &props.text;
    let mut out = Vec::new();
    while let Some((before, after)) = rest.split_once("**") {
        let Some((strong, tail)) = after.split_once("**") else { break };
        out.push(html! { {before.to_owned()} });
        out.push(html! { <strong>{strong.to_owned()}</strong> });
        rest = tail;
    }
    html! { <>{for out}{rest.to_owned()}</> }
}
