#include "kernels/raster/samples.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::raster {
namespace {

TEST(RasterSamples, AreTakenApartAndPutTogetherLikeTheReference) {
  tests::ForEachTarget([] {
    std::mt19937 random(1);
    for (std::size_t pixels = 0; pixels <= 300; ++pixels) {
      for (unsigned channels = 1; channels <= kMaxChannels; ++channels) {
        for (unsigned variant = 0; variant < 6; ++variant) {
          SampleKind kind{channels, variant >= 2, variant >= 4, 0};
          if (variant % 2 == 1) kind.turn = kind.wide ? 0x8000 : 0x80;
          const std::size_t width = kind.wide ? 2 : 1;
          const std::size_t offset = pixels % 17;
          std::vector<std::uint8_t> bytes(offset + pixels * channels * width);
          for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
          std::vector<std::vector<std::uint16_t>> lanes(
              channels, std::vector<std::uint16_t>(pixels + 1, 0xA5A5));
          Planes planes{};
          for (unsigned c = 0; c < channels; ++c) planes[c] = lanes[c].data();
          LoadSamples(bytes.data() + offset, pixels, kind, planes);
          for (unsigned c = 0; c < channels; ++c) {
            ASSERT_EQ(lanes[c][pixels], 0xA5A5);
            for (std::size_t i = 0; i < pixels; ++i) {
              const std::uint8_t* const at = &bytes[offset + (i * channels + c) * width];
              unsigned expected = at[0];
              if (kind.wide) {
                expected = kind.swap ? at[0] * 256u + at[1] : at[1] * 256u + at[0];
              }
              ASSERT_EQ(lanes[c][i], expected ^ kind.turn) << pixels << " " << channels;
            }
          }
          std::vector<std::uint8_t> back(bytes.size() + 1, 0xA5);
          std::copy_n(bytes.begin(), offset, back.begin());
          StoreSamples(planes, pixels, kind, back.data() + offset);
          ASSERT_EQ(back.back(), 0xA5);
          back.pop_back();
          ASSERT_EQ(back, bytes) << pixels << " " << channels << " " << variant;
        }
      }
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::raster
