// Takes small numbers off the front of a fuzzer's input.
#ifndef SIGMA_TESTS_FUZZ_FUZZ_INPUT_H_
#define SIGMA_TESTS_FUZZ_FUZZ_INPUT_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "sigma/sigma.hpp"

namespace sigma::tests {

class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  std::uint32_t Take(unsigned bytes) {
    std::uint32_t value = 0;
    for (; bytes != 0 && !rest_.empty(); --bytes, rest_ = rest_.subspan(1)) {
      value = value << 8 | rest_[0];
    }
    return value;
  }
  [[nodiscard]] ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
};

// A broken promise: the reproducer is what libFuzzer keeps.
inline void Require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_FUZZ_FUZZ_INPUT_H_
