#!/bin/bash
# Kernels and their tests without CMake packages, for an architecture that has no Debian release:
#
#   tests/cross/bare.sh FOLDER COMPILER EMULATOR…
#
# Highway's headers are those of the host, its run-time functions and GoogleTest come from Debian's
# source packages.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1 compiler=$2; shift 2
[ -d /usr/src/googletest ] || { echo "skipped: googletest is missing" >&2; exit 77; }
mkdir -p "$folder/source" "$folder/objects" "$folder/include"
if ! ls "$folder"/source/highway-*/hwy > /dev/null 2>&1; then
  key=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$folder"/apt/{state/lists/partial,cache/archives/partial}
  touch "$folder/apt/status"
  echo "deb-src [signed-by=$key] http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" \
    > "$folder/apt/sources.list"
  cat > "$folder/apt.conf" <<CONF
APT::Sandbox::User "root";
Dir::State "$folder/apt/state";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt/cache";
Dir::Etc::sourcelist "$folder/apt/sources.list";
Dir::Etc::sourceparts "-";
CONF
  export APT_CONFIG=$folder/apt.conf
  apt-get update -qq || { echo "skipped: a package mirror is missing" >&2; exit 77; }
  (cd "$folder/source" && apt-get source -qq --download-only highway && tar xf highway_*.orig.tar.gz)
  unset APT_CONFIG
fi
# The host's copy of the headers, so that no other header of the host is seen.
ln -sfn /usr/include/hwy "$folder/include/hwy"
gtest=/usr/src/googletest
flags=(-std=c++20 -O2 -ffp-contract=off -I"$root" -isystem "$folder/include"
       -isystem "$gtest/googletest/include" -isystem "$gtest/googlemock/include")
# Compiles SOURCE to an object unless that is newer, in the background.
object() {
  local source=$1 to name=${1#"$root"/}; to=$folder/objects/${name//\//_}.o; shift
  [ "$to" -nt "$source" ] || ${CMAKE_CXX_COMPILER_LAUNCHER:-} "$compiler" "${flags[@]}" "$@" -c "$source" -o "$to"
}
for source in "$root"/kernels/{,*/}*.cc "$root"/tests/kernels/{,*/}*_test.cc; do object "$source"; done
for source in targets aligned_allocator; do
  object "$(ls -d "$folder"/source/highway-*/hwy | head -1)/$source.cc"
done
object "$gtest/googletest/src/gtest-all.cc" -I"$gtest/googletest"
object "$gtest/googlemock/src/gmock-all.cc" -I"$gtest/googlemock"
object "$gtest/googlemock/src/gmock_main.cc" -I"$gtest/googlemock"
"$compiler" "$folder"/objects/*.o -o "$folder/kernels_test" -pthread -static
"$@" "$folder/kernels_test" --gtest_brief=1
