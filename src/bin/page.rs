//! Starts the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    interleave::page::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The page runs in a browser: ./dev serve");
}
