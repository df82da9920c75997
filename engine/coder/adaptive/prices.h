// What a parse is charged for: literals by the model as it stands, all else by what the last blocks'
// sequences were. One bit is 256; integers only, so a parse is the same everywhere. No allocation.
#ifndef SIGMA_CODER_ADAPTIVE_PRICES_H_
#define SIGMA_CODER_ADAPTIVE_PRICES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/adaptive/model.h"

namespace sigma::adaptive {

namespace model = kernels::adaptive;

// Runs and lengths from here on cost the same.
inline constexpr std::size_t kLongest = 299;

// The price of the literal `byte`.
[[nodiscard]] std::uint32_t LiteralPrice(model::Model& model, const model::LiteralContext& context,
                                         std::uint32_t byte) noexcept;

// Of a symbol that has so much of the scale, 2^15.
[[nodiscard]] std::uint32_t FrequencyPrice(std::uint32_t frequency) noexcept;

class Prices {
 public:
  // The guess before anything is known.
  Prices() noexcept;

  // One more sequence, after one of `kind`. Prices stay until Set.
  void Count(const model::Sequence& sequence, std::uint32_t kind) noexcept;
  // Forgets the guess.
  void Restart() noexcept { counts_ = {}; }
  // From what was counted, half of which is then forgotten.
  void Set() noexcept;

  // Of so many literals, without their bytes.
  [[nodiscard]] std::uint32_t Run(std::uint32_t literals) const noexcept {
    return run_[literals < kLongest ? literals : kLongest];
  }
  // Of a sequence's kind, after one of `before`.
  [[nodiscard]] std::uint32_t Kind(std::uint32_t before, std::uint32_t literals,
                                   std::uint32_t kind) const noexcept {
    return kind_[before][literals < 3 ? literals : 3][kind];
  }
  // Of the lengths 0 … kLongest.
  [[nodiscard]] const std::uint32_t* Lengths(bool repeats) const noexcept {
    return length_[repeats ? 1 : 0].data();
  }
  [[nodiscard]] std::uint32_t Offset(std::uint32_t offset, std::uint32_t length) const noexcept;

 private:
  static constexpr std::size_t kRunClasses = 34;
  struct Counts {
    std::array<std::uint32_t, kRunClasses> run;
    std::array<std::array<std::array<std::uint32_t, 4>, 4>, 4> kind;
    std::array<std::array<std::uint32_t, 16>, 2> length;
    std::array<std::array<std::uint32_t, 16>, 2> octave;
    std::array<std::array<std::uint32_t, 16>, 16> reach;
    std::array<std::array<std::uint32_t, 16>, 16> top;
    std::array<std::uint32_t, 16> low;
  };

  Counts counts_{};
  std::array<std::uint32_t, kLongest + 1> run_;
  std::array<std::array<std::array<std::uint32_t, 4>, 4>, 4> kind_;
  std::array<std::array<std::uint32_t, kLongest + 1>, 2> length_;
  std::array<std::array<std::uint32_t, 16>, 16> reach_;
  std::array<std::array<std::uint32_t, 16>, 16> top_;
  std::array<std::uint32_t, 16> low_;
};

}  // namespace sigma::adaptive

#endif  // SIGMA_CODER_ADAPTIVE_PRICES_H_
