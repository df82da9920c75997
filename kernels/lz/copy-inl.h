// Shared by the LZ copy loops: steps of whole vectors, patterns for near offsets, the walk that
// finds how far a loop may go without looking at its bounds.
#ifndef SIGMA_KERNELS_LZ_COPY_INL_ONCE_
#define SIGMA_KERNELS_LZ_COPY_INL_ONCE_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/lz/copy.h"
#include "kernels/lz/expand.h"

namespace sigma::kernels::lz {
namespace {

// The fast loops write at most 64 bytes after a sequence's end.
constexpr std::size_t kSlack = 64;

inline std::size_t NextLong(const std::uint8_t** list) {
  const std::uint8_t* const at = *list;
  *list += 4;
  return static_cast<std::size_t>(at[0]) | static_cast<std::size_t>(at[1]) << 8 |
         static_cast<std::size_t>(at[2]) << 16 | static_cast<std::size_t>(at[3]) << 24;
}

// How many sequences end at least kSlack before the end of the target, for certain.
inline std::size_t FastCount(const CopyJob& copy, std::size_t spare) {
  std::size_t i = copy.count;
  while (i > 0 && spare < kSlack) {
    --i;
    spare += copy.literal_lengths[i];
    spare += copy.match_lengths[i];
  }
  return spare < kSlack ? 0 : i;
}

// Fetches what matches will read before they do: all lengths and offsets are known. Without it, a
// window of megabytes costs a cache miss or two each sequence.
class Fetcher {
 public:
  Fetcher(const CopyJob& copy, const std::uint32_t* offsets, const std::uint8_t* to,
          std::size_t first)
      : literals_(copy.literal_lengths),
        matches_(copy.match_lengths),
        offsets_(offsets),
        at_(reinterpret_cast<std::uintptr_t>(to)) {
    for (std::size_t i = first; i < first + kAhead; ++i) Fetch(i);
  }
  // The sequence kAhead after `i`, if there is one; otherwise anything, which does no harm.
  void Step(std::size_t i) { Fetch(i + kAhead); }
  // A length byte stood for more.
  void Add(std::size_t more) { at_ += more; }

 private:
  // Sequences: far enough for a miss (80–100 ns), near enough not to be evicted again.
  static constexpr std::size_t kAhead = 16;

  void Fetch(std::size_t i) {
    at_ += literals_[i];
    __builtin_prefetch(reinterpret_cast<const void*>(at_ - offsets_[i]));
    at_ += matches_[i];
  }

  const std::uint8_t* literals_;
  const std::uint8_t* matches_;
  const std::uint32_t* offsets_;
  std::uintptr_t at_;
};

// Row k − 1: the indices 0 … 15 modulo k, which repeat a pattern of k bytes.
struct alignas(64) PatternTable {
  std::uint8_t index[16][16];
  constexpr PatternTable() : index() {
    for (unsigned period = 1; period <= 16; ++period) {
      for (unsigned i = 0; i < 16; ++i) {
        index[period - 1][i] = static_cast<std::uint8_t>(i % period);
      }
    }
  }
};
constexpr PatternTable kPatterns;

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_COPY_INL_ONCE_

#if defined(SIGMA_KERNELS_LZ_COPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_LZ_COPY_INL_H_
#undef SIGMA_KERNELS_LZ_COPY_INL_H_
#else
#define SIGMA_KERNELS_LZ_COPY_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void Copy16(const std::uint8_t* from, std::uint8_t* to) {
#if HWY_TARGET == HWY_SCALAR
  std::uint8_t bytes[16];
  std::memcpy(bytes, from, 16);
  std::memcpy(to, bytes, 16);
#else
  const hn::Full128<std::uint8_t> d;
  hn::StoreU(hn::LoadU(d, from), d, to);
#endif
}

// In the widest vectors of at most kBytes, one after the other.
template <std::size_t kBytes>
HWY_INLINE void CopyVectors(const std::uint8_t* from, std::uint8_t* to) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t i = 0; i < kBytes; i += 16) Copy16(from + i, to + i);
#else
  const hn::CappedTag<std::uint8_t, kBytes> d;
  for (std::size_t i = 0; i < kBytes; i += hn::Lanes(d)) {
    hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  }
#endif
}

// Correct for any distance of at least 32.
HWY_INLINE void Copy32(const std::uint8_t* from, std::uint8_t* to) { CopyVectors<32>(from, to); }

// Correct for any distance of at least 64.
HWY_INLINE void Copy64(const std::uint8_t* from, std::uint8_t* to) { CopyVectors<64>(from, to); }

template <std::size_t kBytes>
HWY_INLINE void CopyStep(const std::uint8_t* from, std::uint8_t* to) {
  if constexpr (kBytes == 16) {
    Copy16(from, to);
  } else if constexpr (kBytes == 32) {
    Copy32(from, to);
  } else {
    Copy64(from, to);
  }
}

// Copies `match` bytes, rounded up to 16, from less than 16 bytes back.
HWY_INLINE void CopyPattern(std::uint8_t* to, std::size_t offset, std::size_t match) {
  const std::uint8_t* const from = to - offset;
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t k = 0; k < match; ++k) to[k] = from[k];
#else
  const hn::Full128<std::uint8_t> d;
  const auto pattern =
      hn::TableLookupBytes(hn::LoadU(d, from), hn::Load(d, kPatterns.index[offset - 1]));
  const std::size_t step = 16 - 16 % offset;  // the longest multiple of the period in a vector
  for (std::size_t k = 0; k < match; k += step) hn::StoreU(pattern, d, to + k);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
