// Features: what the classification kernels say about a chunk. Measured on fixed sample windows of
// the chunk, so they depend on its bytes alone.
#ifndef SIGMA_STRATEGY_FEATURES_H_
#define SIGMA_STRATEGY_FEATURES_H_

#include <array>
#include <cstdint>

#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma {

// The most that entropies come to, and what `size` bytes of some entropy take when it is reached.
inline constexpr std::uint32_t kMaxEntropy = 8 * 256;
[[nodiscard]] constexpr std::uint64_t EntropyBytes(std::uint32_t entropy, std::size_t size) {
  return std::uint64_t{entropy} * size / kMaxEntropy;
}

// Text density from which a source counts as text, as good as all of it: 95 %.
inline constexpr std::uint32_t kMostlyText = 243;

// Entropies are in 1/256 bit per byte (0 … kMaxEntropy), densities in 1/256 (0 … 256) of the
// sampled bytes.
struct Features {
  std::size_t size = 0;       // of the chunk
  std::size_t sampled = 0;    // bytes looked at
  std::uint32_t entropy = 0;  // order-0
  // Order-0 entropy after the split into byte planes of width 1 << i, without and with differences;
  // mean over the planes. plane_entropy[0] equals `entropy`. Differences of text are not measured
  // and count as kMaxEntropy.
  std::array<std::uint32_t, 4> plane_entropy{};
  std::array<std::uint32_t, 4> delta_entropy{};
  std::uint32_t run_density = 0;  // bytes inside runs of at least 8 equal bytes
  std::uint32_t longest_run = 0;  // bytes
  std::uint32_t period = 0;       // best distance 2 … 4096 of equal bytes, 0 if none stands out
  std::uint32_t period_density = 0;  // bytes equal to the byte one period before
  std::uint32_t match_density = 0;   // bytes covered by hashed 6-gram matches inside the sample
  // Of what looks random, in places all over it (else 0): those whose bytes repeat far away, and
  // those that are not random by themselves.
  std::uint32_t far_repeats = 0;
  std::uint32_t islands = 0;
  std::uint32_t text_density = 0;  // printable ASCII, tab, newline and UTF-8 sequences
};

// `chunk` has kPad readable bytes after it. Cost: bounded by the sample, not by the chunk; see the
// .cc.
[[nodiscard]] Features MeasureFeatures(ByteView chunk, BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_FEATURES_H_
