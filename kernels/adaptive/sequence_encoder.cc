#include "kernels/adaptive/sequence_encoder.h"

#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/adaptive/sequence_encoder.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/adaptive/sequence_symbols-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::adaptive {
namespace HWY_NAMESPACE {
namespace {

// Notes the part of the scale that each symbol has: where it begins, the coder it goes to, and 16
// bits up its size.
class Notes {
 public:
  static constexpr bool kDecodes = false;

  explicit Notes(std::uint32_t* to) : to_(to) { mixed_.below[16] = kScale; }
  HWY_INLINE void Take(unsigned coder) { coder_ = coder << kScaleBits; }
  HWY_INLINE unsigned Code(const Lanes& lanes, unsigned symbol) {
    StoreMixed(lanes, mixed_);
    const std::uint32_t below = mixed_.below[symbol];
    *to_++ = (mixed_.below[symbol + 1] - below) << 16 | coder_ | below;
    return symbol;
  }
  HWY_INLINE std::uint32_t CodeRaw(unsigned bits, std::uint32_t value) {
    *to_++ = (kScale >> bits) << 16 | coder_ | value << (kScaleBits - bits);
    return value;
  }
  [[nodiscard]] std::uint32_t* end() const { return to_; }

 private:
  Mixed mixed_;
  std::uint32_t* to_;
  std::uint32_t coder_ = 0;
};

std::uint32_t* NoteBlockTarget(const BlockToNote& block, Model& model, History& history,
                               std::uint32_t* notes) {
  Notes port(notes);
  port.Take(0);
  (void)CodeAlone(port, model.mode[0], block.plain ? 1 : 0);
  std::size_t at = block.begin;
  for (const Sequence& each : block.sequences) {
    const std::uint32_t last_offset = history.offsets[0];
    Sequence sequence = each;
    (void)CodeHead(port, model, history, block.base, at, block.end, sequence);
    for (std::uint32_t run = 0; run < each.literals; ++run, ++at) {
      if (block.plain) {
        (void)port.CodeRaw(8, block.base[at]);
      } else {
        (void)CodeLiteral(port, model, ContextAt(block.base, at, last_offset, run), block.base[at]);
      }
    }
    at += each.match;
  }
  return port.end();
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::adaptive
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::adaptive {
HWY_EXPORT(NoteBlockTarget);

std::uint32_t* NoteBlock(const BlockToNote& block, Model& model, History& history,
                         std::uint32_t* notes) noexcept {
  return HWY_DYNAMIC_DISPATCH(NoteBlockTarget)(block, model, history, notes);
}

std::size_t WriteGroup(std::span<const std::uint32_t> notes,
                       std::span<std::uint8_t> target) noexcept {
  constexpr std::uint32_t kLeastState = std::uint32_t{1} << 16;
  constexpr unsigned kScaleBits = 15;
  std::uint8_t* const end = target.data() + target.size();
  std::uint8_t* to = end;
  const auto put = [&](std::uint32_t unit) {
    *--to = static_cast<std::uint8_t>(unit >> 8);
    *--to = static_cast<std::uint8_t>(unit);
  };
  std::array<std::uint32_t, 2> states{kLeastState, kLeastState};
  for (std::size_t i = notes.size(); i-- > 0;) {
    const std::uint32_t size = notes[i] >> 16;
    const std::uint32_t below = notes[i] & ((1u << kScaleBits) - 1);
    std::uint32_t& state = states[notes[i] >> kScaleBits & 1];
    if (state >> 17 >= size) {
      put(state);
      state >>= 16;
    }
    state = (state / size << kScaleBits) + state % size + below;
  }
  for (std::size_t coder = states.size(); coder-- > 0;) {
    put(states[coder] >> 16);
    put(states[coder]);
  }
  return static_cast<std::size_t>(end - to);
}

}  // namespace sigma::kernels::adaptive
#endif  // HWY_ONCE
