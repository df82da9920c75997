// x86 code, 32 and 64 bits: instructions ↔ streams of opcodes and operands, branch targets and
// RIP-relative addresses absolute. Both sides walk the same grammar (x86_grammar.h), several ranges
// side by side.
#ifndef SIGMA_TRANSFORM_CODE_X86_H_
#define SIGMA_TRANSFORM_CODE_X86_H_

#include "engine/transform/code/streams.h"
#include "engine/transform/code/x86_grammar.h"

namespace sigma::code::x86 {

// Ranges that go side by side.
inline constexpr std::size_t kLanes = 4;

struct SplitRange {
  std::size_t position = 0;
  std::size_t until = 0;
  unsigned row = 0;  // the state between calls; 0 where code begins
  StreamWriters writers;
};

// Splits of each range whole steps until one ends at `until` or after it. Needs kMaxStep readable
// bytes after that, and at the writers kMaxStep + kSlack bytes more than until − position. At
// most kLanes ranges.
void Split(const std::uint8_t* chunk, std::span<SplitRange> ranges, bool wide);

struct JoinRange {
  StreamViews streams;
  std::size_t begin = 0;
  std::size_t end = 0;  // in the target
};

// Restores each range from all of its streams; false if they do not fill exactly that.
[[nodiscard]] bool Join(std::span<const JoinRange> ranges, bool wide, MutableBytes target);

}  // namespace sigma::code::x86

#endif  // SIGMA_TRANSFORM_CODE_X86_H_
