#include "engine/transform/split.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/base/endian.h"

namespace sigma {
namespace {

struct Pieces {
  std::array<std::size_t, kMaxCuts + 2> begin{};  // of each piece, and the end of the last
  std::size_t count = 0;
};

// The pieces of a source of `size` bytes; kCorrupt for cuts that are not ascending or not inside.
Result<Pieces> Parse(const TransformParams& params, std::size_t size) {
  if (params.size == 0 || params.size % 2 != 0) {
    return Fail(ErrorCode::kCorrupt, "split parameters of the wrong size");
  }
  Pieces pieces;
  pieces.count = 1;
  for (std::size_t i = 0; i < params.size; i += 2) {
    const std::size_t cut = LoadLE<std::uint16_t>(&params.bytes[i]) * kSplitUnit;
    if (cut <= pieces.begin[pieces.count - 1] || cut >= size) {
      return Fail(ErrorCode::kCorrupt, "split at a place that cannot be");
    }
    pieces.begin[pieces.count++] = cut;
  }
  pieces.begin[pieces.count] = size;
  return pieces;
}

std::span<const TransformParams> Variants() {
  static constexpr std::array<std::uint16_t, 3> kThree = {3, 7, 40};
  static const std::array<TransformParams, 2> all = {SplitParams(std::span(kThree).first(1)),
                                                     SplitParams(kThree)};
  return all;
}

std::string Describe(const TransformParams& params) {
  return "split" + std::to_string(params.size / 2 + 1);
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& /*pool*/,
             SectionList& sections) {
  const Result<Pieces> pieces = Parse(params, source.size());
  if (!pieces) return false;
  for (std::size_t i = 0; i < pieces->count; ++i) {
    const ByteView piece =
        source.subspan(pieces->begin[i], pieces->begin[i + 1] - pieces->begin[i]);
    const MutableBytes section = sections.Add(piece.size(), {SectionKind::kPiece, 1});
    if (!sections.ok()) return false;
    std::ranges::copy(piece, section.begin());
  }
  return true;
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& /*pool*/, MutableBytes target) {
  const Result<Pieces> pieces = Parse(params, target.size());
  if (!pieces) return pieces.failure();
  if (sections.size() != pieces->count) {
    return Fail(ErrorCode::kCorrupt, "split with a wrong number of pieces");
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].size() != pieces->begin[i + 1] - pieces->begin[i]) {
      return Fail(ErrorCode::kCorrupt, "split with a piece of the wrong size");
    }
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    std::ranges::copy(sections[i], target.subspan(pieces->begin[i]).begin());
  }
  return {};
}

}  // namespace

TransformParams SplitParams(std::span<const std::uint16_t> cuts) {
  assert(!cuts.empty() && cuts.size() <= kMaxCuts);
  TransformParams params;
  for (const std::uint16_t cut : cuts) {
    StoreLE(&params.bytes[params.size], cut);
    params.size = static_cast<std::uint8_t>(params.size + 2);
  }
  return params;
}

const TransformRow& SplitTransform() {
  static constexpr TransformRow row = {
      .id = kSplitId,
      .name = "split",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 2,
      .pieces = true,
  };
  return row;
}

}  // namespace sigma
