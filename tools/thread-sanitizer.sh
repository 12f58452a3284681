#!/usr/bin/env bash
# ThreadSanitizer over everything that runs on native threads: the primitives, the GIL, the executors, the recorder and the
# lessons of threads. std is rebuilt, so that its own locks are seen through; a first run takes minutes. Linux on x86-64 or arm64.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="-Zsanitizer=thread"
words=("$@")
[ $# -gt 0 ] || words=(threading:: executors:: model:: scenarios::threads)
sanitized=(cargo test -Zbuild-std --target "$target" --target-dir target/tsan --lib --)
"${sanitized[@]}" "${words[@]}"
# A mistake in the orders of memory must be noticed, or a quiet run would show nothing.
said=$("${sanitized[@]}" --ignored --exact threading::tests::order::a_lock_without_an_order_is_noticed 2>&1) || true
if ! grep -q "WARNING: ThreadSanitizer: data race" <<<"$said"; then
  echo "$said" >&2
  echo "a lock without an order of memory was not noticed" >&2
  exit 1
fi
echo "a lock without an order of memory is noticed: data race"
