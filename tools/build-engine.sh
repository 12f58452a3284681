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
new=0
for source in "$built" www/engine/*.js; do [ "$source" -nt $out.made ] && new=1; done
if [ -f $out.made ] && [ $new = 0 ]; then exit 0; fi
rm -rf $out.new
wasm-bindgen --target web --no-typescript --out-dir $out.new "$built"
tools/wasm-opt.sh $out.new/engine_bg.wasm -O3
# wasm-bindgen-rayon calls it in the old way, and readers' consoles would say so for every thread.
sed -i "/^ *console.warn('using deprecated parameters for /d" $out.new/engine.js
cp www/engine/coordinator.js www/engine/guest.js www/engine/memory.js $out.new
# A process in one file: it never starts threads, so the helper that does is all the glue imports.
[ "$(grep -c '^import ' $out.new/engine.js)" = 1 ] || { echo "the engine's glue imports something new" >&2; exit 1; }
{
  sed 's/^import { startWorkers } .*/const startWorkers = () => Promise.reject(new Error("a process has no threads"));/' $out.new/engine.js
  sed 's/^export //' www/engine/memory.js
  cat www/engine/process.js
} >$out.new/process.js
rm -rf $out
mv $out.new $out
touch $out.made
