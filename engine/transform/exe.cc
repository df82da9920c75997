// Forward splits pieces of 32 KiB into buffers, one for each stream, and appends what they hold to
// an arena; when all is split, the sizes of the streams are known and they are gathered from there.
// Splitting into the sections at once would need the sizes first, and finding those takes as long
// as the splitting.
//
// Long ranges are cut: they restore independently.
#include "engine/transform/exe.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/format/cursor.h"
#include "engine/transform/arm64_code.h"
#include "engine/transform/code_params.h"
#include "engine/transform/x86_code.h"

namespace sigma {
namespace {

constexpr std::size_t kPiece = 32 << 10;
constexpr std::size_t kPieceRoom = kPiece + x86::kMaxStep + 2 * kCodeSlack;
// Ranges from here on are cut in two.
constexpr std::size_t kCutFrom = 64 << 10;
constexpr std::size_t kSections = 2 + kCodeStreams;
// A range of no code before each range of code, and one behind the last.
constexpr std::size_t kMaxMap = (kMaxCodeRanges * (2 * (kCodeStreams + 1) + 1) + 1) * 5;
static_assert(kMaxMap <= SectionsBound(0));

constexpr PerStream<SectionHint> kHints = {
    {{}, {}, {}, {}, {}, {}, {}, {}, {}, {SectionKind::kIntegers, 4}, {}}};

std::string Describe(const TransformParams& params) { return DescribeCode("exe", params); }

// Code of a range from `position` on, to `until` or a little more; where it ended.
std::size_t SplitCode(CodeKind kind, const std::uint8_t* chunk, std::size_t position,
                      std::size_t until, unsigned* row, StreamWriters* writers) {
  if (kind == CodeKind::kArm64) return arm64::Split(chunk, position, until, writers);
  return x86::Split(chunk, position, until, kind == CodeKind::kX64, row, writers);
}

class Splitter {
 public:
  Splitter(ByteView source, BufferPool& pool)
      : source_(source),
        piece_lease_(pool.Acquire(kCodeStreams * kPieceRoom)),
        arena_lease_(pool.Acquire(ArenaSize(source.size()))),
        table_lease_(pool.AcquireFor<PerStream<std::uint32_t>>(MostPieces(source.size()))),
        arena_(arena_lease_.data()),
        table_(table_lease_.As<PerStream<std::uint32_t>>(MostPieces(source.size()))) {}

  // Ranges in order; what lies between them is no code.
  void Add(const CodeRange& range) {
    const std::size_t size = range.end - range.begin;
    // Two halves restore side by side.
    if (size >= kCutFrom) {
      const std::size_t half = range.begin + size / 2 / 4 * 4;
      AddUntil(range, half);
      AddUntil({done_, range.end, range.kind}, range.end - x86::kMaxStep);
    } else if (size >= 2 * x86::kMaxStep) {
      AddUntil(range, range.end - x86::kMaxStep);
    }
  }

  bool Finish(SectionList& sections) {
    PutRest(source_.size());
    const MutableBytes map = sections.Add(map_size_);
    const MutableBytes rest = sections.Add(rest_size_, {SectionKind::kPiece, 1});
    PerStream<std::uint8_t*> to;
    for (std::size_t k = 0; k < kCodeStreams; ++k) {
      to[k] = sections.Add(totals_[k], kHints[k]).data();
    }
    if (!sections.ok()) return false;
    std::copy_n(map_.begin(), map_size_, map.begin());
    std::uint8_t* rest_to = rest.data();
    for (std::size_t i = 0; i < rests_; ++i) {
      rest_to = std::copy(source_.data() + rest_ranges_[i].begin,
                          source_.data() + rest_ranges_[i].end, rest_to);
    }
    const std::uint8_t* from = arena_;
    for (std::size_t piece = 0; piece < pieces_; ++piece) {
      for (std::size_t k = 0; k < kCodeStreams; ++k) {
        to[k] = std::copy_n(from, table_[piece][k], to[k]);
        from += table_[piece][k];
      }
    }
    return true;
  }

  [[nodiscard]] bool any() const noexcept { return pieces_ != 0; }

 private:
  // A step that begins before `until` ends within the range.
  void AddUntil(const CodeRange& range, std::size_t until) {
    PutRest(range.begin);
    PerStream<std::size_t> sizes{};
    unsigned row = x86::kPlain;
    std::size_t position = range.begin;
    while (position < until) {
      StreamWriters writers;
      for (std::size_t k = 0; k < kCodeStreams; ++k) {
        writers[k] = piece_lease_.data() + k * kPieceRoom;
      }
      position = SplitCode(range.kind, source_.data(), position, std::min(until, position + kPiece),
                           &row, &writers);
      for (std::size_t k = 0; k < kCodeStreams; ++k) {
        const std::uint8_t* const from = piece_lease_.data() + k * kPieceRoom;
        const auto size = static_cast<std::size_t>(writers[k] - from);
        std::memcpy(arena_ + arena_size_, from, size);
        arena_size_ += size;
        table_[pieces_][k] = static_cast<std::uint32_t>(size);
        sizes[k] += size;
      }
      ++pieces_;
    }
    Put(4 * (position - range.begin) + static_cast<unsigned>(range.kind));
    for (std::size_t k = 0; k < kCodeStreams; ++k) {
      Put(sizes[k]);
      totals_[k] += sizes[k];
    }
    done_ = position;
  }

  // A word of ARM64 takes at most 6 bytes of the streams.
  static std::size_t ArenaSize(std::size_t size) { return size + size / 2 + kPad; }
  static std::size_t MostPieces(std::size_t size) { return size / kPiece + 2 * kMaxCodeRanges + 1; }

  void Put(std::uint64_t value) { map_size_ += WriteVarint(value, map_.data() + map_size_); }
  void PutRest(std::size_t until) {
    if (until == done_) return;
    Put(4 * (until - done_));
    rest_ranges_[rests_++] = {done_, until, CodeKind::kNone};
    rest_size_ += until - done_;
  }

  ByteView source_;
  BufferPool::Lease piece_lease_, arena_lease_, table_lease_;
  std::uint8_t* arena_;
  std::span<PerStream<std::uint32_t>> table_;
  std::array<std::uint8_t, kMaxMap + kMaxVarint> map_;
  std::array<CodeRange, kMaxCodeRanges + 1> rest_ranges_;
  PerStream<std::size_t> totals_{};
  std::size_t map_size_ = 0, rests_ = 0, rest_size_ = 0;
  std::size_t arena_size_ = 0, pieces_ = 0;
  std::size_t done_ = 0;  // bytes of the source in the map
};

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const CodeRanges ranges = CodeOf(source, params);
  if (ranges.view().empty()) return false;
  Splitter splitter(source, pool);
  for (const CodeRange& range : ranges.view()) splitter.Add(range);
  return splitter.any() && splitter.Finish(sections);
}

// x86 ranges wait for a second one of their width.
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
  std::array<x86::JoinRange, 2> ranges_;
  std::size_t count_ = 0;
  bool wide_ = false;
};

Result<void> Bad(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& /*pool*/, MutableBytes target) {
  if (const auto valid = CheckCodeParams(params); !valid) return valid.failure();
  if (sections.size() != kSections) return Bad("exe with a wrong number of sections");
  Cursor map(sections[0]);
  ByteView rest = sections[1];
  StreamViews left;
  std::copy_n(sections.begin() + 2, kCodeStreams, left.begin());
  PendingRanges x86_ranges(target);
  std::size_t position = 0;
  while (map.position() < sections[0].size()) {
    const auto range = map.ReadVarint<std::uint64_t>(4 * std::uint64_t{target.size()} + 3);
    const auto kind = static_cast<CodeKind>(range & 3);
    const auto size = static_cast<std::size_t>(range / 4);
    if (!map.good() || size > target.size() - position) return Bad("exe with a bad map");
    if (kind == CodeKind::kNone) {
      if (size > rest.size()) return Bad("exe with a bad map");
      std::copy_n(rest.begin(), size, target.data() + position);
      rest = rest.subspan(size);
    } else {
      StreamViews streams;
      for (std::size_t k = 0; k < kCodeStreams; ++k) {
        const auto part = map.ReadVarint<std::size_t>(left[k].size());
        streams[k] = left[k].first(part);
        left[k] = left[k].subspan(part);
      }
      if (!map.good()) return Bad("exe with a bad map");
      bool done = true;
      if (kind == CodeKind::kArm64) {
        done = arm64::Join(streams, target, position, position + size);
      } else {
        done = x86_ranges.Add({streams, position, position + size}, kind == CodeKind::kX64);
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
  static constexpr TransformRow row = {TransformId::kExe, "exe",   CodeVariants,
                                       Describe,          Forward, Inverse};
  return row;
}

}  // namespace sigma
