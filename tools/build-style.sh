#!/usr/bin/env bash
# Puts the style sheets of www/style/ together: one file for readers to load. Later ones override those before them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../www/style"
files=(base.css page.css timeline.css results.css reading.css narrow.css)
forgotten=$(comm -3 <(printf '%s\n' "${files[@]}" | sort) <(printf '%s\n' *.css | sort))
[ -z "$forgotten" ] || { echo "tools/build-style.sh and www/style/ do not name the same files:" $forgotten >&2; exit 1; }
mkdir -p ../../target/site
cat "${files[@]}" >../../target/site/style.css
