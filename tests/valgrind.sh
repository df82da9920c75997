#!/bin/sh
# Memcheck over the command: no read of what was never written and no access outside, while files of
# every kind are compressed at levels 1, 3 and 7 under every strategy and restored again.
#   [LEVELS="1 3 7"] [STRATEGIES="auto raw …"] sh tests/valgrind.sh [COMMAND]
# COMMAND is sigma-par, by default that of build/release.
# Prints the number of runs; the first finding stops it. Pads that kernels may read and never use are
# not findings: memcheck follows the bits and complains only where something depends on them. About a
# second a run; Highway takes the target that valgrind's CPU has (AVX2).
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
command=${1:-$root/build/release/cli/sigma-par}
command -v valgrind >/dev/null || { echo "valgrind is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# Text, columns, numbers of 2, 4 and 8 bytes, doubles, runs, noise, code, and nothing.
seq 1 900 >numbers
awk 'BEGIN { for (i = 0; i < 300; ++i) printf "%d;name%d;%d.5;0x%x\n", 1000 + 7 * i, i % 5, i * i, i % 99 }' >table
awk 'BEGIN { for (i = 0; i < 4000; ++i) printf "%c%c", i * 3 % 128, int(i / 50) % 128 }' >walk
perl -e 'print pack("d<", 20 + sin($_ / 9)) for 0 .. 999' >doubles
perl -e 'print pack("s<", 3000 * sin($_ / 7) + 99 * sin($_)) for 0 .. 2999' >sound
perl -e 'for $y (0 .. 63) { print pack("C", 128 + 60 * sin($_ / 9 + $y / 5)) for 0 .. 95 }' >picture
perl -e 'print pack("VvvV", 1000 + $_, $_ % 7, $_ * $_ % 65536, 0) for 0 .. 499' >records
head -c 5000 /dev/zero >zeros
head -c 3000 "$command" >code
head -c 8000 "$root/tests/valgrind.sh" >text
: >empty
runs=0
check() {
  valgrind -q --error-exitcode=99 --max-stackframe=8000000 "$command" "$@" ||
    { echo "memcheck: sigma-par $*"; exit 1; }
  runs=$((runs + 1))
}
files="numbers table walk doubles sound picture records zeros code text empty"
round_trip() {
  check -q -T1 "-$1" --strategy "$2" -fo x.sigma "$3"
  check -q -T1 -dfo x x.sigma
  cmp x "$3"
}
for level in ${LEVELS:-1 3 7}; do
  for file in $files; do round_trip $level auto "$file"; done
done
# The names, from the refusal of one that there is not.
names=$("$command" -q --strategy '?' -c empty 2>&1 | sed -n 's/.*strategies: \([^;]*\);.*/\1/p' | tr -d ',')
[ -n "$names" ] || { echo "the refusal of a strategy names none"; exit 1; }
for name in ${STRATEGIES-$names}; do
  for file in $files; do round_trip 3 "$name" "$file"; done
done
cat x.sigma x.sigma >two.sigma && head -c 700 /dev/zero >>two.sigma
check -q -T1 -t two.sigma
check -q -T2 -t two.sigma
echo "$runs runs, no finding"
