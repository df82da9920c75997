#include "kernels/sort/run_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sort/run_encoder.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/sort/run_symbols-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::sort {
namespace HWY_NAMESPACE {
namespace {

std::size_t EncodeGroupTarget(RunSource& source, RunModel& model, std::uint32_t* notes,
                              std::uint8_t* target_end) {
  Notes port(notes);
  const std::uint8_t* at = source.at;
  const std::uint8_t* const end = source.end;
  std::size_t runs = 0;
  for (; runs < kRunsInGroup && at != end; ++runs) {
    const std::uint8_t byte = *at;
    const std::uint8_t* next = at + 1;
    while (next != end && *next == byte) ++next;
    (void)CodeRun(port, model, byte, next == end ? source.after_last : *next,
                  {source.ranks[runs], static_cast<std::uint32_t>(next - at)});
    at = next;
  }
  source.at = at;
  source.ranks += runs;
  return static_cast<std::size_t>(
      target_end - WriteNotes<1>(std::span<const std::uint32_t>(notes, port.end()), target_end));
}

// Where `byte` stands in `order`.
HWY_INLINE std::size_t Find(const std::uint8_t* order, std::uint8_t byte) {
#if SIGMA_PLAIN_LANES
  std::size_t at = 0;
  while (order[at] != byte) ++at;
  return at;
#else
  const hn::FixedTag<std::uint8_t, 16> d;
  const auto wanted = hn::Set(d, byte);
  for (std::size_t at = 0;; at += 16) {
    const auto found = hn::FindFirstTrue(d, hn::Eq(hn::LoadU(d, order + at), wanted));
    if (found >= 0) return at + static_cast<std::size_t>(found);
  }
#endif
}

std::size_t RankRunsTarget(const std::uint8_t* segment, std::size_t size, std::uint8_t* ranks,
                           std::uint8_t* order) {
  bool occurs[256] = {};
  for (std::size_t i = 0; i < size; ++i) occurs[segment[i]] = true;
  std::size_t used = 0;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    if (occurs[byte]) order[used++] = static_cast<std::uint8_t>(byte);
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    if (!occurs[byte]) order[used++] = static_cast<std::uint8_t>(byte);
  }
  std::uint8_t* to = ranks + size;
  for (std::size_t i = size; i != 0;) {
    const std::uint8_t byte = segment[i - 1];
    do {
      --i;
    } while (i != 0 && segment[i - 1] == byte);
    const std::size_t rank = Find(order, byte);
    *--to = static_cast<std::uint8_t>(rank);
    if (rank == 1) {
      order[1] = order[0];
    } else {
      std::memmove(order + 1, order, rank);
    }
    order[0] = byte;
  }
  ranks[size - 1] = 1;
  return static_cast<std::size_t>(ranks + size - to);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::sort
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::sort {
HWY_EXPORT(EncodeGroupTarget);
HWY_EXPORT(RankRunsTarget);

std::size_t RankRuns(std::span<const std::uint8_t> segment, std::span<std::uint8_t> ranks,
                     std::span<std::uint8_t, 256> order) noexcept {
  return HWY_DYNAMIC_DISPATCH(RankRunsTarget)(segment.data(), segment.size(), ranks.data(),
                                              order.data());
}

std::size_t EncodeGroup(RunSource& source, RunModel& model, std::span<std::uint32_t> notes,
                        std::span<std::uint8_t> target) noexcept {
  return HWY_DYNAMIC_DISPATCH(EncodeGroupTarget)(source, model, notes.data(),
                                                 target.data() + target.size());
}

}  // namespace sigma::kernels::sort
#endif  // HWY_ONCE
