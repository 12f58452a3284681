# How everything with threads is compiled: std rebuilt with atomics, one memory of at most 256 MiB. Sourced.
# 256 MiB is what phones still grant; the engine asks for less when that is refused.

unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS
# Those of the page (tools/page-flags.sh) are not for the engine: it is built for speed, and its panics are told.
unset CARGO_UNSTABLE_BUILD_STD CARGO_UNSTABLE_BUILD_STD_FEATURES
ENGINE_TARGET=target/engine
ENGINE_ARGS=(-Zbuild-std=panic_abort,std --target-dir "$ENGINE_TARGET")
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Ctarget-feature=+atomics,+simd128 \
-Clink-arg=--shared-memory -Clink-arg=--import-memory -Clink-arg=--max-memory=268435456 \
-Clink-arg=--export=__heap_base -Clink-arg=--export=__wasm_init_tls -Clink-arg=--export=__tls_size \
-Clink-arg=--export=__tls_align -Clink-arg=--export=__tls_base"
