// Images are found by their rows, of even and odd lengths, also where most is background; sounds
// are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "engine/strategy/choose.h"
#include "engine/strategy/detect/ask.h"
#include "engine/strategy/detect/detect.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/sections.h"
#include "engine/transform/raster/transform.h"
#include "tests/data.h"

namespace sigma {
namespace {

// Noisy blobs of 12 bits in rows of `width` samples; the margins of each sheet are black.
Buffer Sheets(std::size_t width, std::size_t rows, std::size_t margin) {
  std::mt19937 random(13);
  std::vector<int> above(width, 2000);
  Bytes bytes;
  for (std::size_t y = 0; y < rows; ++y) {
    int left = above[0];
    for (std::size_t x = 0; x < width; ++x) {
      const int step = static_cast<int>(random() % 41) - 20;
      left = std::clamp((left + above[x]) / 2 + step, 0, 4095);
      above[x] = left;
      const bool black = x < margin || x >= width - margin;
      const int noisy = black ? 0 : std::clamp(left + static_cast<int>(random() % 9) - 4, 0, 4095);
      bytes.push_back(static_cast<std::uint8_t>(noisy & 255));
      bytes.push_back(static_cast<std::uint8_t>(noisy >> 8));
    }
  }
  return tests::Padded(std::move(bytes));
}

TEST(RasterDetection, FindsRowsOfAnyLength) {
  BufferPool pool;
  for (const std::size_t width : {512u, 511u, 300u, 97u}) {
    const Buffer image = Sheets(width, 400000 / width, 0);
    const Features features = MeasureFeatures(image.view(), pool);
    for (const int level : {3, 4}) {
      Candidates candidates;
      DetectRaster({image.view(), features, ScopeOf(*FindLevel(level), pool), false}, candidates);
      ASSERT_EQ(candidates.view().size(), 1u) << width;
      const std::string name = raster::Transform().describe(candidates.view()[0].params);
      EXPECT_EQ(name.substr(name.find('/') + 1), std::to_string(width)) << name;
    }
  }
}

TEST(RasterDetection, BackgroundThatRepeatsDoesNotHideAnImage) {
  BufferPool pool;
  const Buffer image = Sheets(400, 1000, 80);
  const Features features = MeasureFeatures(image.view(), pool);
  const Scope scope = ScopeOf(*FindLevel(3), pool);
  const Candidates forced = Detect(image.view(), features, raster::kId, scope);
  ASSERT_FALSE(forced.view().empty());
  Bytes target(image.size());
  const EncodedPlan raster = EncodePlan(image.view(), PlanOf(forced.view().front()), scope, target);
  ASSERT_NE(raster.size, 0u);
  const Plan plan = ChoosePlan(image.view(), features, StrategyChoice::kAuto, scope).first();
  ASSERT_TRUE(plan.transform);
  EXPECT_LE(EncodePlan(image.view(), plan, scope, target).size, raster.size);
}

}  // namespace
}  // namespace sigma
