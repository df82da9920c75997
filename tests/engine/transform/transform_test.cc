// Every transform of the registry: reversible with all its variants on every length, inside its
// targets, and deaf to parameters and sections that cannot be.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "engine/transform/delta.h"
#include "engine/transform/registry.h"
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

// A list of sections in memory of its own; whether the pads after the sections are as they were.
struct Sections {
  explicit Sections(std::size_t size)
      : memory(SectionList::MemoryFor(size)), list(memory.bytes(), size) {
    std::ranges::fill(memory.bytes(), kGuard);
  }
  [[nodiscard]] bool PadsIntact() const {
    for (std::size_t k = 0; k < list.count(); ++k) {
      const std::uint8_t* end = list[k].bytes.data() + list[k].bytes.size();
      if (std::any_of(end, end + kPad, [](std::uint8_t byte) { return byte != kGuard; })) {
        return false;
      }
    }
    return true;
  }
  [[nodiscard]] std::vector<ByteView> views() const {
    std::vector<ByteView> all;
    for (std::size_t k = 0; k < list.count(); ++k) all.emplace_back(list[k].bytes);
    return all;
  }
  Buffer memory;
  SectionList list;
};

// Whether the transform took the source; then it must come back.
bool RoundTrip(const TransformRow& row, const TransformParams& params, std::size_t size,
               BufferPool& pool) {
  const std::vector<std::uint8_t> bytes = Ramp(size + kPad, static_cast<unsigned>(size));
  const ByteView source = std::span(bytes).first(size);
  Sections sections(size);
  if (!row.forward(source, params, pool, sections.list)) return false;
  EXPECT_TRUE(sections.PadsIntact());
  std::vector<std::uint8_t> back(size + kPad, kGuard);
  const auto done = row.inverse(sections.views(), params, pool, std::span(back).first(size));
  EXPECT_TRUE(done) << size;
  EXPECT_TRUE(std::equal(source.begin(), source.end(), back.begin())) << size;
  for (std::size_t i = size; i < back.size(); ++i) EXPECT_EQ(back[i], kGuard);
  return true;
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

// Sections longer and shorter than any encoder makes, too many and too few: an error or some bytes.
TEST(Transforms, SurviveSectionsOfOtherSizes) {
  BufferPool pool;
  for (const TransformRow& row : Transforms()) {
    for (const TransformParams& params : row.variants()) {
      SCOPED_TRACE(row.describe(params));
      const std::vector<std::uint8_t> bytes = Ramp(1001 + kPad, 1);
      Sections sections(1001);
      if (!row.forward(std::span(bytes).first(1001), params, pool, sections.list)) continue;
      std::vector<std::uint8_t> target(1001);
      const std::vector<ByteView> good = sections.views();
      const auto survives = [&](const std::vector<ByteView>& views) {
        std::vector<std::vector<std::uint8_t>> copies;
        std::vector<ByteView> exact;
        for (const ByteView view : views) {
          copies.emplace_back(view.begin(), view.end()).resize(view.size() + kPad);
          exact.push_back(std::span(copies.back()).first(view.size()));
        }
        (void)row.inverse(exact, params, pool, target);
      };
      for (std::size_t k = 0; k < good.size(); ++k) {
        for (const std::size_t size : {good[k].size() - 1, good[k].size() + 1, std::size_t{0}}) {
          if (size > good[k].size() + 1) continue;
          std::vector<ByteView> wrong = good;
          wrong[k] = ByteView(good[k].data(), size);
          survives(wrong);
        }
      }
      std::vector<ByteView> other = good;
      other.pop_back();
      survives(other);
      survives({});
      other = good;
      other.push_back(good[0]);
      survives(other);
      for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3000}}) {
        target.resize(size);
        survives(good);
      }
    }
  }
}

TEST(DeltaTransform, RefusesSectionsOfOtherSizes) {
  BufferPool pool;
  const TransformRow& row = DeltaTransform();
  const std::vector<std::uint8_t> bytes = Ramp(1001 + kPad, 1);
  std::vector<std::uint8_t> target(1001);
  for (const TransformParams& params : row.variants()) {
    Sections sections(1001);
    ASSERT_TRUE(row.forward(std::span(bytes).first(1001), params, pool, sections.list));
    const std::vector<ByteView> good = sections.views();
    for (std::size_t k = 0; k < good.size(); ++k) {
      std::vector<ByteView> wrong = good;
      wrong[k] = good[k].first(good[k].size() - 1);
      const auto result = row.inverse(wrong, params, pool, target);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(row.inverse(std::span(good).first(good.size() - 1), params, pool, target));
    EXPECT_FALSE(row.inverse({}, params, pool, target));
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
  BufferPool pool;
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (std::uint8_t size = 0; size <= 3; ++size) {
      TransformParams params;
      params.size = size;
      params.bytes[0] = static_cast<std::uint8_t>(byte);
      std::vector<std::uint8_t> target(96);
      const std::size_t width = std::size_t{1} << (byte & 3);
      const std::vector<std::uint8_t> plane(96 / width + kPad);
      const std::vector<ByteView> sections(width, std::span(plane).first(96 / width));
      const auto done = row.inverse(sections, params, pool, target);
      EXPECT_EQ(done.has_value(), size == 1 && valid.contains(byte)) << byte << " " << +size;
      if (!done && size == 1 && byte > 7) {
        EXPECT_EQ(done.error().code, ErrorCode::kUnsupported);
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
  Sections sections(source.size());
  ASSERT_TRUE(DeltaTransform().forward(source, params, pool, sections.list));
  ASSERT_EQ(sections.list.count(), 2u);
  const auto bytes = [&](std::size_t k) {
    return Bytes(sections.list[k].bytes.begin(), sections.list[k].bytes.end());
  };
  EXPECT_EQ(bytes(0), (Bytes{0x02, 0x03, 0xFC}));
  EXPECT_EQ(bytes(1), (Bytes{0x01, 0x02, 0xFD, 0x77}));
}

}  // namespace
}  // namespace sigma
