#!/bin/bash
# Cross builds of the kernels, their tests and sigma-par, run under qemu-user:
#
#   tests/cross/run.sh [aarch64|riscv64]…     (both without arguments)
#
# Each kernel test runs on every SIMD target the emulated CPU has (aarch64: NEON, SVE, SVE2;
# riscv64: SCALAR, since V needs a newer compiler), and sigma-par must write the bytes that the x86
# build writes, at every level, and restore them. Needs Debian's g++-aarch64-linux-gnu,
# g++-riscv64-linux-gnu, qemu-user-static, googletest and a network for the foreign packages, which
# apt fetches into BUILD/cross without touching the system. Exit 77: something needed is missing.
#
# SIGMA_NATIVE names the x86 sigma-par to compare with, BUILD the build folder (build).
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-$root/build}
native=${SIGMA_NATIVE:-$build/release/cli/sigma-par}
missing() { echo "skipped: $1 is missing" >&2; exit 77; }

# The foreign packages, unpacked: fetch ARCH FOLDER PACKAGE…
fetch() {
  local arch=$1 folder=$2; shift 2
  [ -e "$folder/done" ] && return
  mkdir -p "$folder"/{state/lists/partial,cache/archives/partial,debs,root}
  touch "$folder/status"
  local key=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [signed-by=$key] http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" \
    > "$folder/sources.list"
  cat > "$folder/apt.conf" <<CONF
APT::Architecture "$arch";
APT::Architectures "$arch";
APT::Sandbox::User "root";
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "-";
CONF
  export APT_CONFIG=$folder/apt.conf
  apt-get update -qq || missing "a package mirror"
  (cd "$folder/debs" && apt-get download -qq "$@") || missing "one of $*"
  unset APT_CONFIG
  for deb in "$folder"/debs/*.deb; do dpkg -x "$deb" "$folder/root"; done
  touch "$folder/done"
}

# One architecture: run ARCH
run() {
  local arch=$1 folder=$build/cross/$1
  command -v "$arch-linux-gnu-g++" > /dev/null || missing "g++-$arch-linux-gnu"
  command -v "qemu-$arch-static" > /dev/null || missing qemu-user-static
  local cpu=max
  [ "$arch" = aarch64 ] || cpu=rv64
  local -a qemu=("qemu-$arch-static" -cpu $cpu -L "/usr/$arch-linux-gnu")
  if [ "$arch" = riscv64 ]; then
    "$here/bare.sh" "$folder" "$arch-linux-gnu-g++" "${qemu[@]}"
    return
  fi
  fetch arm64 "$folder/packages" libhwy-dev libhwy1 libgtest-dev libgmock-dev libxxhash-dev \
    libxxhash0 libtbb-dev libtbb12 libtbbmalloc2 libtbbbind-2-5
  cmake -S "$root" -B "$folder/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_TOOLCHAIN_FILE="$here/toolchain.cmake" -DSIGMA_CROSS="$arch" \
    -DSIGMA_CROSS_ROOT="$folder/packages/root" -DSIGMA_BUILD_BENCHMARKS=OFF -DSIGMA_FETCH=OFF \
    -DSIGMA_WERROR=ON ${CMAKE_CXX_COMPILER_LAUNCHER:+-DCMAKE_CXX_COMPILER_LAUNCHER=$CMAKE_CXX_COMPILER_LAUNCHER} > /dev/null
  cmake --build "$folder/build" --target kernels_test sigma-par > "$folder/build.log" 2>&1 ||
    { tail -20 "$folder/build.log"; return 1; }
  qemu+=(-E "LD_LIBRARY_PATH=$folder/packages/root/usr/lib/$arch-linux-gnu")
  echo "== $arch: targets $("${qemu[@]}" "$folder/build/tests/kernels_test" --gtest_filter='Targets.*' \
    --gtest_brief=1 > /dev/null && "${qemu[@]}" "$folder/build/cli/sigma-par" -V | tr '\n' ' ')"
  "${qemu[@]}" "$folder/build/tests/kernels_test" --gtest_brief=1
  compare "$folder" "${qemu[@]}" "$folder/build/cli/sigma-par"
}

# The same stream from both, and the original back: compare FOLDER PROGRAM…
compare() {
  local folder=$1; shift
  [ -x "$native" ] || missing "$native (build sigma-par, or set SIGMA_NATIVE)"
  local input=$folder/input
  # Sources, machine code and numbers: a few chunks' worth.
  { find "$root/kernels" "$root/engine" -name "*.cc" | LC_ALL=C sort | xargs cat; head -c 400000 "$native"
    for i in $(seq 60000); do printf '%d;%d\n' "$i" $((i * i % 1009)); done; } > "$input"
  for level in 1 2 3 4 5 6 7; do
    local a b
    a=$("$native" -"$level" -c -T2 "$input" | sha256sum | cut -c1-64)
    "$@" -"$level" -c -T2 "$input" > "$input.sigma"
    b=$(sha256sum < "$input.sigma" | cut -c1-64)
    if [ "$a" != "$b" ]; then echo "level $level: $a here, $b there"; return 1; fi
    "$@" -d -c "$input.sigma" | cmp - "$input"
    echo "level $level: the same stream, $(stat -c %s "$input.sigma") bytes"
  done
}

[ $# -gt 0 ] || set -- aarch64 riscv64
for arch in "$@"; do run "$arch"; done
