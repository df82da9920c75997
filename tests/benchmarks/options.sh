#!/bin/bash
# The flags of sigma-bench: options.sh PROGRAM. Exit 0 if all behave.
set -u
program=$1
failed=0
fail() { echo "FAILED: $*"; failed=1; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
best=$("$program" --list-targets | head -n 1)
[ -n "$best" ] || fail "--list-targets is empty"

# expect STATUS PATTERN ARGUMENT…: the exit status, and what standard error says.
expect() {
  local status=$1 pattern=$2; shift 2
  "$program" "$@" > "$out/stdout" 2> "$out/stderr"
  local got=$?
  [ $got -eq "$status" ] || fail "$*: exit $got instead of $status"
  grep -q -- "$pattern" "$out/stderr" || fail "$*: no '$pattern' in: $(cat "$out/stderr")"
  [ "$status" -eq 0 ] || [ ! -s "$out/stdout" ] || fail "$*: output despite the error"
}
expect 1 "no target 'SSE9' in this build" --target=SSE9
grep -qx "$best" "$out/stderr" || fail "the valid targets are not listed"
expect 1 "no target 'SSE9'" "--target=$best,SSE9"
expect 1 "needs a name" --target=
expect 1 "is not a size" --size=4Q
expect 1 "unrecognized" --benchmarks
# A CPU without the best target, where an emulator is at hand.
if [ "$best" != SCALAR ] && command -v qemu-x86_64-static > /dev/null && [ "$(uname -m)" = x86_64 ]; then
  qemu-x86_64-static -cpu Nehalem "$program" "--target=$best" > "$out/stdout" 2> "$out/stderr"
  [ $? -eq 1 ] || fail "a target that the CPU lacks is not refused"
  grep -q "this CPU cannot run target '$best'" "$out/stderr" || fail "it is refused without its name"
fi

fast=(--benchmark_min_time=0.001 --benchmark_repetitions=1 --size=4K '--benchmark_filter=kernels/delta16/')
"$program" "${fast[@]}" --json="$out/a.json" --csv="$out/a.csv" > "$out/text" || fail "a run"
python3 - "$out" "$best" <<'CHECK' || fail "the results"
import csv, json, sys
folder, best = sys.argv[1:]
run = json.load(open(f"{folder}/a.json"))
assert {"cpu", "caches", "targets", "compiler", "libraries"} <= run["machine"].keys(), run["machine"]
rows = {(r["kernel"], r["target"]): r for r in run["runs"]}
assert all(r["size"] == 4096 for r in run["runs"])
mine = rows["kernels/delta16", best]
close = lambda a, b: abs(a / b - 1) < 0.01
assert close(mine["to_memcpy"], mine["gb_s"] / rows["memcpy", "-"]["gb_s"]), mine
assert close(mine["to_scalar"], mine["gb_s"] / rows["kernels/delta16", "SCALAR"]["gb_s"]), mine
assert mine["bytes_per_cycle"] is None or mine["bytes_per_cycle"] > 0.1
table = list(csv.DictReader(open(f"{folder}/a.csv")))
assert [(r["kernel"], r["target"]) for r in table] == list(rows), table
text = open(f"{folder}/text").read()
assert all(name in text for name in ("kernels/delta16", "GB/s", "memcpy", best)), text
CHECK
"$program" "${fast[@]}" --target="$best" --json | python3 -c '
import json, sys
targets = {r["target"] for r in json.load(sys.stdin)["runs"]}
assert targets == {"-", "SCALAR", sys.argv[1]}, targets' "$best" || fail "--json to the standard output"
exit $failed
