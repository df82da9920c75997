// Index rows for 16-lane byte shuffles, shared by the kernels that merge bytes by masks
// (PivCo, raster symbols, classes). Plain data, built at compile time; included by their .cc files
// only.
#ifndef SIGMA_KERNELS_SHUFFLES_H_
#define SIGMA_KERNELS_SHUFFLES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace sigma::kernels {

using IndexRow = std::array<std::uint8_t, 8>;

// Merging 8 outputs by the bits of `byte` when `ones` of the 8 outputs before them came from the
// right: the lane of the side's vector, plus 0x80 if the side is the right one.
constexpr IndexRow MergeRow(unsigned byte, unsigned zeros, unsigned ones) {
  IndexRow row{};
  for (unsigned lane = 0; lane < 8; ++lane) {
    const bool right = ((byte >> lane) & 1) != 0;
    row[lane] = static_cast<std::uint8_t>(right ? 0x80 | ones++ : zeros++);
  }
  return row;
}

constexpr std::array<IndexRow, 256> MakeMergeLow() {
  std::array<IndexRow, 256> rows{};
  for (unsigned byte = 0; byte < 256; ++byte) rows[byte] = MergeRow(byte, 0, 0);
  return rows;
}

constexpr std::array<std::array<IndexRow, 256>, 9> MakeMergeHigh() {
  std::array<std::array<IndexRow, 256>, 9> rows{};
  for (unsigned ones = 0; ones <= 8; ++ones) {
    for (unsigned byte = 0; byte < 256; ++byte) rows[ones][byte] = MergeRow(byte, 8 - ones, ones);
  }
  return rows;
}

// Partition of 8 lanes: those with a zero bit first, then those with a one, both in order.
constexpr std::array<IndexRow, 256> MakePartition(unsigned first_lane) {
  std::array<IndexRow, 256> rows{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned at = 0;
    for (unsigned side = 0; side < 2; ++side) {
      for (unsigned lane = 0; lane < 8; ++lane) {
        if (((byte >> lane) & 1) == side) {
          rows[byte][at++] = static_cast<std::uint8_t>(first_lane + lane);
        }
      }
    }
  }
  return rows;
}

// 2 + 18 KiB for merging, 4 KiB for partition: they stay in the first-level cache.
alignas(64) inline constexpr std::array<IndexRow, 256> kMergeLow = MakeMergeLow();
alignas(64) inline constexpr std::array<std::array<IndexRow, 256>, 9> kMergeHigh = MakeMergeHigh();
alignas(64) inline constexpr std::array<IndexRow, 256> kPartitionLow = MakePartition(0);
alignas(64) inline constexpr std::array<IndexRow, 256> kPartitionHigh = MakePartition(8);

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_SHUFFLES_H_
