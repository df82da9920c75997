// The tables, from the opcode maps of the Intel and AMD manuals.
#include "engine/transform/code/x86_grammar.h"

#include <initializer_list>

namespace sigma::code::x86 {
namespace {

// An entry: bits 0–3 the stream of the immediate (0 = none), bit 4 ModRM follows, bit 5 the
// immediate is only there if bits 3–5 of ModRM are 0 or 1, bits 8–11 the next state.
constexpr unsigned kImmediateMask = 0x0F;
constexpr unsigned kModRm = 0x10;
constexpr unsigned kTest = 0x20;
constexpr unsigned kStateShift = 8;

using Grammar = std::array<std::array<std::uint16_t, 256>, kStates>;

// The bytes after a ModRM byte: bits 0–3 the stream of the displacement (0 = none), bit 4 a SIB byte,
// bit 5 the SIB byte calls for a 32-bit displacement if its low three bits are 5.
constexpr unsigned kSib = 0x10;
constexpr unsigned kSibBase = 0x20;
using ModRmTable = std::array<std::uint8_t, 256>;

constexpr unsigned Imm(Stream stream) { return static_cast<unsigned>(stream); }
constexpr unsigned Then(State state) { return static_cast<unsigned>(state) << kStateShift; }

using Row = std::array<std::uint16_t, 256>;

constexpr void Fill(Row& row, unsigned first, unsigned last, unsigned entry) {
  for (unsigned i = first; i <= last; ++i) row[i] = static_cast<std::uint16_t>(entry);
}
constexpr void Fill(Row& row, std::initializer_list<unsigned> bytes, unsigned entry) {
  for (const unsigned i : bytes) row[i] = static_cast<std::uint16_t>(entry);
}

// One-byte opcodes. `immediate` is the stream of an immediate of operand size, `move` that of
// B8 … BF, `prefix` the state that prefixes other than REX.W keep.
constexpr Row OneByte(bool wide, Stream immediate, Stream move, State prefix) {
  Row row{};
  const unsigned imm8 = Imm(Stream::kImm8);
  const unsigned imm = Imm(immediate);
  for (unsigned i = 0; i < 0x40; i += 8) {
    Fill(row, i, i + 3, kModRm);
    row[i + 4] = static_cast<std::uint16_t>(imm8);
    row[i + 5] = static_cast<std::uint16_t>(imm);
  }
  Fill(row, {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x67, 0xF0, 0xF2, 0xF3}, Then(prefix));
  Fill(row, {0x66}, Then(kOperand16));
  Fill(row, {0x0F}, Then(kTwo));
  if (wide) {
    Fill(row, 0x40, 0x47, Then(prefix));
    Fill(row, 0x48, 0x4F, Then(kRexW));
  }
  Fill(row, {0x62}, wide ? Then(kEvexMap) : kModRm);
  Fill(row, {0x63}, kModRm);
  Fill(row, {0x68}, imm);
  Fill(row, {0x69}, kModRm | imm);
  Fill(row, {0x6A}, imm8);
  Fill(row, {0x6B}, kModRm | imm8);
  Fill(row, 0x70, 0x7F, Imm(Stream::kJump8));
  Fill(row, {0x80, 0x82, 0x83}, kModRm | imm8);
  Fill(row, {0x81}, kModRm | imm);
  Fill(row, 0x84, 0x8F, kModRm);
  Fill(row, 0xA0, 0xA3, Imm(wide ? Stream::kImm64 : Stream::kImm32));
  Fill(row, {0xA8}, imm8);
  Fill(row, {0xA9}, imm);
  Fill(row, 0xB0, 0xB7, imm8);
  Fill(row, 0xB8, 0xBF, Imm(move));
  Fill(row, {0xC0, 0xC1, 0xC6}, kModRm | imm8);
  Fill(row, {0xC2, 0xCA}, Imm(Stream::kImm16));
  Fill(row, {0xC4}, wide ? Then(kVexMap) : kModRm);
  Fill(row, {0xC5}, wide ? Then(kVexTwo) : kModRm);
  Fill(row, {0xC7}, kModRm | imm);
  Fill(row, {0xC8}, Imm(Stream::kImm16) | Then(kSkip));
  Fill(row, {0xCD, 0xD4, 0xD5}, imm8);
  Fill(row, 0xD0, 0xD3, kModRm);
  Fill(row, 0xD8, 0xDF, kModRm);
  Fill(row, 0xE0, 0xE3, Imm(Stream::kJump8));
  Fill(row, 0xE4, 0xE7, imm8);
  Fill(row, {0xE8}, Imm(Stream::kCall));
  Fill(row, {0xE9}, Imm(Stream::kJump32));
  Fill(row, {0xEB}, Imm(Stream::kJump8));
  Fill(row, {0xF6}, kModRm | kTest | imm8);
  Fill(row, {0xF7}, kModRm | kTest | imm);
  Fill(row, {0xFE, 0xFF}, kModRm);
  return row;
}

constexpr Row TwoBytes() {
  Row row{};
  Fill(row, 0x00, 0xFF, kModRm);
  Fill(row, {0x05, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x0E, 0x77, 0xA0, 0xA1, 0xA2, 0xA8, 0xA9, 0xAA},
       0);
  Fill(row, 0x30, 0x37, 0);
  Fill(row, 0xC8, 0xCF, 0);
  Fill(row, {0x38}, Then(kThree38));
  Fill(row, {0x3A}, Then(kThree3A));
  Fill(row, {0x70, 0x71, 0x72, 0x73, 0xA4, 0xAC, 0xBA, 0xC2, 0xC4, 0xC5, 0xC6},
       kModRm | Imm(Stream::kImm8));
  Fill(row, 0x80, 0x8F, Imm(Stream::kJump32));
  return row;
}

constexpr Row All(unsigned entry) {
  Row row{};
  Fill(row, 0x00, 0xFF, entry);
  return row;
}

// The first byte after C4 and 62 names the map in its low bits.
constexpr Row Maps(unsigned mask, State one, State two, State three) {
  Row row{};
  for (unsigned i = 0; i < 256; ++i) {
    const State next = (i & mask) == 1 ? one : (i & mask) == 3 ? three : two;
    row[i] = static_cast<std::uint16_t>(Then(next));
  }
  return row;
}

constexpr Grammar Make(bool wide) {
  Grammar grammar{};
  grammar[kPlain] = OneByte(wide, Stream::kImm32, Stream::kImm32, kPlain);
  grammar[kOperand16] = OneByte(wide, Stream::kImm16, Stream::kImm16, kOperand16);
  grammar[kTwo] = TwoBytes();
  grammar[kThree38] = All(kModRm);
  grammar[kThree3A] = All(kModRm | Imm(Stream::kImm8));
  grammar[kRexW] = OneByte(wide, Stream::kImm32, Stream::kImm64, kRexW);
  grammar[kVexTwo] = All(Then(kTwo));
  grammar[kVexMap] = Maps(31, kVexTwo, kVex38, kVex3A);
  grammar[kVex38] = All(Then(kThree38));
  grammar[kVex3A] = All(Then(kThree3A));
  grammar[kEvexMap] = Maps(7, kEvexTwo, kEvex38, kEvex3A);
  grammar[kEvexTwo] = All(Then(kVexTwo));
  grammar[kEvex38] = All(Then(kVex38));
  grammar[kEvex3A] = All(Then(kVex3A));
  grammar[kSkip] = All(Then(kPlain));
  return grammar;
}

constexpr ModRmTable MakeModRm(bool wide) {
  ModRmTable table{};
  for (unsigned i = 0; i < 256; ++i) {
    const unsigned mode = i >> 6, base = i & 7;
    unsigned entry = mode == 1 ? Imm(Stream::kDisp8) : mode == 2 ? Imm(Stream::kDisp32) : 0;
    if (mode != 3 && base == 4) entry |= kSib | (mode == 0 ? kSibBase : 0);
    if (mode == 0 && base == 5) entry = Imm(wide ? Stream::kData : Stream::kDisp32);
    table[i] = static_cast<std::uint8_t>(entry);
  }
  return table;
}

constexpr std::uint64_t Operand(unsigned stream) {
  return stream | std::uint64_t{kOperandSize[stream]} << kSizeShift |
         (stream != 0 ? kHasOperand : 0);
}

constexpr Tables Pack(const Grammar& grammar, const ModRmTable& modrm) {
  Tables tables;
  for (unsigned state = 0; state < kStates; ++state) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const unsigned entry = grammar[state][byte];
      const std::uint64_t next = entry >> kStateShift;
      const std::uint64_t second =
          Operand(entry & kImmediateMask) | std::uint64_t{(entry & kModRm) != 0} << kModRmShift |
          ((entry & kTest) != 0 ? kDecides : 0) | next << kStateBehindShift;
      const bool alone = (entry & (kModRm | kImmediateMask)) == 0;
      tables.second[state * 256 + byte] = second;
      tables.first[state * 256 + byte] =
          !alone
              ? second
              : std::uint64_t{1} << kCodeShift | next << kSecondStateShift | std::uint64_t{1} << 63;
    }
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    const unsigned form = modrm[byte];
    tables.modrm[byte] = std::uint64_t{1} << kCodeShift;
    tables.modrm[256 + byte] = std::uint64_t{(form & kSib) != 0 ? 3u : 2u} << kCodeShift |
                               ((form & kSibBase) != 0 ? kDecides : 0) | Operand(form & 0x0F);
  }
  for (std::size_t k = 0; k < kStreams; ++k) tables.relative[k] = kRelative[k];
  return tables;
}

}  // namespace

extern constexpr Tables kTables32 = Pack(Make(false), MakeModRm(false));
extern constexpr Tables kTables64 = Pack(Make(true), MakeModRm(true));

}  // namespace sigma::code::x86
