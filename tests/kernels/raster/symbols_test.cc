#include "kernels/raster/symbols.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::raster {
namespace {

using Lanes = std::vector<std::uint16_t>;

std::size_t Steps(std::size_t count) {
  return (count + kSymbolStep - 1) / kSymbolStep * kSymbolStep;
}

// Magnitudes with a zeroed margin before and after the row.
Lanes Magnitudes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Lanes lanes(Steps(count) + 2 * kContextMargin);
  for (std::size_t i = 0; i < count; ++i) {
    lanes[kContextMargin + i] =
        static_cast<std::uint16_t>(random() % (kMaxMagnitude + 1) >> random() % 12);
  }
  return lanes;
}

// The classes that `limits` tell apart, from the formula.
std::size_t Expected(const Lanes& above, const Lanes& above2, std::size_t i,
                     const std::vector<std::uint16_t>& limits) {
  const std::uint16_t* const n = above.data() + kContextMargin + i;
  const int sum = 4 * n[0] + 2 * (*(n - 1) + n[1] + above2[kContextMargin + i]) + *(n - 2) + n[2];
  return static_cast<std::size_t>(
      std::ranges::count_if(limits, [&](std::uint16_t limit) { return limit <= sum; }));
}

std::vector<std::uint16_t> Limits(std::size_t count) {
  std::vector<std::uint16_t> limits;
  for (std::size_t k = 0; k < count; ++k) {
    limits.push_back(static_cast<std::uint16_t>(k == 0 ? 4 : limits.back() * 3 / 2 + 1));
  }
  return limits;
}

TEST(RasterSymbols, AreGatheredFromTheSectionsOfTheirContexts) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      const std::vector<std::uint16_t> limits = Limits(count % 22);
      const Lanes above = Magnitudes(count, static_cast<unsigned>(count));
      const Lanes above2 = Magnitudes(count, static_cast<unsigned>(count) + 500);
      std::vector<std::uint8_t> sections(Steps(count) + 1, 0xA5);
      Contexts(above.data() + kContextMargin, above2.data() + kContextMargin, count, limits, 7,
               sections.data());
      ASSERT_EQ(sections.back(), 0xA5);
      std::vector<std::uint8_t> symbols(Steps(count) + 1);
      std::mt19937 random(1);
      std::vector<std::vector<std::uint8_t>> expected(limits.size() + 1);
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t section = Expected(above, above2, i, limits);
        ASSERT_EQ(sections[i], 7 + section) << count << " " << i;
        symbols[i] = static_cast<std::uint8_t>(random());
        expected[section].push_back(symbols[i]);
      }
      std::vector<std::vector<std::uint8_t>> scattered;
      std::vector<Target> targets(7, {nullptr, nullptr});
      for (const auto& section : expected) {
        scattered.emplace_back(section.size() + kSymbolStep, std::uint8_t{0xA5});
      }
      for (auto& section : scattered) {
        targets.push_back({section.data(), section.data() + section.size() - kSymbolStep});
      }
      Scatter(sections.data(), count, symbols.data(), targets);
      std::vector<Cursor> cursors;
      for (std::size_t k = 0; k < expected.size(); ++k) {
        ASSERT_EQ(targets[7 + k].at, targets[7 + k].end);
        std::vector<std::uint8_t> whole = expected[k];
        whole.resize(whole.size() + kSymbolStep, 0xA5);
        ASSERT_EQ(scattered[k], whole) << count << " section " << k;
        // One symbol less in some of the sections: their cursors must stay at the end.
        const std::size_t short_by = count % 3 == 2 && !expected[k].empty() ? 1 : 0;
        scattered[k].resize(expected[k].size() + 2 * kSymbolStep);
        cursors.push_back(
            {scattered[k].data(), scattered[k].data() + expected[k].size() - short_by});
      }
      std::vector<std::uint8_t> gathered(Steps(count) + 1, 0xA5);
      Gather(above.data() + kContextMargin, above2.data() + kContextMargin, count, limits, cursors,
             gathered.data());
      for (const Cursor& cursor : cursors) ASSERT_EQ(cursor.at, cursor.end);
      ASSERT_EQ(gathered[Steps(count)], 0xA5);
      if (count % 3 == 2) continue;
      for (std::size_t i = 0; i < Steps(count); ++i) {
        ASSERT_EQ(gathered[i], i < count ? symbols[i] : 0) << count << " " << i;
      }
    }
  });
}

TEST(RasterSymbols, ContextsMergeToSections) {
  tests::ForEachTarget([] {
    std::mt19937 random(3);
    for (std::size_t count = 0; count <= 300; ++count) {
      std::vector<std::uint8_t> contexts(Steps(count));
      for (std::uint8_t& context : contexts) context = static_cast<std::uint8_t>(random() % 23);
      std::vector<std::uint8_t> limits;
      for (std::uint8_t k = 1; k < 23; ++k) {
        if (random() % 23 < count % 23) limits.push_back(k);
      }
      const std::vector<std::uint8_t> before = contexts;
      std::vector<std::size_t> counts(limits.size() + 1, 5);
      std::vector<std::size_t> expected = counts;
      MergeContexts(contexts.data(), count, limits, 9, counts);
      for (std::size_t i = 0; i < count; ++i) {
        const auto section = static_cast<std::size_t>(
            std::ranges::count_if(limits, [&](std::uint8_t limit) { return limit <= before[i]; }));
        ++expected[section];
        ASSERT_EQ(contexts[i], 9 + section);
      }
      ASSERT_EQ(counts, expected);
    }
  });
}

TEST(RasterSymbols, UnfoldAndTellTheLargeOnes) {
  tests::ForEachTarget([] {
    std::mt19937 random(4);
    for (std::size_t count = 0; count <= 300; ++count) {
      std::vector<std::uint8_t> symbols(Steps(count));
      for (std::uint8_t& symbol : symbols) symbol = static_cast<std::uint8_t>(random());
      Lanes residuals(Steps(count) + 1, 0xA5A5);
      Lanes magnitudes = residuals;
      Unfold(symbols.data(), count, residuals.data(), magnitudes.data());
      ASSERT_EQ(residuals.back(), 0xA5A5);
      ASSERT_EQ(magnitudes.back(), 0xA5A5);
      const auto least = static_cast<std::uint8_t>(count);
      Lanes places(count + 1, 0xA5A5);
      const std::size_t found = Escapes(symbols.data(), count, least, places.data());
      Lanes expected;
      for (std::size_t i = 0; i < count; ++i) {
        const int value = symbols[i] % 2 == 0 ? symbols[i] / 2 : -(symbols[i] + 1) / 2;
        ASSERT_EQ(residuals[i], static_cast<std::uint16_t>(value));
        ASSERT_EQ(magnitudes[i], value < 0 ? -value : value);
        if (symbols[i] >= least) expected.push_back(static_cast<std::uint16_t>(i));
      }
      ASSERT_EQ(found, expected.size());
      ASSERT_EQ(places[found], 0xA5A5);
      places.resize(found);
      ASSERT_EQ(places, expected);
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::raster
