// Opcode, ModRM and SIB stand side by side in the code as in the stream kCode, so a step moves them
// with one copy of four bytes; displacement and immediate move with one copy each, of the stream
// the tables name. A step without operand moves nothing from a stream of no use, instead of
// branching: which instruction comes next is what code does not let one predict.
//
// Join checks nothing inside a batch of kBatch steps. Before each batch, a stream with fewer bytes
// than a batch can take moves into a buffer with zeros behind it; after each batch the cursors are
// compared with the ends.
#include "engine/transform/x86_code.h"

#include <algorithm>
#include <cstring>

#include "engine/base/endian.h"

namespace sigma::x86 {
namespace {

constexpr std::size_t kBatch = 32;
// Most bytes a batch takes from one stream.
constexpr std::size_t kBatchBytes = kBatch * 8;
// What steps without operand read.
constexpr std::array<std::uint8_t, 8> kNothing{};

// The tables of one step: what to move.
struct Step {
  unsigned code;          // bytes of kCode
  unsigned displacement;  // stream, 0 = none
  unsigned immediate;
  unsigned state;  // the next one
};

inline Step Read(const Grammar& grammar, const ModRmTable& modrm, unsigned state,
                 const std::uint8_t* at) {
  const unsigned entry = grammar[state][at[0]];
  const unsigned has = entry >> 4 & 1;
  const unsigned form = modrm[at[1]] & (0u - has);
  const unsigned sib = form >> 4 & 1;
  // (low three bits == 5) without a branch.
  const unsigned based = (form >> 5) & static_cast<unsigned>((at[2] & 7) == 5);
  // TEST alone of its group has an immediate.
  const unsigned absent = (entry >> 5 & 1) & static_cast<unsigned>((at[1] & 0x30) != 0);
  return {1 + has + sib, (form & 0x0F) | (based * static_cast<unsigned>(CodeStream::kDisp32)),
          entry & kImmediateMask & (absent - 1u), entry >> kStateShift};
}

}  // namespace

std::size_t Split(const std::uint8_t* chunk, std::size_t position, std::size_t until, bool wide,
                  State* state, StreamWriters* writers) {
  const Grammar& grammar = wide ? kGrammar64 : kGrammar32;
  const ModRmTable& modrm = wide ? kModRm64 : kModRm32;
  unsigned now = *state;
  // Entry 0 takes what steps without operand do not have.
  StreamWriters to = *writers;
  std::uint8_t* code = to[0];
  std::array<std::uint8_t, 8> nowhere;
  to[0] = nowhere.data();
  while (position < until) {
    const std::uint8_t* from = chunk + position;
    const Step step = Read(grammar, modrm, now, from);
    now = step.state;
    std::memcpy(code, from, 4);
    code += step.code;
    from += step.code;
    const unsigned displaced = kOperandSize[step.displacement];
    const unsigned immediate = kOperandSize[step.immediate];
    position += step.code + displaced + immediate;
    const auto end = static_cast<std::uint32_t>(position);
    std::uint8_t*& displacement_to = to[step.displacement];
    StoreLE(displacement_to, LoadLE<std::uint32_t>(from) + (end & kRelative[step.displacement]));
    displacement_to += displaced;
    from += displaced;
    std::uint8_t*& immediate_to = to[step.immediate];
    StoreLE(immediate_to, LoadLE<std::uint64_t>(from) + (end & kRelative[step.immediate]));
    immediate_to += immediate;
  }
  to[0] = code;
  *writers = to;
  *state = static_cast<State>(now);
  return position;
}

bool Join(const StreamViews& streams, bool wide, MutableBytes target, std::size_t begin,
          std::size_t end) {
  const Grammar& grammar = wide ? kGrammar64 : kGrammar32;
  const ModRmTable& modrm = wide ? kModRm64 : kModRm32;
  std::array<std::array<std::uint8_t, 2 * kBatchBytes + kCodeSlack>, kCodeStreams> tails;
  std::array<std::uint8_t, kBatch * kMaxStep + kCodeSlack> bounce;
  PerStream<const std::uint8_t*> from{};
  PerStream<const std::uint8_t*> ends{};
  PerStream<bool> moved{};
  for (std::size_t k = 0; k < kCodeStreams; ++k) {
    from[k] = streams[k].data();
    ends[k] = from[k] + streams[k].size();
  }
  const std::uint8_t* code = from[0];
  unsigned state = kPlain;
  std::size_t position = begin;
  while (position < end) {
    from[0] = code;
    for (std::size_t k = 0; k < kCodeStreams; ++k) {
      const auto left = static_cast<std::size_t>(ends[k] - from[k]);
      if (moved[k] || left >= kBatchBytes) continue;
      std::ranges::fill(tails[k], std::uint8_t{0});
      std::copy(from[k], ends[k], tails[k].begin());
      from[k] = tails[k].data();
      ends[k] = from[k] + left;
      moved[k] = true;
    }
    code = from[0];
    from[0] = kNothing.data();
    // The last steps go through a buffer, one batch at a time, and stop at the end.
    const bool direct = target.size() - position >= bounce.size();
    std::uint8_t* const start = direct ? target.data() + position : bounce.data();
    std::uint8_t* to = start;
    const std::size_t room = end - position;
    const std::size_t most = std::min(kBatch, (room + kMaxStep - 1) / kMaxStep);
    for (std::size_t i = 0; i < most; ++i) {
      const Step step = Read(grammar, modrm, state, code);
      state = step.state;
      std::memcpy(to, code, 4);
      code += step.code;
      to += step.code;
      const unsigned displaced = kOperandSize[step.displacement];
      const unsigned immediate = kOperandSize[step.immediate];
      const auto address = static_cast<std::uint32_t>(
          position + static_cast<std::size_t>(to - start) + displaced + immediate);
      const std::uint8_t*& displacement_from = from[step.displacement];
      StoreLE(to,
              LoadLE<std::uint32_t>(displacement_from) - (address & kRelative[step.displacement]));
      displacement_from += displaced;
      to += displaced;
      const std::uint8_t*& immediate_from = from[step.immediate];
      const auto low =
          LoadLE<std::uint32_t>(immediate_from) - (address & kRelative[step.immediate]);
      StoreLE(to, low);
      StoreLE(to + 4, LoadLE<std::uint32_t>(immediate_from + 4));
      immediate_from += immediate;
      to += immediate;
    }
    const auto made = static_cast<std::size_t>(to - start);
    if (made > room) return false;
    if (!direct) std::memcpy(target.data() + position, bounce.data(), made);
    position += made;
    if (code > ends[0]) return false;
    for (std::size_t k = 1; k < kCodeStreams; ++k) {
      if (from[k] > ends[k]) return false;
    }
  }
  from[0] = code;
  return std::ranges::equal(from, ends);
}

}  // namespace sigma::x86
