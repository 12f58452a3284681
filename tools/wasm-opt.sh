#!/usr/bin/env bash
# wasm-opt.sh <level> <file.wasm>: optimises in place; where there is no wasm-opt the file stays as it is.
set -euo pipefail
if ! command -v wasm-opt >/dev/null; then exit 0; fi
wasm-opt "$1" --enable-threads --enable-bulk-memory --enable-bulk-memory-opt --enable-simd --enable-sign-ext --enable-mutable-globals \
  --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue "$2" -o "$2.opt"
mv "$2.opt" "$2"
