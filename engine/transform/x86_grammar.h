// The grammar by which x86 code is read: enough of the instruction set to tell operands from
// opcodes. FORMAT.md holds the same tables; they are part of the wire format.
//
// Code is read in steps. A step takes one byte; the state and the byte say whether a ModRM byte
// follows (and SIB and displacement by it), which immediate follows, and the next state. Prefixes
// and escape bytes are steps of their own. Any bytes are code: what no instruction begins with is a
// step of one byte.
#ifndef SIGMA_TRANSFORM_X86_GRAMMAR_H_
#define SIGMA_TRANSFORM_X86_GRAMMAR_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/transform/code_streams.h"

namespace sigma::x86 {

// States; code begins in kPlain.
enum State : std::uint8_t {
  kPlain,
  kOperand16,  // behind prefix 66
  kTwo,        // behind 0F, and the opcode of VEX and EVEX map 1
  kThree38,    // behind 0F 38, map 2
  kThree3A,    // behind 0F 3A, map 3
  kRexW,       // behind 48 … 4F; 64-bit code alone
  kVexTwo,     // one byte, then kTwo
  kVexMap,     // first byte behind C4: the map
  kVex38,      // one byte, then kThree38
  kVex3A,
  kEvexMap,  // first byte behind 62
  kEvexTwo,  // one byte, then kVexTwo
  kEvex38,
  kEvex3A,
  kSkip,  // one byte, then kPlain
  kStates = 16,
};

// An entry: bits 0–3 the stream of the immediate (0 = none), bit 4 ModRM follows, bit 5 the
// immediate is only there if bits 3–5 of ModRM are 0 or 1, bits 8–11 the next state.
inline constexpr unsigned kImmediateMask = 0x0F;
inline constexpr unsigned kModRm = 0x10;
inline constexpr unsigned kTest = 0x20;
inline constexpr unsigned kStateShift = 8;

using Grammar = std::array<std::array<std::uint16_t, 256>, kStates>;
extern const Grammar kGrammar32;
extern const Grammar kGrammar64;

// What follows a ModRM byte: bits 0–3 the stream of the displacement (0 = none), bit 4 a SIB byte,
// bit 5 the SIB byte calls for a 32-bit displacement if its low three bits are 5.
inline constexpr unsigned kSib = 0x10;
inline constexpr unsigned kSibBase = 0x20;
using ModRmTable = std::array<std::uint8_t, 256>;
extern const ModRmTable kModRm32;
extern const ModRmTable kModRm64;

// Bytes of an operand of each stream; kCode stands for none.
inline constexpr PerStream<std::uint8_t> kOperandSize = {0, 1, 4, 4, 1, 2, 4, 8, 1, 4, 4};
// All ones for the streams whose operands are relative to the end of their instruction.
inline constexpr PerStream<std::uint32_t> kRelative = {0, 0, 0, ~0u, 0, 0, 0, 0, 0, ~0u, ~0u};
// Bytes of the longest step: opcode, ModRM, SIB, displacement, immediate.
inline constexpr std::size_t kMaxStep = 1 + 1 + 1 + 4 + 8;

}  // namespace sigma::x86

#endif  // SIGMA_TRANSFORM_X86_GRAMMAR_H_
