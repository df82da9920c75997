// FLOAT: bins and keys by themselves, columns and weights as a whole, hostile sections.
#include "engine/transform/floats/transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "engine/memory/buffer.h"
#include "engine/transform/floats/bin_tree.h"
#include "engine/transform/floats/keys.h"
#include "engine/transform/floats/relation.h"
#include "engine/transform/floats/segments.h"
#include "tests/data.h"

namespace sigma::floats {
namespace {

using tests::Random;

// Around 0, roughly normal.
double Normal(Random& random) {
  double sum = 0;
  for (int i = 0; i < 6; ++i) sum += static_cast<double>(random() >> 11) * 0x1p-53 - 0.5;
  return sum;
}

template <typename Number>
void Append(Bytes& bytes, Number number) {
  std::uint8_t raw[sizeof(Number)];
  std::memcpy(raw, &number, sizeof(Number));
  bytes.insert(bytes.end(), raw, raw + sizeof(Number));
}

struct Taken {
  Taken(const Bytes& bytes, const TransformParams& params)
      : source(tests::Padded(bytes)),
        memory(SectionList::MemoryFor(bytes.size())),
        list(memory.bytes(), bytes.size()) {
    good = Transform().forward(source.view(), params, pool, list);
  }
  [[nodiscard]] std::vector<ByteView> views() const {
    std::vector<ByteView> all;
    for (std::size_t k = 0; k < list.count(); ++k) all.emplace_back(list[k].bytes);
    return all;
  }
  [[nodiscard]] std::size_t size() const {
    std::size_t sum = 0;
    for (const ByteView view : views()) sum += view.size();
    return sum;
  }
  BufferPool pool;
  Buffer source;
  Buffer memory;
  SectionList list;
  bool good = false;
};

Bytes Back(const std::vector<ByteView>& sections, std::size_t size, const TransformParams& params) {
  BufferPool pool;
  Bytes target(size);
  return Transform().inverse(sections, params, pool, target) ? target : Bytes{};
}

TEST(BinTree, RestoresKeysOfAnyShape) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    Random random(seed);
    const unsigned bits = seed % 3 == 0 ? 64 : seed % 3 == 1 ? 32 : 16;
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits);
    const std::size_t count = random.Below(3000);
    std::vector<std::uint64_t> keys(count);
    for (std::uint64_t& key : keys) {
      key = (random() >> random.Below(seed % 5 == 4 ? 64 : 1 + seed % 20)) & all;
    }
    std::vector<std::uint64_t> sample(keys.begin(),
                                      keys.begin() + static_cast<std::ptrdiff_t>(count / 2));
    std::ranges::sort(sample);
    auto tree = std::make_unique<BinTree>();
    (void)tree->Build(sample, bits);
    Bytes written(BinTree::kMostBytes + kPad);
    const std::size_t size = tree->Write(written.data());
    auto again = std::make_unique<BinTree>();
    std::size_t position = 0;
    ASSERT_TRUE(again->Parse(ByteView(written).first(size), &position, bits));
    EXPECT_EQ(position, size);
    Bytes symbols(count), offsets(8 * count + 8 + kPad);
    const std::size_t coded = tree->Encode(keys, symbols.data(), offsets.data());
    std::vector<std::uint64_t> back(count);
    std::size_t used = 0;
    ASSERT_TRUE(again->Decode(symbols, ByteView(offsets).first(coded), &used, back.data()));
    EXPECT_EQ(used, coded);
    EXPECT_EQ(back, keys);
    if (coded != 0) {
      EXPECT_FALSE(again->Decode(symbols, ByteView(offsets).first(coded - 1), &used, back.data()));
    }
    for (std::size_t cut = 0; cut < size; ++cut) {
      position = 0;
      EXPECT_FALSE(again->Parse(ByteView(written).first(cut), &position, bits));
    }
  }
}

TEST(BinTree, RefusesTreesThatCannotBe) {
  auto tree = std::make_unique<BinTree>();
  std::size_t position = 0;
  const Bytes deep(64, 0xFF);  // children for ever
  EXPECT_FALSE(tree->Parse(deep, &position, 16));
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes(random.Below(200));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() | random());
    position = 0;
    (void)tree->Parse(bytes, &position, 64);
    EXPECT_LE(position, bytes.size());
  }
}

TEST(FloatKeys, AnyBitsComeBackInEveryMode) {
  Random random(1);
  for (const std::size_t width : {2u, 4u, 8u}) {
    Bytes numbers;
    for (int i = 0; i < 3000; ++i) {
      const double value = Normal(random) * std::pow(10, static_cast<double>(random.Below(9)) - 4);
      const double decimal = std::round(value * 1000) / 1000;
      if (width == 8) {
        Append(numbers, i % 3 == 0 ? value : decimal);
      } else if (width == 4) {
        Append(numbers, static_cast<float>(i % 3 == 0 ? value : decimal));
      } else {
        Append(numbers, static_cast<std::uint16_t>(random()));
      }
    }
    if (width == 8) {
      for (const double special : {0.0, -0.0, std::numeric_limits<double>::denorm_min(), 1e15,
                                   -1e16, 9007199254740991.0, 1e-7, 0.1, 1e100}) {
        Append(numbers, special);
      }
    }
    const std::size_t count = numbers.size() / width;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const KeyMode mode{static_cast<std::uint8_t>(byte)};
      if (!IsValid(mode, width) || mode.related()) continue;
      std::vector<std::uint64_t> keys(count);
      ASSERT_TRUE(ToKeys(numbers.data(), width, mode, keys));
      Bytes back(numbers.size());
      FromKeys(keys, width, mode, back.data());
      ASSERT_EQ(back, numbers) << width << " " << byte;
      for (std::uint64_t& key : keys) key = random();
      FromKeys(keys, width, mode, back.data());  // any keys give some numbers
    }
  }
}

TEST(FloatKeys, DecimalsTakeTheKeysOfTheirDigits) {
  const double numbers[] = {1.25, 1.5, -0.07};
  std::uint8_t raw[24];
  std::memcpy(raw, numbers, sizeof(raw));
  std::vector<std::uint64_t> keys(3);
  const KeyMode two{kPlaces + 2};
  ASSERT_TRUE(ToKeys(raw, 8, two, keys));
  EXPECT_EQ(keys[1] - keys[0], 25u);
  EXPECT_EQ(keys[0] - keys[2], 125u + 7u + 2 * (0x600ull << 52) + 1);
  EXPECT_EQ(CountDecimals(raw, 3, 8, two), 3u);
  EXPECT_EQ(CountDecimals(raw, 3, 8, {kPlaces + 1}), 1u);
  // Numbers that cannot be told from decimals.
  for (const double large : {1e155, 1e160, 1e168}) {
    std::memcpy(raw, &large, 8);
    EXPECT_FALSE(ToKeys(raw, 8, two, std::span(keys).first(1)));
    EXPECT_TRUE(ToKeys(raw, 8, {0}, std::span(keys).first(1)));
  }
  // Larger ones, infinities and what is no number can.
  for (const double large : {1e170, 1e300, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    std::memcpy(raw, &large, 8);
    ASSERT_TRUE(ToKeys(raw, 8, two, std::span(keys).first(1)));
    std::uint8_t back[8];
    FromKeys(std::span(keys).first(1), 8, two, back);
    EXPECT_EQ(std::memcmp(back, raw, 8), 0);
  }
}

TEST(Float, ColumnsOfDoublesAreCutAndDecimalsFound) {
  Random random(5);
  Bytes bytes = {1, 2, 3};  // the numbers begin at an odd place
  constexpr int kRows = 20000;
  for (int i = 0; i < kRows; ++i) Append(bytes, 3 + Normal(random));
  for (int i = 0; i < kRows; ++i) {
    Append(bytes, std::round((20 + 3 * Normal(random)) * 100) / 100);
  }
  for (int i = 0; i < kRows; ++i) Append(bytes, 1e-4 * i + 1e-9 * Normal(random));
  const TransformParams params = Params(8);
  const Taken taken(bytes, params);
  ASSERT_TRUE(taken.good);
  EXPECT_GE(taken.list.count(), 2u * 3 + 2);
  EXPECT_EQ(Back(taken.views(), bytes.size(), params), bytes);
  // 52 + 11 + 33 bits of 192 and a byte for each bin.
  EXPECT_LT(taken.size(), bytes.size() * 7 / 10);
}

TEST(Float, WeightsComeBackWhereverTheyBegin) {
  for (std::size_t shift = 0; shift < 9; ++shift) {
    Random random(shift);
    Bytes bytes(shift + 5000, 'x');
    for (int i = 0; i < 30000; ++i) Append(bytes, static_cast<float>(0.05 * Normal(random)));
    bytes.insert(bytes.end(), 777 + shift, 'y');
    for (int i = 0; i < 10000; ++i) Append(bytes, static_cast<float>(3 * Normal(random)));
    bytes.insert(bytes.end(), shift, 'z');
    const TransformParams params = Params(4);
    const Taken taken(bytes, params);
    ASSERT_TRUE(taken.good);
    ASSERT_EQ(Back(taken.views(), bytes.size(), params), bytes) << shift;
    EXPECT_FALSE(Taken(bytes, Params(8)).good);
  }
}

TEST(Float, RepeatedNumbersAreLeftToReferences) {
  Random random(2);
  std::vector<float> few(50);
  for (float& number : few) number = static_cast<float>(Normal(random));
  Bytes bytes;
  for (int i = 0; i < 30000; ++i) Append(bytes, few[random.Below(few.size())]);
  const Taken taken(bytes, Params(4));
  if (taken.good) {
    EXPECT_EQ(Back(taken.views(), bytes.size(), Params(4)), bytes);
  }
  Bytes text = tests::Generate(tests::Kind::kText, 300000);
  for (const std::size_t width : {2u, 4u, 8u}) EXPECT_FALSE(Taken(text, Params(width)).good);
}

TEST(SampleBits, NumbersThatShareATreeCostNoMoreThanOnesThatHaveItAlone) {
  Random random(6);
  BufferPool pool;
  const auto cost = [&](auto number) {
    Bytes numbers;
    for (int i = 0; i < 1024; ++i) Append(numbers, number());
    const std::uint64_t alone = SampleBits(numbers, 8, 1024, pool);
    const std::uint64_t shared = SampleBits(numbers, 8, 100000, pool);
    ASSERT_NE(alone, ~std::uint64_t{0});
    EXPECT_LE(shared, alone);
    EXPECT_GE(shared, alone / 2) << "the tree is the lesser part";
  };
  cost([&] { return random.Below(2) == 0 ? 1.5 : 1.75; });
  cost([&] { return 1.6e9 + static_cast<double>(random.Below(1 << 20)); });
  cost([&] { return 20 + Normal(random); });
}

TEST(Relation, AnyBitsComeBackInEveryOperation) {
  Random random(4);
  for (const std::size_t width : {4u, 8u}) {
    constexpr std::size_t kBefore = 50, kCount = 3000;
    Bytes numbers;
    for (std::size_t i = 0; i < kBefore + kCount; ++i) {
      // Ordinary numbers, zeros, infinities, NaNs, numbers below the normal ones, anything.
      const std::uint64_t kinds[] = {std::bit_cast<std::uint64_t>(Normal(random)), random(),
                                     random() & 0x8000000080000000u, random() | 0x7FF000007F800000u,
                                     random() & 0x800FFFFF807FFFFFu};
      const std::uint64_t bits = kinds[random.Below(5)];
      for (std::size_t k = 0; k < width; ++k) {
        numbers.push_back(static_cast<std::uint8_t>(bits >> (8 * k)));
      }
    }
    for (unsigned operation = 0; operation < kOperations; ++operation) {
      const Relation relation{static_cast<Operation>(operation), 1 + random.Below(kBefore),
                              1 + random.Below(kBefore)};
      std::vector<std::uint64_t> keys(kCount);
      RelationKeys(numbers.data() + kBefore * width, width, relation, keys);
      Bytes back(numbers);
      std::fill(back.begin() + static_cast<std::ptrdiff_t>(kBefore * width), back.end(),
                std::uint8_t{0});
      RelationNumbers(keys, width, relation, back.data() + kBefore * width);
      ASSERT_EQ(back, numbers) << width << " " << operation;
    }
  }
}

// Columns after some numbers and bytes that belong to none: a, b, the operation's result, noise.
template <typename Number>
Bytes Related(Operation operation, std::size_t header, std::size_t rows) {
  Random random(static_cast<std::uint64_t>(operation) + 11);
  std::vector<Number> a(rows), b(rows);
  Bytes bytes(header * sizeof(Number), 0);
  for (Number& number : a) Append(bytes, number = static_cast<Number>(3 + Normal(random)));
  for (Number& number : b) Append(bytes, number = static_cast<Number>(Normal(random) / 7));
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    const double results[] = {x + y,       x - y,       x * y,     x / y,
                              x * (1 + y), x * (1 - y), x / y - 1, 1 - x / y};
    Append(bytes, static_cast<Number>(results[static_cast<std::size_t>(operation)]));
  }
  for (std::size_t i = 0; i < rows; ++i) Append(bytes, static_cast<Number>(9 + Normal(random)));
  return bytes;
}

TEST(Relation, ColumnsThatFollowFromOthersAreFound) {
  for (unsigned k = 0; k < kOperations; ++k) {
    const auto operation = static_cast<Operation>(k);
    for (const std::size_t header : {0u, 13u}) {
      const Bytes doubles = Related<double>(operation, header, 5000);
      const Columns columns = FindColumns(doubles, 8);
      ASSERT_EQ(columns.length, 5000u) << k;
      EXPECT_EQ(columns.begin, header * 8);
      EXPECT_EQ(columns.count, 4u);
      EXPECT_TRUE(columns.relations[2].holds());
      EXPECT_FALSE(columns.relations[3].holds());
      const Taken taken(doubles, Params(8));
      ASSERT_TRUE(taken.good);
      EXPECT_LT(taken.size(), doubles.size() * 13 / 16) << k;
      EXPECT_EQ(Back(taken.views(), doubles.size(), Params(8)), doubles);
      const Bytes floats = Related<float>(operation, header, 5000);
      const Taken narrow(floats, Params(4, true));
      ASSERT_TRUE(narrow.good);
      EXPECT_LT(narrow.size(), floats.size() * 15 / 16) << k;
      EXPECT_EQ(Back(narrow.views(), floats.size(), Params(4, true)), floats);
    }
  }
}

TEST(Relation, InfinitiesFollowFromNothing) {
  Random random(8);
  Bytes bytes;
  for (int i = 0; i < 8192; ++i) Append(bytes, 3 + Normal(random));
  for (int i = 0; i < 4096; ++i) Append(bytes, std::numeric_limits<double>::infinity());
  EXPECT_EQ(FindColumns(bytes, 8).length, 0u);
}

TEST(Relation, NothingIsFoundInNumbersThatHaveNone) {
  Random random(6);
  Bytes bytes;
  for (int i = 0; i < 60000; ++i) Append(bytes, static_cast<float>(Normal(random)));
  EXPECT_EQ(FindColumns(bytes, 4).length, 0u);
  EXPECT_EQ(FindColumns(bytes, 8).length, 0u);
  for (std::size_t size = 0; size < 200; ++size) {
    EXPECT_EQ(FindColumns(ByteView(bytes).first(size), 8).length, 0u);
  }
  const Bytes zeros(100000);
  EXPECT_EQ(FindColumns(zeros, 4).length, 0u);
}

TEST(Float, DamagedSectionsAreAnErrorOrSomeBytes) {
  Random random(8);
  Bytes bytes = Related<double>(Operation::kLess, 0, 3000);
  for (int i = 0; i < 12000; ++i) Append(bytes, std::round(1000 * Normal(random)) / 100);
  const TransformParams params = Params(8, true);
  const Taken taken(bytes, params);
  ASSERT_TRUE(taken.good);
  std::size_t related = 0;
  for (const std::uint8_t byte : ByteView(taken.views().back())) {
    related += byte == (kRelationBit | static_cast<std::uint8_t>(Operation::kLess)) ? 1u : 0u;
  }
  EXPECT_GE(related, 1u);
  for (int i = 0; i < 1500; ++i) {
    std::vector<Bytes> copies;
    for (const ByteView view : taken.views()) copies.emplace_back(view.begin(), view.end());
    Bytes& victim = random.Below(2) == 0 ? copies.back() : copies[random.Below(copies.size())];
    if (!victim.empty() && random.Below(3) != 0) {
      victim[random.Below(victim.size())] ^= static_cast<std::uint8_t>(1 + random.Below(255));
    } else {
      victim.resize(random.Below(2 * victim.size() + 2));
    }
    if (random.Below(20) == 0) copies.pop_back();
    std::vector<ByteView> views;
    for (Bytes& copy : copies) {
      const std::size_t size = copy.size();
      copy.resize(size + kPad);
      views.push_back(ByteView(copy).first(size));
    }
    (void)Back(views, bytes.size() - random.Below(2), params);
  }
  TransformParams reserved = params;
  reserved.bytes[0] |= 8;
  BufferPool pool;
  Bytes target(bytes.size());
  EXPECT_EQ(Transform().inverse(taken.views(), reserved, pool, target).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace sigma::floats
