// Where a source holds floating-point numbers, and where their distribution changes.
#ifndef SIGMA_TRANSFORM_FLOATS_SEGMENTS_H_
#define SIGMA_TRANSFORM_FLOATS_SEGMENTS_H_

#include <array>
#include <cstddef>
#include <span>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/floats/relation.h"
#include "sigma/result.hpp"

namespace sigma::floats {

struct Segment {
  std::size_t begin = 0;
  std::size_t end = 0;  // begin plus a multiple of the width
  Relation relation;
};

class Segments {
 public:
  static constexpr std::size_t kMost = 120;
  void Add(const Segment& segment) noexcept {
    if (count_ < kMost) all_[count_++] = segment;
  }
  [[nodiscard]] std::span<const Segment> view() const noexcept {
    return std::span(all_).first(count_);
  }

 private:
  std::array<Segment, kMost> all_;
  std::size_t count_ = 0;
};

// The places modulo `width` (2, 4, 8) that may hold sign and exponent of ordinary numbers, 2^-35 to
// 2^60 or so: bit p for those at p − `position` of the window. None: no numbers.
[[nodiscard]] unsigned FindExponents(ByteView window, std::size_t position, std::size_t width);

// Segments of one distribution each, in order; columns that follow from others have a relation.
// With `whole`, all of the source is numbers.
[[nodiscard]] Segments FindFloats(ByteView source, std::size_t width, bool whole, BufferPool& pool);

}  // namespace sigma::floats

#endif  // SIGMA_TRANSFORM_FLOATS_SEGMENTS_H_
