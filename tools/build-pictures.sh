#!/usr/bin/env bash
# Writes pictures and texts for frames into target/site/pictures; Trunk calls it before the page (Trunk.toml), index.html ships
# them. With a folder: writes a page for each scenario into that built site (tools/finish-page.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# This program runs on the machine that builds: the page's flags are not for it.
site() { env -u CARGO_UNSTABLE_BUILD_STD -u CARGO_UNSTABLE_BUILD_STD_FEATURES cargo run --quiet --features site --bin site -- "$@" </dev/null; }

if [ $# -gt 0 ]; then site pages "$1"; exit; fi

out=target/site/pictures
# Nothing new: leave the files alone.
if [ -f $out.made ] && [ -z "$(find src www/recorded Cargo.lock -newer $out.made -print -quit)" ]; then exit 0; fi
# Noted now, so that what is edited meanwhile is new the next time.
mkdir -p target/site
touch $out.begun
rm -rf $out.new
site pictures $out.new
rm -rf $out
mv $out.new $out
mv $out.begun $out.made
