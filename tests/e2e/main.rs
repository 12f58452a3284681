//! End-to-end tests: the built site (`dist/`) in real browsers, driven through WebDriver.
//!
//! `BROWSERS="chromium firefox webkit"` chooses the browsers; words on the command line choose checks by name.

#[cfg(not(target_arch = "wasm32"))]
mod checks;
#[cfg(not(target_arch = "wasm32"))]
mod harness;

#[cfg(not(target_arch = "wasm32"))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    harness::run_all(checks::ALL).await
}

/// WebDriver is spoken by a native program; the wasm builds have nothing to run here.
#[cfg(target_arch = "wasm32")]
fn main() {}
