// Options for the tests of the public functions: small chunks, so that little data makes several.
#ifndef SIGMA_TESTS_API_SMALL_OPTIONS_H_
#define SIGMA_TESTS_API_SMALL_OPTIONS_H_

#include "sigma/sigma.hpp"

namespace sigma::tests {

inline constexpr std::uint32_t kChunk = 64u << 10;

inline Options Small(std::uint32_t threads = 2) {
  Options options;
  options.threads = threads;
  options.chunk_size = kChunk;
  return options;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_API_SMALL_OPTIONS_H_
