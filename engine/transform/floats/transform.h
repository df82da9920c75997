// FLOAT: floating-point numbers of 2, 4 or 8 bytes as bins and places in them (bin_tree.h),
// decimals by their digits, differences where they are smaller (keys.h), columns by the two
// they follow from (relation.h), for each segment of one distribution as suits it.
//
// Params: 1 byte: bits 0–1 log2 of the width, 1 … 3; bit 2, not needed to restore: the encoder took
// all of the source for numbers. Sections: for each segment its bins, a byte a number, and its
// offsets; then the bytes that are no numbers; last the head: for each range of the source a varint
// of 2 · bytes + 1 if it is a segment, and then the segment's mode byte, the lags of its relation
// if it has one, and its tree.
//
// Hostile input: a number takes up to 40 steps; each 4096 of a segment, begun ones too, a table of
// 256 bins, and each byte of a tree 8 nodes; a plan has at most 127 segments: c = 64.
#ifndef SIGMA_TRANSFORM_FLOATS_TRANSFORM_H_
#define SIGMA_TRANSFORM_FLOATS_TRANSFORM_H_

#include "engine/transform/transform.h"

namespace sigma::floats {

inline constexpr TransformId kId{5};

[[nodiscard]] TransformParams Params(std::size_t width, bool whole = false);
[[nodiscard]] const TransformRow& Transform();

// The cost of a sample of numbers of `width` bytes, in 1/256 bits, with its share of a tree that
// serves `all` of them; ~0 if references would do better.
[[nodiscard]] std::uint64_t SampleBits(ByteView numbers, std::size_t width, std::size_t all,
                                       BufferPool& pool);

}  // namespace sigma::floats

#endif  // SIGMA_TRANSFORM_FLOATS_TRANSFORM_H_
