#!/bin/bash
# tests/tidy.sh [FILE…]: clang-tidy-14 with the checks of .clang-tidy over these sources, or over all of
# kernels/, engine/ and cli/. Fails if it finds anything. About 5 CPU seconds a file, 13 for one of
# kernels/. The test `tidy` of the label long.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
if ! command -v clang-tidy-14 >/dev/null; then
  echo "tests/tidy.sh: clang-tidy-14 is missing: install Debian's package clang-tidy-14" >&2
  exit 77
fi
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
      -DSIGMA_BUILD_TESTS=OFF -DSIGMA_BUILD_BENCHMARKS=OFF >"$build/log" 2>&1 || { cat "$build/log"; exit 1; }
if [[ $# -gt 0 ]]; then
  printf '%s\n' "$@"
else
  git ls-files 'kernels/*.cc' 'engine/*.cc' 'cli/*.cc'
fi | xargs -P "$(nproc)" -n 1 clang-tidy-14 --quiet -p "$build" 2>/dev/null
status=${PIPESTATUS[1]}
[[ $status -eq 0 ]] || echo "tests/tidy.sh: clang-tidy found faults, see above"
exit "$status"
