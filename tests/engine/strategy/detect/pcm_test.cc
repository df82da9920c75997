// Sampled sound is found in its own byte order, also where one or two samples back tell little.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/strategy/choose.h"
#include "engine/strategy/detect/detect.h"
#include "engine/transform/pcm/transform.h"
#include "tests/data.h"

namespace sigma {
namespace {

// Noise through a resonance at a third of the sampling rate: each sample is far from the one before
// and from the line through two, but not far from what both tell.
Buffer Resonance(std::size_t samples, bool big_endian) {
  std::mt19937 random(11);
  Bytes bytes;
  std::int64_t one = 0;
  std::int64_t two = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::int64_t next =
        (-98 * one - 97 * two) / 100 + static_cast<int>(random() % 8192) - 4096;
    two = one;
    one = std::clamp<std::int64_t>(next, -32768, 32767);
    const auto low = static_cast<std::uint8_t>(one & 255);
    const auto high = static_cast<std::uint8_t>((one >> 8) & 255);
    bytes.push_back(big_endian ? high : low);
    bytes.push_back(big_endian ? low : high);
  }
  return tests::Padded(std::move(bytes));
}

TEST(PcmDetection, ResonancesAreFoundInTheirOwnByteOrder) {
  BufferPool pool;
  for (const bool big_endian : {false, true}) {
    const Buffer sound = Resonance(150000, big_endian);
    const Features features = MeasureFeatures(sound.view(), pool);
    Candidates candidates;
    DetectPcm({sound.view(), features, ScopeOf(*FindLevel(3), pool), true}, candidates);
    ASSERT_EQ(candidates.view().size(), 1u);
    EXPECT_EQ(candidates.view()[0].params.bytes[0] & 7, big_endian ? 5 : 1);
  }
}

}  // namespace
}  // namespace sigma
