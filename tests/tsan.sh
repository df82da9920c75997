#!/bin/sh
# ThreadSanitizer over the tests of pipeline and api, with a oneTBB that is instrumented as well: Debian's
# is not, and then every hand-over between threads inside of it is reported as a race.
#   sh tests/tsan.sh [FOLDER]      FOLDER keeps oneTBB between runs; default build/tsan-tbb
# Fetches Debian's source of oneTBB (apt-get source, from a list of its own: the system's need not have
# deb-src) or takes an unpacked one that TBB_SOURCE names, builds the library alone, and runs
# pipeline_test, api_test, memory_test and io_test. Takes half an hour on two cores, most of it for building.
# Ends with 77 where the source cannot be had.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:-$root/build/tsan-tbb}
mkdir -p "$folder/lists/partial"
folder=$(CDPATH= cd -- "$folder" && pwd)
source=${TBB_SOURCE:-}
if [ -z "$source" ] && ! ls -d "$folder"/onetbb-*/ >/dev/null 2>&1; then
  . /etc/os-release
  key=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb-src [signed-by=$key] http://deb.debian.org/debian $VERSION_CODENAME main" >"$folder/sources.list"
  apt="apt-get -q -o APT::Sandbox::User=$(id -un) -o Dir::Etc::sourcelist=$folder/sources.list
       -o Dir::Etc::sourceparts=- -o Dir::State::lists=$folder/lists"
  (cd "$folder" && $apt update && $apt source onetbb) || { echo "no source of oneTBB"; exit 77; }
fi
[ -n "$source" ] || source=$(ls -d "$folder"/onetbb-*/)
cmake -G Ninja -S "$source" -B "$folder/build" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF -DTBBMALLOC_PROXY_BUILD=OFF \
  -DCMAKE_CXX_FLAGS="-fsanitize=thread -g1" -DCMAKE_INSTALL_PREFIX="$folder/tbb" >/dev/null
cmake --build "$folder/build" --target install >"$folder/build.log"
# Debian's allocator of oneTBB hands memory from thread to thread in ways that are not seen either. One
# without its functions makes oneTBB take malloc, which is.
cc -shared -x c /dev/null -o "$folder/tbb/lib/libtbbmalloc.so.2"
cd "$root"
cmake --preset tsan -DCMAKE_PREFIX_PATH="$folder/tbb" -DTBB_DIR="$folder/tbb/lib/cmake/TBB" >/dev/null
cmake --build --preset tsan --target pipeline_test api_test memory_test io_test
# A race in oneTBB itself is its own business: what counts is ours. Fences inside of it are not
# understood (the compiler says so, -Wtsan); suppressions would name them, none is needed so far.
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 ${TSAN_OPTIONS:-}"
for test in memory_test io_test pipeline_test api_test; do
  echo "== $test"
  LD_LIBRARY_PATH="$folder/tbb/lib" "build/tsan/tests/$test" --gtest_brief=1
done
