// Every transform of the registry: reversible with all its variants on every length, inside its
// targets, and deaf to parameters and sections that cannot be.
#include "engine/transform/transform.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "engine/transform/delta.h"
#include "tests/per_target.h"

namespace sigma {
namespace {

constexpr std::uint8_t kGuard = 0x5A;

std::vector<std::uint8_t> Ramp(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(size);
  std::uint64_t value = 0xFFFFF000u;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 4 == 0) value += random() % 1000;
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * (i % 4)));
  }
  return bytes;
}

// Sections in buffers of their own, with the pad that the contract allows to be read.
struct Sections {
  explicit Sections(const SectionSizes& sizes) {
    for (std::size_t k = 0; k < sizes.count; ++k) {
      stores.emplace_back(sizes.size[k] + kPad, kGuard);
      targets.push_back(std::span(stores.back()).first(sizes.size[k]));
      views.push_back(targets.back());
    }
  }
  [[nodiscard]] bool PadsIntact() const {
    for (std::size_t k = 0; k < stores.size(); ++k) {
      for (std::size_t i = views[k].size(); i < stores[k].size(); ++i) {
        if (stores[k][i] != kGuard) return false;
      }
    }
    return true;
  }
  std::vector<std::vector<std::uint8_t>> stores;
  std::vector<MutableBytes> targets;
  std::vector<ByteView> views;
};

void RoundTrip(const TransformRow& row, const TransformParams& params, std::size_t size,
               BufferPool& pool) {
  const std::vector<std::uint8_t> bytes = Ramp(size + kPad, static_cast<unsigned>(size));
  const ByteView source = std::span(bytes).first(size);
  const auto sizes = row.sizes(params, size);
  ASSERT_TRUE(sizes);
  std::size_t sum = 0;
  for (std::size_t k = 0; k < sizes->count; ++k) sum += sizes->size[k];
  ASSERT_EQ(sum, size);
  Sections sections(*sizes);
  row.forward(source, params, pool, sections.targets);
  ASSERT_TRUE(sections.PadsIntact());
  std::vector<std::uint8_t> back(size + kPad, kGuard);
  ASSERT_TRUE(row.inverse(sections.views, params, pool, std::span(back).first(size)));
  ASSERT_TRUE(std::equal(source.begin(), source.end(), back.begin()));
  for (std::size_t i = size; i < back.size(); ++i) ASSERT_EQ(back[i], kGuard);
}

TEST(Transforms, RoundTripEveryVariant) {
  BufferPool pool;
  tests::ForEachTarget([&] {
    for (const TransformRow& row : Transforms()) {
      for (const TransformParams& params : row.variants()) {
        SCOPED_TRACE(row.describe(params));
        for (std::size_t size = 0; size <= 300; ++size) RoundTrip(row, params, size, pool);
        for (const std::size_t size : {4095u, 4096u, 65537u, 100001u}) {
          RoundTrip(row, params, size, pool);
        }
      }
    }
  });
}

TEST(Transforms, AreFoundByTheirIds) {
  std::set<std::string> names;
  for (const TransformRow& row : Transforms()) {
    EXPECT_EQ(FindTransform(static_cast<std::uint8_t>(row.id)), &row);
    for (const TransformParams& params : row.variants()) {
      EXPECT_TRUE(names.insert(row.describe(params)).second);
    }
  }
  EXPECT_EQ(FindTransform(200), nullptr);
}

TEST(Transforms, RefuseSectionsOfOtherSizes) {
  BufferPool pool;
  for (const TransformRow& row : Transforms()) {
    for (const TransformParams& params : row.variants()) {
      SCOPED_TRACE(row.describe(params));
      const auto sizes = row.sizes(params, 1001);
      ASSERT_TRUE(sizes);
      std::vector<std::uint8_t> target(1001);
      for (std::size_t k = 0; k < sizes->count; ++k) {
        for (const int change : {-1, 1}) {
          SectionSizes wrong = *sizes;
          wrong.size[k] += static_cast<std::size_t>(change);
          const Sections sections(wrong);
          const auto result = row.inverse(sections.views, params, pool, target);
          ASSERT_FALSE(result);
          EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
        }
      }
      SectionSizes fewer = *sizes;
      --fewer.count;
      EXPECT_FALSE(row.inverse(Sections(fewer).views, params, pool, target));
      EXPECT_FALSE(row.inverse({}, params, pool, target));
    }
  }
}

TEST(DeltaTransform, TakesExactlyTheParametersItCanMake) {
  const TransformRow& row = DeltaTransform();
  std::set<unsigned> valid;
  for (const TransformParams& params : row.variants()) {
    ASSERT_EQ(params.size, 1);
    valid.insert(params.bytes[0]);
  }
  EXPECT_EQ(valid.size(), 7u);
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (std::uint8_t size = 0; size <= kMaxTransformParams; ++size) {
      TransformParams params;
      params.size = size;
      params.bytes[0] = static_cast<std::uint8_t>(byte);
      const auto sizes = row.sizes(params, 100);
      EXPECT_EQ(sizes.has_value(), size == 1 && valid.contains(byte)) << byte << " " << +size;
      if (!sizes && size == 1 && byte > 7) {
        EXPECT_EQ(sizes.error().code, ErrorCode::kUnsupported);
      }
    }
  }
}

TEST(DeltaTransform, SplitsAsDocumented) {
  // 0x0102, 0x0305, 0x0101 and a tail: differences 0x0102, 0x0203, 0xFDFC.
  const std::vector<std::uint8_t> source = {0x02, 0x01, 0x05, 0x03, 0x01, 0x01, 0x77};
  BufferPool pool;
  const TransformParams params = DeltaParams(2, true);
  EXPECT_EQ(DeltaTransform().describe(params), "delta16");
  EXPECT_EQ(DeltaTransform().describe(DeltaParams(8, false)), "planes64");
  Sections sections(*DeltaTransform().sizes(params, source.size()));
  DeltaTransform().forward(source, params, pool, sections.targets);
  EXPECT_EQ(Bytes(sections.views[0].begin(), sections.views[0].end()), (Bytes{0x02, 0x03, 0xFC}));
  EXPECT_EQ(Bytes(sections.views[1].begin(), sections.views[1].end()),
            (Bytes{0x01, 0x02, 0xFD, 0x77}));
}

}  // namespace
}  // namespace sigma
