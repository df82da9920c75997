#!/bin/sh
# parallel.sh FILE N [OPTION…]: as xargs.sh, by GNU parallel, which can start the parts on other machines:
# PARALLEL_OPTIONS='--sshloginfile hosts --workdir .' where all see the same FILE under the same name.
# A part that fails is tried three times.
set -eu
file=$1
parts=$2
shift 2
folder=$(mktemp -d "$file.parts.XXXXXX")
trap 'rm -rf "$folder"' EXIT
# shellcheck disable=SC2086  # a list of words on purpose
seq "$parts" | parallel --will-cite --halt now,fail=1 --retries 3 ${PARALLEL_OPTIONS-} -q \
  sigma-par "$@" -f -T1 --shard "{}/$parts" "$file" -o "$folder/{}"
sigma-par --merge "$folder"/* -o "$file.sigma"
