#!/bin/bash
# tests/clang.sh [FILE…]: clang-14, the second compiler, over these sources, or over all of kernels/, engine/
# and cli/ with the project's warnings as errors. Looks at the code and makes none: about 2 CPU seconds a
# file, 5 for one of kernels/. The test `clang` of the label long; the preset `fuzz` builds with it for real.
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
if ! command -v clang++-14 >/dev/null; then
  echo "tests/clang.sh: clang++-14 is missing: install Debian's package clang-14" >&2
  exit 77
fi
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_CXX_COMPILER=clang++-14 -DSIGMA_WERROR=ON \
      -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DSIGMA_BUILD_TESTS=OFF -DSIGMA_BUILD_BENCHMARKS=OFF \
      >"$build/log" 2>&1 || { cat "$build/log"; exit 1; }
python3 - "$build" "$@" <<'EOF' | xargs -0 -r -P "$(nproc)" -n 1 sh -c || { echo "tests/clang.sh: failed, see above"; exit 1; }
import json, os, sys
build, wanted = sys.argv[1], {os.path.realpath(name) for name in sys.argv[2:]}
seen = set()
for entry in json.load(open(build + "/compile_commands.json")):
    source = os.path.realpath(entry["file"])
    if source in seen or (wanted and source not in wanted):
        continue
    seen.add(source)
    command = entry["command"].split(" -o ")[0]
    print(f"cd '{entry['directory']}' && {command} -fsyntax-only '{source}'", end="\0")
if wanted - seen:
    sys.exit("tests/clang.sh: no source of the build: " + " ".join(sorted(wanted - seen)))
EOF
