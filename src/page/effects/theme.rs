//! Light and dark: what a link asks for, and the moment the reader's system changes.

use crate::page::browser;
use crate::share::Theme;
use gloo_events::EventListener;

/// Puts the theme asked for on the document; the style sheet does the rest.
pub fn apply(theme: Theme) {
    let Some(root) = browser::document().and_then(|d| d.document_element()) else { return };
    let _ = match theme {
        Theme::Auto => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

/// Calls `then` when the system changes between light and dark, until the listener is dropped.
pub fn on_change(then: impl Fn() + 'static) -> Option<EventListener> {
    let query = browser::window()?.match_media("(prefers-color-scheme: dark)").ok()??;
    Some(EventListener::new(&query, "change", move |_| then()))
}
