#include "engine/coder/adaptive/prices.h"

#include <algorithm>
#include <bit>
#include <span>

#include "kernels/statistics/log2.h"

namespace sigma::adaptive {
namespace {

using Slot = kernels::Slot;

constexpr unsigned kPriceBits = 8;
constexpr std::uint32_t kOneBit = 1u << kPriceBits;
constexpr unsigned kScaleBits = 15;
// A symbol seen once weighs this many times one never seen.
constexpr std::uint32_t kSeenScale = 8;
// Runs of fewer literals are a class each.
constexpr std::uint32_t kFewLiterals = 18;

// log2(value) << kPriceBits, value > 0.
constexpr std::uint32_t Log2(std::uint32_t value) {
  return kernels::statistics::Log2Fixed(value) >> (16 - kPriceBits);
}

// Of a symbol's frequency, in sixteenths.
constexpr std::array<std::uint16_t, 2049> MakeCosts() {
  std::array<std::uint16_t, 2049> costs{};
  for (std::uint32_t i = 0; i < costs.size(); ++i) {
    const std::uint32_t frequency = i == 0 ? 6 : std::min(16 * i, 1u << kScaleBits);
    costs[i] = static_cast<std::uint16_t>(kScaleBits * kOneBit - Log2(frequency));
  }
  return costs;
}
constexpr auto kCosts = MakeCosts();

std::uint32_t SymbolPrice(const model::Mixture& mixture, std::uint32_t symbol) {
  const auto part = [&](const Slot& slot, std::size_t i) {
    const int low = symbol == 0 ? 0 : slot.lanes[symbol];
    const int high = symbol == 15 ? kernels::kSlotTop : slot.lanes[symbol + 1];
    return static_cast<std::uint32_t>(high - low) * mixture.weights.shares[i];
  };
  const std::uint32_t frequency =
      (part(mixture.a, 0) + part(mixture.b, 1) + part(mixture.c, 2) + part(mixture.d, 3)) >> 16;
  return kCosts[(frequency + 9) >> 4];
}

void Price(std::span<const std::uint32_t> counts, std::span<std::uint32_t> prices) {
  std::uint32_t total = 0;
  for (const std::uint32_t count : counts) total += kSeenScale * count + 1;
  const std::uint32_t all = Log2(total);
  for (std::size_t i = 0; i < counts.size(); ++i)
    prices[i] = all - Log2(kSeenScale * counts[i] + 1);
}

std::uint32_t OctaveOf(std::uint32_t value) {
  return static_cast<std::uint32_t>(std::bit_width(value)) - 1;
}

std::uint32_t RunClass(std::uint32_t literals) {
  return literals < kFewLiterals ? literals : kFewLiterals + OctaveOf(literals - kFewLiterals + 1);
}

std::uint32_t LengthSymbol(std::uint32_t length) {
  return std::min(length - model::kShortestMatch, model::kOpenSymbol);
}

// The first length that a symbol cannot hold.
constexpr std::uint32_t kOpenLength = model::kShortestMatch + model::kOpenSymbol;

}  // namespace

std::uint32_t LiteralPrice(model::Model& model, const model::LiteralContext& context,
                           std::uint32_t byte) noexcept {
  return SymbolPrice(UpperMixture(model, context), byte >> 4) +
         SymbolPrice(LowerMixture(model, context, byte >> 4), byte & 15);
}

std::uint32_t FrequencyPrice(std::uint32_t frequency) noexcept {
  return kScaleBits * kOneBit - Log2(frequency);
}

Prices::Prices() noexcept {
  for (std::uint32_t i = 0; i < kFewLiterals; ++i) counts_.run[i] = 1 + (256u >> std::min(i, 8u));
  for (auto& before : counts_.kind) before.fill({8, 4, 2, 2});
  for (auto& length : counts_.length) {
    for (std::uint32_t i = 0; i < length.size(); ++i) length[i] = 1 + (64u >> std::min(i, 6u));
  }
  Set();
}

void Prices::Count(const model::Sequence& sequence, std::uint32_t kind) noexcept {
  ++counts_.run[RunClass(sequence.literals)];
  if (sequence.match == 0) return;
  const std::uint32_t now = std::min(sequence.repeat, model::kOldRepeat);
  ++counts_.kind[kind][std::min(sequence.literals, 3u)][now];
  const std::size_t repeats = now == 0 ? 0 : 1;
  const std::uint32_t symbol = LengthSymbol(sequence.match);
  ++counts_.length[repeats][symbol];
  if (symbol == model::kOpenSymbol) {
    ++counts_.octave[repeats][OctaveOf(sequence.match - kOpenLength + 1)];
  }
  if (now != 0) return;
  const std::uint32_t distance = sequence.offset - 1;
  const unsigned bits = model::DistanceBits(distance);
  const std::uint32_t reach = model::ReachOf(bits);
  ++counts_.reach[symbol][reach];
  ++counts_.top[reach][distance >> (reach == 0 ? 0 : bits - 5) & 15];
  if (bits >= 9) ++counts_.low[distance & 15];
}

void Prices::Set() noexcept {
  std::array<std::uint32_t, kRunClasses> runs;
  Price(counts_.run, runs);
  for (std::uint32_t i = 0; i <= kLongest; ++i) {
    const std::uint32_t row = RunClass(i);
    run_[i] = runs[row] + (row < kFewLiterals ? 0 : (row - kFewLiterals) * kOneBit);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 4; ++k) Price(counts_.kind[i][k], kind_[i][k]);
  }
  for (std::size_t i = 0; i < 2; ++i) {
    std::array<std::uint32_t, 16> symbols;
    std::array<std::uint32_t, 16> octaves;
    Price(counts_.length[i], symbols);
    Price(counts_.octave[i], octaves);
    for (std::uint32_t length = model::kShortestMatch; length <= kLongest; ++length) {
      const std::uint32_t symbol = LengthSymbol(length);
      length_[i][length] = symbols[symbol];
      if (symbol != model::kOpenSymbol) continue;
      const std::uint32_t octave = OctaveOf(length - kOpenLength + 1);
      length_[i][length] += octaves[octave] + octave * kOneBit;
    }
  }
  for (std::size_t i = 0; i < 16; ++i) {
    Price(counts_.reach[i], reach_[i]);
    Price(counts_.top[i], top_[i]);
  }
  Price(counts_.low, low_);
  static_assert(sizeof(Counts) % sizeof(std::uint32_t) == 0);
  auto* const each = reinterpret_cast<std::uint32_t*>(&counts_);
  for (std::size_t i = 0; i < sizeof(Counts) / sizeof(std::uint32_t); ++i) each[i] /= 2;
}

std::uint32_t Prices::Offset(std::uint32_t offset, std::uint32_t length) const noexcept {
  const std::uint32_t distance = offset - 1;
  const unsigned bits = model::DistanceBits(distance);
  const std::uint32_t reach = model::ReachOf(bits);
  const std::uint32_t near = reach_[LengthSymbol(length)][reach];
  if (reach == 0) return near + top_[0][distance];
  const unsigned below = bits - 5;
  const std::uint32_t upper =
      near + top_[reach][distance >> below & 15] + (reach == model::kOpenSymbol ? 2 * kOneBit : 0);
  return below < 4 ? upper + below * kOneBit : upper + (below - 4) * kOneBit + low_[distance & 15];
}

}  // namespace sigma::adaptive
