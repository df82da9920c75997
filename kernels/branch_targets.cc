// x86 goes in blocks: byte compares mark where an instruction of interest may begin, the marks
// become a list of places, and the list is walked without a branch that depends on the code: a
// place inside the operand before it stores to nowhere. Marking needs only the first two bytes of a
// place, and those of a place that counts are no operand's, so a block's marks hold although its
// operands change.
//
// ARM64 needs no order: a word's class and its operand share no bits.
#include "kernels/branch_targets.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/branch_targets.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_BRANCH_TARGETS_ONCE_
#define SIGMA_KERNELS_BRANCH_TARGETS_ONCE_
namespace sigma::kernels {

// Opcodes with ModRM in the low half, in the high half bytes behind which E8 and E9 are no opcode
// but an operand; by the low nibble and by the high one, a bit for each group of rows that share
// their columns.
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

// Operands whose highest bits are all equal: targets within 64 MiB. An address counts modulo twice
// that, so such an operand stays one both ways.
constexpr std::uint32_t kNear = 1u << 26;
// A place's two bytes and the longest operand behind them.
constexpr std::size_t kLongest = 6;

}  // namespace sigma::kernels
#endif  // SIGMA_KERNELS_BRANCH_TARGETS_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Bytes whose places are listed before they are walked: the list stays in the first-level cache.
constexpr std::size_t kBlock = 2048;
// Bytes of a mask.
constexpr std::size_t kMask = 64;
// Places of a mask that are listed without asking how many there are: most have no more.
constexpr int kUsual = 4;

// One bit for each of kMask bytes from `from` on, one more of which is read.
template <bool kWide>
HWY_INLINE std::uint64_t Mark(const std::uint8_t* from) {
  std::uint64_t marks = 0;
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t i = 0; i < kMask; ++i) {
    const unsigned byte = from[i], next = from[i + 1];
    const unsigned groups = kOpcodeGroups.low[byte & 15] & kOpcodeGroups.high[byte >> 4];
    const bool branch = (next & 0xFE) == 0xE8;
    bool marked = (byte & 0xFE) == 0xE8 || (branch && (groups & kShielding) != 0);
    if (kWide) {
      marked = marked || ((next & 0xC7) == 0x05 && (groups & kAddressing) != 0) ||
               (byte == 0x0F && (next & 0xF0) == 0x80);
    }
    marks |= std::uint64_t{marked} << i;
  }
#else
  const hn::CappedTag<std::uint8_t, kMask> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto low = hn::LoadDup128(d, kOpcodeGroups.low.data());
  const auto high = hn::LoadDup128(d, kOpcodeGroups.high.data());
  const auto is_branch = [d](auto v) {
    return hn::Eq(hn::And(v, hn::Set(d, 0xFE)), hn::Set(d, 0xE8));
  };
  std::array<std::uint8_t, kMask / 8> bits;
  for (std::size_t i = 0; i < kMask; i += lanes) {
    const auto v = hn::LoadU(d, from + i);
    const auto next = hn::LoadU(d, from + i + 1);
    const auto groups = hn::And(hn::TableLookupBytes(low, hn::And(v, hn::Set(d, 0x0F))),
                                hn::TableLookupBytes(high, hn::ShiftRight<4>(v)));
    auto asked = hn::IfThenElseZero(is_branch(next), hn::Set(d, kShielding));
    if constexpr (kWide) {
      const auto relative = hn::Eq(hn::And(next, hn::Set(d, 0xC7)), hn::Set(d, 0x05));
      asked = hn::Or(asked, hn::IfThenElseZero(relative, hn::Set(d, kAddressing)));
    }
    auto marked = hn::Or(is_branch(v), hn::Ne(hn::And(groups, asked), hn::Zero(d)));
    if constexpr (kWide) {
      const auto condition = hn::Eq(hn::And(next, hn::Set(d, 0xF0)), hn::Set(d, 0x80));
      marked = hn::Or(marked, hn::And(hn::Eq(v, hn::Set(d, 0x0F)), condition));
    }
    hn::StoreMaskBits(d, marked, bits.data() + i / 8);
  }
  std::memcpy(&marks, bits.data(), sizeof(marks));
#endif
  return marks;
}

struct Places {
  std::array<std::uint16_t, kBlock + kMask> at;  // from the block's first byte
  std::size_t count = 0;
};

HWY_INLINE void List(std::uint64_t marks, std::size_t base, Places& places) {
  std::uint16_t* to = places.at.data() + places.count;
  places.count += static_cast<std::size_t>(std::popcount(marks));
  do {
    for (int i = 0; i < kUsual; ++i) {
      *to++ = static_cast<std::uint16_t>(base + static_cast<unsigned>(std::countr_zero(marks)));
      marks &= marks - 1;
    }
  } while (HWY_UNLIKELY(marks != 0));
}

// Walks the places of the block at `block`; places before `next` are inside an operand. Returns the
// end of the last operand. `nowhere` takes four bytes.
template <bool kWide, BranchWay kWay>
HWY_INLINE std::size_t Walk(std::uint8_t* code, std::size_t block, const Places& places,
                            std::uint32_t address, std::size_t next, std::uint8_t* nowhere) {
  for (std::size_t i = 0; i < places.count; ++i) {
    const std::size_t at = block + places.at[i];
    std::uint8_t* const place = code + at;
    const unsigned first = place[0], second = place[1];
    const bool branch = (first & 0xFE) == 0xE8;
    const bool shield = !branch && (second & 0xFE) == 0xE8;
    const bool condition = kWide && first == 0x0F;
    const std::size_t opcode = branch ? 1 : 2;
    const std::size_t end = at + opcode + (shield ? 0 : 4);
    const bool counts = at >= next;
    next = counts ? end : next;
    std::uint8_t* operand = place + opcode;
    std::uint32_t value;
    std::memcpy(&value, operand, 4);
    if (kWay == BranchWay::kToRelative && condition) value = __builtin_bswap32(value);
    const auto here = address + static_cast<std::uint32_t>(end);
    const std::uint32_t biased = value + kNear;
    const std::uint32_t sum = kWay == BranchWay::kToAbsolute ? biased + here : biased - here;
    const std::uint32_t turned = (sum & (2 * kNear - 1)) - kNear;
    value = biased < 2 * kNear ? turned : value;
    if (kWay == BranchWay::kToAbsolute && condition) value = __builtin_bswap32(value);
    operand = counts && !shield ? operand : nowhere;
    std::memcpy(operand, &value, 4);
  }
  return next;
}

template <bool kWide, BranchWay kWay>
HWY_INLINE void Convert(std::uint8_t* code, std::size_t size, std::uint32_t address) {
  if (size < kLongest) return;
  const std::size_t places_end = size - kLongest + 1;
  std::array<std::uint8_t, 4> nowhere;
  Places places;
  std::size_t next = 0;
  for (std::size_t block = 0; block < places_end; block += kBlock) {
    const std::size_t end = std::min(places_end, block + kBlock);
    places.count = 0;
    std::size_t at = block;
    for (; at + kMask <= end; at += kMask) List(Mark<kWide>(code + at), at - block, places);
    if (at < end) {
      std::array<std::uint8_t, kMask + 1> tail{};
      std::memcpy(tail.data(), code + at, std::min(size - at, tail.size()));
      const std::uint64_t inside = (std::uint64_t{1} << (end - at)) - 1;
      List(Mark<kWide>(tail.data()) & inside, at - block, places);
    }
    next = Walk<kWide, kWay>(code, block, places, address, next, nowhere.data());
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
    std::uint32_t word;
    std::memcpy(&word, code + at, 4);
    if ((word & ~kLinkBits) == 0x94000000u) {
      const std::uint32_t target = word + (((here_now >> 2) ^ flip) - flip);
      word = (word & ~kLinkBits) | (target & kLinkBits);
    } else if ((word & 0x9F000000u) == 0x90000000u) {
      const std::uint32_t number = (word >> 3 & kPageBits & ~3u) | (word >> 29 & 3);
      const std::uint32_t page = number + (((here_now >> 12) ^ flip) - flip);
      word = (word & ~(kPageHigh | kPageLow)) | (page << 3 & kPageHigh) | (page << 29 & kPageLow);
    }
    std::memcpy(code + at, &word, 4);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(X86Target);
HWY_EXPORT(Arm64Target);

void ConvertX86(std::span<std::uint8_t> code, std::uint32_t address, bool wide,
                BranchWay way) noexcept {
  HWY_DYNAMIC_DISPATCH(X86Target)(code.data(), code.size(), address, wide, way);
}

void ConvertArm64(std::span<std::uint8_t> code, std::uint32_t address, BranchWay way) noexcept {
  HWY_DYNAMIC_DISPATCH(Arm64Target)(code.data(), code.size(), address, way);
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
