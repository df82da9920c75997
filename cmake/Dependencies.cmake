# Dependencies: Debian 12 packages by find_package or pkg-config. Where a package is missing, FetchContent
# takes the same version from its upstream, pinned by hash (that needs a network); SIGMA_FETCH=OFF turns
# that into an error that names the package.
option(SIGMA_FETCH "Fetch missing dependencies from upstream" ON)
include(FetchContent)

# sigma_fetch(NAME PACKAGE URL SHA256 [SUBDIR]): what to do when Debian's PACKAGE is not there.
macro(sigma_fetch name package url sha256)
  if(NOT SIGMA_FETCH)
    message(FATAL_ERROR "${name} not found: apt-get install ${package}, or configure with SIGMA_FETCH=ON")
  endif()
  message(STATUS "${name} not found (Debian: ${package}); fetching ${url}")
  set(sigma_subdir)
  if(${ARGC} GREATER 4)
    set(sigma_subdir SOURCE_SUBDIR ${ARGV4})
  endif()
  # SYSTEM in front: CMake 3.25 takes it for a part of the option before it.
  FetchContent_Declare(${name} SYSTEM URL ${url} URL_HASH SHA256=${sha256} ${sigma_subdir})
  FetchContent_MakeAvailable(${name})
  set(SIGMA_FETCHED ON)
endmacro()

set(sigma_github https://github.com)
find_package(Threads REQUIRED)
find_package(PkgConfig QUIET)

find_package(TBB 2021.8 CONFIG QUIET)
if(NOT TBB_FOUND)
  set(TBB_TEST OFF CACHE BOOL "" FORCE)
  set(TBB_STRICT OFF CACHE BOOL "" FORCE)
  sigma_fetch(onetbb libtbb-dev ${sigma_github}/oneapi-src/oneTBB/archive/refs/tags/v2021.8.0.tar.gz
              eee380323bb7ce864355ed9431f85c43955faaae9e9bce35c62b372d7ffd9f8b)
endif()

if(PKG_CONFIG_FOUND)
  pkg_check_modules(HWY IMPORTED_TARGET libhwy>=1.0.3)
  pkg_check_modules(XXHASH IMPORTED_TARGET libxxhash>=0.8.1)
endif()
if(NOT TARGET PkgConfig::HWY)
  set(HWY_ENABLE_TESTS OFF CACHE BOOL "" FORCE)
  set(HWY_ENABLE_EXAMPLES OFF CACHE BOOL "" FORCE)
  set(HWY_ENABLE_CONTRIB OFF CACHE BOOL "" FORCE)
  sigma_fetch(highway libhwy-dev ${sigma_github}/google/highway/archive/refs/tags/1.0.3.tar.gz
              566fc77315878473d9a6bd815f7de78c73734acdcb745c3dde8579560ac5440e)
  add_library(PkgConfig::HWY ALIAS hwy)
endif()
if(NOT TARGET PkgConfig::XXHASH)
  set(DISPATCH ON CACHE BOOL "" FORCE)
  set(XXHASH_BUILD_XXHSUM OFF CACHE BOOL "" FORCE)
  sigma_fetch(xxhash libxxhash-dev ${sigma_github}/Cyan4973/xxHash/archive/v0.8.1.tar.gz
              3bb6b7d6f30c591dd65aaaff1c8b7a5b94d81687998ca9400082c739a690436c cmake_unofficial)
  add_library(PkgConfig::XXHASH ALIAS xxhash)
endif()

if(SIGMA_BUILD_CLI)
  find_package(nlohmann_json 3.11 CONFIG QUIET)
  if(NOT nlohmann_json_FOUND)
    sigma_fetch(nlohmann_json nlohmann-json3-dev
                ${sigma_github}/nlohmann/json/releases/download/v3.11.2/json.tar.xz
                8c4b26bf4b422252e13f332bc5e388ec0ab5c3443d24399acb675e68278d341f)
  endif()
endif()
if(SIGMA_BUILD_TESTS)
  find_package(GTest 1.12 QUIET)
  if(NOT GTest_FOUND)
    sigma_fetch(googletest "libgtest-dev libgmock-dev"
                ${sigma_github}/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
                81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2)
    add_library(GTest::gmock_main ALIAS gmock_main)
  endif()
endif()
if(SIGMA_BUILD_BENCHMARKS)
  find_package(benchmark 1.7 QUIET)
  if(NOT benchmark_FOUND)
    set(BENCHMARK_ENABLE_TESTING OFF CACHE BOOL "" FORCE)
    sigma_fetch(benchmark libbenchmark-dev
                ${sigma_github}/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
                6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7)
  endif()
endif()
