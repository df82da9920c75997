// The PivCo kernels of every target against plain loops: every length 0 … 300 and several
// alignments, with garbage after the ends.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "kernels/entropy/pivco_decode.h"
#include "kernels/entropy/pivco_encode.h"
#include "tests/per_target.h"

namespace sigma::kernels::entropy {
namespace {

using Bytes = std::vector<std::uint8_t>;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned operator()() { return static_cast<unsigned>(engine_()); }
  Bytes Take(std::size_t size) {
    Bytes bytes(size);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((*this)());
    return bytes;
  }

 private:
  std::mt19937 engine_;
};

bool Bit(const std::uint8_t* bits, std::size_t i) { return ((bits[i / 8] >> (i % 8)) & 1) != 0; }

// `align` bytes in front so that the data begins at any alignment.
struct Aligned {
  Aligned(Bytes data, std::size_t align) : offset(align), bytes(align) {
    bytes.insert(bytes.end(), data.begin(), data.end());
  }
  std::uint8_t* data() { return bytes.data() + offset; }
  std::size_t offset;
  Bytes bytes;
};

void CheckDecode(std::size_t n, std::size_t align, unsigned density, Random& random) {
  const PivcoDecodeKernels& kernels = ChoosePivcoDecode();
  Aligned bits(random.Take(n / 8 + 1 + kPivcoPad), align);
  for (unsigned i = 0; i < density; ++i) {
    for (std::uint8_t& byte : bits.bytes) byte = static_cast<std::uint8_t>(byte & random());
  }
  Aligned left(random.Take(n + 2 * kPivcoPad), align);
  Aligned right(random.Take(n + 2 * kPivcoPad), align / 2);
  Bytes both;
  Bytes left_leaf;
  Bytes right_leaf;
  Bytes leaves;
  std::size_t ones = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool bit = Bit(bits.data(), i);
    const std::uint8_t zero_symbol = left.data()[i - ones];
    const std::uint8_t one_symbol = right.data()[ones];
    both.push_back(bit ? one_symbol : zero_symbol);
    left_leaf.push_back(bit ? one_symbol : 'L');
    right_leaf.push_back(bit ? 'R' : zero_symbol);
    leaves.push_back(bit ? 'R' : 'L');
    ones += bit;
  }
  ASSERT_EQ(kernels.count_ones(bits.data(), n), ones);
  Bytes out(n + kPivcoPad);
  const auto result = [&] { return Bytes(out.begin(), out.begin() + static_cast<long>(n)); };
  kernels.merge(bits.data(), n, left.data(), right.data(), out.data());
  ASSERT_EQ(result(), both);
  kernels.merge_left_leaf(bits.data(), n, 'L', right.data(), out.data());
  ASSERT_EQ(result(), left_leaf);
  kernels.merge_right_leaf(bits.data(), n, left.data(), 'R', out.data());
  ASSERT_EQ(result(), right_leaf);
  kernels.leaf_pair(bits.data(), n, 'L', 'R', out.data());
  ASSERT_EQ(result(), leaves);
}

TEST(PivcoDecode, MergesEqualPlainLoops) {
  tests::ForEachTarget([] {
    Random random(1);
    for (std::size_t n = 0; n <= 300; ++n) {
      for (const std::size_t align : {0U, 1U, 13U}) {
        CheckDecode(n, align, static_cast<unsigned>(n % 4), random);
      }
    }
  });
}

void CheckUnpack(std::size_t n, std::size_t align, unsigned width, Random& random) {
  const std::size_t size = (n * width + 7) / 8;
  Aligned packed(random.Take(size + kPivcoPad), align);
  const Bytes symbols = random.Take((std::size_t{1} << width) + kPivcoPad);
  Bytes expected;
  for (std::size_t i = 0; i < n; ++i) {
    unsigned index = 0;
    for (unsigned bit = 0; bit < width; ++bit) {
      index |= static_cast<unsigned>(Bit(packed.data(), i * width + bit)) << bit;
    }
    expected.push_back(symbols[index]);
  }
  Bytes out(n + kPivcoPad);
  ChoosePivcoDecode().unpack(packed.data(), n, width, symbols.data(), out.data());
  out.resize(n);
  ASSERT_EQ(out, expected) << width;
}

TEST(PivcoDecode, UnpackEqualsAPlainLoop) {
  tests::ForEachTarget([] {
    Random random(2);
    for (std::size_t n = 0; n <= 300; ++n) {
      for (unsigned width = 2; width <= 8; ++width) CheckUnpack(n, n % 5, width, random);
    }
  });
}

void CheckEncode(std::size_t n, std::size_t align, std::uint8_t mid, Random& random) {
  const PivcoEncodeKernels& kernels = ChoosePivcoEncode();
  Aligned ranks(random.Take(n + kPivcoPad), align);
  Bytes bits((n + 7) / 8);
  Bytes left;
  Bytes right;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t rank = ranks.data()[i];
    (rank >= mid ? right : left).push_back(rank);
    if (rank >= mid) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1U << (i % 8));
  }
  const auto first = [](const Bytes& bytes, std::size_t size) {
    return Bytes(bytes.begin(), bytes.begin() + static_cast<long>(size));
  };
  const Bytes fresh(n + kPivcoPad, 0xEE);
  Bytes out_left = fresh;
  Bytes out_right = fresh;
  Bytes out_bits = fresh;
  kernels.partition(ranks.data(), n, mid, out_left.data(), out_right.data(), out_bits.data());
  ASSERT_EQ(first(out_left, left.size()), left);
  ASSERT_EQ(first(out_right, right.size()), right);
  ASSERT_EQ(first(out_bits, bits.size()), bits);
  out_left = out_bits = fresh;
  kernels.partition_left(ranks.data(), n, mid, out_left.data(), out_bits.data());
  ASSERT_EQ(first(out_left, left.size()), left);
  ASSERT_EQ(first(out_bits, bits.size()), bits);
  out_right = out_bits = fresh;
  kernels.partition_right(ranks.data(), n, mid, out_right.data(), out_bits.data());
  ASSERT_EQ(first(out_right, right.size()), right);
  ASSERT_EQ(first(out_bits, bits.size()), bits);
  out_bits = fresh;
  kernels.compare(ranks.data(), n, mid, out_bits.data());
  ASSERT_EQ(first(out_bits, bits.size()), bits);
}

TEST(PivcoEncode, PartitionsEqualPlainLoops) {
  tests::ForEachTarget([] {
    Random random(3);
    for (std::size_t n = 0; n <= 300; ++n) {
      for (const std::uint8_t mid : {std::uint8_t{1}, std::uint8_t{100}, std::uint8_t{255}}) {
        CheckEncode(n, n % 7, mid, random);
      }
    }
  });
}

TEST(PivcoEncode, RankEqualsATableLookup) {
  tests::ForEachTarget([] {
    Random random(4);
    for (std::size_t n = 0; n <= 300; ++n) {
      Bytes table = random.Take(256);
      for (unsigned row = 0; row < 16; ++row) {
        if (random() % 2 == 0) std::fill_n(table.begin() + 16 * row, 16, std::uint8_t{0});
      }
      Aligned symbols(random.Take(n + kPivcoPad), n % 3);
      Bytes expected;
      for (std::size_t i = 0; i < n; ++i) expected.push_back(table[symbols.data()[i]]);
      Bytes out(n + kPivcoPad);
      ChoosePivcoEncode().rank(symbols.data(), n, table.data(), out.data());
      out.resize(n);
      ASSERT_EQ(out, expected);
    }
  });
}

TEST(PivcoEncode, PackEqualsAPlainLoop) {
  tests::ForEachTarget([] {
    Random random(5);
    for (std::size_t n = 0; n <= 300; ++n) {
      for (unsigned width = 2; width <= 8; ++width) {
        const auto low =
            static_cast<std::uint8_t>(width == 8 ? 0 : random() % (256 - (1U << width)));
        Aligned ranks(random.Take(n + kPivcoPad), n % 3);
        Bytes expected((n * width + 7) / 8);
        for (std::size_t i = 0; i < n; ++i) {
          const unsigned field = ranks.data()[i] & ((1U << width) - 1);
          ranks.data()[i] = static_cast<std::uint8_t>(low + field);
          for (unsigned bit = 0; bit < width; ++bit) {
            const std::size_t at = i * width + bit;
            expected[at / 8] =
                static_cast<std::uint8_t>(expected[at / 8] | ((field >> bit) & 1U) << (at % 8));
          }
        }
        Bytes out(expected.size() + kPivcoPad, 0xEE);
        ChoosePivcoEncode().pack(ranks.data(), n, low, width, out.data());
        out.resize(expected.size());
        ASSERT_EQ(out, expected) << width;
      }
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::entropy
