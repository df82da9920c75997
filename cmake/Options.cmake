# Build options; each says what it changes.
option(SIGMA_BUILD_CLI "Build the command sigma-par" ON)
option(SIGMA_BUILD_TESTS "Build the tests" ON)
option(SIGMA_BUILD_BENCHMARKS "Build the benchmarks" ON)
option(SIGMA_WERROR "Treat warnings as errors" OFF)
option(SIGMA_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(SIGMA_SANITIZE "" CACHE STRING "Sanitizers to compile and link with, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

# The bytes of a stream must not depend on how a compiler contracts floating-point expressions.
add_compile_options(-ffp-contract=off)
# Nor on the x87's longer registers, which 32-bit x86 computes in unless it is told not to.
if(CMAKE_SIZEOF_VOID_P EQUAL 4 AND CMAKE_SYSTEM_PROCESSOR MATCHES "86|AMD64")
  add_compile_options(-msse2 -mfpmath=sse)
endif()

if(SIGMA_SANITIZE)
  add_compile_options(-fsanitize=${SIGMA_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SIGMA_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's manual: sanitizers lead to false positives of these. The release build has them.
    add_compile_options(-Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
                        -Wno-stringop-overread)
  endif()
endif()
if(SIGMA_FUZZ)
  # Coverage feedback from the whole library; the fuzzers alone link libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
