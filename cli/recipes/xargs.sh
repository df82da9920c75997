#!/bin/sh
# xargs.sh FILE N [OPTION…]: compresses FILE in N parts, as many at once as there are cores, and joins
# them into FILE.sigma: the very bytes that `sigma-par [OPTION…] FILE` makes. One machine gains nothing
# over that; replace `sh -c` by what starts a command elsewhere. The same level and -B for all parts.
set -eu
file=$1
parts=$2
shift 2
folder=$(mktemp -d "$file.parts.XXXXXX")
trap 'rm -rf "$folder"' EXIT
export file parts folder
# shellcheck disable=SC2016  # for the inner shell
seq "$parts" | xargs -P "$(nproc)" -I '{}' \
  sh -c 'part=$1 && shift && exec sigma-par "$@" -T1 --shard "$part/$parts" "$file" -o "$folder/$part"' \
  part '{}' "$@"
sigma-par --merge "$folder"/* -o "$file.sigma"
