// Entropy streams: round trips over sizes, alphabets and distributions under every SIMD target, the
// same bytes on all of them, sizes near the order-0 entropy, and hostile input.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "engine/coder/entropy/coder.h"
#include "tests/data.h"
#include "tests/per_target.h"

namespace sigma::entropy {
namespace {

using tests::ForEachTarget;

// `size` bytes with kPad readable ones after them.
Bytes WithPad(const Bytes& bytes) {
  Bytes padded = bytes;
  padded.resize(bytes.size() + kPad, 0xA5);
  return padded;
}

Bytes EncodeAll(const Bytes& symbols, BufferPool& pool, std::size_t nesting_price = 0) {
  const Bytes padded = WithPad(symbols);
  Bytes coded(StreamBound(symbols.size()));
  const std::size_t size =
      EncodeStream({padded.data(), symbols.size()}, nesting_price, pool, coded);
  EXPECT_LE(size, coded.size());
  coded.resize(size);
  return coded;
}

void RoundTripAt(std::size_t nesting_price, const Bytes& symbols, BufferPool& pool) {
  const Bytes coded = EncodeAll(symbols, pool, nesting_price);
  Bytes padded = coded;
  padded.resize(coded.size() + 2 * kPad, 0x5A);
  Bytes restored(symbols.size() + kPad);
  const auto used =
      DecodeStream({padded.data(), coded.size() + kPad}, pool, {restored.data(), symbols.size()});
  ASSERT_TRUE(used) << used.error().text;
  EXPECT_EQ(*used, coded.size());
  restored.resize(symbols.size());
  ASSERT_EQ(restored, symbols);
}

void RoundTrip(const Bytes& symbols, BufferPool& pool) {
  for (const std::size_t nesting_price : {0, 256}) RoundTripAt(nesting_price, symbols, pool);
}

// `alphabet` symbols, the i-th with a probability falling by `ratio` a step.
Bytes Geometric(std::size_t size, unsigned alphabet, double ratio, unsigned seed,
                bool spread = false) {
  std::mt19937 random(seed);
  std::vector<double> weights(alphabet);
  for (unsigned i = 0; i < alphabet; ++i) weights[i] = std::pow(ratio, i);
  std::discrete_distribution<unsigned> pick(weights.begin(), weights.end());
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    const unsigned symbol = pick(random);
    byte = static_cast<std::uint8_t>(spread ? symbol * 37 + 11 : symbol + 3);
  }
  return bytes;
}

double EntropyBytes(const Bytes& bytes) {
  std::array<double, 256> counts{};
  for (const std::uint8_t byte : bytes) ++counts[byte];
  double bits = 0;
  for (const double count : counts) {
    if (count > 0) bits -= count * std::log2(count / static_cast<double>(bytes.size()));
  }
  return bits / 8;
}

TEST(EntropyStream, EverySmallSizeRoundTrips) {
  ForEachTarget([] {
    BufferPool pool;
    for (std::size_t size = 0; size <= 300; ++size) {
      RoundTrip(Geometric(size, 1, 1, 1), pool);
      RoundTrip(Geometric(size, 2, 0.5, 2), pool);
      RoundTrip(Geometric(size, 3, 0.7, 3, true), pool);
      RoundTrip(Geometric(size, 20, 0.8, 4, true), pool);
      RoundTrip(Geometric(size, 16, 1, 5), pool);
      RoundTrip(Geometric(size, 256, 1, 6), pool);
    }
  });
}

TEST(EntropyStream, EveryShapeOfCodeRoundTrips) {
  ForEachTarget([] {
    BufferPool pool;
    for (const std::size_t size : {1000U, 4097U, 30011U}) {
      for (const unsigned alphabet :
           {2U, 3U, 4U, 5U, 8U, 15U, 16U, 33U, 64U, 100U, 128U, 255U, 256U}) {
        for (const double ratio : {1.0, 0.99, 0.95, 0.8, 0.5, 0.1, 0.01}) {
          RoundTrip(Geometric(size, alphabet, ratio, alphabet, true), pool);
        }
      }
    }
  });
}

TEST(EntropyStream, LongStreamsAreCutIntoBlocks) {
  ForEachTarget([] {
    BufferPool pool;
    constexpr std::size_t kBlock = std::size_t{1} << 18;
    for (const std::size_t size : {kBlock - 1, kBlock, kBlock + 1, 3 * kBlock + 77}) {
      Bytes bytes = Geometric(size, 60, 0.9, 9);
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(size / 2), size / 3, std::uint8_t{7});
      RoundTrip(bytes, pool);
    }
  });
}

TEST(EntropyStream, AllTargetsWriteTheSameBytes) {
  BufferPool pool;
  for (const double ratio : {1.0, 0.97, 0.8, 0.3, 0.05}) {
    for (const unsigned alphabet : {2U, 7U, 90U, 250U}) {
      const Bytes symbols = Geometric(50021, alphabet, ratio, 10, true);
      const Bytes expected = EncodeAll(symbols, pool);
      ForEachTarget([&] { ASSERT_EQ(EncodeAll(symbols, pool), expected); });
    }
  }
}

// Bytes of the best prefix code of any length (Huffman 1952), without its table.
double PrefixCodeBytes(const Bytes& bytes) {
  std::array<double, 256> counts{};
  for (const std::uint8_t byte : bytes) ++counts[byte];
  std::multiset<double> nodes;
  for (const double count : counts) {
    if (count > 0) nodes.insert(count);
  }
  double bits = 0;
  while (nodes.size() > 1) {
    const double least = nodes.extract(nodes.begin()).value();
    const double both = least + nodes.extract(nodes.begin()).value();
    bits += both;
    nodes.insert(both);
  }
  return bits / 8;
}

// `top` of the symbols are one, the others any of `rest` more.
Bytes OneAbove(std::size_t size, double top, unsigned rest) {
  std::mt19937 random(11);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<double>(random() % 10000) < top * 10000
               ? std::uint8_t{200}
               : static_cast<std::uint8_t>(random() % rest);
  }
  return bytes;
}

// Never more than half a percent and a table above the best prefix code, and far below it where one
// symbol is most of the block.
void ExpectNearTheEntropy(const Bytes& bytes, BufferPool& pool, const std::string& what) {
  // A list of symbols takes a byte and a half for each, the other kinds at most 200 bytes.
  const auto symbols = static_cast<double>(std::set(bytes.begin(), bytes.end()).size());
  const double table = 24 + std::min(1.5 * symbols, 200.0);
  const double ideal = EntropyBytes(bytes);
  const double bits = 8 * ideal / static_cast<double>(bytes.size());
  const auto size = static_cast<double>(EncodeAll(bytes, pool).size());
  EXPECT_LE(size, 1.005 * PrefixCodeBytes(bytes) + table) << what << ": " << bits << " bits";
  if (bits >= 2) {
    EXPECT_LE(size, 1.037 * ideal + table) << what << ": " << bits << " bits";
  } else if (bits >= 0.4) {
    EXPECT_LE(size, 1.06 * ideal + table) << what << ": " << bits << " bits";
  }
}

TEST(EntropyStream, SizesAreNearTheEntropy) {
  constexpr std::size_t kSize = std::size_t{128} << 10;
  BufferPool pool;
  for (const double ratio : {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0}) {
    ExpectNearTheEntropy(Geometric(kSize, 256, ratio, 7, true), pool,
                         "geometric " + std::to_string(ratio));
  }
  for (const unsigned alphabet : {2u, 3u, 5u, 7u, 10u, 20u, 33u, 65u, 100u, 129u, 200u, 256u}) {
    ExpectNearTheEntropy(Geometric(kSize, alphabet, 1, 5), pool,
                         "flat " + std::to_string(alphabet));
  }
  for (const unsigned rest : {1u, 16u, 128u}) {
    for (const double top : {0.5, 0.6, 0.7, 0.8, 0.9, 0.92, 0.95}) {
      ExpectNearTheEntropy(OneAbove(kSize, top, rest), pool,
                           std::to_string(rest) + " and one of " + std::to_string(top));
    }
  }
  for (const tests::Kind kind : tests::kAllKinds) {
    ExpectNearTheEntropy(tests::Generate(kind, kSize), pool, tests::KindName(kind));
  }
}

TEST(EntropyStream, SymbolsThatFollowEachOtherTakeLessThanTheirEntropy) {
  // Eight of 16 symbols and eight of 32 others in turns: the root's bitmap is 0 and 255 in turns.
  std::mt19937 random(5);
  Bytes symbols(100'000);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    symbols[i] = static_cast<std::uint8_t>(i / 8 % 2 == 0 ? random() % 16 : 16 + random() % 32);
  }
  BufferPool pool;
  const double entropy = EntropyBytes(symbols);
  EXPECT_LT(static_cast<double>(EncodeAll(symbols, pool).size()), 0.9 * entropy);
  // At a price above what the root's bitmap could save, it stays as it is.
  EXPECT_GT(static_cast<double>(EncodeAll(symbols, pool, symbols.size() / 8).size()), entropy);
  RoundTrip(symbols, pool);
}

TEST(EntropyStream, ShortTablesKeepSmallStreamsSmall) {
  BufferPool pool;
  EXPECT_EQ(EncodeAll(Bytes(4096, 9), pool).size(), 2U);
  EXPECT_LE(EncodeAll(Geometric(4096, 2, 1, 1), pool).size(), 512U + 10);
  EXPECT_LE(EncodeAll(Geometric(4096, 4, 1, 1), pool).size(), 1024U + 10);
  // Noise is raw with one byte a block.
  EXPECT_EQ(EncodeAll(Geometric(4096, 256, 1, 1), pool).size(), 4097U);
}

TEST(EntropyStream, ShortTextNeedsNoTable) {
  BufferPool pool;
  const std::string_view text =
      "A short note has no room for the lengths of its codes, but they are much like those of "
      "any other text: the built-in tables give them.";
  const Bytes symbols(text.begin(), text.end());
  EXPECT_LE(EncodeAll(symbols, pool).size(), symbols.size() * 5 / 8);
}

// Every first byte on garbage, at sizes on both sides of the limit of packed blocks; those that
// FORMAT.md leaves out are refused.
TEST(EntropyStream, EveryFirstByteIsSafe) {
  ForEachTarget([] {
    BufferPool pool;
    std::mt19937 random(15);
    for (unsigned first = 0; first < 256; ++first) {
      const unsigned mode = first & 3;
      const unsigned kind = (first >> 2) & 3;
      const unsigned high = first >> 4;
      for (const std::size_t size : {1U, 9U, 300U, 4096U, 4097U}) {
        Bytes source(1 + random() % 6000);
        for (std::uint8_t& byte : source) byte = static_cast<std::uint8_t>(random());
        source[0] = static_cast<std::uint8_t>(first);
        const std::size_t coded = source.size();
        source.resize(coded + kPad, 0xFF);
        source.shrink_to_fit();
        Bytes target(size + kPad);
        const auto used = DecodeStream({source.data(), coded}, pool, {target.data(), size});
        if (used) {
          EXPECT_LE(*used, coded);
        }
        const bool packed = mode == 2 && (kind == 3 || high == 1);
        const bool valid = mode < 2 ? first < 2 : packed || (kind < 3 && high == 0);
        if (!valid || (packed && size > 4096)) {
          EXPECT_FALSE(used) << first;
        }
      }
    }
  });
}

// Decodes hostile bytes; nothing but memory safety and termination is asked for. The buffers are
// exact, so that the sanitizers see every access beyond the pads.
void DecodeHostile(ByteView coded, std::size_t size, BufferPool& pool) {
  Bytes source(coded.begin(), coded.end());
  source.resize(coded.size() + kPad, 0xFF);
  source.shrink_to_fit();
  Bytes target(size + kPad);
  const auto used = DecodeStream({source.data(), coded.size()}, pool, {target.data(), size});
  if (used) {
    EXPECT_LE(*used, coded.size());
  }
}

TEST(EntropyStream, EveryTruncationIsAnError) {
  ForEachTarget([] {
    BufferPool pool;
    for (const double ratio : {1.0, 0.9, 0.1}) {
      const Bytes symbols = Geometric(5000, 40, ratio, 12);
      const Bytes coded = EncodeAll(symbols, pool);
      for (std::size_t size = 0; size < coded.size(); ++size) {
        Bytes source(coded.begin(), coded.begin() + static_cast<std::ptrdiff_t>(size));
        source.resize(size + kPad);
        Bytes target(symbols.size() + kPad);
        ASSERT_FALSE(DecodeStream({source.data(), size}, pool, {target.data(), symbols.size()}));
      }
    }
  });
}

TEST(EntropyStream, DamageNeverReachesOutOfBounds) {
  ForEachTarget([] {
    BufferPool pool;
    std::mt19937 random(13);
    for (const double ratio : {1.0, 0.97, 0.8, 0.1}) {
      for (const std::size_t size : {100U, 3000U, 9000U}) {
        const Bytes coded = EncodeAll(Geometric(size, 90, ratio, 14, true), pool);
        for (std::size_t bit = 0; bit < 8 * coded.size(); bit += bit < 1000 ? 1 : 97) {
          Bytes damaged = coded;
          damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << (bit % 8));
          DecodeHostile(damaged, size, pool);
          DecodeHostile(damaged, 1 + random() % (2 * size), pool);
        }
      }
    }
  });
}

TEST(EntropyStream, GarbageNeverReachesOutOfBounds) {
  ForEachTarget([] {
    BufferPool pool;
    std::mt19937 random(15);
    for (int round = 0; round < 4000; ++round) {
      Bytes garbage(random() % 600);
      const unsigned mask = random() % 3 == 0 ? 0x33U : 0xFFU;
      for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(random() & mask);
      if (!garbage.empty()) {
        garbage[0] = static_cast<std::uint8_t>(garbage[0] & 0xF);
        if (round % 2 == 0) garbage[0] = static_cast<std::uint8_t>(garbage[0] | 2);
      }
      DecodeHostile(garbage, random() % 5000, pool);
    }
  });
}

// A range table of lengths 1, 2, … , 11, 11 in front of nothing: deep, and every run is missing.
TEST(EntropyStream, ADeepTreeWithoutBitsIsAnError) {
  BufferPool pool;
  Bytes source{2 | 1 << 2, 0, 0x21, 0x43, 0x65, 0x87, 0xA9, 0xBB};
  const std::size_t size = source.size();
  source.resize(size + kPad);
  Bytes target(1000 + kPad);
  EXPECT_FALSE(DecodeStream({source.data(), size}, pool, {target.data(), 1000}));
}

TEST(EntropyStream, OverfullAndIncompleteCodesAreErrors) {
  BufferPool pool;
  for (const unsigned nibbles : {0x11U, 0x21U, 0x22U}) {
    // List of two symbols: only the lengths 1 and 1 are complete.
    Bytes source{2, 1, 'a', 'b', static_cast<std::uint8_t>(nibbles)};
    source.resize(source.size() + 200 + kPad);
    Bytes target(100 + kPad);
    const bool fine{DecodeStream({source.data(), 205}, pool, {target.data(), 100}).has_value()};
    EXPECT_EQ(fine, nibbles == 0x11);
  }
}

TEST(EntropyCoder, RestoresExactlyTheTarget) {
  BufferPool pool;
  const CoderParams params;
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  for (const std::size_t size :
       {std::size_t{100}, std::size_t{5000}, kBlock, kBlock + 5, 2 * kBlock + 200}) {
    const Bytes symbols = Geometric(size, 30, 0.9, 16);
    const Bytes padded = WithPad(symbols);
    Bytes coded(size);
    const std::size_t used = Encode({padded.data(), size}, params, pool, coded);
    ASSERT_GT(used, 0U);
    ASSERT_LT(used, size);
    coded.resize(used + kPad);
    Bytes restored(size);
    restored.shrink_to_fit();
    const auto done = Decode({coded.data(), used}, pool, restored);
    ASSERT_TRUE(done) << done.error().text;
    ASSERT_EQ(restored, symbols);
    EXPECT_FALSE(Decode({coded.data(), used + 1}, pool, restored));
    EXPECT_FALSE(Decode({coded.data(), used - 1}, pool, restored));
  }
}

TEST(EntropyCoder, NoiseHasNoGain) {
  BufferPool pool;
  const Bytes noise = WithPad(Geometric(10000, 256, 1, 17));
  Bytes coded(10000);
  EXPECT_EQ(Encode({noise.data(), 10000}, CoderParams{}, pool, coded), 0U);
}

}  // namespace
}  // namespace sigma::entropy
