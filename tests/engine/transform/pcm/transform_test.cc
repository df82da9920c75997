#include "engine/transform/pcm/transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/strategy/detect/detect.h"
#include "tests/media.h"
#include "tests/per_target.h"

namespace sigma::pcm {
namespace {

// Sections in memory of exactly their size and the pad.
std::vector<Buffer> Encode(const Bytes& bytes, const Shape& shape) {
  BufferPool pool;
  const Buffer source = tests::Padded(bytes);
  Buffer memory(SectionList::MemoryFor(bytes.size()));
  SectionList list(memory.bytes(), bytes.size());
  EXPECT_TRUE(Transform().forward(source.view(), Params(shape), pool, list));
  std::vector<Buffer> sections;
  for (std::size_t k = 0; k < list.count(); ++k) sections.push_back(tests::Padded(list[k].bytes));
  return sections;
}

std::vector<ByteView> Views(const std::vector<Buffer>& sections) {
  std::vector<ByteView> views;
  for (const Buffer& buffer : sections) views.push_back(buffer.view());
  return views;
}

Result<void> Decode(const std::vector<ByteView>& sections, const Shape& shape, Bytes& target) {
  BufferPool pool;
  return Transform().inverse(sections, Params(shape), pool, target);
}

constexpr Shape kShapes[] = {
    {1, false, true, 1, 0, 8, 4},   {1, false, false, 2, 1, 9, 8},  {2, false, false, 1, 0, 11, 8},
    {2, false, false, 2, 0, 11, 8}, {2, true, false, 2, 1, 12, 32}, {2, true, true, 3, 0, 10, 12},
    {3, false, false, 2, 2, 10, 8}, {3, true, false, 6, 0, 9, 16},  {4, false, false, 8, 3, 8, 24},
};

Bytes SoundOf(const Shape& shape, std::size_t frames) {
  return tests::Sound({frames, shape.channels, shape.width, shape.big_endian, shape.is_unsigned});
}

TEST(Pcm, RestoresSoundOfEveryShapeTheSameOnEveryTarget) {
  std::vector<std::vector<Bytes>> first;
  tests::ForEachTarget([&] {
    for (std::size_t s = 0; s < std::size(kShapes); ++s) {
      const Bytes bytes = SoundOf(kShapes[s], 9001);
      const std::vector<Buffer> coded = Encode(bytes, kShapes[s]);
      std::vector<Bytes> sections;
      for (const Buffer& buffer : coded) {
        sections.emplace_back(buffer.view().begin(), buffer.view().end());
      }
      if (first.size() <= s) first.push_back(sections);
      EXPECT_EQ(first[s], sections);
      Bytes back(bytes.size());
      ASSERT_TRUE(Decode(Views(coded), kShapes[s], back));
      ASSERT_EQ(back, bytes);
    }
  });
}

TEST(Pcm, RestoresNoiseAndExtremes) {
  tests::Random random(9);
  for (const Shape& shape : kShapes) {
    for (const std::size_t size : {1u, 2u, 5u, 31u, 319u, 641u, 1922u, 100003u}) {
      for (const bool extreme : {false, true}) {
        Bytes bytes = tests::Generate(tests::Kind::kRandom, size);
        if (extreme) {
          for (std::uint8_t& byte : bytes) byte = random.Below(2) == 0 ? 0x80 : 0x7F;
        }
        Bytes back(bytes.size());
        ASSERT_TRUE(Decode(Views(Encode(bytes, shape)), shape, back));
        ASSERT_EQ(back, bytes);
      }
    }
  }
}

TEST(Pcm, SurvivesDamagedSections) {
  tests::Random random(5);
  for (const Shape& shape : kShapes) {
    const Bytes bytes = SoundOf(shape, 3000);
    const std::vector<Buffer> good = Encode(bytes, shape);
    Bytes back(bytes.size());
    for (int round = 0; round < 200; ++round) {
      std::vector<Buffer> damaged;
      for (const ByteView view : Views(good)) damaged.push_back(tests::Padded(view));
      const std::size_t k = random.Below(damaged.size());
      const ByteView hurt = damaged[k].view();
      if (!hurt.empty() && random.Below(2) == 0) {
        damaged[k].data()[random.Below(hurt.size())] = static_cast<std::uint8_t>(random());
      } else {
        Bytes other(hurt.begin(), hurt.end());
        other.resize(random.Below(2 * hurt.size() + 3));
        damaged[k] = tests::Padded(other);
      }
      (void)Decode(Views(damaged), shape, back);
    }
    std::vector<ByteView> views = Views(good);
    std::reverse(views.begin() + 3, views.end());
    (void)Decode(views, shape, back);
    for (const Shape& other : kShapes) (void)Decode(Views(good), other, back);
  }
}

TEST(Pcm, RefusesParametersThatNoEncoderWrites) {
  BufferPool pool;
  Bytes target(100);
  const auto refused = [&](std::vector<std::uint8_t> bytes) {
    TransformParams params;
    params.size = static_cast<std::uint8_t>(bytes.size());
    std::ranges::copy(bytes, params.bytes.begin());
    const auto done = Transform().inverse({}, params, pool, target);
    return done ? ErrorCode{} : done.error().code;
  };
  EXPECT_EQ(refused({1, 0, 11}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({0x81, 0, 11, 8}), ErrorCode::kUnsupported);
  EXPECT_EQ(refused({0x04, 0, 11, 8}), ErrorCode::kCorrupt);  // bytes have no order
  EXPECT_EQ(refused({1, 0, 7, 8}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({1, 0, 13, 8}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({1, 0, 11, 3}), ErrorCode::kCorrupt);
  EXPECT_EQ(refused({1, 0, 11, 33}), ErrorCode::kCorrupt);
}

TEST(Pcm, IsFoundWhateverItsKindAndHeader) {
  for (const bool big_endian : {false, true}) {
    for (const unsigned width : {1u, 2u, 3u}) {
      for (const unsigned channels : {1u, 2u, 6u}) {
        if (width == 1 && big_endian) continue;
        SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(channels));
        const bool is_unsigned = width == 1;
        const std::size_t header = 45;
        Bytes bytes = tests::Generate(tests::Kind::kText, header);
        const Bytes sound = tests::Sound({60000, channels, width, big_endian, is_unsigned});
        bytes.insert(bytes.end(), sound.begin(), sound.end());
        BufferPool pool;
        const Buffer source = tests::Padded(bytes);
        const Features features = MeasureFeatures(source.view(), pool);
        Candidates candidates;
        DetectPcm({source.view(), features, ScopeOf(*FindLevel(4), pool), false}, candidates);
        ASSERT_FALSE(candidates.view().empty());
        const TransformParams& params = candidates.view().front().params;
        EXPECT_EQ(1u + (params.bytes[0] & 3u), width);
        EXPECT_EQ((params.bytes[0] & 4) != 0, big_endian);
        EXPECT_EQ((params.bytes[0] & 8) != 0, is_unsigned);
        EXPECT_EQ(1u + (params.bytes[0] >> 4 & 7u), channels);
        EXPECT_EQ(params.bytes[1], header % width);
      }
    }
  }
}

}  // namespace
}  // namespace sigma::pcm
