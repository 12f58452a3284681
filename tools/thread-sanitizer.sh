#!/usr/bin/env bash
# ThreadSanitizer over everything that runs on native threads: the primitives, the GIL, the executors, the recorder and the
# lessons of threads. std is rebuilt, so that its own locks are seen through; a first run takes minutes. Linux on x86-64 or arm64.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="-Zsanitizer=thread"
words=("$@")
[ $# -gt 0 ] || words=(threading:: executors:: model:: scenarios::threads)
cargo test -Zbuild-std --target "$target" --target-dir target/tsan --lib -- "${words[@]}"
