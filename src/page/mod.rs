//! The Yew app: state, the runner, components and effects; the only layer beside `engine` that knows the browser.

pub mod browser;
pub mod components;
pub mod effects;
pub mod engine;
pub mod machine;
pub mod paint;
pub mod runner;
pub mod state;

/// Puts the app in the place of the first paint.
pub fn start() {
    let Some(root) = browser::document().and_then(|d| d.get_element_by_id("app")) else { return };
    root.set_text_content(None);
    yew::Renderer::<components::app::App>::with_root(root).render();
}
