// One symbol a step: both sides are stored, the cursor of the right one advances.
#include "kernels/pivco_encode.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pivco_encode.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace {

void Rank(const std::uint8_t* symbols, std::size_t n, const std::uint8_t* table,
          std::uint8_t* ranks) noexcept {
  for (std::size_t i = 0; i < n; ++i) ranks[i] = table[symbols[i]];
}

template <bool kLeft, bool kRight>
void Split(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
           std::uint8_t* right, std::uint8_t* bits) noexcept {
  for (std::size_t i = 0; i < n; i += 8) {
    unsigned byte = 0;
    const std::size_t end = n - i < 8 ? n - i : 8;
    for (unsigned j = 0; j < end; ++j) {
      const std::uint8_t rank = ranks[i + j];
      const unsigned bit = rank >= mid;
      byte |= bit << j;
      if constexpr (kLeft) {
        *left = rank;
        left += 1 - bit;
      }
      if constexpr (kRight) {
        *right = rank;
        right += bit;
      }
    }
    bits[i / 8] = static_cast<std::uint8_t>(byte);
  }
}

void Partition(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
               std::uint8_t* right, std::uint8_t* bits) noexcept {
  Split<true, true>(ranks, n, mid, left, right, bits);
}

void PartitionLeft(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
                   std::uint8_t* bits) noexcept {
  Split<true, false>(ranks, n, mid, left, nullptr, bits);
}

void PartitionRight(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* right,
                    std::uint8_t* bits) noexcept {
  Split<false, true>(ranks, n, mid, nullptr, right, bits);
}

void Compare(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
             std::uint8_t* bits) noexcept {
  Split<false, false>(ranks, n, mid, nullptr, nullptr, bits);
}

void Pack(const std::uint8_t* ranks, std::size_t n, std::uint8_t low, unsigned width,
          std::uint8_t* packed) noexcept {
  std::uint32_t pending = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < n; ++i) {
    pending |= static_cast<std::uint32_t>(ranks[i] - low) << held;
    held += width;
    while (held >= 8) {
      *packed++ = static_cast<std::uint8_t>(pending);
      pending >>= 8;
      held -= 8;
    }
  }
  if (held > 0) *packed = static_cast<std::uint8_t>(pending);
}

}  // namespace

const PivcoEncodeKernels* PivcoEncodeTable() {
  static constexpr PivcoEncodeKernels kTable{&Rank,           &Partition, &PartitionLeft,
                                             &PartitionRight, &Compare,   &Pack};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {

HWY_EXPORT(PivcoEncodeTable);

const PivcoEncodeKernels& ChoosePivcoEncode() noexcept {
  return *HWY_DYNAMIC_DISPATCH(PivcoEncodeTable)();
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
