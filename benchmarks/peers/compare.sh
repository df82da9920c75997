#!/bin/bash
# benchmarks/peers/compare.sh [-n RUNS] [-T THREADS] [-s SECONDS] FILE…: sigma-par beside Debian's
# zstd, lz4, pigz and xz on the same files in one run.
#
# Whole process: every tool's runs are interleaved (one round of all of them after the other, so that
# a slow spell of the machine hits all), results go to files on the same disk, the page cache is warm,
# the best of RUNS counts. In memory: sigma-par --bench beside zstd -b and lz4 -b, one thread.
# Prints tables with ratios to zstd -1 and writes nothing but a temporary folder, which it removes.
# $SIGMA_PAR names another command than that of this checkout's build.
set -eu
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runs=3 threads=2 seconds=1
while getopts n:T:s: option; do
  case $option in
    n) runs=$OPTARG ;;
    T) threads=$OPTARG ;;
    s) seconds=$OPTARG ;;
    *) exit 1 ;;
  esac
done
shift $((OPTIND - 1))
[[ $# -gt 0 ]] || { echo "usage: compare.sh [-n RUNS] [-T THREADS] [-s SECONDS] FILE..." >&2; exit 1; }
sigma=${SIGMA_PAR:-}
for build in release run; do
  [[ -n $sigma ]] || { [[ -x $checkout/build/$build/cli/sigma-par ]] && sigma=$checkout/build/$build/cli/sigma-par; } || true
done
[[ -n $sigma ]] || { echo "compare.sh: build sigma-par first (sh cmake/run.sh -V)" >&2; exit 1; }

# name | compress FILE to standard output | restore standard input to standard output
tools=()
tool() { if command -v "$4" >/dev/null; then tools+=("$1|$2|$3"); else echo "compare.sh: no $4, left out" >&2; fi; }
tool "zstd -1" "zstd -1 -T$threads -qc" "zstd -d -qc" zstd
tool "zstd -3" "zstd -3 -T$threads -qc" "zstd -d -qc" zstd
tool "lz4 -1" "lz4 -1 -qc" "lz4 -d -qc" lz4
tool "pigz -6" "pigz -6 -p $threads -c" "pigz -d -p $threads -c" pigz
tool "xz -1" "xz -1 -T$threads -qc" "xz -d -T$threads -qc" xz
for level in $("$sigma" -H | sed -n 's/^Levels: //p'); do
  tool "sigma-par -$level" "$sigma -$level -T $threads -qc" "$sigma -d -T $threads -qc" "$sigma"
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
now() { echo "${EPOCHREALTIME/[.,]/}"; }  # microseconds

echo "machine    $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, $threads threads"
echo "date       $(date -u +%Y-%m-%dT%H:%MZ)   commit $(git -C "$checkout" rev-parse --short HEAD 2>/dev/null || echo unknown)"
echo "versions   $("$sigma" -V | head -n 1), $(zstd --version 2>/dev/null | grep -o 'v[0-9.]*' | head -n 1 | sed 's/^/zstd /'), $(xz --version | head -n 1)"

whole_process() {
  local file=$1 size round name pack unpack start took i
  local -a packing unpacking packed
  size=$(stat -Lc %s "$file")
  cat "$file" >/dev/null
  for ((round = 0; round <= runs; ++round)); do  # round 0 warms up
    for i in "${!tools[@]}"; do
      IFS='|' read -r name pack unpack <<<"${tools[i]}"
      start=$(now)
      $pack "$file" >"$folder/packed.$i"
      took=$(($(now) - start))
      if ((round > 0)) && [[ -z ${packing[i]:-} || $took -lt ${packing[i]} ]]; then packing[i]=$took; fi
      start=$(now)
      $unpack <"$folder/packed.$i" >"$folder/restored"
      took=$(($(now) - start))
      if ((round > 0)) && [[ -z ${unpacking[i]:-} || $took -lt ${unpacking[i]} ]]; then unpacking[i]=$took; fi
      if ((round == 0)); then
        cmp "$file" "$folder/restored" || { echo "compare.sh: $name does not restore $file" >&2; exit 1; }
        packed[i]=$(stat -c %s "$folder/packed.$i")
      fi
    done
  done
  echo
  echo "$file, $size bytes, whole process, best of $runs"
  for i in "${!tools[@]}"; do
    echo "${tools[i]%%|*}|${packed[i]}|${packing[i]}|${unpacking[i]}"
  done | awk -F'|' -v size="$size" '
    BEGIN { printf "%-14s %13s %7s %11s %11s %9s %9s %9s\n", "", "compressed", "%", "pack MB/s", "unpack MB/s", "size", "pack t", "unpack t" }
    NR == 1 { s = $2; p = $3; u = $4 }
    { printf "%-14s %13d %7.2f %11.1f %11.1f %9.3f %9.3f %9.3f\n", $1, $2, size ? 100 * $2 / size : 0, size / $3, size / $4, $2 / s, $3 / p, $4 / u }'
  echo "(the last three columns: ratio to ${tools[0]%%|*})"
}

in_memory() {
  local file=$1
  {
    for level in 1 3; do
      # "-1#name : 100 -> 50 (2.0), 400.0 MB/s, 900.0 MB/s" after carriage returns
      zstd -b$level -i"$seconds" -T1 "$file" 2>&1 | tr '\r' '\n' | grep 'MB/s' | tail -n 1 |
        sed -E "s/.*-> *([0-9]+) .*[, ]([0-9.]+) MB\/s,? *([0-9.]+) MB\/s.*/zstd -$level|\1|\2|\3/"
    done
    if command -v lz4 >/dev/null; then
      lz4 -b1 -i"$seconds" "$file" 2>&1 | tr '\r' '\n' | grep 'MB/s' | tail -n 1 |
        sed -E 's/.*-> *([0-9]+) .*[, ]([0-9.]+) MB\/s *, *([0-9.]+) MB\/s.*/lz4 -1|\1|\2|\3/'
    fi
    for level in $("$sigma" -H | sed -n 's/^Levels: //p'); do
      "$sigma" --bench --level "$level" -T 1 --seconds "$seconds" --json "$file" | head -n 1 |
        sed -E "s/.*\"compressed\":([0-9]+).*\"compress_mb_s\":([0-9.e+-]+),\"decompress_mb_s\":([0-9.e+-]+).*/sigma-par -$level|\1|\2|\3/"
    done
  } >"$folder/rows"
  echo
  echo "$file, in memory, one thread, $seconds s each way"
  awk -F'|' -v size="$(stat -Lc %s "$file")" '
    BEGIN { printf "%-14s %13s %7s %11s %11s %9s %9s %9s\n", "", "compressed", "%", "pack MB/s", "unpack MB/s", "size", "pack", "unpack" }
    NR == 1 { s = $2; p = $3; u = $4 }
    { printf "%-14s %13d %7.2f %11.1f %11.1f %9.3f %9.3f %9.3f\n", $1, $2, size ? 100 * $2 / size : 0, $3, $4, $2 / s, $3 / p, $4 / u }' "$folder/rows"
  echo "(the last three columns: ratio to zstd -1, of sizes and of speeds)"
}

for file in "$@"; do
  whole_process "$file"
  in_memory "$file"
done
