// Forward splits pieces of 8 KiB into buffers, one for each stream, and appends what they hold to
// an arena; when all is split, the sizes of the streams are known and they are gathered from there.
// Splitting into the sections at once would need the sizes first, and finding those takes as long
// as the splitting.
//
// Long ranges of x86 are cut into parts that are split and restored side by side. Where they are
// cut is decided before: what a part leaves in front of the next one is no code.
#include "engine/transform/code/exe.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/format/cursor.h"
#include "engine/transform/code/arm64.h"
#include "engine/transform/code/params.h"
#include "engine/transform/code/x86.h"
#include "kernels/integers/delta.h"
#include "kernels/integers/planes.h"
#include "kernels/integers/zigzag.h"

namespace sigma::code {
namespace {

constexpr std::size_t kPiece = 8 << 10;
constexpr std::size_t kPieceRoom = 2 * kPiece;  // a word of ARM64 takes at most 6 bytes
static_assert(kPieceRoom >= kPiece + kPiece / 2 + x86::kMaxStep + 2 * kSlack);
// Ranges from here on are cut.
constexpr std::size_t kCutFrom = 32 << 10;
// The map, the bytes that are no code, each stream, but that of jumps in planes after the others.
constexpr std::size_t kJumps = static_cast<std::size_t>(Stream::kJump32);
constexpr std::size_t kJumpBytes = 4;
constexpr std::size_t kPlanes = 2 + kStreams - 1;
constexpr std::size_t kSections = kPlanes + kJumpBytes;
constexpr std::size_t kMostParts = kMaxRanges * x86::kLanes;
// A range of no code before each part, and one after the last.
constexpr std::size_t kMaxMap = (kMostParts * (kStreams + 2) + 1) * 5;
// Cut ranges, of x86, leave the bound half their size.
static_assert((kMaxRanges * (kStreams + 2) + 1) * 5 <= SectionsBound(0));

// Operands repeat where the code does, so references suit all of them; short jumps hardly do.
// Jumps go to places near the ones before: their differences have an order-0 code, which takes a
// third less than references find at level 3, and as much at level 5.
constexpr SectionHint kHint = {SectionKind::kMatches, 1};
constexpr SectionHint kSymbolHint = {SectionKind::kSymbols, 1};

// The section of a stream.
constexpr std::size_t SectionOf(std::size_t stream) {
  return stream < kJumps ? 2 + stream : 1 + stream;
}

std::string Describe(const TransformParams& params) { return DescribeAs("exe", params); }

class Splitter {
 public:
  Splitter(ByteView source, BufferPool& pool)
      : source_(source),
        pool_(pool),
        piece_lease_(pool.Acquire(x86::kLanes * kStreams * kPieceRoom)),
        arena_lease_(pool.Acquire(ArenaSize(source.size()))),
        table_lease_(pool.AcquireFor<Piece>(MostPieces(source.size()))),
        arena_(arena_lease_.data()),
        table_(table_lease_.As<Piece>(MostPieces(source.size()))) {}

  // Ranges in order; what lies between them is no code.
  void Add(const Range& range) {
    const std::size_t size = range.end - range.begin;
    const std::size_t count = range.kind != Kind::kArm64 && size >= kCutFrom ? x86::kLanes : 1;
    std::array<Part, x86::kLanes> parts{};
    for (std::size_t i = 0; i < count; ++i) {
      Part& part = parts[i];
      part.position = part.begin = range.begin + size * i / count;
      // A step that begins before ends within the part.
      part.end = range.begin + size * (i + 1) / count;
      part.end -= std::min(part.end - part.begin, x86::kMaxStep);
      part.first_piece = pieces_;
      pieces_ += (part.end - part.begin) / kPiece + 1;
      std::ranges::fill(table_.subspan(part.first_piece, pieces_ - part.first_piece), Piece{});
    }
    const std::span<Part> all = std::span(parts).first(count);
    for (std::size_t round = 0; SplitPieces(range.kind, all, round); ++round) {
    }
    for (const Part& part : all) PutPart(range.kind, part);
  }

  bool Finish(SectionList& sections) {
    PutRest(source_.size());
    const MutableBytes map = sections.Add(map_size_);
    const MutableBytes rest = sections.Add(rest_size_, {SectionKind::kPiece, 1});
    PerStream<std::uint8_t*> to;
    for (std::size_t k = 0; k < kStreams; ++k) {
      const bool symbols = k == static_cast<std::size_t>(Stream::kJump8);
      if (k != kJumps) to[k] = sections.Add(totals_[k], symbols ? kSymbolHint : kHint).data();
    }
    std::array<MutableBytes, kJumpBytes> planes;
    for (MutableBytes& plane : planes) {
      plane = sections.Add(totals_[kJumps] / kJumpBytes, kSymbolHint);
    }
    if (!sections.ok()) return false;
    BufferPool::Lease jumps_lease = pool_.Acquire(2 * totals_[kJumps]);
    to[kJumps] = jumps_lease.data();
    std::copy_n(map_.begin(), map_size_, map.begin());
    std::uint8_t* rest_to = rest.data();
    for (std::size_t i = 0; i < rests_; ++i) {
      rest_to = std::copy(source_.data() + rest_ranges_[i].begin,
                          source_.data() + rest_ranges_[i].end, rest_to);
    }
    for (const Piece& piece : table_.first(pieces_)) {
      const std::uint8_t* from = arena_ + piece.begin;
      for (std::size_t k = 0; k < kStreams; ++k) {
        to[k] = std::copy_n(from, piece.sizes[k], to[k]);
        from += piece.sizes[k];
      }
    }
    const ByteView jumps(jumps_lease.data(), totals_[kJumps]);
    const MutableBytes differences(jumps_lease.data() + jumps.size(), jumps.size());
    kernels::integers::Delta(jumps, kJumpBytes, differences);
    kernels::integers::Zigzag(differences, kJumpBytes, differences);
    kernels::integers::SplitPlanes(differences, kJumpBytes, false, planes);
    return true;
  }

  [[nodiscard]] bool any() const noexcept { return done_ != 0; }

 private:
  // A part of a range on its way.
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t position = 0;
    unsigned row = x86::kPlain;
    std::size_t first_piece = 0;
    PerStream<std::size_t> sizes{};
  };
  // Where the arena holds a piece's streams, back to back.
  struct Piece {
    std::uint32_t begin = 0;
    PerStream<std::uint32_t> sizes{};
  };

  // The next piece of each part; false if there was none.
  bool SplitPieces(Kind kind, std::span<Part> parts, std::size_t round) {
    std::array<x86::SplitRange, x86::kLanes> ranges;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Part& part = parts[i];
      const std::size_t until = std::min(part.end, part.position + kPiece);
      ranges[i] = {part.position, std::max(until, part.position), part.row, {}};
      longest = std::max(longest, ranges[i].until - part.position);
      for (std::size_t k = 0; k < kStreams; ++k) {
        ranges[i].writers[k] = PieceStream(i, k);
      }
    }
    if (longest == 0) return false;
    if (kind == Kind::kArm64) {
      x86::SplitRange& range = ranges.front();
      range.position = arm64::Split(source_.data(), range.position, range.until, &range.writers);
    } else {
      x86::Split(source_.data(), std::span(ranges).first(parts.size()), kind == Kind::kX64);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Part& part = parts[i];
      if (ranges[i].position == part.position) continue;
      part.position = ranges[i].position;
      part.row = ranges[i].row;
      Piece& piece = table_[part.first_piece + round];
      piece.begin = static_cast<std::uint32_t>(arena_size_);
      for (std::size_t k = 0; k < kStreams; ++k) {
        const std::uint8_t* const from = PieceStream(i, k);
        const auto size = static_cast<std::size_t>(ranges[i].writers[k] - from);
        std::memcpy(arena_ + arena_size_, from, size);
        arena_size_ += size;
        piece.sizes[k] = static_cast<std::uint32_t>(size);
        part.sizes[k] += size;
      }
    }
    return true;
  }
  std::uint8_t* PieceStream(std::size_t part, std::size_t stream) {
    return piece_lease_.data() + (part * kStreams + stream) * kPieceRoom;
  }

  void PutPart(Kind kind, const Part& part) {
    if (part.position == part.begin) return;
    PutRest(part.begin);
    Put(4 * (part.position - part.begin) + static_cast<unsigned>(kind));
    for (std::size_t k = 0; k < kStreams; ++k) {
      Put(part.sizes[k]);
      totals_[k] += part.sizes[k];
    }
    done_ = part.position;
  }

  // A word of ARM64 takes at most 6 bytes of the streams.
  static std::size_t ArenaSize(std::size_t size) { return size + size / 2 + kPad; }
  static std::size_t MostPieces(std::size_t size) { return size / kPiece + kMostParts; }

  void Put(std::uint64_t value) { map_size_ += WriteVarint(value, map_.data() + map_size_); }
  void PutRest(std::size_t until) {
    if (until == done_) return;
    Put(4 * (until - done_));
    rest_ranges_[rests_++] = {done_, until, Kind::kNone};
    rest_size_ += until - done_;
  }

  ByteView source_;
  BufferPool& pool_;
  BufferPool::Lease piece_lease_, arena_lease_, table_lease_;
  std::uint8_t* arena_;
  std::span<Piece> table_;
  std::array<std::uint8_t, kMaxMap + kMaxVarint> map_;
  std::array<Range, kMostParts + 1> rest_ranges_;
  PerStream<std::size_t> totals_{};
  std::size_t map_size_ = 0, rests_ = 0, rest_size_ = 0;
  std::size_t arena_size_ = 0, pieces_ = 0;
  std::size_t done_ = 0;  // bytes of the source in the map
};

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const Ranges ranges = CodeOf(source, params);
  if (ranges.view().empty()) return false;
  Splitter splitter(source, pool);
  for (const Range& range : ranges.view()) splitter.Add(range);
  return splitter.any() && splitter.Finish(sections);
}

// x86 ranges wait for others of their width.
class PendingRanges {
 public:
  explicit PendingRanges(MutableBytes target) : target_(target) {}

  // False if ranges that were waiting do not fit their streams.
  [[nodiscard]] bool Add(const x86::JoinRange& range, bool wide) {
    const bool good = (wide == wide_ && count_ < ranges_.size()) || Join();
    wide_ = wide;
    ranges_[count_++] = range;
    return good;
  }

  [[nodiscard]] bool Join() {
    const bool good = x86::Join(std::span(ranges_).first(count_), wide_, target_);
    count_ = 0;
    return good;
  }

 private:
  MutableBytes target_;
  std::array<x86::JoinRange, x86::kLanes> ranges_;
  std::size_t count_ = 0;
  bool wide_ = false;
};

Result<void> Bad(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& pool, MutableBytes target) {
  if (const auto valid = CheckParams("exe", params); !valid) return valid.failure();
  if (sections.size() != kSections) return Bad("exe with a wrong number of sections");
  Cursor map(sections[0]);
  ByteView rest = sections[1];
  StreamViews left;
  for (std::size_t k = 0; k < kStreams; ++k) {
    if (k != kJumps) left[k] = sections[SectionOf(k)];
  }
  const std::span<const ByteView> planes = sections.subspan(kPlanes);
  const std::size_t jumps_size = kJumpBytes * planes.front().size();
  for (const ByteView plane : planes) {
    if (plane.size() != planes.front().size()) return Bad("exe with planes of several sizes");
  }
  BufferPool::Lease jumps_lease = pool.Acquire(jumps_size);
  const MutableBytes jumps(jumps_lease.data(), jumps_size);
  kernels::integers::JoinPlanes(planes, kJumpBytes, false, jumps);
  kernels::integers::Unzigzag(jumps, kJumpBytes, jumps);
  kernels::integers::Undelta(jumps, kJumpBytes, jumps);
  left[kJumps] = jumps;
  PendingRanges x86_ranges(target);
  std::size_t position = 0;
  while (map.position() < sections[0].size()) {
    const auto range = map.ReadVarint<std::uint64_t>(4 * std::uint64_t{target.size()} + 3);
    const auto kind = static_cast<Kind>(range & 3);
    const auto size = static_cast<std::size_t>(range / 4);
    if (!map.good() || size > target.size() - position) return Bad("exe with a bad map");
    if (kind == Kind::kNone) {
      if (size > rest.size()) return Bad("exe with a bad map");
      std::copy_n(rest.begin(), size, target.data() + position);
      rest = rest.subspan(size);
    } else {
      StreamViews streams;
      for (std::size_t k = 0; k < kStreams; ++k) {
        const auto part = map.ReadVarint<std::size_t>(left[k].size());
        streams[k] = left[k].first(part);
        left[k] = left[k].subspan(part);
      }
      if (!map.good()) return Bad("exe with a bad map");
      bool done = true;
      if (kind == Kind::kArm64) {
        done = arm64::Join(streams, target, position, position + size);
      } else {
        done = x86_ranges.Add({streams, position, position + size}, kind == Kind::kX64);
      }
      if (!done) return Bad("exe with code that does not fit its streams");
    }
    position += size;
  }
  if (!x86_ranges.Join()) return Bad("exe with code that does not fit its streams");
  const bool all_used =
      rest.empty() && std::ranges::all_of(left, [](ByteView view) { return view.empty(); });
  if (position != target.size() || !all_used) return Bad("exe with bytes left over");
  return {};
}

}  // namespace

const TransformRow& ExeTransform() {
  static constexpr TransformRow row = {
      .id = kExeId,
      .name = "exe",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 64,
  };
  return row;
}

}  // namespace sigma::code
