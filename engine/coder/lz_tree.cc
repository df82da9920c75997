// Binary trees of positions, ordered by the bytes that follow them and heaped by recency: a new
// position becomes the root and splits the old tree while it descends, so each descent meets newer
// positions first and inserting costs nothing beyond searching (the match finder of LZMA, Pavlov
// 1999; the split is that of a cartesian tree).
//
// Each node of a descent is a cache miss that waits for the one before. Trees of 4-byte contexts
// spend most of those on the crowd of short matches; here the short lengths have tables of their
// own, whose probes are known ahead and fetched in parallel, and a tree holds only positions that
// share tree_bytes.
//
// Entries are position + 1, 0 is none. The two subtrees of position p stand at 2 (p mod window):
// the smaller and the greater one.
#include "engine/coder/lz_tree.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/base/endian.h"
#include "engine/coder/lz_match.h"
#include "engine/coder/lz_sequence.h"

namespace sigma {
namespace {

// Tables are fetched this many positions ahead, what they point to half as many.
constexpr std::size_t kFetchAhead = 16;

// Entries of the table of each length, log2: about as many as contexts of that length matter.
constexpr std::array<unsigned, 8> kTableLog{0, 0, 0, 16, 18, 19, 20, 20};

// A small chunk gets small tables: clearing them is work too.
unsigned TableLog(unsigned bytes, std::size_t size) {
  return std::min(kTableLog[bytes], std::max(8u, static_cast<unsigned>(std::bit_width(size))));
}

std::size_t Window(std::size_t size) {
  return std::min(std::bit_ceil(std::max<std::size_t>(size, 1)), kMaxOffset + 1);
}

// Multiplicative (Fibonacci) hash of the first kBytes of a little-endian value to 64 − shift bits.
template <unsigned kBytes>
std::uint32_t Hash(std::uint64_t value, unsigned shift) {
  return static_cast<std::uint32_t>(((value << (64 - 8 * kBytes)) * 0x9E3779B97F4A7C15u) >> shift);
}

}  // namespace

std::size_t MatchTree::ZeroWords(const Shape& shape, std::size_t size) {
  std::size_t words = std::size_t{1} << shape.hash_log;
  for (unsigned bytes = kMinMatch; bytes < shape.tree_bytes; ++bytes) {
    words += std::size_t{1} << TableLog(bytes, size);
  }
  return words;
}

std::size_t MatchTree::Words(const Shape& shape, std::size_t size) {
  return ZeroWords(shape, size) + 2 * Window(size);
}

MatchTree::MatchTree(const Shape& shape, ByteView source, std::span<std::uint32_t> words)
    : base_(source.data()),
      size_(source.size()),
      last_{},
      shift_{},
      heads_(words.data()),
      window_mask_(Window(source.size()) - 1),
      head_shift_(64 - shape.hash_log),
      depth_(shape.depth),
      nice_(std::min<std::size_t>(shape.nice, 255)) {
  std::uint32_t* next = heads_ + (std::size_t{1} << shape.hash_log);
  for (unsigned bytes = kMinMatch; bytes < shape.tree_bytes; ++bytes) {
    last_[bytes] = next;
    const unsigned log = TableLog(bytes, source.size());
    shift_[bytes] = 64 - log;
    next += std::size_t{1} << log;
  }
  nodes_ = next;
}

template <unsigned kTreeBytes, bool kRecord>
std::size_t MatchTree::Visit(std::size_t position, Candidate* candidates) noexcept {
  if (size_ - position < 8) return 0;
  const std::uint8_t* const here = base_ + position;
  const auto each_length = [](auto&& action) {
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      (action.template operator()<kMinMatch + kIndex>(), ...);
    }
    (std::make_index_sequence<kTreeBytes - kMinMatch>());
  };
  if (size_ - position >= 8 + kFetchAhead) {
    const std::uint64_t ahead = LoadLE<std::uint64_t>(here + kFetchAhead);
    const std::uint64_t nearer = LoadLE<std::uint64_t>(here + kFetchAhead / 2);
    each_length([&]<std::size_t kBytes>() {
      __builtin_prefetch(last_[kBytes] + Hash<kBytes>(ahead, shift_[kBytes]), 1);
      if constexpr (kRecord) {
        __builtin_prefetch(base_ + last_[kBytes][Hash<kBytes>(nearer, shift_[kBytes])]);
      }
    });
    __builtin_prefetch(heads_ + Hash<kTreeBytes>(ahead, head_shift_), 1);
    const std::uint32_t root = heads_[Hash<kTreeBytes>(nearer, head_shift_)];
    __builtin_prefetch(nodes_ + 2 * ((root - 1) & window_mask_), 1);
    __builtin_prefetch(base_ + root);
  }
  const std::uint64_t value = LoadLE<std::uint64_t>(here);
  const std::size_t limit = std::min(nice_, size_ - position);
  const auto entry = static_cast<std::uint32_t>(position + 1);
  std::size_t count = 0;
  std::size_t best = kMinMatch - 1;

  each_length([&]<std::size_t kBytes>() {
    std::uint32_t& last = last_[kBytes][Hash<kBytes>(value, shift_[kBytes])];
    if constexpr (kRecord) {
      const std::size_t offset = entry - last;
      if (best < kBytes && last != 0 && offset <= kMaxOffset) {
        const std::size_t length = MatchLength(here, here - offset, here + limit);
        if (length > best) {
          best = length;
          candidates[count++] = static_cast<Candidate>(offset << 8 | length);
        }
      }
    }
    last = entry;
  });

  std::uint32_t& head = heads_[Hash<kTreeBytes>(value, head_shift_)];
  std::uint32_t next = head;
  head = entry;
  std::uint32_t* smaller = nodes_ + 2 * (position & window_mask_);
  std::uint32_t* greater = smaller + 1;
  std::size_t smaller_length = 0;  // common bytes with all of the smaller side, and the greater
  std::size_t greater_length = 0;
  for (std::size_t left = depth_;; --left) {
    const std::size_t offset = entry - next;
    if (next == 0 || offset > std::min(kMaxOffset, window_mask_) || left == 0) {
      *smaller = 0;
      *greater = 0;
      return count;
    }
    std::uint32_t* const pair = nodes_ + 2 * ((next - 1) & window_mask_);
    // Whichever way it goes, the next node is one of two: fetch both while comparing.
    const std::uint8_t* const there = here - offset;
    __builtin_prefetch(nodes_ + 2 * ((pair[0] - 1) & window_mask_));
    __builtin_prefetch(nodes_ + 2 * ((pair[1] - 1) & window_mask_));
    __builtin_prefetch(base_ + pair[0]);
    __builtin_prefetch(base_ + pair[1]);
    std::size_t length = std::min(smaller_length, greater_length);
    length += MatchLength(here + length, there + length, here + limit);
    if (kRecord && length > best) {
      best = length;
      candidates[count++] = static_cast<Candidate>(offset << 8 | length);
    }
    if (length == limit) {
      *smaller = pair[0];
      *greater = pair[1];
      return count;
    }
    if (there[length] < here[length]) {
      *smaller = next;
      smaller = pair + 1;
      next = *smaller;
      smaller_length = length;
    } else {
      *greater = next;
      greater = pair;
      next = *greater;
      greater_length = length;
    }
  }
}

template std::size_t MatchTree::Visit<5, true>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<5, false>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<6, true>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<6, false>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<7, true>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<7, false>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<8, true>(std::size_t, Candidate*) noexcept;
template std::size_t MatchTree::Visit<8, false>(std::size_t, Candidate*) noexcept;

}  // namespace sigma
