# What of WebAssembly browsers have that run the site, for binaryen's programs. Sourced.
WASM_FEATURES=(--enable-threads --enable-bulk-memory --enable-bulk-memory-opt --enable-simd --enable-sign-ext --enable-mutable-globals
  --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue)
