// A sequence: what parsers find and sections hold.
#ifndef SIGMA_KERNELS_LZ_SEQUENCE_H_
#define SIGMA_KERNELS_LZ_SEQUENCE_H_

#include <cstdint>

namespace sigma::kernels::lz {

// `literals` bytes as they are, then `match` bytes copied from `offset` bytes back.
struct Sequence {
  std::uint32_t literals;
  std::uint32_t match;
  std::uint32_t offset;
};

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_SEQUENCE_H_
