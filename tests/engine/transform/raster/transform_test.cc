#include "engine/transform/raster/transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "engine/base/endian.h"
#include "engine/strategy/detect/detect.h"
#include "tests/media.h"
#include "tests/per_target.h"

namespace sigma::raster {
namespace {

// Sections in memory of exactly their size and the pad.
struct Coded {
  std::vector<Buffer> store;
  [[nodiscard]] std::vector<ByteView> views() const {
    std::vector<ByteView> all;
    for (const Buffer& buffer : store) all.push_back(buffer.view());
    return all;
  }
};

Coded Encode(const Bytes& bytes, const Shape& shape) {
  BufferPool pool;
  const Buffer source = tests::Padded(bytes);
  Buffer memory(SectionList::MemoryFor(bytes.size()));
  SectionList list(memory.bytes(), bytes.size());
  EXPECT_TRUE(Transform().forward(source.view(), Params(shape), pool, list));
  Coded coded;
  for (std::size_t k = 0; k < list.count(); ++k) {
    coded.store.push_back(tests::Padded(list[k].bytes));
  }
  return coded;
}

Result<void> Decode(const std::vector<ByteView>& sections, const Shape& shape, Bytes& target) {
  BufferPool pool;
  return Transform().inverse(sections, Params(shape), pool, target);
}

constexpr Shape kShapes[] = {
    {8, false, false, false, 1, 0, 320, 6},  {8, false, false, true, 3, 2, 960, 23},
    {8, false, false, false, 4, 0, 1280, 1}, {16, false, false, false, 1, 1, 320, 23},
    {16, true, true, false, 1, 0, 320, 2},   {16, false, true, true, 4, 3, 1280, 6},
    {16, false, false, false, 1, 0, 32, 4},  {8, false, false, false, 3, 0, 96, 4},
    {8, false, false, false, 4, 0, 16, 3},   {16, false, false, false, 1, 0, 1000, 6},
};

TEST(Raster, RestoresPicturesOfEveryShapeOnEveryTarget) {
  std::vector<std::vector<Bytes>> first;
  tests::ForEachTarget([&] {
    for (std::size_t s = 0; s < std::size(kShapes); ++s) {
      const Shape& shape = kShapes[s];
      Bytes bytes = tests::Picture({320, 70, shape.channels, shape.bits, shape.big_endian,
                                    shape.is_signed, shape.bits == 8 ? 4u : 300u});
      bytes.resize(bytes.size() - 77);
      const Coded coded = Encode(bytes, shape);
      std::vector<Bytes> sections;
      for (const ByteView view : coded.views()) sections.emplace_back(view.begin(), view.end());
      if (first.size() <= s) first.push_back(sections);
      EXPECT_EQ(first[s], sections);
      Bytes back(bytes.size());
      ASSERT_TRUE(Decode(coded.views(), shape, back)) << s;
      ASSERT_EQ(back, bytes);
    }
  });
}

TEST(Raster, RestoresNoise) {
  for (const Shape& shape : kShapes) {
    for (const std::size_t size : {1u, 2u, 5u, 319u, 641u, 1922u, 100003u}) {
      const Bytes bytes = tests::Generate(tests::Kind::kRandom, size);
      const Coded coded = Encode(bytes, shape);
      Bytes back(bytes.size());
      ASSERT_TRUE(Decode(coded.views(), shape, back));
      ASSERT_EQ(back, bytes);
    }
  }
}

TEST(Raster, SurvivesDamagedSections) {
  tests::Random random(5);
  for (const Shape& shape : kShapes) {
    const Bytes bytes = tests::Picture({320, 40, shape.channels, shape.bits, shape.big_endian,
                                        shape.is_signed, shape.bits == 8 ? 4u : 300u});
    const Coded good = Encode(bytes, shape);
    Bytes back(bytes.size());
    for (int round = 0; round < 200; ++round) {
      std::vector<Buffer> damaged;
      for (const ByteView view : good.views()) damaged.push_back(tests::Padded(view));
      const std::size_t k = random.Below(damaged.size());
      ByteView hurt = damaged[k].view();
      if (!hurt.empty() && random.Below(2) == 0) {
        const std::size_t at = random.Below(hurt.size());
        damaged[k].data()[at] = static_cast<std::uint8_t>(random());
      } else {
        Bytes other(hurt.begin(), hurt.end());
        other.resize(random.Below(2 * hurt.size() + 3));
        damaged[k] = tests::Padded(other);
      }
      std::vector<ByteView> views;
      for (const Buffer& buffer : damaged) views.push_back(buffer.view());
      (void)Decode(views, shape, back);
    }
    // Sections swapped, and those of another shape.
    std::vector<ByteView> views = good.views();
    std::reverse(views.begin() + 2, views.end());
    (void)Decode(views, shape, back);
    for (const Shape& other : kShapes) {
      BufferPool pool;
      (void)Transform().inverse(good.views(), Params(other), pool, back);
    }
  }
}

TEST(Raster, RefusesParametersThatNoEncoderWrites) {
  BufferPool pool;
  Bytes target(100);
  const auto refused = [&](std::vector<std::uint8_t> bytes) {
    TransformParams params;
    params.size = static_cast<std::uint8_t>(bytes.size());
    std::ranges::copy(bytes, params.bytes.begin());
    const auto done = Transform().inverse({}, params, pool, target);
    return done ? ErrorCode{} : done.error().code;
  };
  EXPECT_EQ(refused({0, 0, 64, 0, 0}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({0x40, 0, 64, 0, 0, 6}), ErrorCode::kUnsupported);
  EXPECT_EQ(refused({0x02, 0, 64, 0, 0, 6}), ErrorCode::kCorrupt);  // bytes have no order
  EXPECT_EQ(refused({0x08, 0, 64, 0, 0, 6}), ErrorCode::kCorrupt);  // no second channel
  EXPECT_EQ(refused({0x20, 0, 64, 0, 0, 6}), ErrorCode::kCorrupt);  // 64 is no multiple of 3
  EXPECT_EQ(refused({0x00, 0, 15, 0, 0, 6}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({0x00, 0, 1, 0, 1, 6}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({0x00, 0, 64, 0, 0, 0}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({0x00, 0, 64, 0, 0, 24}), ErrorCode::kCorrupt);
}

// Section 2 of the coded picture.
std::uint32_t MapEntry(const Coded& coded, std::size_t channel) {
  return LoadLE<std::uint32_t>(coded.store[2].view().data() + 4 * channel);
}

TEST(Raster, MakesNoMoreSectionsThanItMay) {
  const Bytes bytes = tests::Picture({320, 200, 1, 16, false, false, 300});
  std::size_t before = 0;
  for (const std::uint8_t most : std::to_array<std::uint8_t>({1, 2, 3, 6, 23})) {
    const Coded coded = Encode(bytes, {16, false, false, false, 1, 0, 320, most});
    const std::size_t sections = coded.store.size() - 4;
    EXPECT_LE(sections, most);
    EXPECT_GE(sections, before);
    EXPECT_EQ(static_cast<std::size_t>(std::popcount(MapEntry(coded, 0))), sections - 1);
    before = sections;
  }
}

TEST(Raster, RefusesMapsThatPointOutside) {
  const Shape shape{8, false, false, false, 3, 0, 960, 6};
  const Bytes bytes = tests::Picture({320, 100, 3, 8, false, false, 4});
  Coded coded = Encode(bytes, shape);
  Bytes back(bytes.size());
  const auto code = [&](std::size_t channel, std::uint32_t entry) {
    const std::uint32_t was = MapEntry(coded, channel);
    StoreLE<std::uint32_t>(coded.store[2].data() + 4 * channel, entry);
    const Result<void> done = Decode(coded.views(), shape, back);
    StoreLE<std::uint32_t>(coded.store[2].data() + 4 * channel, was);
    return done ? ErrorCode{} : done.error().code;
  };
  EXPECT_EQ(code(0, MapEntry(coded, 0)), ErrorCode{});
  const auto sections = static_cast<std::uint32_t>(coded.store.size() - 4);
  EXPECT_EQ(code(1, sections << 24), ErrorCode::kCorrupt);
  EXPECT_EQ(code(2, (sections - 1) << 24 | 1), ErrorCode::kCorrupt);
  EXPECT_EQ(code(0, 0x003FFFFF), ErrorCode::kCorrupt);  // more than 6
  EXPECT_EQ(code(0, 0x00400000), ErrorCode::kUnsupported);
  // Symbols that wander from one section to another.
  EXPECT_EQ(code(2, MapEntry(coded, 0)), ErrorCode::kCorrupt);
}

// The shape found in a picture after a header of `header` bytes.
Shape Found(const tests::PictureKind& kind, std::size_t header) {
  BufferPool pool;
  Bytes bytes = tests::Generate(tests::Kind::kText, header);
  const Bytes picture = tests::Picture(kind);
  bytes.insert(bytes.end(), picture.begin(), picture.end());
  const Buffer source = tests::Padded(bytes);
  const Features features = MeasureFeatures(source.view(), pool);
  Candidates candidates;
  DetectRaster({source.view(), features, ScopeOf(*FindLevel(4), pool), false}, candidates);
  if (candidates.view().empty()) return {};
  const TransformParams& params = candidates.view().front().params;
  Shape shape;
  shape.bits = (params.bytes[0] & 1) != 0 ? 16 : 8;
  shape.big_endian = (params.bytes[0] & 2) != 0;
  shape.is_signed = (params.bytes[0] & 4) != 0;
  shape.channels = 1u + (params.bytes[0] >> 4);
  shape.skip = params.bytes[1];
  shape.row = params.bytes[2] | static_cast<std::uint32_t>(params.bytes[3]) << 8;
  return shape;
}

TEST(Raster, IsFoundWhateverItsWidthKindAndHeader) {
  for (const std::size_t width : {200u, 333u, 1000u, 5000u}) {
    for (const unsigned channels : {1u, 3u, 4u}) {
      const std::size_t height = std::max<std::size_t>(40, 60000 / width);
      const Shape shape = Found({width, height, channels, 8, false, false, 4}, 1078);
      EXPECT_EQ(shape.bits, 8u) << width << " x" << channels;
      EXPECT_EQ(shape.channels, channels) << width;
      EXPECT_EQ(shape.row, width * channels);
    }
    for (const bool big_endian : {false, true}) {
      const std::size_t height = std::max<std::size_t>(40, 60000 / width);
      const Shape shape = Found({width, height, 1, 16, big_endian, !big_endian, 20}, 1077);
      EXPECT_EQ(shape.bits, 16u) << width;
      EXPECT_EQ(shape.big_endian, big_endian) << width;
      EXPECT_EQ(shape.is_signed, !big_endian) << width;
      EXPECT_EQ(shape.skip, 1) << width;
      EXPECT_EQ(shape.row, width);
    }
  }
}

}  // namespace
}  // namespace sigma::raster
