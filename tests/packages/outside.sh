#!/bin/sh
# outside.sh [BUILD]: programs in C++ and C outside of this tree build and run on an installed libsigma, by
# find_package and by pkg-config. BUILD, of a static or a shared library, is installed into a folder of its own;
# without it they are built on what is installed in the system.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -gt 0 ]; then
  cmake --install "$1" --prefix "$folder/usr" >"$folder/log" || { cat "$folder/log"; exit 1; }
  libraries=$(dirname "$(find "$folder/usr" -name 'libsigma.*' | head -n 1)")
  PKG_CONFIG_PATH=$libraries/pkgconfig
  LD_LIBRARY_PATH=$libraries
  export PKG_CONFIG_PATH LD_LIBRARY_PATH
fi

mkdir "$folder/program"
cd "$folder/program"
cat >round.cc <<'END'
#include <sigma/sigma.hpp>
int main() {
  const sigma::Bytes bytes(100000, 7);
  const auto stream = sigma::Compress(bytes);
  const auto back = stream ? sigma::Decompress(*stream) : sigma::Result<sigma::Bytes>(stream.failure());
  return back && *back == bytes && stream->size() < 1000 ? 0 : 1;
}
END
cat >round.c <<'END'
#include <sigma/sigma.h>
#include <string.h>
static char bytes[100000], stream[200000], back[100000];
int main(void) {
  sigma_context* context;
  size_t size, got;
  memset(bytes, 7, sizeof bytes);
  if (sigma_context_new(NULL, &context) != SIGMA_OK) return 1;
  if (sigma_compress(context, bytes, sizeof bytes, stream, sizeof stream, &size) != SIGMA_OK) return 2;
  if (sigma_decompress(context, stream, size, back, sizeof back, &got) != SIGMA_OK) return 3;
  sigma_context_free(context);
  return got == sizeof bytes && memcmp(bytes, back, got) == 0 ? 0 : 4;
}
END
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(sigma 0.1 REQUIRED CONFIG)
add_executable(round_cpp round.cc)
add_executable(round_c round.c)
target_link_libraries(round_cpp PRIVATE sigma::sigma)
target_link_libraries(round_c PRIVATE sigma::sigma)
set_target_properties(round_c PROPERTIES LINKER_LANGUAGE CXX)
END
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release ${folder:+"-DCMAKE_PREFIX_PATH=$folder/usr"} >log 2>&1 &&
  cmake --build build >>log 2>&1 || { cat log; exit 1; }
build/round_cpp
build/round_c
echo "find_package: C++ and C run"

# shellcheck disable=SC2046  # lists of words on purpose
c++ -std=c++20 round.cc -o round_cpp $(pkg-config --cflags --libs sigma)
# shellcheck disable=SC2046
cc -std=c99 -pedantic -Wall -Werror round.c -o round_c $(pkg-config --cflags --libs sigma)
./round_cpp
./round_c
echo "pkg-config: C++ and C run"
