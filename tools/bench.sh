#!/usr/bin/env bash
# Builds both sides of the benchmark and runs it; ./dev bench has made sure of the tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --release --bin bench-native
bash tools/build-engine.sh # whose processes are measured
(
  source tools/engine-flags.sh
  cargo build --target wasm32-unknown-unknown --features engine --bin bench-wasm --release "${ENGINE_ARGS[@]}"
  rm -rf target/bench-site
  mkdir -p target/bench-site
  wasm-bindgen --target web --no-typescript --out-dir target/bench-site/wasm \
    "$ENGINE_TARGET/wasm32-unknown-unknown/release/bench-wasm.wasm"
  tools/wasm-opt.sh target/bench-site/wasm/bench-wasm_bg.wasm -O3
  mkdir target/bench-site/engine
  cp target/site/engine/process.js target/site/engine/engine_bg.wasm target/bench-site/engine/
  cp benches/index.html benches/worker.js benches/plain.js target/bench-site/
)
# The orchestrator only asks and waits: a quick build will do.
cargo bench --profile dev --bench paired
