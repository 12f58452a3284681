//! What of a link was not used.

use crate::share::Notice;
use yew::prelude::*;

/// Notices listed one by one before the rest is only counted.
const MOST: usize = 5;

/// A text from outside, short enough for a notice.
fn short(text: &str) -> String {
    let cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

fn sentence(notice: &Notice) -> String {
    match notice {
        Notice::UnknownScenario(id) => format!("There is no scenario “{}”.", short(id)),
        Notice::UnknownKey(key) => format!("“{}” means nothing here.", short(key)),
        Notice::BadValue { key, why } => format!("The value of “{}” was left out: {}.", short(key), short(why)),
        Notice::FutureVersion(v) => format!("The link was made by a later version ({}).", short(v)),
        Notice::TooLong => "The link is too long; its end was left out.".to_owned(),
    }
}

/// A small box that goes away when it was read.
pub fn notice_box(notices: &[Notice], dismiss: Callback<MouseEvent>) -> Html {
    if notices.is_empty() {
        return html! {};
    }
    let more = notices.len().saturating_sub(MOST);
    html! {
        <div class="notice" role="status">
            <div>
                <strong>{"Not everything in the link was used"}</strong>
                <ul>
                    {for notices.iter().take(MOST).map(|n| html! { <li>{sentence(n)}</li> })}
                    if more > 0 { <li>{format!("and {more} more")}</li> }
                </ul>
            </div>
            <button type="button" class="quiet" onclick={dismiss} aria-label="Dismiss this notice">{"Dismiss"}</button>
        </div>
    }
}
