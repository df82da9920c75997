// Shared by the two directions of PCM: the classes of groups, the sections and their sizes.
#ifndef SIGMA_TRANSFORM_PCM_LAYOUT_H_
#define SIGMA_TRANSFORM_PCM_LAYOUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/transform/pcm/transform.h"
#include "kernels/pcm/prediction.h"

namespace sigma::pcm {

// Classes: without raw bits, one for each size of the group's sum; with r raw bits, three: sums in
// the lower and upper half of their octave, and groups with more raw bits than their sum asks for,
// since the largest code would not fit.
inline constexpr unsigned kPlainClasses = 12;
inline constexpr unsigned kRawKinds = 3;
inline constexpr std::size_t kContexts = kPlainClasses + kRawKinds;
// Sums of 32 codes from here on need raw bits.
inline constexpr unsigned kPlainSumBits = 9;

enum Section : std::size_t {
  kEdges,
  kPairs,
  kPredictors,
  kWeightsLow,
  kWeightsHigh,
  kClasses,
  kFirstContext,
  kRaw = kFirstContext + kContexts,
  kSections
};

// How a pair of channels is stored.
enum Pair : std::uint8_t { kBoth, kFirstSide, kSideSecond, kMidSide, kPairKinds };

// Of a source of a given size.
struct Layout {
  Shape shape;
  std::size_t frames = 0;
  std::size_t block = 0;  // frames
  std::size_t blocks = 0;
  std::size_t pairs = 0;     // of a block
  std::size_t segments = 0;  // channels of blocks
  std::size_t groups = 0;
  std::size_t edges = 0;  // bytes

  [[nodiscard]] std::size_t FramesOf(std::size_t b) const {
    return std::min(block, frames - b * block);
  }
};

[[nodiscard]] inline std::size_t GroupsOf(std::size_t samples) {
  return (samples + kernels::pcm::kGroup - 1) / kernels::pcm::kGroup;
}

[[nodiscard]] inline Layout LayoutOf(const Shape& shape, std::size_t size) {
  Layout layout;
  layout.shape = shape;
  layout.frames = size > shape.skip ? (size - shape.skip) / shape.frame() : 0;
  layout.block = std::size_t{1} << shape.block_log;
  layout.blocks = (layout.frames + layout.block - 1) / layout.block;
  layout.pairs = shape.channels / 2;
  layout.segments = layout.blocks * shape.channels;
  if (layout.blocks != 0) {
    layout.groups = ((layout.blocks - 1) * (layout.block / kernels::pcm::kGroup) +
                     GroupsOf(layout.FramesOf(layout.blocks - 1))) *
                    shape.channels;
  }
  layout.edges = size - layout.frames * shape.frame();
  return layout;
}

// Adds the sections of `source`; false where the list is full.
[[nodiscard]] bool Encode(ByteView source, const Shape& shape, BufferPool& pool,
                          SectionList& sections);
// Restores `target` from hostile sections.
[[nodiscard]] Result<void> Decode(std::span<const ByteView> sections, const Shape& shape,
                                  BufferPool& pool, MutableBytes target);

}  // namespace sigma::pcm

#endif  // SIGMA_TRANSFORM_PCM_LAYOUT_H_
