// PAGES: some pages of each length are asked whether their lists follow from their cells. Their
// first bytes say no nearly everywhere.
#include "engine/transform/pages.h"

#include <algorithm>

#include "engine/strategy/detect/detect.h"

namespace sigma {
namespace {

constexpr std::size_t kLooked = 16;
// A quarter of the pages: others are free, or cells were added in another order.
constexpr std::size_t kShare = 4;
// A place in a list takes 1.7 bytes to code at level 4 and 1.3 at level 7, of two (a file of 4 MB).
constexpr std::size_t kSavedPercent = 65;

}  // namespace

void DetectPages(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  for (unsigned log = kLeastPageLog; log <= kMostPageLog; ++log) {
    const std::size_t size = std::size_t{1} << log;
    const std::size_t pages = source.size() / size;
    const std::size_t looked = std::min(pages, kLooked);
    std::size_t found = 0, bytes = 0;
    for (std::size_t i = 0; i < looked; ++i) {
      const std::size_t listed = ListedBytes(source.subspan(i * pages / looked * size, size));
      bytes += listed;
      found += listed != 0 ? 1u : 0u;
    }
    if (found < 2 || found * kShare < looked) continue;
    const std::size_t saves = bytes * pages / looked * kSavedPercent / 100;
    const std::uint64_t order0 = EntropyBytes(input.features.entropy, source.size());
    candidates.Add({.transform = kPagesId,
                    .params = PagesParams(log),
                    .unit = size,
                    .estimate = static_cast<std::size_t>(order0) - std::min(order0, saves),
                    .saves = saves});
  }
}

}  // namespace sigma
