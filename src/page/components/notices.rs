//! What of a link was not used.

use crate::share::Notice;
use yew::prelude::*;

/// Notices listed one by one before the rest is only counted.
const MOST: usize = 5;

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
                    {for notices.iter().take(MOST).map(|n| html! { <li>{n.to_string()}</li> })}
                    if more > 0 { <li>{format!("And {more} more.")}</li> }
                </ul>
            </div>
            <button type="button" class="quiet" onclick={dismiss} aria-label="Dismiss this notice">{"Dismiss"}</button>
        </div>
    }
}
