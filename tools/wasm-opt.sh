#!/usr/bin/env bash
# wasm-opt.sh <file.wasm> <options…>: optimises in place; where there is no wasm-opt the file stays as it is.
set -euo pipefail
if ! command -v wasm-opt >/dev/null; then exit 0; fi
source "$(dirname "${BASH_SOURCE[0]}")/wasm-features.sh"
file=$1
shift
wasm-opt "$@" "${WASM_FEATURES[@]}" "$file" -o "$file.opt"
mv "$file.opt" "$file"
