#include "kernels/adaptive/sequence_encoder.h"

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
  std::uint8_t* const end = target.data() + target.size();
  return static_cast<std::size_t>(end - WriteNotes<2>(notes, end));
}

}  // namespace sigma::kernels::adaptive
#endif  // HWY_ONCE
