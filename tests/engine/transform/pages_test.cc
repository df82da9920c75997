// PAGES: pages made as SQLite fills them, with content that goes on elsewhere; pages that are not
// so; hostile sections.
#include "engine/transform/pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "engine/memory/buffer.h"
#include "engine/strategy/detect/detect.h"
#include "engine/strategy/features.h"
#include "tests/data.h"

namespace sigma {
namespace {

using tests::Random;

void PutNumber(Bytes& to, std::uint64_t value) {
  if (value >= 0x80) {
    Bytes high;
    for (std::uint64_t rest = value >> 7; rest != 0; rest >>= 7) {
      high.push_back(static_cast<std::uint8_t>(0x80 | (rest & 0x7F)));
    }
    to.insert(to.end(), high.rbegin(), high.rend());
  }
  to.push_back(static_cast<std::uint8_t>(value & 0x7F));
}

// One cell: its content's length, and how much of that is in the page.
Bytes Cell(unsigned kind, std::size_t page_size, Random& random) {
  Bytes cell;
  if (kind == 2 || kind == 5) cell.assign(4, 7);
  const std::size_t length = random.Below(20) == 0 ? random.Below(3 * page_size) : random.Below(90);
  PutNumber(cell, kind == 5 ? random() >> random.Below(60) & ~(std::uint64_t{255} << 56) : length);
  if (kind == 13) PutNumber(cell, random.Below(1 << 20));
  if (kind != 5) {
    const std::size_t most = kind == 13 ? page_size - 35 : (page_size - 12) * 64 / 255 - 23;
    const std::size_t least = (page_size - 12) * 32 / 255 - 23;
    std::size_t local = length;
    if (length > most) {
      local = least + (length - least) % (page_size - 4);
      local = (local <= most ? local : least) + 4;
    }
    for (std::size_t i = 0; i < local; ++i)
      cell.push_back(static_cast<std::uint8_t>(random.Below(9)));
  }
  while (cell.size() < 4) cell.push_back(0);
  return cell;
}

Bytes Page(unsigned kind, std::size_t page_size, Random& random) {
  Bytes page(page_size);
  const std::size_t head = kind == 2 || kind == 5 ? 12 : 8;
  std::size_t end = page_size, cells = 0;
  for (;;) {
    const Bytes cell = Cell(kind, page_size, random);
    if (end < cell.size() + head + 2 * cells + 2) break;
    end -= cell.size();
    std::ranges::copy(cell, page.begin() + static_cast<std::ptrdiff_t>(end));
    page[head + 2 * cells] = static_cast<std::uint8_t>(end >> 8);
    page[head + 2 * cells + 1] = static_cast<std::uint8_t>(end);
    ++cells;
  }
  page[0] = static_cast<std::uint8_t>(kind);
  page[3] = static_cast<std::uint8_t>(cells >> 8);
  page[4] = static_cast<std::uint8_t>(cells);
  page[5] = static_cast<std::uint8_t>(end >> 8);
  page[6] = static_cast<std::uint8_t>(end);
  return page;
}

Bytes Pages(unsigned log, std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) {
    constexpr unsigned kKinds[] = {2, 5, 10, 13};
    Bytes page = Page(kKinds[random.Below(4)], std::size_t{1} << log, random);
    // Free pages, and some whose list is in another order.
    if (i % 7 == 3) std::ranges::fill(page, std::uint8_t{0});
    if (i % 5 == 4) std::swap(page[13], page[15]);
    bytes.insert(bytes.end(), page.begin(), page.end());
  }
  bytes.insert(bytes.end(), random.Below(std::size_t{1} << log), 0x0D);
  return bytes;
}

std::vector<Bytes> Split(const Bytes& source, const TransformParams& params) {
  BufferPool pool;
  const Buffer padded = tests::Padded(source);
  Buffer memory(SectionList::MemoryFor(source.size()));
  SectionList list(memory.bytes(), source.size());
  std::vector<Bytes> sections;
  if (!PagesTransform().forward(padded.view(), params, pool, list)) return sections;
  for (std::size_t i = 0; i < list.count(); ++i) {
    sections.emplace_back(list[i].bytes.begin(), list[i].bytes.end());
  }
  return sections;
}

Result<void> Join(const std::vector<Bytes>& sections, const TransformParams& params,
                  MutableBytes target) {
  BufferPool pool;
  std::vector<Buffer> padded;
  std::vector<ByteView> views;
  for (const Bytes& section : sections) padded.push_back(tests::Padded(section));
  for (const Buffer& section : padded) views.push_back(section.view());
  return PagesTransform().inverse(views, params, pool, target);
}

TEST(Pages, ListsThatFollowAreLeftOut) {
  for (unsigned log = kLeastPageLog; log <= kMostPageLog; ++log) {
    const Bytes source = Pages(log, 40, log);
    const TransformParams params = PagesParams(log);
    const std::vector<Bytes> sections = Split(source, params);
    ASSERT_EQ(sections.size(), 2u) << log;
    EXPECT_LT(sections[0].size(), source.size() - source.size() / 100);
    std::size_t flagged = 0;
    for (const std::uint8_t byte : sections[1])
      flagged += static_cast<std::size_t>(std::popcount(byte));
    EXPECT_GE(flagged, 20u);
    Bytes back(source.size());
    ASSERT_TRUE(Join(sections, params, back)) << log;
    EXPECT_EQ(back, source);
  }
  EXPECT_TRUE(Split(tests::Generate(tests::Kind::kText, 100000), PagesParams(12)).empty());
}

TEST(Pages, AreDetected) {
  const auto find = [](const Bytes& source) {
    BufferPool pool;
    const Buffer padded = tests::Padded(source);
    const Features features = MeasureFeatures(padded.view(), pool);
    Candidates candidates;
    DetectPages({padded.view(), features, ScopeOf(*FindLevel(4), pool), false}, candidates);
    return candidates.view().empty() ? 0u : unsigned{candidates.view().front().params.bytes[0]};
  };
  for (unsigned log = kLeastPageLog; log <= kMostPageLog; ++log) {
    EXPECT_EQ(find(Pages(log, 40, log)), log);
  }
  for (const tests::Kind kind : tests::kAllKinds)
    EXPECT_EQ(find(tests::Generate(kind, 1 << 20)), 0u);
}

TEST(Pages, DamageIsAnErrorOrSomeBytes) {
  Random random(3);
  for (const unsigned log : {9u, 12u}) {
    const Bytes source = Pages(log, 12, log);
    const TransformParams params = PagesParams(log);
    const std::vector<Bytes> sections = Split(source, params);
    ASSERT_EQ(sections.size(), 2u);
    for (int i = 0; i < 3000; ++i) {
      std::vector<Bytes> damaged = sections;
      Bytes& victim = damaged[random.Below(8) == 0 ? 1 : 0];
      for (std::uint64_t k = random.Below(4); k-- > 0;) {
        // Headers, where damage matters most, or anywhere.
        const std::size_t at =
            random.Below(2) == 0 ? random.Below(16) : random.Below(victim.size());
        victim[std::min(at, victim.size() - 1)] = static_cast<std::uint8_t>(random());
      }
      if (random.Below(8) == 0) victim.resize(random.Below(victim.size() + 9));
      if (random.Below(50) == 0) damaged.pop_back();
      Bytes target(source.size() + random.Below(3) - 1);
      (void)Join(damaged, params, target);
    }
    std::vector<Bytes> more = sections;
    more[0].push_back(0);
    Bytes target(source.size());
    EXPECT_EQ(Join(more, params, target).error().code, ErrorCode::kCorrupt);
    // Twelve pages: four bits of the flags are after the last.
    std::vector<Bytes> marked = sections;
    ASSERT_EQ(marked[1].size(), 2u);
    marked[1][1] |= 0x10;
    EXPECT_EQ(Join(marked, params, target).error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(Join(sections, params, target));
  }
  TransformParams other = PagesParams(12);
  Bytes target(100);
  for (const unsigned log : {0u, 8u, 17u, 255u}) {
    other.bytes[0] = static_cast<std::uint8_t>(log);
    EXPECT_EQ(Join({{}, {}}, other, target).error().code, ErrorCode::kUnsupported);
  }
}

}  // namespace
}  // namespace sigma
