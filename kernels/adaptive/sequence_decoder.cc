#include "kernels/adaptive/sequence_decoder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/adaptive/sequence_decoder.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/adaptive/sequence_symbols-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::adaptive {
namespace HWY_NAMESPACE {
namespace {

// Finds the symbols of two coders, whose units come from one sequence. What comes between two looks
// at the end takes at most 2 · 24 bytes.
struct Finder {
  static constexpr bool kDecodes = true;

  std::uint32_t states[2];
  const std::uint8_t* at;
  unsigned taken = 0;

  HWY_INLINE void Take(unsigned coder) { taken = coder; }
  HWY_INLINE void Move(std::uint32_t state) {
    const bool small = state < kLeastState;
    const std::uint32_t refilled = state << 16 | LoadInteger<std::uint16_t>(at);
    states[taken] = small ? refilled : state;
    at += small ? 2 : 0;
  }
  HWY_INLINE unsigned Code(const Lanes& lanes, unsigned) {
    const std::uint32_t state = states[taken];
    const std::uint32_t point = state & (kScale - 1);
    const unsigned symbol = FindSymbol(lanes, point);
    Mixed mixed;
    StoreMixed(lanes, mixed);
    mixed.below[16] = kScale;
    const std::uint32_t below = mixed.below[symbol];
    Move((mixed.below[symbol + 1] - below) * (state >> kScaleBits) + point - below);
    return symbol;
  }
  HWY_INLINE std::uint32_t CodeRaw(unsigned bits, std::uint32_t) {
    const std::uint32_t state = states[taken];
    const std::uint32_t point = state & (kScale - 1);
    const std::uint32_t value = point >> (kScaleBits - bits);
    Move((kScale >> bits) * (state >> kScaleBits) + point - (value << (kScaleBits - bits)));
    return value;
  }
};

// `room` bytes may be written.
HWY_INLINE void CopyMatch(std::uint8_t* to, std::size_t offset, std::size_t length,
                          std::size_t room) {
  const std::uint8_t* from = to - offset;
  if (HWY_LIKELY(offset >= 16 && room >= length + 15)) {
    for (std::size_t i = 0; i < length; i += 16) std::memcpy(to + i, from + i, 16);
  } else if (offset == 1) {
    std::memset(to, *from, length);
  } else {
    for (std::size_t i = 0; i < length; ++i) to[i] = from[i];
  }
}

bool DecodeTarget(const std::uint8_t* code, std::size_t code_size, Model& model,
                  std::uint8_t* target, std::size_t size) {
  const std::uint8_t* const code_end = code + code_size;
  Finder finder{{kLeastState, kLeastState}, code};
  History history;
  for (std::size_t at = 0; at < size;) {
    if (at % kGroupBytes == 0) {
      if (finder.states[0] != kLeastState || finder.states[1] != kLeastState ||
          code_end - finder.at < 8) {
        return false;
      }
      finder.states[0] = LoadInteger<std::uint32_t>(finder.at);
      finder.states[1] = LoadInteger<std::uint32_t>(finder.at + 4);
      finder.at += 8;
      if (finder.states[0] < kLeastState || finder.states[1] < kLeastState) return false;
    }
    const std::size_t end = std::min(size, at + kBlockBytes);
    finder.Take(0);
    const unsigned mode = CodeAlone(finder, model.mode[0], 0);
    if (mode > 1) return false;
    while (at < end) {
      if (HWY_UNLIKELY(finder.at > code_end)) return false;
      const std::uint32_t last_offset = history.offsets[0];
      Sequence sequence{};
      if (!CodeHead(finder, model, history, target, at, end, sequence)) return false;
      const std::size_t literals_end = at + sequence.literals;
      if (mode != 0) {
        for (; at < literals_end; ++at) {
          if (HWY_UNLIKELY(finder.at > code_end)) return false;
          target[at] = static_cast<std::uint8_t>(finder.CodeRaw(8, 0));
        }
      } else {
        for (std::uint32_t run = 0; at < literals_end; ++at, ++run) {
          if (HWY_UNLIKELY(finder.at > code_end)) return false;
          target[at] = static_cast<std::uint8_t>(
              CodeLiteral(finder, model, ContextAt(target, at, last_offset, run), 0));
        }
      }
      if (at < end) CopyMatch(target + at, sequence.offset, sequence.match, size - at);
      at += sequence.match;
    }
  }
  return finder.states[0] == kLeastState && finder.states[1] == kLeastState &&
         finder.at == code_end;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::adaptive
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::adaptive {
HWY_EXPORT(DecodeTarget);

bool DecodeSequences(std::span<const std::uint8_t> code, Model& model,
                     std::span<std::uint8_t> target) noexcept {
  return HWY_DYNAMIC_DISPATCH(DecodeTarget)(code.data(), code.size(), model, target.data(),
                                            target.size());
}

}  // namespace sigma::kernels::adaptive
#endif  // HWY_ONCE
