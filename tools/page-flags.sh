# How the page is compiled, for the smallest download: std is rebuilt for size, and a panic ends the program at once. Sourced.
# That saves a seventh of the page. Its price is a longer first build, and that a panic says nothing: the console shows
# "unreachable" instead of a message. To read the message, build without these flags. What is written with `{:?}` is empty in the
# page (-Zfmt-debug=none, half a kilobyte): tests/native/layers.rs sees to it that nothing the page says is.

export CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none"
