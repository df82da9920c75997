// Transforms: a reversible rearrangement of one stream of bytes into n sections that code better.
// This is what a family of them implements; registry.h lists them all.
//
// Contract of every transform
// - Forward may refuse a source that does not suit it (text without columns, say); what it takes,
//   Inverse restores exactly, for every length and every valid parameter block.
// - Params are a few bytes, written to the plan as they are and parsed as hostile input. What does
//   not fit there goes into a section of its own.
// - The sections hold at most SectionsBound(size) bytes together; Forward refuses where that is not
//   enough.
// - Inverse takes any number of sections of any sizes and any bytes as hostile: it checks all before
//   it computes an address, and writes only inside `target`. Its work is at most
//   c · (sections + target) + 2^16 steps, a step being a byte loaded, stored or reckoned with,
//   whatever parameters and sections say: each header derives its c ("Hostile input"), the row holds
//   it. The scratch it leases goes by what there is to restore, too.
// - Both may read (not use) kPad bytes after the source and after each section. Working memory
//   comes from the pool.
//
// A new transform touches its own folder with its SPEC.md, registry.cc, FORMAT.md's table and
// CMake: a row or line each; to be chosen without being asked for, a detector
// (strategy/detect/detect.h).
#ifndef SIGMA_TRANSFORM_TRANSFORM_H_
#define SIGMA_TRANSFORM_TRANSFORM_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/section_list.h"
#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::size_t kMaxTransformParams = 255;

// Wire ids, never reused: FORMAT.md lists them, and each transform's header states its own.
enum class TransformId : std::uint8_t {};

struct TransformParams {
  std::array<std::uint8_t, kMaxTransformParams> bytes{};
  std::uint8_t size = 0;
  [[nodiscard]] ByteView view() const { return {bytes.data(), size}; }
  friend bool operator==(const TransformParams&, const TransformParams&) = default;
};

struct TransformRow {
  TransformId id;
  std::string_view name;
  // A valid parameter block for each variant worth trying, for tests, fuzzers and benchmarks.
  std::span<const TransformParams> (*variants)();
  // The name of this variant in --analyze, e.g. "delta32".
  std::string (*describe)(const TransformParams& params);
  // Adds the sections of `source` to an empty list. False if the source does not suit the transform
  // or the list is full; what the list then holds means nothing. `params` are valid.
  bool (*forward)(ByteView source, const TransformParams& params, BufferPool& pool,
                  SectionList& sections);
  // kUnsupported or kCorrupt for parameters or sections that cannot be.
  Result<void> (*inverse)(std::span<const ByteView> sections, const TransformParams& params,
                          BufferPool& pool, MutableBytes target);
  // c of the contract.
  std::uint32_t work;
  // The last section is as long as the source, and inverse may find it in `target`.
  bool in_place = false;
  // Its sections are sources of their own rather than parts of one: each deserves the search that
  // the whole would get.
  bool pieces = false;
  // Bytes that a plan with it leases for a source of `size` bytes beyond what the memory formula
  // grants to any plan (pipeline/budget): its sections, and the coders' scratch, which is free
  // while forward and inverse run. Null: none.
  std::uint64_t (*scratch)(std::size_t size) = nullptr;
};

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_TRANSFORM_H_
