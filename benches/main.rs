//! `./dev bench`: every contender computes every body in every round; ratios are taken within a round.

#[cfg(not(target_arch = "wasm32"))]
mod contender;
#[cfg(not(target_arch = "wasm32"))]
#[allow(dead_code, unused_macros, reason = "shared with the end-to-end tests, which use all of it")]
#[path = "../tests/e2e/harness/mod.rs"]
mod harness;
#[cfg(not(target_arch = "wasm32"))]
mod rounds;
#[cfg(not(target_arch = "wasm32"))]
mod table;

#[cfg(not(target_arch = "wasm32"))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    match rounds::run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("bench: {trouble}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// The orchestrator is native; the wasm side is `wasm.rs`.
#[cfg(target_arch = "wasm32")]
fn main() {}
