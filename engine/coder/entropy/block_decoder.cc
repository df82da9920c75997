// Decoding a block: parse the table, then walk the tree in wire order. A node's symbols are the
// stable merge of its children's by its bitmap, whose popcount is the right child's size, so the
// input needs no sizes and each size is earned by bits that are there.
//
// Two buffers take turns by depth: a node at [o, o + n) of one has its children one after the
// other at the same place of the other. Kernels write past an end only to the right, and everything
// to the right of a node is decoded after it, so nothing that is still needed is overwritten.
#include <cstring>
#include <optional>

#include "engine/coder/entropy/block.h"
#include "engine/coder/entropy/code_table.h"
#include "engine/coder/entropy/packed_codes.h"
#include "engine/coder/entropy/static_tables.h"
#include "engine/coder/entropy/tree.h"
#include "engine/memory/buffer.h"

namespace sigma::entropy {
namespace {

static_assert(kernels::entropy::kPivcoPad <= kPad);

constexpr std::size_t kAlign = kCacheLine;

constexpr std::size_t Padded(std::size_t bytes) {
  return (bytes + kPad + kAlign - 1) / kAlign * kAlign;
}

// The second buffer, and the nested bitmaps that live at once: one a level of the tree at most,
// each of at most `symbols` bits, and what the last of them needs while it is decoded.
std::size_t ScratchAt(std::size_t symbols, unsigned nesting) noexcept {
  std::size_t bytes = Padded(symbols);
  if (nesting < kMaxNesting) {
    const std::size_t bitmap = (symbols + 7) / 8;
    bytes += kMaxCodeLength * Padded(bitmap) + ScratchAt(bitmap, nesting + 1);
  }
  return bytes;
}

std::size_t DecodeNested(const kernels::entropy::PivcoDecodeKernels& kernels, ByteView source,
                         std::uint8_t* scratch, MutableBytes target, unsigned nesting) noexcept;

class Decoder {
 public:
  Decoder(const kernels::entropy::PivcoDecodeKernels& kernels, const Tree& tree, ByteView source,
          std::uint8_t* scratch, bool nested, unsigned nesting)
      : kernels_(kernels),
        tree_(tree),
        source_(source),
        scratch_(scratch),
        nested_(nested),
        nesting_(nesting) {}

  // Symbols of node `index` to out[0, n), with other[0, n) as working space.
  bool DecodeNode(std::size_t index, std::size_t n, std::uint8_t* out,
                  std::uint8_t* other) noexcept {
    if (n == 0) return true;
    const Node& node = tree_.node(index);
    const std::uint8_t* leaves = tree_.leaves();
    if (node.flat != 0) {
      const std::uint8_t* packed = Take((n * node.flat + 7) / 8);
      if (packed == nullptr) return false;
      kernels_.unpack(packed, n, node.flat, leaves + node.low, out);
      return true;
    }
    std::uint8_t* const held = scratch_;
    const std::uint8_t* bits = TakeBitmap((n + 7) / 8);
    if (bits == nullptr) return false;
    const bool left_leaf = node.left < 0;
    const bool right_leaf = node.right < 0;
    if (left_leaf && right_leaf) {
      kernels_.leaf_pair(bits, n, leaves[node.low], leaves[node.mid], out);
    } else {
      const std::size_t ones = kernels_.count_ones(bits, n);
      const std::size_t zeros = n - ones;
      if (left_leaf) {
        if (!DecodeNode(static_cast<std::size_t>(node.right), ones, other, out)) return false;
        kernels_.merge_left_leaf(bits, n, leaves[node.low], other, out);
      } else if (right_leaf) {
        if (!DecodeNode(static_cast<std::size_t>(node.left), zeros, other, out)) return false;
        kernels_.merge_right_leaf(bits, n, other, leaves[node.mid], out);
      } else {
        if (!DecodeNode(static_cast<std::size_t>(node.left), zeros, other, out)) return false;
        if (!DecodeNode(static_cast<std::size_t>(node.right), ones, other + zeros, out + zeros)) {
          return false;
        }
        kernels_.merge(bits, n, other, other + zeros, out);
      }
    }
    scratch_ = held;
    return true;
  }

  [[nodiscard]] std::size_t position() const noexcept { return position_; }

 private:
  const std::uint8_t* Take(std::size_t bytes) noexcept {
    if (source_.size() - position_ < bytes) return nullptr;
    const std::uint8_t* at = source_.data() + position_;
    position_ += bytes;
    return at;
  }

  const std::uint8_t* TakeBitmap(std::size_t bytes) noexcept {
    if (!nested_ || bytes < kLeastNested) return Take(bytes);
    if (source_.size() > position_ &&
        source_[position_] == static_cast<std::uint8_t>(BlockMode::kRaw)) {
      ++position_;
      return Take(bytes);
    }
    std::uint8_t* bitmap = scratch_;
    scratch_ += Padded(bytes);
    const std::size_t used =
        DecodeNested(kernels_, source_.subspan(position_), scratch_, {bitmap, bytes}, nesting_ + 1);
    if (used == 0) return nullptr;
    position_ += used;
    return bitmap;
  }

  const kernels::entropy::PivcoDecodeKernels& kernels_;
  const Tree& tree_;
  ByteView source_;
  std::size_t position_ = 0;
  std::uint8_t* scratch_;
  bool nested_;
  unsigned nesting_;
};

// A packed block whose codes begin `table` bytes after its first byte.
std::size_t Unpack(ByteView body, std::size_t table, const SortedCode& code,
                   MutableBytes target) noexcept {
  const Unpacked unpacked = UnpackCodes(body.subspan(table), code, target);
  return unpacked.whole ? 1 + table + unpacked.bytes : 0;
}

std::size_t DecodeNested(const kernels::entropy::PivcoDecodeKernels& kernels, ByteView source,
                         std::uint8_t* scratch, MutableBytes target, unsigned nesting) noexcept {
  if (source.empty()) return 0;
  const auto mode = static_cast<BlockMode>(source[0] & 3);
  const unsigned flags = source[0] >> 2;
  const ByteView body = source.subspan(1);
  if (mode == BlockMode::kRaw || mode == BlockMode::kConstant) {
    const std::size_t bytes = mode == BlockMode::kRaw ? target.size() : 1;
    if (flags != 0 || body.size() < bytes) return 0;
    if (mode == BlockMode::kRaw) {
      std::memcpy(target.data(), body.data(), bytes);
    } else {
      std::memset(target.data(), body[0], target.size());
    }
    return 1 + bytes;
  }
  const bool nested = mode == BlockMode::kNested;
  const auto kind = static_cast<CodeTableKind>(flags & 3);
  const bool is_static = kind == CodeTableKind::kStatic;
  const bool packed = is_static || flags >> 2 == 1;
  if (!packed && flags >> 2 != 0) return 0;
  if (nested && (packed || nesting >= kMaxNesting)) return 0;
  if (packed && target.size() > kMostPacked) return 0;
  if (is_static) return Unpack(body, 0, StaticCode(source[0] >> kStaticIndexShift), target);
  CodeLengths lengths;
  const std::optional<std::size_t> table = ParseCodeTable(body, kind, lengths);
  if (!table) return 0;
  if (packed) return Unpack(body, *table, SortedCode(lengths), target);
  Tree tree;
  tree.Build(lengths, SortedCode(lengths));
  std::uint8_t* const rest = scratch + Padded(target.size());
  Decoder decoder(kernels, tree, body.subspan(*table), rest, nested, nesting);
  if (!decoder.DecodeNode(0, target.size(), target.data(), scratch)) return 0;
  return 1 + *table + decoder.position();
}

}  // namespace

std::size_t BlockDecodeScratch(std::size_t symbols) noexcept { return ScratchAt(symbols, 0); }

std::size_t DecodeBlock(const kernels::entropy::PivcoDecodeKernels& kernels, ByteView source,
                        std::uint8_t* scratch, MutableBytes target) noexcept {
  return DecodeNested(kernels, source, scratch, target, 0);
}

}  // namespace sigma::entropy
