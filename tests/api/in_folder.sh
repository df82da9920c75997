#!/bin/sh
# in_folder.sh PROGRAM: runs it with an empty folder, which is removed afterwards.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder"
