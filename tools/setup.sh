# Makes sure of everything a command needs: toolchain, build tools, browsers. Sourced by ./dev.
# Every step looks first and installs only what is missing; every failure says what is missing and what to do.

readonly WASM_BINDGEN_VERSION=0.2.130 TRUNK_VERSION=0.22.1 GECKODRIVER_VERSION=0.37.1 BINARYEN_VERSION=132.0.0 AXE_VERSION=4.14.1
TOOLS=${INTERLEAVE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/interleave/tools-1}
export PATH="$TOOLS/bin:$TOOLS/node_modules/.bin:$HOME/.cargo/bin:$PATH"
# Flags from outside would replace those the engine cannot do without.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
die() { printf '\n./dev: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

need_toolchain() {
  have rustup || die "rustup is missing. Install it from https://rustup.rs, open a new terminal, and try again."
  have cc || die "a C compiler is missing. On Debian or Ubuntu: apt-get install build-essential; on macOS: xcode-select --install."
  local wanted
  wanted=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  if ! rustup component list --toolchain "$wanted" --installed 2>/dev/null | grep -q '^rust-src' ||
    ! rustup target list --toolchain "$wanted" --installed 2>/dev/null | grep -q '^wasm32-unknown-unknown'; then
    say "installing the toolchain $wanted (from rust-toolchain.toml)"
    # Without arguments it reads rust-toolchain.toml; rustup before 1.28 only knows the other way.
    rustup toolchain install || rustup show ||
      die "rustup could not install $wanted. Is there a network? Is rustup up to date (rustup self update)?"
  fi
}

# need_tool <program> <version> <crate> <extra arguments…>: installs a crate's programs into the tool folder.
need_tool() {
  local program=$1 version=$2 crate=$3
  shift 3
  if "$TOOLS/bin/$program" --version 2>/dev/null | head -n 1 | grep -qF " $version"; then return; fi
  say "installing $crate $version into $TOOLS (once; some minutes)"
  # Hardly optimised: these programs wait for others most of the time, and build several times as fast so. wasm-bindgen computes.
  local level=0
  [ "$program" != wasm-bindgen ] || level=1
  CARGO_PROFILE_RELEASE_OPT_LEVEL=$level CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=none CARGO_TARGET_DIR="$TOOLS/build" \
    cargo install "$crate" --version "$version" --root "$TOOLS" --force "$@" </dev/null ||
    die "could not install $crate $version. See the message of cargo above; a network is needed once."
  rm -rf "$TOOLS/build"
}

# wasm-opt makes the site a tenth smaller; everything works without it. Debian's and cargo's are too old for threads.
need_wasm_opt() {
  if have wasm-opt && wasm-opt --version 2>/dev/null | grep -qE ' version 1[3-9][0-9]'; then return; fi
  if have npm; then
    say "installing wasm-opt (binaryen $BINARYEN_VERSION) into $TOOLS"
    npm install --prefix "$TOOLS" --no-audit --no-fund --no-save "binaryen@$BINARYEN_VERSION" </dev/null && return
  fi
  say "no wasm-opt here (npm install binaryen@$BINARYEN_VERSION has it): the site will be about a tenth larger"
}

need_build_tools() {
  need_toolchain
  mkdir -p "$TOOLS"
  # Without --locked: its lock file names crates that cannot always be had.
  need_tool wasm-bindgen "$WASM_BINDGEN_VERSION" wasm-bindgen-cli
  need_tool trunk "$TRUNK_VERSION" trunk --locked
  need_wasm_opt
  # Trunk builds without the network (Trunk.toml). Does nothing once they are there.
  cargo fetch --quiet --locked </dev/null || die "could not fetch the crates of Cargo.lock. See the message of cargo above; a network is needed once."
}

# need_program <program> <package> <browser>: from the system's packages; installs them as root on Debian.
need_program() {
  local program=$1 package=$2 browser=$3
  if have "$program"; then return; fi
  if have apt-get && [ "$(id -u)" = 0 ]; then
    if [ -z "${APT_READY:-}" ]; then
      say "reading the package lists"
      apt-get update -qq || die "apt-get update failed: see above."
      APT_READY=1
    fi
    say "installing $package"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null </dev/null ||
      die "apt-get could not install $package."
    have "$program" && return
  fi
  die "$program is missing, which the tests in $browser need. On Debian: apt-get install $package. Or leave $browser out: BROWSERS=\"…\" ./dev test."
}

# axe-core looks for what keeps people out of the page, in the end-to-end tests; it is never shipped.
need_axe() {
  export AXE=${AXE:-$TOOLS/axe/node_modules/axe-core/axe.min.js}
  local package=${AXE%/*}/package.json
  if [ -f "$AXE" ] && { [ ! -f "$package" ] || grep -qF "\"version\": \"$AXE_VERSION\"" "$package"; }; then return; fi
  have npm || die "npm is missing, which fetches axe-core for the end-to-end tests. On Debian: apt-get install npm. Or name a copy: AXE=…/axe.min.js ./dev test."
  say "installing axe-core $AXE_VERSION into $TOOLS/axe"
  npm install --prefix "$TOOLS/axe" --no-audit --no-fund --no-save "axe-core@$AXE_VERSION" </dev/null || die "npm could not install axe-core."
}

export BROWSERS=${BROWSERS:-chromium firefox webkit}

need_browsers() {
  local browser
  for browser in $BROWSERS; do
    case "$browser" in
      chromium)
        need_program chromium chromium chromium
        need_program chromedriver chromium-driver chromium
        ;;
      firefox)
        have firefox || need_program firefox-esr firefox-esr firefox
        need_tool geckodriver "$GECKODRIVER_VERSION" geckodriver
        ;;
      webkit)
        need_program WebKitWebDriver webkit2gtk-driver webkit
        need_program Xvfb xvfb webkit
        ;;
      *) die "BROWSERS: there is no browser \"$browser\"; known are chromium, firefox and webkit." ;;
    esac
  done
}
