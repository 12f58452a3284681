#!/usr/bin/env bash
# wasm-opt.sh <file.wasm> <options…>: optimises in place; where there is no wasm-opt the file stays as it is.
set -euo pipefail
if ! command -v wasm-opt >/dev/null; then exit 0; fi
file=$1
shift
wasm-opt "$@" --enable-threads --enable-bulk-memory --enable-bulk-memory-opt --enable-simd --enable-sign-ext --enable-mutable-globals \
  --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue "$file" -o "$file.opt"
mv "$file.opt" "$file"
