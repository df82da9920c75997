// The inputs whose compressed bytes are pinned: small, deterministic, one of every kind of data
// that a strategy exists for.
#ifndef SIGMA_TESTS_IDENTITY_INPUTS_H_
#define SIGMA_TESTS_IDENTITY_INPUTS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sigma/sigma.hpp"

namespace sigma::tests {

struct IdentityInput {
  std::string name;  // of its table too: letters, digits, underscores
  std::function<Bytes()> make;
  std::uint32_t chunk_size = 0;  // as in Options
};

[[nodiscard]] std::vector<IdentityInput> IdentityInputs();

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_IDENTITY_INPUTS_H_
