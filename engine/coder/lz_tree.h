// Match candidates: one probe for each short length, a binary search tree for the long ones.
//
// Offers for each position the nearest earlier positions that share `least_bytes` and more bytes
// with it (a table of last positions for each length) and, in one descent of bounded depth through
// the tree of its first `tree_bytes` bytes, the nearest match of each greater length that the
// descent meets. Memory: Words 32-bit words, of which the first ZeroWords are zero before the first
// position of a chunk; positions must be visited in order, each once. Work: `depth` nodes a
// position at most.
#ifndef SIGMA_CODER_LZ_TREE_H_
#define SIGMA_CODER_LZ_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz_candidate.h"
#include "sigma/sigma.hpp"

namespace sigma {

class MatchTree {
 public:
  struct Shape {
    unsigned least_bytes;  // of a candidate: 3 or 5
    unsigned tree_bytes;   // 5…8
    unsigned hash_log;     // heads of the trees, log2
    std::size_t depth;     // nodes visited a position
    std::size_t nice;      // a match this long ends the search, at most 255
  };

  // 32-bit words for a chunk of `size` bytes, and how many of them must be zero at its start.
  [[nodiscard]] static std::size_t Words(const Shape& shape, std::size_t size);
  [[nodiscard]] static std::size_t ZeroWords(const Shape& shape, std::size_t size);

  MatchTree(const Shape& shape, ByteView source, std::span<std::uint32_t> words);

  // Visits [begin, end): counts[i] candidates of begin + i, shortest first, one position behind the
  // other in `candidates`, which holds at least one a position; where it runs short, positions keep
  // their longest. Inside of a match of `nice` bytes, which is taken whole, positions have none.
  void Search(std::size_t begin, std::size_t end, std::span<std::uint8_t> counts,
              std::span<Candidate> candidates) noexcept;

 private:
  template <unsigned kLeastBytes, unsigned kTreeBytes>
  class Descents;
  template <unsigned kLeastBytes>
  void SearchFrom(std::size_t begin, std::size_t end, std::span<std::uint8_t> counts,
                  std::span<Candidate> candidates) noexcept;

  const std::uint8_t* base_;
  std::size_t size_;
  std::array<std::uint32_t*, 8> last_;  // by length
  std::array<unsigned, 8> shift_;
  std::uint32_t* heads_;
  std::uint32_t* nodes_;
  std::size_t window_mask_;
  std::size_t farthest_;
  unsigned head_shift_;
  unsigned least_bytes_;
  unsigned tree_bytes_;
  std::size_t depth_;
  std::size_t nice_;
};

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_TREE_H_
