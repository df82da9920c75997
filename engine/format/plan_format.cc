// The plan header of a transform's payload.
//
// | parameter bytes n | parameters | section count | per section:
// | 1                 | n          | 1, 1 … 255    |   plan 1 | original varint | coded varint |
#include "engine/format/plan_format.h"

#include <algorithm>
#include <cassert>

#include "engine/base/varint.h"
#include "engine/format/cursor.h"
#include "engine/format/wire.h"

namespace sigma {
namespace {

// The sections of a chunk may hold a little more than the chunk: four varint bytes at the most.
constexpr std::uint32_t kMaxSection = 2 * wire::kMaxChunkSize;

// Raw sections are as long as their bytes; an empty section is raw; no coder makes bytes longer.
bool SizesFit(const PlanSection& section) {
  if (section.coded > section.original) return false;
  if (section.plan == wire::kRawPlan) return section.coded == section.original;
  return section.coded >= 1;
}

}  // namespace

std::size_t WritePlanHeader(PlanHeader& header, MutableBytes to) {
  assert(header.count >= 1 && header.count <= kMaxPlanSections);
  std::array<std::uint8_t, kMaxPlanHeader + kMaxVarint> bytes;
  bytes[0] = header.param_size;
  std::copy_n(header.params.begin(), header.param_size, &bytes[1]);
  std::size_t size = 1 + std::size_t{header.param_size};
  bytes[size++] = static_cast<std::uint8_t>(header.count);
  for (std::size_t i = 0; i < header.count; ++i) {
    const PlanSection& section = header.sections[i];
    assert(SizesFit(section));
    bytes[size++] = section.plan;
    size += WriteVarint(section.original, &bytes[size]);
    size += WriteVarint(section.coded, &bytes[size]);
  }
  if (size > to.size()) return 0;
  std::copy_n(bytes.begin(), size, to.begin());
  header.bytes = size;
  return size;
}

Result<PlanHeader> ParsePlanHeader(ByteView payload, std::size_t most) {
  Cursor cursor(payload);
  PlanHeader header;
  header.param_size = cursor.Read<std::uint8_t>();
  const ByteView params = cursor.Take(header.param_size);
  std::ranges::copy(params, header.params.begin());
  header.count = cursor.Read<std::uint8_t>();
  if (cursor.good() && header.count == 0) {
    return Fail(ErrorCode::kCorrupt, "a plan without sections", cursor.position() - 1);
  }
  std::uint64_t restored = 0;
  std::uint64_t coded = 0;
  for (std::size_t i = 0; i < header.count && cursor.good(); ++i) {
    const std::size_t start = cursor.position();
    PlanSection& section = header.sections[i];
    section.plan = cursor.Read<std::uint8_t>();
    section.original = cursor.ReadVarint<std::uint32_t>(kMaxSection);
    section.coded = cursor.ReadVarint<std::uint32_t>(kMaxSection);
    if (!cursor.good()) break;
    if (!SizesFit(section)) {
      return Fail(ErrorCode::kCorrupt, "a section has sizes that cannot be", start);
    }
    restored += section.original;
    coded += section.coded;
  }
  if (!cursor.good()) {  // the payload is all there is: a table that runs out of it is damage
    return Fail(ErrorCode::kCorrupt, "a chunk's section table cannot be", cursor.position());
  }
  header.bytes = cursor.position();
  if (restored > most || header.bytes + coded != payload.size()) {
    return Fail(ErrorCode::kCorrupt, "the sections do not add up to the chunk", header.bytes);
  }
  return header;
}

}  // namespace sigma
