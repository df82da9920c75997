// The source is seen as blocks of equal size, each by the period that stands out in it. Two periods
// differ where each explains clearly more of its own block than the other one does, which a
// multiple of it would. The cut goes to where the bytes before it repeat by the one and those after
// it by the other.
#include "engine/strategy/period_cuts.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/strategy/spread.h"
#include "engine/transform/split.h"
#include "kernels/statistics/period.h"
#include "kernels/statistics/period_search.h"

namespace sigma {
namespace {

using kernels::statistics::CountEqualAt;
using kernels::statistics::Stretch;

constexpr std::size_t kBlocks = PieceList::kMost;
constexpr std::size_t kWindows = 6;    // of a block
constexpr std::size_t kWindow = 1024;  // bytes
// The share of its block that a period must explain, and by how much more than the other one, in
// 1/256 of the bytes.
// Lines of logs repeat after many distances, of which none explains half.
constexpr std::uint32_t kStrong = 96;
constexpr std::uint32_t kApart = 26;

class Block {
 public:
  Block(ByteView source, std::size_t begin, std::size_t size)
      : bytes_(source.subspan(begin, size)), begin_(begin) {
    const std::size_t stride = size / kWindows;
    for (std::size_t i = 0; i < kWindows; ++i) {
      windows_[i] = {SpreadPlace(i, stride, stride - kWindow), kWindow};
    }
    const kernels::statistics::Period period =
        kernels::statistics::FindPeriod(bytes_, windows_, {});
    period_ = period.density >= kStrong ? period.distance : 0;
  }

  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return begin_ + bytes_.size(); }
  [[nodiscard]] std::size_t period() const { return period_; }  // bytes, 0 if none

  // Whether the other block's period explains less here than this one's own.
  [[nodiscard]] bool Unlike(const Block& other) const {
    return Density(period_) >= Density(other.period_) + kApart;
  }

 private:
  // Bytes equal to the one `distance` before, in 1/256.
  [[nodiscard]] std::uint32_t Density(std::size_t distance) const {
    std::size_t equal = 0;
    std::size_t compared = 1;
    for (const Stretch& window : windows_) {
      const std::size_t end = window.begin + window.size;
      const std::size_t begin = std::max(window.begin, distance);
      if (begin >= end) continue;
      equal += CountEqualAt(bytes_, begin, end, distance);
      compared += end - begin;
    }
    return static_cast<std::uint32_t>(256 * equal / compared);
  }

  ByteView bytes_;
  std::size_t begin_;
  std::array<Stretch, kWindows> windows_;
  std::size_t period_;
};

// The multiple of kSplitUnit in [low, high] before which `first` explains more than `second` does
// and after which less.
std::size_t Border(ByteView source, std::size_t low, std::size_t high, std::size_t first,
                   std::size_t second) {
  std::int64_t lead = 0;
  std::int64_t most = 0;
  std::size_t border = low;
  for (std::size_t at = low; at + kSplitUnit <= high; at += kSplitUnit) {
    const std::size_t end = at + kSplitUnit;
    const std::size_t begin = std::min(std::max({at, first, second}), end);
    lead += static_cast<std::int64_t>(CountEqualAt(source, begin, end, first)) -
            static_cast<std::int64_t>(CountEqualAt(source, begin, end, second));
    if (lead > most) {
      most = lead;
      border = end;
    }
  }
  return border;
}

}  // namespace

PieceList FindPeriodPieces(ByteView source) {
  PieceList pieces;
  pieces.begin[1] = source.size();
  const std::size_t size =
      std::max(kLeastPiece, (source.size() / kBlocks + kSplitUnit - 1) / kSplitUnit * kSplitUnit);
  std::optional<Block> before;  // the last one with a period
  for (std::size_t begin = 0; begin + size <= source.size(); begin += size) {
    const Block block(source, begin, size);
    if (block.period() == 0) continue;
    const bool unlike = before && before->Unlike(block) && block.Unlike(*before);
    // A block with a border inside may be like both of its neighbours: it is passed over.
    if (before && !unlike && block.period() != before->period()) continue;
    if (unlike) {
      const std::size_t border =
          Border(source, before->begin(), block.end(), before->period(), block.period());
      if (border >= pieces.begin[pieces.count - 1] + kLeastPiece &&
          border + kLeastPiece <= source.size()) {
        pieces.begin[pieces.count++] = border;
      }
    }
    before = block;
  }
  pieces.begin[pieces.count] = source.size();
  return pieces;
}

}  // namespace sigma
