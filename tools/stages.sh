# The stages of `./dev test` and the figures `./dev build` prints. Sourced by ./dev.

STAGES=(fmt clippy native build size worker e2e)
FIRST_LOAD_LIMIT=250000 # bytes, gzipped: what is loaded before the first click

gzipped() { gzip -9 -c "$@" | wc -c | tr -d ' '; }

# What the page loads at once: what index.html names, and of the scenarios' texts the largest, to be fair.
first_load() {
  {
    echo index.html
    grep -oE '[A-Za-z0-9_./-]+\.(js|wasm|css|svg)' dist/index.html | sed 's|^\./||'
    (cd dist && ls -S sources/*.txt | grep -v -e '\.rs\.txt$' -e questions | sed -n 1p)
  } | sort -u | sed 's|^|dist/|'
}
engine_files() { find dist/engine* -type f; }

sizes() {
  say "compressed sizes"
  local file total=0 size
  for part in first_load engine_files; do
    total=0
    while IFS= read -r file; do
      size=$(gzipped "$file")
      total=$((total + size))
      printf '  %9d  %s\n' "$size" "$file"
    done < <("$part" | sort)
    if [ "$part" = first_load ]; then
      FIRST_LOAD=$total
      printf '  %9d  loaded at first, gzipped (the limit is %d)\n' "$total" "$FIRST_LOAD_LIMIT"
    else
      printf '  %9d  engine, gzipped, loaded when a run needs it\n' "$total"
    fi
  done
}

# The scenarios are declared by a macro, which cargo fmt does not look into.
SCENARIO_FILES=(src/scenarios/*/*.rs)
stage_fmt() { cargo fmt --check && rustfmt --check "${SCENARIO_FILES[@]}"; }

stage_clippy() {
  cargo clippy --all-targets --features site -- -D warnings &&
    cargo clippy --test e2e --features site -- -D warnings &&
    cargo clippy --all-targets --target wasm32-unknown-unknown --features page -- -D warnings &&
    (source tools/engine-flags.sh && cargo clippy --all-targets --target wasm32-unknown-unknown --features engine \
      "${ENGINE_ARGS[@]}" -- -D warnings)
}

# Two tests for each core: those of threads and of CPython wait most of the time, really.
stage_native() { RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((2 * $(getconf _NPROCESSORS_ONLN)))} cargo test --no-fail-fast --features site; }

stage_build() { need_build_tools && build_site; }

# In a subshell: the flags are for the page alone.
build_site() { (source tools/page-flags.sh && trunk build); }

stage_size() {
  sizes
  [ "$FIRST_LOAD" -le "$FIRST_LOAD_LIMIT" ] || { echo "the first load is $FIRST_LOAD bytes, more than $FIRST_LOAD_LIMIT"; return 1; }
}

# wasm-bindgen-test, page and engine, in each browser its runner knows, isolated and not.
stage_worker() {
  need_build_tools && need_browsers || return 1
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner WASM_BINDGEN_TEST_TIMEOUT=300
  local browser isolation bad=0
  for browser in $BROWSERS; do
    for isolation in isolated "not isolated"; do
      (
        unset CHROMEDRIVER GECKODRIVER
        case "$browser" in
          chromium) CHROMEDRIVER=$(command -v chromedriver) && export CHROMEDRIVER ;;
          firefox) GECKODRIVER=$(command -v geckodriver) && export GECKODRIVER ;;
          *) exit 0 ;; # the runner knows no WebKit driver; the end-to-end tests do
        esac
        [ "$isolation" = isolated ] || export WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION=1
        say "page and engine in $browser, $isolation"
        cargo test --target wasm32-unknown-unknown --features page --test browser-page &&
          (source tools/engine-flags.sh &&
            cargo test --target wasm32-unknown-unknown --features engine --test browser-engine "${ENGINE_ARGS[@]}")
      ) || bad=1
    done
  done
  return $bad
}

stage_e2e() {
  [ -f dist/index.html ] || { echo "dist/ is missing: run ./dev build first"; return 1; }
  need_browsers && need_axe || return 1
  # With the feature the library is the one that the native tests were built with. Words are meant to be split here.
  # shellcheck disable=SC2086
  cargo test --features site --test e2e -- ${E2E:-}
}

bench() {
  need_build_tools
  BROWSERS=${BROWSERS//webkit/} need_browsers # it measures none in WebKitGTK
  say "building the native side and the engine with its measured bodies"
  bash tools/bench.sh
}

# Runs the stages named (all, if none is), each to its end; names those that failed.
run_stages() {
  local stage failed=() summary=() start
  [ $# -gt 0 ] || set -- "${STAGES[@]}"
  for stage in "$@"; do
    declare -F "stage_$stage" >/dev/null || die "there is no stage \"$stage\"; known are: ${STAGES[*]}."
  done
  need_toolchain
  for stage in "$@"; do
    say "stage $stage"
    start=$SECONDS
    # In a subshell, so that `die` ends the stage and not the others.
    if ("stage_$stage"); then
      summary+=("  passed  $stage ($((SECONDS - start)) s)")
    else
      failed+=("$stage")
      summary+=("  FAILED  $stage ($((SECONDS - start)) s)")
    fi
  done
  say "summary"
  printf '%s\n' "${summary[@]}"
  [ ${#failed[@]} -eq 0 ] || die "failed: ${failed[*]}. To run only that: ./dev test ${failed[*]}"
}
