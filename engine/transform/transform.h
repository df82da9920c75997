// Transforms: a reversible rearrangement of one stream of bytes into n sections that code better.
// The registry lists all of them; property tests, fuzzers and benchmarks iterate it.
//
// Contract of every transform
// - Reversible for every input of every length with every valid parameter block.
// - Params are a few bytes, written to the plan as they are and parsed as hostile input.
// - Sizes gives the section sizes for a source of `size` bytes; their sum equals `size` for every
//   transform so far, and Inverse refuses sections of other sizes.
// - Forward and Inverse write only inside their targets; they may read kPad bytes behind each
// section.
#ifndef SIGMA_TRANSFORM_TRANSFORM_H_
#define SIGMA_TRANSFORM_TRANSFORM_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/memory/buffer_pool.h"
#include "sigma/sigma.hpp"

namespace sigma {

inline constexpr std::size_t kMaxSections = 64;
inline constexpr std::size_t kMaxTransformParams = 16;

// Wire ids (FORMAT.md); never reused.
enum class TransformId : std::uint8_t { kDelta = 0 };

struct TransformParams {
  std::array<std::uint8_t, kMaxTransformParams> bytes{};
  std::uint8_t size = 0;
  [[nodiscard]] ByteView view() const { return {bytes.data(), size}; }
};

struct SectionSizes {
  std::array<std::size_t, kMaxSections> size{};
  std::size_t count = 0;
};

struct TransformRow {
  TransformId id;
  std::string_view name;
  // A valid parameter block for each variant worth trying, for tests, fuzzers and benchmarks.
  std::span<const TransformParams> (*variants)();
  // What --analyze and --strategy call this variant, e.g. "delta32".
  std::string (*describe)(const TransformParams& params);
  // kUnsupported or kCorrupt for parameters that cannot be.
  Result<SectionSizes> (*sizes)(const TransformParams& params, std::size_t size);
  // `sections` have the sizes that `sizes` gave.
  void (*forward)(ByteView source, const TransformParams& params, BufferPool& pool,
                  std::span<const MutableBytes> sections);
  Result<void> (*inverse)(std::span<const ByteView> sections, const TransformParams& params,
                          BufferPool& pool, MutableBytes target);
};

[[nodiscard]] std::span<const TransformRow> Transforms();
// Null if the id is unknown.
[[nodiscard]] const TransformRow* FindTransform(std::uint8_t id);

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_TRANSFORM_H_
