// x86 code, 32 and 64 bits: instructions ↔ streams of opcodes and operands, branch targets and
// RIP-relative addresses absolute. Both sides walk the same grammar (x86_grammar.h), about 3 ns a
// step, a step being 2 to 3 bytes.
#ifndef SIGMA_TRANSFORM_X86_CODE_H_
#define SIGMA_TRANSFORM_X86_CODE_H_

#include "engine/transform/code_streams.h"
#include "engine/transform/x86_grammar.h"

namespace sigma::x86 {

// Splits whole steps from `position` of the chunk on until one ends at `until` or behind it, and
// returns where it ended. `row`
// keeps the state between calls, kPlain at first. Needs kMaxStep readable bytes behind
// `until`, and at the writers kMaxStep + kCodeSlack bytes more than until − position.
std::size_t Split(const std::uint8_t* chunk, std::size_t position, std::size_t until, bool wide,
                  unsigned* row, StreamWriters* writers);

struct JoinRange {
  StreamViews streams;
  std::size_t begin = 0;
  std::size_t end = 0;  // in the target
};

// Restores each range from all of its streams; false if they do not fill exactly that.
[[nodiscard]] bool Join(std::span<const JoinRange> ranges, bool wide, MutableBytes target);

}  // namespace sigma::x86

#endif  // SIGMA_TRANSFORM_X86_CODE_H_
