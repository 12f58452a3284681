//! The Yew app: state, the runner, components and effects; the only layer beside `engine` that knows the browser.

pub mod browser;
pub mod components;
pub mod effects;
pub mod engine;
pub mod machine;
pub mod paint;
pub mod runner;
pub mod state;

/// Memory the page asks for at once, in bytes; a browser commits it only when it is used.
const ROOM: usize = 32 << 20;

/// Puts the app in the place of the first paint.
pub fn start() {
    // Given back at once, it is there for all that follows: no run waits for memory to grow, step by step. (The only
    // crash ever seen of the page was a damaged heap, now and then, in WebKitGTK alone.)
    let mut room = Vec::<u8>::new();
    let _ = room.try_reserve_exact(ROOM);
    drop(std::hint::black_box(room));
    let Some(root) = browser::document().and_then(|d| d.get_element_by_id("app")) else { return };
    root.set_inner_html("");
    yew::Renderer::<components::app::App>::with_root(root).render();
}
