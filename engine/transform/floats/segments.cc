// Numbers show by their exponents: the top byte of a float or double between 2^-35 and 2^60, its
// sign aside, is one of 24 values. A window in which one place modulo the width holds nearly only
// those, and no other place does, is numbers that begin after that place.
//
// A stretch of numbers is then cut where their exponents change, as columns that follow each other
// do: neighbouring blocks are merged while one code for both costs less than two. Where columns
// follow from others it is cut at the columns.
#include "engine/transform/floats/segments.h"

#include <algorithm>
#include <bit>

#include "engine/base/endian.h"
#include "kernels/statistics/shannon.h"

namespace sigma::floats {
namespace {

constexpr std::size_t kWindow = 4096;
// A stretch shorter than this is not worth its tables.
constexpr std::size_t kShortest = 2 * kWindow;
constexpr std::size_t kBlock = 1024;     // numbers, at least
constexpr std::size_t kMostBlocks = 96;  // of a stretch
// The cost of a segment of its own, in 1/256 bits: tree, code table, two rows of the plan.
constexpr std::uint64_t kSegmentCost = 130 * 8 * 256;

using Exponents = kernels::statistics::Histogram;

// The lowest seven bits of the exponent, for 2-byte numbers the highest byte.
unsigned ExponentOf(const std::uint8_t* number, std::size_t width) {
  if (width == 8) return LoadLE<std::uint16_t>(number + 6) >> 4 & 0x7Fu;
  if (width == 4) return LoadLE<std::uint16_t>(number + 2) >> 7 & 0x7Fu;
  return number[1];
}

std::uint64_t Cost(const Exponents& counts) { return kernels::statistics::CorrectedBits(counts); }

// A segment for each column, if there are columns that follow from others.
bool CutColumns(ByteView source, const Segment& stretch, std::size_t width, std::size_t most,
                Segments& segments) {
  const Columns columns =
      FindColumns(source.subspan(stretch.begin, stretch.end - stretch.begin), width);
  if (columns.length == 0 || columns.count > most) return false;
  std::size_t begin = stretch.begin + columns.begin;
  for (const Relation& relation : std::span(columns.relations).first(columns.count)) {
    const std::size_t end = begin + columns.length * width;
    segments.Add({begin, end, relation});
    begin = end;
  }
  return true;
}

void CutStretch(ByteView source, const Segment& stretch, std::size_t width, std::size_t most,
                BufferPool& pool, Segments& segments) {
  if (CutColumns(source, stretch, width, most, segments)) return;
  struct Block {
    Exponents counts;
    std::size_t end;
    std::uint64_t cost;
  };
  const std::size_t numbers = (stretch.end - stretch.begin) / width;
  const std::size_t step = std::max(kBlock, (numbers / kMostBlocks + kBlock - 1) / kBlock * kBlock);
  std::size_t count = (numbers + step - 1) / step;
  auto lease = pool.AcquireFor<Block>(count);
  const std::span<Block> blocks = lease.As<Block>(count);
  for (std::size_t i = 0; i < count; ++i) {
    Block& block = blocks[i];
    block.counts.fill(0);
    block.end = std::min(numbers, (i + 1) * step);
    for (std::size_t k = i * step; k < block.end; ++k) {
      ++block.counts[ExponentOf(source.data() + stretch.begin + k * width, width)];
    }
    block.cost = Cost(block.counts);
  }
  const auto united = [&](std::size_t i) {
    Exponents both = blocks[i].counts;
    for (std::size_t k = 0; k < both.size(); ++k) both[k] += blocks[i + 1].counts[k];
    return Cost(both);
  };
  while (count > 1) {
    std::size_t best = 0;
    std::uint64_t least = ~std::uint64_t{0};
    for (std::size_t i = 0; i + 1 < count; ++i) {
      const std::uint64_t both = united(i), apart = blocks[i].cost + blocks[i + 1].cost;
      const std::uint64_t loss = both > apart ? both - apart : 0;
      if (loss < least) {
        least = loss;
        best = i;
      }
    }
    if (least >= kSegmentCost && count <= most) break;
    for (std::size_t k = 0; k < blocks[best].counts.size(); ++k) {
      blocks[best].counts[k] += blocks[best + 1].counts[k];
    }
    blocks[best].end = blocks[best + 1].end;
    blocks[best].cost = Cost(blocks[best].counts);
    std::move(blocks.begin() + static_cast<std::ptrdiff_t>(best) + 2,
              blocks.begin() + static_cast<std::ptrdiff_t>(count),
              blocks.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    --count;
  }
  std::size_t begin = stretch.begin;
  for (const Block& block : blocks.first(count)) {
    const std::size_t end = stretch.begin + block.end * width;
    segments.Add({begin, end, {}});
    begin = end;
  }
}

}  // namespace

unsigned FindExponents(ByteView window, std::size_t position, std::size_t width) {
  std::array<std::uint32_t, 8> ordinary{};
  std::array<std::uint32_t, 8> zero{};
  const std::size_t size = window.size() / 8 * 8;
  for (std::size_t i = 0; i < size; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      const unsigned magnitude = window[i + lane] & 0x7Fu;
      ordinary[lane] += magnitude - 0x37u < 0x18u ? 1u : 0u;
      zero[lane] += window[i + lane] == 0 ? 1u : 0u;
    }
  }
  unsigned places = 0;
  for (std::size_t lane = 0; lane < width; ++lane) {
    std::size_t found = 0, zeros = 0;
    for (std::size_t same = lane; same < 8; same += width) {
      found += ordinary[same];
      zeros += zero[same];
    }
    const std::size_t all = size / width;
    // 7 in 8; zeros are numbers, but do not show where they begin.
    if ((found + zeros) * 8 >= all * 7 && found * 4 >= all) {
      places |= 1u << ((lane + position) % width);
    }
  }
  // Places half a number apart: numbers of half the width.
  return (places & (places >> width / 2)) != 0 ? 0 : places;
}

Segments FindFloats(ByteView source, std::size_t width, bool whole, BufferPool& pool) {
  Segments segments;
  if (whole) {
    if (source.size() >= width) {
      CutStretch(source, {0, source.size() / width * width, {}}, width, Segments::kMost, pool,
                 segments);
    }
    return segments;
  }
  Segments stretches;
  Segment open;
  unsigned place = 0;  // one bit
  const auto close = [&] {
    if (place != 0 && open.end - open.begin >= kShortest) {
      const auto top = static_cast<std::size_t>(std::countr_zero(place));
      open.begin += (top + 1 + width - open.begin % width) % width;
      open.end -= (open.end - open.begin) % width;
      stretches.Add(open);
    }
    place = 0;
  };
  for (std::size_t at = 0; at + kWindow <= source.size(); at += kWindow) {
    // Numbers of like size may look like exponents in two places: the one before it is, or the
    // higher one.
    const unsigned found = FindExponents(source.subspan(at, kWindow), at, width);
    if ((found & place) == 0) {
      close();
      open.begin = at;
      place = std::bit_floor(found);
    }
    open.end = at + kWindow;
  }
  // Numbers go on to the end of a source that ends within a window.
  if (place != 0 && source.size() - open.end < kWindow) open.end = source.size();
  close();
  const std::size_t count = stretches.view().size();
  for (const Segment& stretch : stretches.view()) {
    CutStretch(source, stretch, width, std::max<std::size_t>(1, Segments::kMost / count), pool,
               segments);
  }
  return segments;
}

}  // namespace sigma::floats
