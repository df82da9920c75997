#include "engine/coder/lz/parsers/priced.h"

#include <algorithm>
#include <cassert>

namespace sigma::lz {

std::size_t ParseWithPrices(const Range& range, const OptimalShape& shape,
                            const CandidateStore& store, const Prices& prices,
                            std::span<std::uint32_t> scratch, Sequence* out) {
  assert(scratch.size() >= OptimalScratch(range.end - range.begin, shape.arrivals));
  return kernels::lz::ParseOptimally(
      {range.source.data(), range.begin, range.end, range.last, shape.arrivals, shape.nice,
       store.counts.data(), store.candidates.data(), &prices, scratch.data()},
      out);
}

std::uint64_t PriceOf(std::span<const Sequence> sequences, const Range& range,
                      const Prices& prices) {
  std::uint64_t total = 0;
  ForEachLiteral(sequences, {range.source.data(), range.begin, range.end, range.last[0]},
                 [&](std::uint8_t literal, std::uint8_t expected) {
                   total += prices.literal[prices.contexts[expected]][literal];
                 });
  std::array<std::uint32_t, 3> last = range.last;
  for (const Sequence& sequence : sequences) {
    const std::uint32_t offset = sequence.offset;
    auto kind = ClassOf(offset);
    if (offset == last[0]) {
      kind = kRepeat0;
    } else if (offset == last[1] || offset == last[2]) {
      kind = kNear;
      total += prices.near[offset == last[1] ? 0 : 1];
    } else {
      total += prices.Offset(offset);
    }
    last = {offset, last[0], last[1]};
    total += prices.run[std::min<std::size_t>(sequence.literals, kLongRun)];
    total += prices.match[kind][std::min(sequence.literals, 3u)]
                         [std::min<std::size_t>(sequence.match, kLongMatch)];
  }
  return total;
}

}  // namespace sigma::lz
