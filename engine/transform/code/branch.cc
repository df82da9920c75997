#include "engine/transform/code/branch.h"

#include <algorithm>
#include <array>

#include "engine/base/varint.h"
#include "engine/format/cursor.h"
#include "engine/transform/code/params.h"
#include "kernels/code/branch_targets.h"

namespace sigma::code {
namespace {

constexpr std::size_t kSections = 2;
// A range of no code before each range of code.
constexpr std::size_t kMaxMap = 2 * kMaxRanges * 5;

std::string Describe(const TransformParams& params) { return DescribeAs("branch", params); }

void Convert(Kind kind, MutableBytes code, std::size_t address, kernels::code::BranchWay way) {
  const auto low = static_cast<std::uint32_t>(address);
  if (kind == Kind::kArm64) {
    kernels::code::ConvertArm64(code, low, way);
  } else if (kind != Kind::kNone) {
    kernels::code::ConvertX86(code, low, kind == Kind::kX64, way);
  }
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& /*pool*/,
             SectionList& sections) {
  const Ranges ranges = CodeOf(source, params);
  if (ranges.view().empty()) return false;
  std::array<std::uint8_t, kMaxMap + kMaxVarint> map;
  std::size_t map_size = 0;
  std::size_t done = 0;
  const auto put = [&](std::size_t until, Kind kind) {
    if (until == done) return;
    map_size += WriteVarint(4 * std::uint64_t{until - done} + static_cast<unsigned>(kind),
                            map.data() + map_size);
    done = until;
  };
  for (const Range& range : ranges.view()) {
    put(range.begin, Kind::kNone);
    put(range.end, range.kind);
  }
  const MutableBytes map_to = sections.Add(map_size);
  const MutableBytes bytes = sections.Add(source.size(), {SectionKind::kMatches, 1});
  if (!sections.ok()) return false;
  std::copy_n(map.begin(), map_size, map_to.begin());
  std::ranges::copy(source, bytes.begin());
  for (const Range& range : ranges.view()) {
    Convert(range.kind, bytes.subspan(range.begin, range.end - range.begin), range.begin,
            kernels::code::BranchWay::kToAbsolute);
  }
  return true;
}

Result<void> Bad(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& /*pool*/, MutableBytes target) {
  if (const auto valid = CheckParams("branch", params); !valid) return valid.failure();
  if (sections.size() != kSections) return Bad("branch with a wrong number of sections");
  if (sections[1].size() != target.size()) return Bad("branch with a section of the wrong size");
  if (sections[1].data() != target.data()) std::ranges::copy(sections[1], target.begin());
  Cursor map(sections[0]);
  std::size_t position = 0;
  while (map.position() < sections[0].size()) {
    const auto range = map.ReadVarint<std::uint64_t>(4 * std::uint64_t{target.size()} + 3);
    const auto size = static_cast<std::size_t>(range / 4);
    if (!map.good() || size > target.size() - position) return Bad("branch with a bad map");
    Convert(static_cast<Kind>(range & 3), target.subspan(position, size), position,
            kernels::code::BranchWay::kToRelative);
    position += size;
  }
  return {};
}

}  // namespace

const TransformRow& BranchTransform() {
  static constexpr TransformRow row = {
      .id = kBranchId,
      .name = "branch",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 4,
      .in_place = true,
  };
  return row;
}

}  // namespace sigma::code
