// x86: byte compares mark what may be the last byte of an opcode of interest. A mark depends on
// that byte and the one before, which neither way changes: opcodes are in no operand if they count,
// and what is before one of a single byte may only be the last byte of an operand, which stays what
// it is or stays none that shields. Operations on the masks drop what lies in another's operand,
// and what is left becomes a list of operands, which is walked with no branch but for the rare far
// one: walking the masks bit by bit takes twice as long, for the branches that go wrong.
//
// Compiled code on AVX3_DL (Zen 5), either way: 8.5 GB/s x86, 6.2 x86-64, 33 ARM64; AVX2: 6.5, 4.5
// and 15.
//
// ARM64 needs no order: a word's class and its operand share no bits.
#include "kernels/code/branch_targets.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/code/branch_targets.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_CODE_BRANCH_TARGETS_ONCE_
#define SIGMA_KERNELS_CODE_BRANCH_TARGETS_ONCE_
namespace sigma::kernels::code {

// In the low half opcodes with ModRM, in the high half bytes after which E8 and E9 are operands
// more often than opcodes; by the low nibble and by the high one, a bit for each group of rows that
// share their columns.
struct OpcodeGroups {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};
};

constexpr std::uint8_t kAddressing = 0x0F;
constexpr std::uint8_t kShielding = 0xF0;

constexpr OpcodeGroups MakeOpcodeGroups() {
  struct Group {
    unsigned rows, columns;  // a bit each
  };
  constexpr std::array<Group, 8> kGroups = {{
      {0x004D, 0x0A0A},  // 01 03 09 0B, and so in rows 2, 3 and 6
      {0x0100, 0x2F2B},  // 80 81 83 85 88 89 8A 8B 8D
      {0x9000, 0x00C0},  // C6 C7 F6 F7
      {0x8000, 0x8000},  // FF
      {0x0008, 0x0200},  // 39
      {0x0010, 0x2020},  // 45 4D, which lead to disp8
      {0x0100, 0x0A08},  // 83 89 8B
      {0x1000, 0x0002},  // C1
  }};
  OpcodeGroups groups;
  for (unsigned g = 0; g < kGroups.size(); ++g) {
    for (unsigned i = 0; i < 16; ++i) {
      groups.low[i] |= static_cast<std::uint8_t>((kGroups[g].columns >> i & 1) << g);
      groups.high[i] |= static_cast<std::uint8_t>((kGroups[g].rows >> i & 1) << g);
    }
  }
  return groups;
}

inline constexpr OpcodeGroups kOpcodeGroups = MakeOpcodeGroups();

// Operands whose highest six bits are equal: targets within 64 MiB. An address counts modulo twice
// that, so such an operand stays one both ways, and its last byte is none that shields.
constexpr std::uint32_t kNear = 1u << 26;
constexpr std::size_t kOperand = 4;

}  // namespace sigma::kernels::code
#endif  // SIGMA_KERNELS_CODE_BRANCH_TARGETS_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::code {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Bytes whose operands are listed before they are walked: the list stays in the first-level cache.
constexpr std::size_t kBlock = 2048;
// Bytes of a mask.
constexpr std::size_t kMask = 64;

// Bytes that may be the last of an opcode: a bit for each of kMask bytes.
struct Marks {
  std::uint64_t any = 0;
  std::uint64_t two = 0;  // those that are its second
};

#if HWY_TARGET != HWY_SCALAR
template <class D, class M>
HWY_INLINE void Put(D d, M mask, std::size_t at, std::uint64_t& to) {
  std::array<std::uint8_t, 8> bits{};
  hn::StoreMaskBits(d, mask, bits.data());
  std::uint64_t word;
  std::memcpy(&word, bits.data(), sizeof(word));
  to |= word << at;
}
#endif

// Reads the byte before those it marks.
template <bool kWide>
HWY_INLINE Marks Mark(const std::uint8_t* from) {
  Marks marks;
#if HWY_TARGET == HWY_SCALAR
  unsigned before = *(from - 1);
  for (std::size_t i = 0; i < kMask; ++i) {
    const unsigned byte = from[i];
    const unsigned groups = kOpcodeGroups.low[before & 15] & kOpcodeGroups.high[before >> 4];
    const bool one = (byte & 0xFE) == 0xE8 && (groups & kShielding) == 0;
    const bool two = kWide && (((byte & 0xC7) == 0x05 && (groups & kAddressing) != 0) ||
                               ((byte & 0xF0) == 0x80 && before == 0x0F));
    marks.any |= std::uint64_t{one || two} << i;
    marks.two |= std::uint64_t{two} << i;
    before = byte;
  }
#else
  const hn::CappedTag<std::uint8_t, kMask> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto low = hn::LoadDup128(d, kOpcodeGroups.low.data());
  const auto high = hn::LoadDup128(d, kOpcodeGroups.high.data());
  const auto is = [d](auto v, std::uint8_t bits, std::uint8_t value) {
    return hn::Eq(hn::And(v, hn::Set(d, bits)), hn::Set(d, value));
  };
  for (std::size_t i = 0; i < kMask; i += lanes) {
    const auto v = hn::LoadU(d, from + i);
    const auto before = hn::LoadU(d, from + i - 1);
    const auto groups = hn::And(hn::TableLookupBytes(low, hn::And(before, hn::Set(d, 0x0F))),
                                hn::TableLookupBytes(high, hn::ShiftRight<4>(before)));
    const auto one = hn::And(is(v, 0xFE, 0xE8), is(groups, kShielding, 0));
    if constexpr (kWide) {
      const auto two = hn::Or(hn::AndNot(is(groups, kAddressing, 0), is(v, 0xC7, 0x05)),
                              hn::And(is(v, 0xF0, 0x80), hn::Eq(before, hn::Set(d, 0x0F))));
      Put(d, two, i, marks.two);
      Put(d, hn::Or(one, two), i, marks.any);
    } else {
      Put(d, one, i, marks.any);
    }
  }
#endif
  return marks;
}

// Which of the marked opcodes lie in operands of `others`, or begin there.
HWY_INLINE std::uint64_t Inside(const Marks& marks, std::uint64_t others) {
  const std::uint64_t pair = others << 1 | others << 2;
  return (marks.any & (pair | pair << 2)) | (marks.two & others << 5);
}
// The same, with others of the kMask bytes before.
HWY_INLINE std::uint64_t InsideBefore(const Marks& marks, std::uint64_t others) {
  const std::uint64_t pair = others >> 63 | others >> 62;
  return (marks.any & (pair | others >> 61 | others >> 60)) | (marks.two & others >> 59);
}

// The opcodes that are in no other's operand, from the first one on.
HWY_INLINE std::uint64_t Opcodes(const Marks& marks) {
  const std::uint64_t inside = Inside(marks, marks.any);
  const std::uint64_t sure = marks.any & ~inside;
  if (HWY_LIKELY((inside & ~Inside(marks, sure)) == 0)) return sure;
  std::uint64_t opcodes = 0;
  for (std::uint64_t left = marks.any; left != 0;) {
    const std::uint64_t first = left & (0 - left);
    opcodes |= first;
    left &= ~first & ~Inside(marks, first);
  }
  return opcodes;
}

// Places of operands, from a block's first byte.
struct Places {
  std::array<std::uint16_t, kBlock + 2 * kMask> at;
  std::size_t count = 0;
};

HWY_INLINE void List(std::uint64_t operands, std::size_t base, Places& places) {
  std::uint16_t* to = places.at.data() + places.count;
#if HWY_TARGET == HWY_AVX3_DL
  const hn::CappedTag<std::uint16_t, kMask / 2> d;
  std::array<std::uint8_t, sizeof(operands)> bits;
  std::memcpy(bits.data(), &operands, sizeof(operands));
  const auto low = hn::LoadMaskBits(d, bits.data());
  const auto high = hn::LoadMaskBits(d, bits.data() + sizeof(operands) / 2);
  const auto from = hn::Iota(d, static_cast<std::uint16_t>(base));
  hn::StoreU(hn::Compress(from, low), d, to);
  to += hwy::PopCount(operands & 0xFFFFFFFF);
  hn::StoreU(hn::Compress(hn::Add(from, hn::Set(d, kMask / 2)), high), d, to);
#else
  // Most masks hold no more than that: so many are listed without asking.
  constexpr int kUsual = 5;
  constexpr std::uint64_t kLast = std::uint64_t{1} << 63;
  std::uint64_t left = operands;
  do {
    for (int i = 0; i < kUsual; ++i) {
      *to++ = static_cast<std::uint16_t>(base + hwy::Num0BitsBelowLS1Bit_Nonzero64(left | kLast));
      left &= left - 1;
    }
  } while (HWY_UNLIKELY(left != 0));
#endif
  places.count += hwy::PopCount(operands);
}

template <BranchWay kWay>
HWY_INLINE void Walk(std::uint8_t* code, std::uint32_t address, const Places& places) {
  const std::uint32_t after = address + static_cast<std::uint32_t>(kOperand);
  for (std::size_t i = 0; i < places.count; ++i) {
    const std::uint32_t at = places.at[i];
    auto value = LoadInteger<std::uint32_t>(code + at);
    const std::uint32_t here = after + at;
    const std::uint32_t biased = value + kNear;
    const std::uint32_t sum = kWay == BranchWay::kToAbsolute ? biased + here : biased - here;
    value = biased < 2 * kNear ? (sum & (2 * kNear - 1)) - kNear : value;
    StoreInteger(code + at, value);
  }
}

template <bool kWide, BranchWay kWay>
HWY_INLINE void Convert(std::uint8_t* code, std::size_t size, std::uint32_t address) {
  if (size <= kOperand) return;
  const std::size_t opcodes_end = size - kOperand;
  Places places;
  std::uint64_t before = 0;
  const auto list = [&](Marks marks, std::size_t base) HWY_ATTR {
    // Asked, not masked out: what comes next need not wait for what came before.
    if (const std::uint64_t inside = InsideBefore(marks, before); HWY_UNLIKELY(inside != 0)) {
      marks = {marks.any & ~inside, marks.two & ~inside};
    }
    const std::uint64_t opcodes = Opcodes(marks);
    List(opcodes << 1 | before >> 63, base, places);
    before = opcodes;
  };
  // The first bytes have none before, the last ones less than a mask after.
  const auto edge = [&](std::size_t at, std::size_t base) HWY_ATTR {
    std::array<std::uint8_t, 1 + kMask> copy{};
    if (at != 0) copy[0] = code[at - 1];
    const std::size_t count = std::min(opcodes_end - at, kMask);
    std::memcpy(copy.data() + 1, code + at, count);
    Marks marks = Mark<kWide>(copy.data() + 1);
    if (count < kMask) {
      const std::uint64_t inside = (std::uint64_t{1} << count) - 1;
      marks = {marks.any & inside, marks.two & inside};
    }
    list(marks, base);
  };
  for (std::size_t block = 0; block < opcodes_end; block += kBlock) {
    places.count = 0;
    std::size_t at = block;
    if (block == 0) {
      edge(0, 0);
      at = kMask;
    }
    const std::size_t end = std::min(opcodes_end, block + kBlock);
    for (; at + kMask <= end; at += kMask) list(Mark<kWide>(code + at), at - block);
    if (at < end) {
      edge(at, at - block);
      at += kMask;
    }
    // An operand after the last mask.
    if (end == opcodes_end) List(before >> 63, at - block, places);
    Walk<kWay>(code + block, address + static_cast<std::uint32_t>(block), places);
  }
}

void X86Target(std::uint8_t* code, std::size_t size, std::uint32_t address, bool wide,
               BranchWay way) {
  if (way == BranchWay::kToAbsolute) {
    wide ? Convert<true, BranchWay::kToAbsolute>(code, size, address)
         : Convert<false, BranchWay::kToAbsolute>(code, size, address);
  } else {
    wide ? Convert<true, BranchWay::kToRelative>(code, size, address)
         : Convert<false, BranchWay::kToRelative>(code, size, address);
  }
}

// BL counts in words, ADRP in pages of 4 KiB, whose number has its low two bits in bits 29 and 30
// and the rest from bit 5 on.
constexpr std::uint32_t kLinkBits = 0x03FFFFFF;
constexpr std::uint32_t kPageBits = 0x1FFFFF;
constexpr std::uint32_t kPageHigh = 0x00FFFFE0;
constexpr std::uint32_t kPageLow = 0x60000000;

void Arm64Target(std::uint8_t* code, std::size_t size, std::uint32_t address, BranchWay way) {
  // Adding the complement and one subtracts.
  const std::uint32_t flip = way == BranchWay::kToAbsolute ? 0 : ~0u;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint32_t> d;
  const hn::Repartition<std::uint8_t, decltype(d)> d8;
  const auto set = [d](std::uint32_t value) { return hn::Set(d, value); };
  const auto step = set(static_cast<std::uint32_t>(4 * hn::Lanes(d)));
  const auto flips = set(flip);
  auto here = hn::Add(set(address), hn::ShiftLeft<2>(hn::Iota(d, 0)));
  for (; at + 4 * hn::Lanes(d) <= size; at += 4 * hn::Lanes(d)) {
    const auto word = hn::BitCast(d, hn::LoadU(d8, code + at));
    const auto signed_by = [&](auto v) { return hn::Sub(hn::Xor(v, flips), flips); };
    const auto target = hn::Add(word, signed_by(hn::ShiftRight<2>(here)));
    const auto link = hn::Or(hn::And(word, set(~kLinkBits)), hn::And(target, set(kLinkBits)));
    const auto number = hn::Or(hn::And(hn::ShiftRight<3>(word), set(kPageBits & ~3u)),
                               hn::And(hn::ShiftRight<29>(word), set(3)));
    const auto page = hn::Add(number, signed_by(hn::ShiftRight<12>(here)));
    const auto operand = hn::Or(hn::And(hn::ShiftLeft<3>(page), set(kPageHigh)),
                                hn::And(hn::ShiftLeft<29>(page), set(kPageLow)));
    const auto adrp = hn::Or(hn::And(word, set(~(kPageHigh | kPageLow))), operand);
    auto result =
        hn::IfThenElse(hn::Eq(hn::And(word, set(~kLinkBits)), set(0x94000000u)), link, word);
    result =
        hn::IfThenElse(hn::Eq(hn::And(word, set(0x9F000000u)), set(0x90000000u)), adrp, result);
    hn::StoreU(hn::BitCast(d8, result), d8, code + at);
    here = hn::Add(here, step);
  }
#endif
  for (; at + 4 <= size; at += 4) {
    const std::uint32_t here_now = address + static_cast<std::uint32_t>(at);
    auto word = LoadInteger<std::uint32_t>(code + at);
    if ((word & ~kLinkBits) == 0x94000000u) {
      const std::uint32_t target = word + (((here_now >> 2) ^ flip) - flip);
      word = (word & ~kLinkBits) | (target & kLinkBits);
    } else if ((word & 0x9F000000u) == 0x90000000u) {
      const std::uint32_t number = (word >> 3 & kPageBits & ~3u) | (word >> 29 & 3);
      const std::uint32_t page = number + (((here_now >> 12) ^ flip) - flip);
      word = (word & ~(kPageHigh | kPageLow)) | (page << 3 & kPageHigh) | (page << 29 & kPageLow);
    }
    StoreInteger(code + at, word);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::code
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::code {
HWY_EXPORT(X86Target);
HWY_EXPORT(Arm64Target);

void ConvertX86(std::span<std::uint8_t> code, std::uint32_t address, bool wide,
                BranchWay way) noexcept {
  HWY_DYNAMIC_DISPATCH(X86Target)(code.data(), code.size(), address, wide, way);
}

void ConvertArm64(std::span<std::uint8_t> code, std::uint32_t address, BranchWay way) noexcept {
  HWY_DYNAMIC_DISPATCH(Arm64Target)(code.data(), code.size(), address, way);
}

}  // namespace sigma::kernels::code
#endif  // HWY_ONCE
