// Which symbols occur. Most blocks of small inputs use few of the 256, and every step of their coding
// asks: finding them once saves walking over all of them in each.
#ifndef SIGMA_CODER_ENTROPY_ALPHABET_H_
#define SIGMA_CODER_ENTROPY_ALPHABET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::entropy {

// The symbols, ascending, whose value (a count or the length of a code) is not 0. At most 256 values.
class Alphabet {
 public:
  template <class Values>
  constexpr explicit Alphabet(const Values& values) noexcept {
    for (std::size_t s = 0; s < values.size(); ++s) {
      symbols_[used_] = static_cast<std::uint8_t>(s);
      used_ += values[s] != 0 ? 1 : 0;
    }
  }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return used_; }
  [[nodiscard]] constexpr std::span<const std::uint8_t> symbols() const noexcept {
    return {symbols_.data(), used_};
  }

 private:
  std::array<std::uint8_t, 256> symbols_;
  std::size_t used_ = 0;
};

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_ALPHABET_H_
