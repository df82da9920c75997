// The searches built on the classification kernels: periods, delimiters.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/delimiters.h"
#include "kernels/period_search.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels {
namespace {

using tests::ForEachTarget;
using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

TEST(PeriodSearch, FindsTheSmallestPeriodOfNoisyRecords) {
  for (const std::size_t period : {2u, 3u, 13u, 24u, 56u, 216u, 1000u, 1024u, 4096u}) {
    const Bytes unit = RandomBytes(period, 31);
    Bytes bytes = RandomBytes(200000, 32);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] % 4 != 0) bytes[i] = unit[i % period];
    }
    std::vector<Stretch> windows;
    for (std::size_t i = 0; i < 16; ++i) windows.push_back({5000 + 12000 * i, 256});
    Period first;
    bool again = false;
    ForEachTarget([&] {
      const Period found = FindPeriod(bytes, windows, {});
      EXPECT_EQ(found.distance, period);
      EXPECT_NEAR(found.density, 256 * 9 / 16, 24);  // both bytes are the record's
      if (again) {
        EXPECT_EQ(found.density, first.density);
      }
      first = found;
      again = true;
    });
  }
}

TEST(PeriodSearch, FindsNoneInNoiseNorInSmallSources) {
  const Bytes random = RandomBytes(20000, 33);
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const Stretch whole{0, size};
      const View source = View(random).subspan(size, size);
      const Period found = FindPeriod(source, {&whole, 1}, {});
      EXPECT_LE(found.distance, size / 2);
      if (size >= 200) {
        EXPECT_EQ(found.distance, 0u) << size;
      }
    }
    const Stretch window{8000, 2048};
    EXPECT_EQ(FindPeriod(random, {&window, 1}, {}).distance, 0u);
    EXPECT_EQ(FindPeriod(Bytes(20000, 7), {&window, 1}, {}).distance, 0u);  // all distances alike
  });
}

DelimiterProfile Reference(View source) {
  DelimiterProfile profile;
  std::array<std::uint64_t, kDelimiterCount> line{};
  bool inside = false;
  for (const std::uint8_t byte : source) {
    if (byte == 0x0A) {
      ++profile.newlines;
      for (std::size_t i = 0; i < kDelimiterCount; ++i) {
        if (inside) profile.sum[i] += line[i];
        if (inside) profile.squares[i] += line[i] * line[i];
      }
      profile.lines += inside;
      inside = true;
      line = {};
    }
    for (std::size_t i = 0; i < kDelimiterCount; ++i) {
      profile.total[i] += byte == kDelimiters[i];
      line[i] += byte == kDelimiters[i];
    }
  }
  return profile;
}

void ExpectSame(const DelimiterProfile& a, const DelimiterProfile& b) {
  EXPECT_EQ(a.newlines, b.newlines);
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.lines, b.lines);
  EXPECT_EQ(a.sum, b.sum);
  EXPECT_EQ(a.squares, b.squares);
}

TEST(Delimiters, EqualTheReference) {
  const std::string symbols = ",,,\t;;|\" \n\nab0";
  Bytes bytes = RandomBytes(3000, 38);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(symbols[byte % symbols.size()]);
  }
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const Bytes exact(bytes.begin() + static_cast<std::ptrdiff_t>(size),
                        bytes.begin() + static_cast<std::ptrdiff_t>(2 * size));
      ExpectSame(ProfileDelimiters(exact), Reference(exact));
    }
    ExpectSame(ProfileDelimiters(bytes), Reference(bytes));
    ExpectSame(ProfileDelimiters(Bytes(1000, 0x0A)), Reference(Bytes(1000, 0x0A)));
    DelimiterProfile sum = ProfileDelimiters(bytes);
    sum.Add(sum);
    EXPECT_EQ(sum.lines, 2 * Reference(bytes).lines);
    EXPECT_EQ(sum.squares[0], 2 * Reference(bytes).squares[0]);
  });
}

TEST(Delimiters, VarianceIsZeroForTablesAndRightElsewhere) {
  std::string table, ragged = "\n";
  for (int i = 0; i < 100; ++i) {
    table += "a;b;c;dd;" + std::to_string(i * i) + "\n";
    ragged += i % 2 == 0 ? "a,b\n" : "a,b,c,d\n";
  }
  const auto profile = [](const std::string& text) {
    return ProfileDelimiters({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(profile(table).lines, 99u);
  EXPECT_EQ(profile(table).Variance(Delimiter::kSemicolon), 0u);
  EXPECT_EQ(profile(table).sum[2], 99u * 4);
  EXPECT_EQ(profile(ragged).Variance(Delimiter::kComma), 256u);  // 1 or 3: variance 1
  EXPECT_EQ(DelimiterProfile{}.Variance(Delimiter::kPipe), 0u);
}

}  // namespace
}  // namespace sigma::kernels
