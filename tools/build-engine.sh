#!/usr/bin/env bash
# Builds the threaded engine into target/site/engine; Trunk calls it before the page (Trunk.toml), index.html ships it.
# One artifact serves isolated and not isolated pages: only sharing its memory needs isolation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/engine-flags.sh

cargo build --target wasm32-unknown-unknown --features engine --bin engine --release "${ENGINE_ARGS[@]}" </dev/null

out=target/site/engine
built=$ENGINE_TARGET/wasm32-unknown-unknown/release/engine.wasm
# Nothing new: leave the files alone, so that a watching server does not start over.
if [ -f $out.made ] && [ ! "$built" -nt $out.made ]; then exit 0; fi
rm -rf $out.new
wasm-bindgen --target web --no-typescript --out-dir $out.new "$built"
tools/wasm-opt.sh $out.new/engine_bg.wasm -O3
rm -rf $out
mv $out.new $out
touch $out.made
