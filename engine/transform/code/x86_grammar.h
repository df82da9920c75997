// The grammar by which x86 code is read: enough of the instruction set to tell operands from
// opcodes. FORMAT.md holds the same tables; they are part of the wire format.
//
// Code is read in steps. A step takes one byte; the state and the byte say whether a ModRM byte
// follows (and SIB and displacement by it), which immediate follows, and the next state. Where
// nothing follows (prefixes, escape bytes, what needs no operand), the step takes a second byte in
// the same way. Any bytes are code: behind what no instruction begins with comes an opcode.
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

// Bytes of an operand of each stream; kCode stands for none.
inline constexpr PerStream<std::uint8_t> kOperandSize = {0, 1, 4, 4, 1, 2, 4, 8, 1, 4, 4};
// All ones for the streams whose operands are relative to the end of their instruction.
inline constexpr PerStream<std::uint32_t> kRelative = {0, 0, 0, ~0u, 0, 0, 0, 0, 0, ~0u, ~0u};
// Bytes of the longest step: a byte alone, opcode, ModRM, SIB, displacement, immediate.
inline constexpr std::size_t kMaxStep = 1 + 1 + 1 + 1 + 4 + 8;

// The grammar as a step wants it. Entries of opcodes: bits 0–3 stream of the immediate, 4–7 its
// size, 8 ModRM follows, 9 it decides on the immediate, 10 nothing follows (kAlone), 16–31 the
// first entry of the next state. Entries of ModRM bytes, 256 for steps without one before them:
// bits 0–1 bytes of kCode, 2 SIB decides on the displacement, 4–7 stream of the displacement, 8–11
// its size.
inline constexpr unsigned kModRmFollows = 1u << 8;
inline constexpr unsigned kModRmDecides = 1u << 9;
inline constexpr unsigned kAlone = 1u << 10;
inline constexpr unsigned kSibDecides = 1u << 2;
struct Tables {
  std::array<std::uint32_t, kStates * 256> opcodes{};
  std::array<std::uint16_t, 512> modrm{};
};

extern const Tables kTables32;
extern const Tables kTables64;

}  // namespace sigma::code::x86

#endif  // SIGMA_TRANSFORM_CODE_X86_GRAMMAR_H_
