// One output a step: the side's cursor is picked without a branch.
#include "kernels/pivco_decode.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pivco_decode.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace {

unsigned Bit(const std::uint8_t* bits, std::size_t i) { return (bits[i / 8] >> (i % 8)) & 1U; }

std::size_t CountOnes(const std::uint8_t* bits, std::size_t n) noexcept {
  std::size_t ones = 0;
  for (std::size_t i = 0; i < n; ++i) ones += Bit(bits, i);
  return ones;
}

void Merge(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
           const std::uint8_t* right, std::uint8_t* out) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned bit = Bit(bits, i);
    out[i] = bit != 0 ? *right : *left;
    right += bit;
    left += 1 - bit;
  }
}

void MergeLeftLeaf(const std::uint8_t* bits, std::size_t n, std::uint8_t left,
                   const std::uint8_t* right, std::uint8_t* out) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned bit = Bit(bits, i);
    out[i] = bit != 0 ? *right : left;
    right += bit;
  }
}

void MergeRightLeaf(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                    std::uint8_t right, std::uint8_t* out) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned bit = Bit(bits, i);
    out[i] = bit != 0 ? right : *left;
    left += 1 - bit;
  }
}

void LeafPair(const std::uint8_t* bits, std::size_t n, std::uint8_t left, std::uint8_t right,
              std::uint8_t* out) noexcept {
  for (std::size_t i = 0; i < n; ++i) out[i] = Bit(bits, i) != 0 ? right : left;
}

void Unpack(const std::uint8_t* packed, std::size_t n, unsigned width, const std::uint8_t* symbols,
            std::uint8_t* out) noexcept {
  const unsigned mask = (1U << width) - 1;
  for (std::size_t i = 0, bit = 0; i < n; ++i, bit += width) {
    const unsigned window = packed[bit / 8] | static_cast<unsigned>(packed[bit / 8 + 1]) << 8;
    out[i] = symbols[(window >> (bit % 8)) & mask];
  }
}

}  // namespace

const PivcoDecodeKernels* PivcoDecodeTable() {
  static constexpr PivcoDecodeKernels kTable{&CountOnes,      &Merge,    &MergeLeftLeaf,
                                             &MergeRightLeaf, &LeafPair, &Unpack};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {

HWY_EXPORT(PivcoDecodeTable);

const PivcoDecodeKernels& ChoosePivcoDecode() noexcept {
  return *HWY_DYNAMIC_DISPATCH(PivcoDecodeTable)();
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
