#!/bin/sh
# readme.sh FILTER READER: the programs of the README. What the one compresses, the other reads from the
# middle of.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" <"$1" >"$folder/packed.sigma"
size=$(wc -c <"$1")
"$2" "$folder/packed.sigma" >"$folder/page"
tail -c "+$((size / 2 + 1))" "$1" | head -c 4096 | cmp - "$folder/page"
if "$2" "$folder/none" >/dev/null; then exit 1; fi
