// Bytes of a column in the context of those of another one: apart by classes of the context's
// bytes, as many sections as pay. High bytes tell how wide low ones spread; a type, what follows.
#ifndef SIGMA_TRANSFORM_RECORDS_CONTEXT_H_
#define SIGMA_TRANSFORM_RECORDS_CONTEXT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/transform.h"
#include "kernels/records/classes.h"
#include "sigma/result.hpp"

namespace sigma::records {

inline constexpr std::size_t kMaxContexts = kernels::records::kMaxClasses;
// About what a class costs: its code table and its row in the plan.
inline constexpr std::uint64_t kContextClassBytes = 40;

// Class of each value of a context's bytes: the seven most frequent values and the others.
using ContextRanks = std::array<std::uint8_t, 256>;
[[nodiscard]] ContextRanks RankContexts(std::span<const std::uint32_t, 256> counts) noexcept;

// Adds the sections of `plane` (below 2^32 bytes): the class of each of 256 context bytes, then for
// each class its bytes in turn. The list may refuse.
void ScatterByContext(ByteView plane, ByteView context, SectionList& sections);

// The inverse: takes its sections from the front. False if they cannot be. Both planes have kPad
// bytes after them.
[[nodiscard]] bool GatherByContext(std::span<const ByteView>& sections, ByteView context,
                                   MutableBytes plane) noexcept;

}  // namespace sigma::records

#endif  // SIGMA_TRANSFORM_RECORDS_CONTEXT_H_
