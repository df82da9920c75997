#!/bin/sh
# Builds the fuzzers (clang, ASan and UBSan) and runs each for SECONDS (default 60), on seeds made from the
# encoders. Prints executions and findings of each; a finding stops it with its reproducer in build/fuzz.
#   sh tests/fuzz/run.sh [SECONDS] [NAME…]
# Inputs are short: short ones reach the same code as long ones, and many more of them run. Those of
# work_per_byte_fuzz are longer, since a fixed cost would hide the cost per byte of short ones.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
seconds=${1:-60}
[ $# -gt 0 ] && shift
cd "$root"
[ $# -gt 0 ] || set -- $(cd tests/fuzz && ls ./*_fuzz.cc | sed 's|^./||; s|[.]cc$||')
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target make_seeds "$@"
cd build/fuzz
tests/fuzz/make_seeds corpus >/dev/null
for name in "$@"; do
  mkdir -p "corpus/$name"
  echo "== $name, $seconds s"
  most=4096
  [ "$name" != work_per_byte_fuzz ] || most=65536
  "tests/fuzz/$name" -max_total_time="$seconds" -max_len=$most -print_final_stats=1 \
    -rss_limit_mb=4096 -timeout=20 "corpus/$name" >"$name.log" 2>&1 || {
    tail -40 "$name.log"
    exit 1
  }
  grep -E 'stat::number_of_executed_units' "$name.log"
done
