#include "engine/strategy/data_class.h"

#include <algorithm>
#include <array>

namespace sigma {
namespace {

constexpr std::array<std::string_view, 6> kClassNames{"repetitive", "random", "structured",
                                                      "text",       "delta",  "runs"};

// Densities are in 1/256 of the sampled bytes, entropies in 1/256 bit per byte.
constexpr std::uint32_t kRepetitiveDensity = 252;  // all but 1.5 % predicted by one period
constexpr std::uint32_t kRunsDensity = 244;        // all but 5 % in runs
constexpr std::uint32_t kRandomEntropy = 2020;  // 7.89 bits: order-0 coding saves 1.4 % at the most
constexpr std::uint32_t kRandomMatches = 8;     // 3 % of the sample repeats
constexpr std::uint32_t kRandomFarRepeats = 3;  // 1 % of the places repeat far away
// Then a parser that takes larger steps the longer it finds nothing would miss copies.
constexpr std::uint8_t kNoSkip = 24;
// A width with differences is a suspicion of numeric data once it saves 6 % of the order-0 entropy.
constexpr std::uint32_t kDeltaShare = 240;
// Data that is no text and repeats less than this, of 256, has short matches. Level 2 hashes 7
// bytes for text, where shorter matches take longer to find and make as many more sequences; with 5
// programs and databases are 7 % smaller for 0.5 to 0.9 ns a byte. Sheets of bits repeat as a
// whole: they would be 2 % larger.
constexpr std::uint32_t kRepeated = 230;
constexpr std::uint8_t kShortMatch = 5;

}  // namespace

std::string_view DataClassName(DataClass data_class) {
  return kClassNames[static_cast<std::size_t>(data_class)];
}

DataClass Classify(const Features& features) {
  if (features.period_density >= kRepetitiveDensity || features.longest_run >= features.size) {
    return DataClass::kRepetitive;
  }
  if (features.run_density >= kRunsDensity) return DataClass::kRuns;
  const std::uint32_t numeric =
      std::min(*std::ranges::min_element(features.delta_entropy),
               *std::min_element(features.plane_entropy.begin() + 1, features.plane_entropy.end()));
  const bool delta = numeric * 256 < features.entropy * kDeltaShare;
  if (features.entropy >= kRandomEntropy && features.match_density < kRandomMatches && !delta &&
      features.far_repeats < kRandomFarRepeats && features.islands == 0) {
    return DataClass::kRandom;
  }
  if (features.text_density >= kMostlyText) return DataClass::kText;
  return delta ? DataClass::kDelta : DataClass::kStructured;
}

bool WorthATransform(DataClass data_class) {
  return data_class == DataClass::kDelta || data_class == DataClass::kText ||
         data_class == DataClass::kStructured;
}

bool AnyMatchLength(const CoderParams& coder) noexcept {
  return coder.lz.parser == lz::Parser::kFast && coder.lz.form == lz::Form::kSections;
}

CoderParams SuitedCoder(const CoderParams& coder, const Features& features) {
  CoderParams suited = coder;
  suited.pattern_period = features.period;
  if (features.far_repeats >= kRandomFarRepeats) {
    suited.lz.skip_log = std::max(suited.lz.skip_log, kNoSkip);
  }
  if (AnyMatchLength(coder) && features.text_density < kMostlyText &&
      features.match_density < kRepeated) {
    suited.lz.min_match = std::min(suited.lz.min_match, kShortMatch);
  }
  return suited;
}

}  // namespace sigma
