//! End-to-end tests: the built site (`dist/`) in real browsers, driven through WebDriver.
//!
//! With `--record` it makes the recorded runs anew instead (`./dev record`).
//!
//! `BROWSERS="chromium firefox webkit"` chooses the browsers; words on the command line choose checks by name.
//! `GROUP=", isolated"` chooses configurations by a part of what is printed above their checks.

#[cfg(not(target_arch = "wasm32"))]
mod checks;
#[cfg(not(target_arch = "wasm32"))]
mod harness;
#[cfg(not(target_arch = "wasm32"))]
mod record;

#[cfg(not(target_arch = "wasm32"))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    if std::env::args().any(|a| a == "--record") {
        return record::run().await;
    }
    harness::run_all(checks::ALL).await
}

/// WebDriver is spoken by a native program; the wasm builds have nothing to run here.
#[cfg(target_arch = "wasm32")]
fn main() {}
