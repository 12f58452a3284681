#!/usr/bin/env bash
# Optimises the page's wasm before Trunk publishes it (Trunk.toml); its own step would insist on wasm-opt being there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for wasm in "${TRUNK_STAGING_DIR:?is set by Trunk}"/*_bg.wasm; do
  # The lowest addresses are the far end of the stack: nothing is ever kept there.
  tools/wasm-opt.sh "$wasm" -Oz --converge --low-memory-unused
done
