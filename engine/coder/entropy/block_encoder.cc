// Encoding a block:
//
//   mode and table kind (1 byte) | table (code_table.cc) | runs of the nodes, depth-first pre-order
//
// A node of n symbols has a run of ceil(n/8) bytes, its branch bits, or of ceil(n·D/8) if it is
// flat with D bits a symbol. In a nested block each bitmap of kLeastNested bytes or more is a block
// of its own, whose symbols are the bitmap's bytes. That makes p > 1/2 cheap, where Huffman must
// spend a whole bit, and sees what eight symbols in a row have in common, which no order-0 code
// does: the s7 of level 3 becomes 2 % smaller.
//
// Symbols become ranks (leaf numbers) once; then `rank ≥ mid` is both the bitmap and the partition
// into the children, which lie side by side in the other of two buffers. Sizes are known
// beforehand from the counts, so a block that would not gain is never started.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/coder/entropy/block.h"
#include "engine/coder/entropy/code_lengths.h"
#include "engine/coder/entropy/code_table.h"
#include "engine/coder/entropy/packed_codes.h"
#include "engine/coder/entropy/static_tables.h"
#include "engine/coder/entropy/tree.h"
#include "engine/memory/buffer.h"
#include "kernels/statistics/shannon.h"

namespace sigma::entropy {
namespace {

// A coded block must save 1/64 (1.6 %) of the raw one: below that the decoder's 0.2–0.5 ns a symbol
// cost more than the bytes on any link slower than 300 MB/s per core.
constexpr unsigned kRawShift = 6;
// Shorter blocks are raw or constant: the table alone eats what they could gain.
constexpr std::size_t kLeastCoded = 32;
// The same for short blocks, for which there are static tables.
constexpr std::size_t kLeastPacked = 8;
// A node is skewed if its larger child has 11/16 of it, H(11/16) = 0.896. Its bitmap is sure to
// gain and must save 1/25 alone.
constexpr std::size_t kSkewNumerator = 11;
constexpr std::size_t kSkewDenominator = 16;
constexpr std::size_t kSkewedGain = 25;
// Bytes that another nested bitmap must save beside the price: price / 4096 of itself, since
// coding it takes 5 to 10 µs and 2 to 3 ns a byte more.
constexpr std::size_t kNestedPart = 4096;
// A larger one is first looked at in these strips.
constexpr std::size_t kStrip = 256;
constexpr std::size_t kStrips = 3;
constexpr std::size_t kLeastSampled = 2048;
// Its code table takes about three bits a symbol.
constexpr std::size_t kTableEighths = 3;
// After each node's region, so that whole-vector stores reach no region that is still needed.
constexpr std::size_t kGap = kernels::entropy::kPivcoPad;
constexpr std::size_t kMostNodes = 256;

constexpr std::size_t Padded(std::size_t bytes) {
  return (bytes + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
}

constexpr std::size_t RankBytes(std::size_t symbols) {
  return Padded(symbols + kGap * (kMostNodes < symbols ? kMostNodes : symbols));
}

std::size_t ScratchAt(std::size_t symbols, unsigned nesting) noexcept {
  std::size_t bytes = 2 * RankBytes(symbols);
  if (nesting < kMaxNesting) {
    const std::size_t bitmap = (symbols + 7) / 8;
    bytes += Padded(bitmap + 1) + ScratchAt(bitmap, nesting + 1);
  }
  return bytes;
}

using Counts = kernels::statistics::Histogram;

// kWays counters a symbol, side by side, so that a repeated symbol does not wait for its own last
// increment: with eight 0.23–0.28 ns a symbol, where four tables apart need 0.24–0.39 (the most on
// skewed data). With fewer there is less to clear and to add up where the symbols are few.
template <unsigned kWays = 8>
void Count(ByteView symbols, Counts& counts) noexcept {
  alignas(kCacheLine) std::array<std::array<std::uint32_t, kWays>, 256> tables{};
  const std::uint8_t* at = symbols.data();
  const std::size_t n = symbols.size();
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    std::uint64_t first;
    std::uint64_t second;
    std::memcpy(&first, at + i, 8);
    std::memcpy(&second, at + i + 8, 8);
    for (unsigned j = 0; j < 8; ++j) {
      ++tables[(first >> (8 * j)) & 0xFF][2 * j % kWays];
      ++tables[(second >> (8 * j)) & 0xFF][(2 * j + 1) % kWays];
    }
  }
  for (; i < n; ++i) ++tables[at[i]][i % kWays];
  for (unsigned s = 0; s < 256; ++s) {
    for (const std::uint32_t part : tables[s]) counts[s] += part;
  }
}

// Parameters of a block's coding, and how many blocks it is nested in.
struct Coding {
  const kernels::entropy::PivcoEncodeKernels& kernels;
  std::size_t nesting_price;
  unsigned nesting;
};

// A bitmap as a block; 0 if it does not save `gain` bytes, which is told from the counts of its
// bytes alone in most cases.
std::size_t EncodeBitmap(const Coding& coding, ByteView bytes, std::size_t gain,
                         std::uint8_t* scratch, std::uint8_t* to) noexcept;

class Encoder {
 public:
  Encoder(const Coding& coding, const Tree& tree, const Counts& counts)
      : coding_(coding), tree_(tree) {
    before_[0] = 0;
    for (std::size_t i = 0; i < tree.leaf_count(); ++i) {
      before_[i + 1] = before_[i] + counts[tree.leaves()[i]];
    }
  }

  // Bytes of all runs when nothing is nested; notes whether there is a bitmap to nest.
  std::size_t PlainSize() noexcept {
    std::size_t bytes = 0;
    nested_ = false;
    for (std::size_t i = 0; i < tree_.node_count(); ++i) {
      const Node& node = tree_.node(i);
      const std::size_t n = Symbols(node.low, node.high);
      const std::size_t run = (n * (node.flat != 0 ? node.flat : 1U) + 7) / 8;
      bytes += run;
      nested_ = nested_ || (node.flat == 0 && run >= kLeastNested);
    }
    nested_ = nested_ && coding_.nesting < kMaxNesting;
    return bytes;
  }

  [[nodiscard]] bool nested() const noexcept { return nested_; }

  std::uint8_t* Encode(std::uint8_t* ranks, std::uint8_t* other, std::uint8_t* scratch,
                       std::uint8_t* to) noexcept {
    scratch_ = scratch;
    to_ = to;
    EncodeNode(0, ranks, other);
    return to_;
  }

 private:
  [[nodiscard]] std::size_t Symbols(std::size_t low, std::size_t high) const noexcept {
    return before_[high] - before_[low];
  }

  [[nodiscard]] bool IsSkewed(const Node& node, std::size_t n) const noexcept {
    const std::size_t zeros = Symbols(node.low, node.mid);
    return std::max(zeros, n - zeros) * kSkewDenominator >= n * kSkewNumerator;
  }

  void EncodeNode(std::size_t index, std::uint8_t* ranks, std::uint8_t* other) noexcept {
    const Node& node = tree_.node(index);
    const std::size_t n = Symbols(node.low, node.high);
    if (node.flat != 0) {
      coding_.kernels.pack(ranks, n, static_cast<std::uint8_t>(node.low), node.flat, to_);
      to_ += (n * node.flat + 7) / 8;
      return;
    }
    const std::size_t bytes = (n + 7) / 8;
    const bool is_block = nested_ && bytes >= kLeastNested;
    std::uint8_t* const bits = to_ + (is_block ? 1 : 0);
    const auto mid = static_cast<std::uint8_t>(node.mid);
    const bool left_leaf = node.left < 0;
    const bool right_leaf = node.right < 0;
    // Room for the left child's subtree, with a gap after each of its nodes.
    std::uint8_t* right = other;
    if (!left_leaf && !right_leaf) {
      const auto left_nodes = static_cast<std::size_t>(node.right) - index - 1;
      right += Symbols(node.low, node.mid) + kGap * left_nodes;
      coding_.kernels.partition(ranks, n, mid, other, right, bits);
    } else if (!left_leaf) {
      coding_.kernels.partition_left(ranks, n, mid, other, bits);
    } else if (!right_leaf) {
      coding_.kernels.partition_right(ranks, n, mid, right, bits);
    } else {
      coding_.kernels.compare(ranks, n, mid, bits);
    }
    if (is_block) {
      FinishBitmap(bytes, IsSkewed(node, n));
    } else {
      to_ += bytes;
    }
    if (!left_leaf) EncodeNode(static_cast<std::size_t>(node.left), other, ranks);
    if (!right_leaf) {
      EncodeNode(static_cast<std::size_t>(node.right), right, ranks + (right - other));
    }
  }

  // The bitmap stands at to_ + 1: as a raw block, or replaced by a coded one.
  void FinishBitmap(std::size_t bytes, bool skewed) noexcept {
    const std::size_t price = coding_.nesting_price;
    std::size_t gain = price + bytes * price / kNestedPart;
    if (skewed) gain = std::min(gain, bytes / kSkewedGain);
    std::uint8_t* const coded = scratch_;
    const std::size_t size =
        EncodeBitmap(coding_, {to_ + 1, bytes}, gain, scratch_ + Padded(bytes + 1), coded);
    if (size != 0) {
      std::memcpy(to_, coded, size);
      to_ += size;
    } else {
      *to_ = static_cast<std::uint8_t>(BlockMode::kRaw);
      to_ += 1 + bytes;
    }
  }

  const Coding& coding_;
  const Tree& tree_;
  bool nested_ = false;
  std::array<std::uint32_t, 257> before_;  // symbols of the leaves before each
  std::uint8_t* scratch_ = nullptr;
  std::uint8_t* to_ = nullptr;
};

std::size_t EncodeRaw(ByteView symbols, std::uint8_t* to) noexcept {
  *to = static_cast<std::uint8_t>(BlockMode::kRaw);
  std::memcpy(to + 1, symbols.data(), symbols.size());
  return 1 + symbols.size();
}

std::size_t EncodeCounted(const Coding& coding, ByteView symbols, const Counts& counts,
                          std::uint8_t* scratch, std::uint8_t* to) noexcept {
  const std::size_t n = symbols.size();
  if (counts[symbols[0]] == n) {
    to[0] = static_cast<std::uint8_t>(BlockMode::kConstant);
    to[1] = symbols[0];
    return n == 0 ? 0 : 2;
  }
  const bool is_short = coding.nesting == 0 && n <= kMostPacked;
  if (n < (is_short ? kLeastPacked : kLeastCoded)) return EncodeRaw(symbols, to);
  const Alphabet present(counts);
  CodeLengths lengths;
  BuildCodeLengths(counts, present, kMaxCodeLength, lengths);
  // The most that a block may take to be worth its coding.
  const std::size_t most = n - (n >> kRawShift);

  std::size_t packed = ~std::size_t{0};  // size of the better way to pack
  std::size_t by_static = ~std::size_t{0};
  StaticChoice choice;
  const auto encode_static = [&] {
    to[0] = static_cast<std::uint8_t>(static_cast<unsigned>(BlockMode::kCoded) |
                                      static_cast<unsigned>(CodeTableKind::kStatic) << 2 |
                                      choice.index << kStaticIndexShift);
    return 1 + PackCodes(symbols, StaticCodes(choice.index), to + 1);
  };
  if (is_short) {
    std::size_t bits = 0;
    for (const std::uint8_t s : present.symbols()) bits += std::size_t{counts[s]} * lengths[s];
    packed = 1 + PackedBound(n, bits);
    choice = ChooseStatic(counts, present);
    if (choice.index < kStaticTables) by_static = 1 + PackedBound(n, choice.bits);
    // Most short blocks need no table of their own to be told that it costs more.
    if (by_static < most && by_static <= packed + LeastCodeTable(present.size())) {
      return encode_static();
    }
  }
  std::array<std::uint8_t, kMaxCodeTable + 8> table_bytes;
  const CodeTable table = WriteCodeTable(lengths, present, table_bytes.data());
  const auto put_table = [&](BlockMode mode, unsigned flags) {
    to[0] = static_cast<std::uint8_t>(static_cast<unsigned>(mode) |
                                      static_cast<unsigned>(table.kind) << 2 | flags);
    std::memcpy(to + 1, table_bytes.data(), table.size);
    return to + 1 + table.size;
  };
  if (is_short) {
    packed += table.size;
    if (by_static <= packed) {
      if (by_static < most) return encode_static();
      packed = by_static;
    }
  }

  const SortedCode sorted(lengths, present);
  Tree tree;
  tree.Build(lengths, sorted);
  Encoder encoder(coding, tree, counts);
  const std::size_t plain = 1 + table.size + encoder.PlainSize();
  const auto pack = [&] {
    std::uint8_t* const codes = put_table(BlockMode::kCoded, kPackedBit);
    return static_cast<std::size_t>(codes - to) + PackCodes(symbols, MakeCodes(sorted), codes);
  };
  if (packed < most && !encoder.nested()) return pack();
  if (plain >= most) return packed < most ? pack() : EncodeRaw(symbols, to);

  std::uint8_t* const runs =
      put_table(encoder.nested() ? BlockMode::kNested : BlockMode::kCoded, 0);
  std::array<std::uint8_t, 256> rank_of{};
  for (std::size_t i = 0; i < tree.leaf_count(); ++i) {
    rank_of[tree.leaves()[i]] = static_cast<std::uint8_t>(i);
  }
  std::uint8_t* const ranks = scratch;
  std::uint8_t* const other = scratch + RankBytes(n);
  coding.kernels.rank(symbols.data(), n, rank_of.data(), ranks);
  const std::uint8_t* end = encoder.Encode(ranks, other, scratch + 2 * RankBytes(n), runs);
  const auto size = static_cast<std::size_t>(end - to);
  return packed < size ? pack() : size;
}

// Of a code table, about.
std::size_t TableSize(const Counts& counts) noexcept {
  return kTableEighths * (256 - static_cast<std::size_t>(std::ranges::count(counts, 0U))) / 8;
}

// About what these bytes take when coded, from strips of them.
std::size_t SampledSize(ByteView bytes) noexcept {
  Counts counts{};
  const std::size_t step = (bytes.size() - kStrip) / (kStrips - 1);
  for (std::size_t i = 0; i < kStrips; ++i) Count<2>(bytes.subspan(i * step, kStrip), counts);
  const std::uint64_t bits = kernels::statistics::EstimateBits(counts) / 256;
  return static_cast<std::size_t>(bits * bytes.size() / (8 * kStrip * kStrips)) + TableSize(counts);
}

std::size_t EncodeBitmap(const Coding& coding, ByteView bytes, std::size_t gain,
                         std::uint8_t* scratch, std::uint8_t* to) noexcept {
  if (gain >= bytes.size()) return 0;
  const std::size_t most = bytes.size() - gain;
  Counts counts{};
  if (bytes.size() < kLeastSampled) {
    Count<2>(bytes, counts);
  } else {
    if (SampledSize(bytes) > most) return 0;
    Count(bytes, counts);
  }
  if (kernels::statistics::ShannonBits(counts) / (8 * 256) + TableSize(counts) > most) return 0;
  const Coding inner{coding.kernels, coding.nesting_price, coding.nesting + 1};
  const std::size_t size = EncodeCounted(inner, bytes, counts, scratch, to);
  return size < most ? size : 0;
}

}  // namespace

std::size_t BlockEncodeScratch(std::size_t symbols) noexcept { return ScratchAt(symbols, 0); }

// Fewer symbols are counted with one counter each, or with two. Measured with 1, 2 and 8 on prose and
// programs, and on bytes of which four fifths are the same: 256 take 0.15, 0.26, 0.43 and 0.48, 0.38,
// 0.41 µs; 512 0.26, 0.34, 0.50 and 0.91, 0.61, 0.50 µs; 2048 0.91, 0.87, 0.99 and 3.6, 2.0, 1.0 µs.
constexpr std::size_t kLeastTwoWays = 512;
constexpr std::size_t kLeastEightWays = 2048;

std::size_t EncodeBlock(const kernels::entropy::PivcoEncodeKernels& kernels, ByteView symbols,
                        std::size_t nesting_price, std::uint8_t* scratch,
                        std::uint8_t* to) noexcept {
  Counts counts{};
  if (symbols.size() < kLeastTwoWays) {
    Count<1>(symbols, counts);
  } else if (symbols.size() < kLeastEightWays) {
    Count<2>(symbols, counts);
  } else {
    Count(symbols, counts);
  }
  return EncodeCounted({kernels, nesting_price, 0}, symbols, counts, scratch, to);
}

}  // namespace sigma::entropy
