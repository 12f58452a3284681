#!/usr/bin/env bash
# Writes the highlighted sources into target/site/sources and the guide into target/site/guide; Trunk calls it before the page (Trunk.toml), index.html ships it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/site/sources
# Nothing new: leave the files alone.
if [ -f $out.made ] && [ -z "$(find src/scenarios src/bin/site src/guide www/guide.* index.html Cargo.lock -newer $out.made -print -quit)" ]; then exit 0; fi
# Noted now, so that what is edited meanwhile is new the next time.
mkdir -p target/site
touch $out.begun
guide=target/site/guide
rm -rf $out.new $guide.new
# This program runs on the machine that builds: the page's flags are not for it.
env -u CARGO_UNSTABLE_BUILD_STD -u CARGO_UNSTABLE_BUILD_STD_FEATURES cargo run --quiet --features site --bin site -- $out.new $guide.new </dev/null
rm -rf $out $guide
mv $out.new $out
mv $guide.new $guide
mv $out.begun $out.made
