//! The three bars.

use yew::prelude::*;

/// The logo, for the eye only: the name stands beside it.
pub fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 26 20" aria-hidden="true">
            <rect class="logo-1" x="0" y="1" width="13" height="4" rx="2" />
            <rect class="logo-2" x="8" y="8" width="13" height="4" rx="2" />
            <rect class="logo-3" x="3" y="15" width="23" height="4" rx="2" />
        </svg>
    }
}
