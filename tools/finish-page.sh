#!/usr/bin/env bash
# The last steps before Trunk publishes the page (Trunk.toml): its wasm is optimised (Trunk's own step would insist on wasm-opt
# being there), then the service worker is written, which knows every file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/wasm-features.sh
site=${TRUNK_STAGING_DIR:?is set by Trunk}
# Our own programs run on the machine that builds: the page's flags are not for them.
own() { env -u CARGO_UNSTABLE_BUILD_STD -u CARGO_UNSTABLE_BUILD_STD_FEATURES cargo run --quiet --features site --bin "$@" </dev/null; }
for wasm in "$site"/*_bg.wasm; do
  # The lowest addresses are the far end of the stack: nothing is ever kept there.
  # Functions with one caller are put into it only when small: merged bodies compress worse.
  optimise() { tools/wasm-opt.sh "$1" -Oz --converge --low-memory-unused --one-caller-inline-max-function-size=60; }
  optimise "$wasm"
  # Like functions side by side are 3 kB less to download. Where there is no wasm-opt, there are no such programs either.
  if command -v wasm-dis >/dev/null && command -v wasm-as >/dev/null; then
    # Has a module rewritten as text.
    as_text() {
      local wasm=$1
      wasm-dis "${WASM_FEATURES[@]}" "$wasm" -o "$wasm.wat"
      "$2" "$wasm.wat"
      wasm-as "${WASM_FEATURES[@]}" "$wasm.wat" -o "$wasm"
      rm "$wasm.wat"
    }
    order() {
      own order -- "$1" "$1.new"
      mv "$1.new" "$1"
    }
    # What the page's script gives to its wasm is called by names that end in 16 digits, which no compressor makes shorter.
    shorten() {
      grep -oE '"__w[A-Za-z0-9_]*_[0-9a-f]{16}"' "$1" | tr -d '"' | sort -u | awk '{ printf "s/%s/_%d/g\n", $0, NR }' >"$1.sed"
      for text in "$1" "$site"/page-*.js; do
        sed -i.before -f "$1.sed" "$text"
        rm "$text.before"
      done
      rm "$1.sed"
    }
    as_text "$wasm" shorten
    as_text "$wasm" order
    # How well the order turns out depends on the one before: a second round, kept when it is less (1 kB, often).
    cp "$wasm" "$wasm.second"
    optimise "$wasm.second"
    as_text "$wasm.second" order
    if [ "$(gzip -9 -c "$wasm.second" | wc -c)" -lt "$(gzip -9 -c "$wasm" | wc -c)" ]; then mv "$wasm.second" "$wasm"; else rm "$wasm.second"; fi
  fi
done
# What readers need not download; Trunk does it only to files whose names it changes, and the guide has to know this one.
sed -i.before -E '/^ *\/\//d; s/^ +//' "$site/policy.js"
rm "$site/policy.js.before"
# A page for each scenario, made of the site's.
tools/build-pictures.sh "$site"

if [ "${INTERLEAVE_SERVE:-}" = 1 ]; then
  # While developing: pages load themselves anew after a build, and no worker keeps old ones.
  cp www/reload.js "$site"
  # The policy's addresses of this site are no web sockets.
  sed -i.before -e 's#</head>#<script src="reload.js" defer></script></head>#' -e 's#connect-src#& ws:#' "$site/index.html"
  rm "$site/index.html.before"
  echo 'addEventListener("install", () => skipWaiting()); addEventListener("activate", () => registration.unregister());' >"$site/sw.js"
else
  own offline -- "$site"
fi
