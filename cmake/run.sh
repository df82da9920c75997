#!/bin/sh
# sh cmake/run.sh [OPTION…] [FILE…]: installs what is missing on Debian 12, builds Release in this
# checkout's build/run and runs sigma-par with those arguments in the caller's folder. What the
# set-up prints goes to stderr, so that the command's output can be piped.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$checkout/cmake/packages.sh"

# shellcheck disable=SC2086  # lists of words on purpose
need $build_packages
# A folder of its own: test.sh's build needs more packages than running the command does.
build=$checkout/build/run
log=$build/setup.log
mkdir -p "$build"
if ! { cmake -S "$checkout" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
         -DSIGMA_BUILD_TESTS=OFF -DSIGMA_BUILD_BENCHMARKS=OFF &&
       cmake --build "$build" --target sigma-par; } >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
exec "$build/cli/sigma-par" "$@"
