// The grammar by which x86 code is read: enough of the instruction set to tell operands from
// opcodes. SPEC.md holds the same tables; they are part of the wire format.
//
// Code is read in steps. A step takes one byte; the state and the byte say whether a ModRM byte
// follows (and SIB and displacement by it), which immediate follows, and the next state. Where
// nothing follows (prefixes, escape bytes, what needs no operand), the step takes a second byte in
// the same way. Any bytes are code: after a byte that begins no instruction comes an opcode.
#ifndef SIGMA_TRANSFORM_CODE_X86_GRAMMAR_H_
#define SIGMA_TRANSFORM_CODE_X86_GRAMMAR_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/transform/code/streams.h"

namespace sigma::code::x86 {

// States; code begins in kPlain.
enum State : std::uint8_t {
  kPlain,
  kOperand16,  // after prefix 66
  kTwo,        // after 0F, and the opcode of VEX and EVEX map 1
  kThree38,    // after 0F 38, map 2
  kThree3A,    // after 0F 3A, map 3
  kRexW,       // after 48 … 4F; 64-bit code alone
  kVexTwo,     // one byte, then kTwo
  kVexMap,     // first byte after C4: the map
  kVex38,      // one byte, then kThree38
  kVex3A,
  kEvexMap,  // first byte after 62
  kEvexTwo,  // one byte, then kVexTwo
  kEvex38,
  kEvex3A,
  kSkip,  // one byte, then kPlain
  kStates = 16,
};

// Bytes of an operand of each stream; kCode stands for none.
inline constexpr PerStream<std::uint8_t> kOperandSize = {0, 1, 4, 4, 1, 2, 4, 8, 1, 4, 4};
// All ones for the streams whose operands are relative to the end of their instruction.
inline constexpr PerStream<std::uint32_t> kRelative = {0, 0, 0, ~0u, 0, 0, 0, 0, 0, ~0u, ~0u};
// Bytes of the longest step: a byte alone, opcode, ModRM, SIB, displacement, immediate.
inline constexpr std::size_t kMaxStep = 1 + 1 + 1 + 1 + 4 + 8;

// The grammar as a step wants it: entries of 64 bits for the byte a step begins with, for the second
// one (taken where nothing follows the first), and for a ModRM byte, 256 entries for steps without
// one before them. They add up to what the step moves, if that is one operand at the most and no
// further byte decides on it.
//
//   bits 0–7    stream of the operand, 0 = none
//        8–15   its size
//        16–23  bytes of kCode
//        32–34  1 an operand, 2 more that another byte decides on it: from kIntricate on, the step is
//               read piece by piece. ModRM decides on immediates, SIB on displacements.
//        35     ModRM follows
//        40–43  the state after the step
//        48–51  the state of the second byte …
//        63     … where nothing follows the first
inline constexpr unsigned kSizeShift = 8;
inline constexpr unsigned kCodeShift = 16;
inline constexpr std::uint64_t kHasOperand = std::uint64_t{1} << 32;
inline constexpr std::uint64_t kDecides = std::uint64_t{2} << 32;
inline constexpr std::uint64_t kIntricate = std::uint64_t{6} << 32;
inline constexpr unsigned kModRmShift = 35;
inline constexpr unsigned kStateBehindShift = 40;
inline constexpr unsigned kSecondStateShift = 48;
struct Tables {
  std::array<std::uint64_t, kStates * 256> first{};
  std::array<std::uint64_t, kStates * 256> second{};
  std::array<std::uint64_t, 512> modrm{};
  std::array<std::uint32_t, 16> relative{};  // kRelative
};

extern const Tables kTables32;
extern const Tables kTables64;

}  // namespace sigma::code::x86

#endif  // SIGMA_TRANSFORM_CODE_X86_GRAMMAR_H_
