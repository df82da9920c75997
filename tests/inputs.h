// Inputs, small and deterministic: one of every kind of data that a strategy exists for. Their
// compressed bytes are pinned (identity/), and every coder and transform is tried on them
// (properties/).
#ifndef SIGMA_TESTS_INPUTS_H_
#define SIGMA_TESTS_INPUTS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sigma/sigma.hpp"

namespace sigma::tests {

struct Input {
  std::string name;  // of its table too: letters, digits, underscores
  std::function<Bytes()> make;
  std::uint32_t chunk_size = 0;  // as in Options
};

[[nodiscard]] std::vector<Input> Inputs();
// The bytes of the one of this name; there is one.
[[nodiscard]] Bytes InputOf(const std::string& name);

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_INPUTS_H_
