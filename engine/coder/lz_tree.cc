// Binary trees of positions, ordered by the bytes that follow them and heaped by recency: a new
// position becomes the root and splits the old tree while it descends, so each descent meets newer
// positions first and inserting costs nothing beyond searching (the match finder of LZMA, Pavlov
// 1999; the split is that of a cartesian tree).
//
// Each node of a descent is a cache miss that waits for the one before. Trees of 4-byte contexts
// spend most of those on the crowd of short matches; here the short lengths have tables of their
// own, whose probes are known ahead and fetched in parallel, and a tree holds only positions that
// share tree_bytes. A node belongs to one tree, and neighbouring positions to different ones: their
// descents do not touch each other. So kLanes of them go on at once, one node in turn, and each
// fetches its next node while the others go on; one that starts at a root whose own descent goes on
// waits for it. The trees are those of one descent behind the other.
//
// Entries are position + 1, 0 is none. The two subtrees of position p stand at 2 (p mod window):
// the smaller and the greater one.
#include "engine/coder/lz_tree.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/base/endian.h"
#include "engine/coder/lz_match.h"
#include "engine/coder/lz_sequence.h"

namespace sigma {
namespace {

// Tables are fetched this many positions ahead, what they point to half as many.
constexpr std::size_t kFetchAhead = 16;

// Descents in flight, a power of two.
constexpr std::size_t kLanes = 16;

// Where a match already found goes on for this long, a longer one is seldom of use: descents that
// begin there visit fewer nodes. Saves a tenth of level 7's time for 0.07 points of s7; 10 nodes
// make xml 0.6 % larger than 14.
constexpr std::size_t kWellInside = 40;
constexpr std::size_t kNodesInside = 14;

// Candidates a position keeps: the longest; what was left out is shorter by little.
constexpr std::size_t kPositionCandidates = 40;
// Most candidates of one position before that: lengths grow strictly, up to 255.
constexpr std::size_t kMaxCandidates = 255;

// Entries of the table of each length, log2: about as many as contexts of that length matter.
constexpr std::array<unsigned, 8> kTableLog{0, 0, 0, 16, 18, 19, 20, 20};

// A small chunk gets small tables: clearing them is work too.
unsigned TableLog(unsigned bytes, std::size_t size) {
  return std::min(kTableLog[bytes], std::max(8u, static_cast<unsigned>(std::bit_width(size))));
}

std::size_t Window(std::size_t size) {
  return std::min(std::bit_ceil(std::max<std::size_t>(size, 1)), kMaxOffset + 1);
}

// Multiplicative (Fibonacci) hash of the first kBytes of a little-endian value to 64 − shift bits.
template <unsigned kBytes>
std::uint32_t Hash(std::uint64_t value, unsigned shift) {
  return static_cast<std::uint32_t>(((value << (64 - 8 * kBytes)) * 0x9E3779B97F4A7C15u) >> shift);
}

}  // namespace

std::size_t MatchTree::ZeroWords(const Shape& shape, std::size_t size) {
  std::size_t words = std::size_t{1} << shape.hash_log;
  for (unsigned bytes = shape.least_bytes; bytes < shape.tree_bytes; ++bytes) {
    words += std::size_t{1} << TableLog(bytes, size);
  }
  return words;
}

std::size_t MatchTree::Words(const Shape& shape, std::size_t size) {
  return ZeroWords(shape, size) + 2 * Window(size);
}

MatchTree::MatchTree(const Shape& shape, ByteView source, std::span<std::uint32_t> words)
    : base_(source.data()),
      size_(source.size()),
      last_{},
      shift_{},
      heads_(words.data()),
      window_mask_(Window(source.size()) - 1),
      // Where the window wraps, the node of a position is overwritten by a later lane.
      farthest_(source.size() <= Window(source.size()) ? window_mask_ : window_mask_ - kLanes),
      head_shift_(64 - shape.hash_log),
      least_bytes_(shape.least_bytes),
      tree_bytes_(shape.tree_bytes),
      depth_(shape.depth),
      nice_(std::min<std::size_t>(shape.nice, 255)) {
  std::uint32_t* next = heads_ + (std::size_t{1} << shape.hash_log);
  for (unsigned bytes = shape.least_bytes; bytes < shape.tree_bytes; ++bytes) {
    last_[bytes] = next;
    const unsigned log = TableLog(bytes, source.size());
    shift_[bytes] = 64 - log;
    next += std::size_t{1} << log;
  }
  nodes_ = next;
}

// The descents of one range: lanes by position, retired in order.
template <unsigned kLeastBytes, unsigned kTreeBytes>
class MatchTree::Descents {
 public:
  Descents(const MatchTree& tree, std::size_t begin, std::size_t end,
           std::span<std::uint8_t> counts, std::span<Candidate> candidates)
      : tree_(tree),
        begin_(begin),
        end_(end),
        oldest_(begin),
        newest_(begin),
        whole_(begin),
        counts_(counts),
        candidates_(candidates) {}

  void Run() noexcept {
    while (oldest_ < end_) {
      while (newest_ < end_ && newest_ - oldest_ < kLanes) Start(newest_++);
      // From the oldest on, so that whoever waits comes behind the one it waits for.
      const auto first = static_cast<unsigned>(oldest_ % kLanes);
      std::uint32_t left = (active_ | active_ << kLanes) >> first & kAllLanes;
      for (; left != 0; left &= left - 1) {
        const unsigned i = (static_cast<unsigned>(std::countr_zero(left)) + first) % kLanes;
        if (Step(lanes_[i])) active_ &= ~(1u << i);
      }
      while (oldest_ < newest_ && (active_ >> oldest_ % kLanes & 1) == 0) Retire(oldest_++);
    }
  }

 private:
  struct Lane {
    const std::uint8_t* here;
    std::size_t limit;  // bytes to compare at most
    std::size_t left;   // nodes that may still be visited
    std::uint32_t entry;
    std::uint32_t next;
    std::array<std::uint32_t*, 2> side;  // where the next smaller and greater subtree hangs
    std::array<std::size_t, 2> common;   // bytes shared with all of that side
    std::size_t best;
    std::size_t count;
    Candidate found[kMaxCandidates];
  };
  static constexpr std::uint32_t kAllLanes = (std::uint32_t{1} << kLanes) - 1;
  static_assert(2 * kLanes <= 32);

  template <class Action>
  static void EachLength(Action&& action) {
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      (action.template operator()<kLeastBytes + kIndex>(), ...);
    }
    (std::make_index_sequence<kTreeBytes - kLeastBytes>());
  }

  void FetchAhead(const std::uint8_t* here) const noexcept {
    const std::uint64_t ahead = LoadLE<std::uint64_t>(here + kFetchAhead);
    const std::uint64_t nearer = LoadLE<std::uint64_t>(here + kFetchAhead / 2);
    EachLength([&]<std::size_t kBytes>() {
      std::uint32_t* const last = tree_.last_[kBytes];
      __builtin_prefetch(last + Hash<kBytes>(ahead, tree_.shift_[kBytes]), 1);
      __builtin_prefetch(tree_.base_ + last[Hash<kBytes>(nearer, tree_.shift_[kBytes])]);
    });
    __builtin_prefetch(tree_.heads_ + Hash<kTreeBytes>(ahead, tree_.head_shift_), 1);
    Fetch(tree_.heads_[Hash<kTreeBytes>(nearer, tree_.head_shift_)], 0);
  }
  void Fetch(std::uint32_t entry, std::size_t common) const noexcept {
    __builtin_prefetch(tree_.nodes_ + 2 * ((entry - 1) & tree_.window_mask_), 1);
    __builtin_prefetch(tree_.base_ + entry + common);
  }

  void Start(std::size_t position) noexcept {
    Lane& lane = lanes_[position % kLanes];
    lane.count = 0;
    const std::size_t rest = tree_.size_ - position;
    if (rest < 8) return;
    const std::uint8_t* const here = tree_.base_ + position;
    if (rest >= 8 + kFetchAhead) FetchAhead(here);
    const std::uint64_t value = LoadLE<std::uint64_t>(here);
    const auto entry = static_cast<std::uint32_t>(position + 1);
    lane.here = here;
    lane.limit = std::min(tree_.nice_, rest);
    lane.left =
        position + kWellInside < covered_ ? std::min(kNodesInside, tree_.depth_) : tree_.depth_;
    lane.entry = entry;
    lane.best = kLeastBytes - 1;
    const bool wanted = position >= whole_;
    EachLength([&]<std::size_t kBytes>() {
      std::uint32_t& last = tree_.last_[kBytes][Hash<kBytes>(value, tree_.shift_[kBytes])];
      const std::size_t offset = entry - last;
      if (wanted && lane.best < kBytes && last != 0 && offset <= kMaxOffset) {
        const std::size_t length = MatchLength(here, here - offset, here + lane.limit);
        if (length > lane.best) Found(lane, offset, length);
      }
      last = entry;
    });
    std::uint32_t& head = tree_.heads_[Hash<kTreeBytes>(value, tree_.head_shift_)];
    lane.next = head;
    head = entry;
    lane.side[0] = tree_.nodes_ + 2 * (position & tree_.window_mask_);
    lane.side[1] = lane.side[0] + 1;
    lane.common = {0, 0};
    active_ |= 1u << position % kLanes;
  }

  static void Found(Lane& lane, std::size_t offset, std::size_t length) noexcept {
    lane.best = length;
    lane.found[lane.count++] = static_cast<Candidate>(offset << 8 | length);
  }

  // One node of a descent; true behind its last.
  bool Step(Lane& lane) noexcept {
    const std::uint32_t next = lane.next;
    const std::size_t offset = lane.entry - next;
    if (next == 0 || offset > tree_.farthest_ || lane.left == 0) {
      *lane.side[0] = 0;
      *lane.side[1] = 0;
      return true;
    }
    if (next > oldest_ && (active_ >> (next - 1) % kLanes & 1) != 0) return false;
    --lane.left;
    std::uint32_t* const pair = tree_.nodes_ + 2 * ((next - 1) & tree_.window_mask_);
    const std::uint8_t* const here = lane.here;
    const std::uint8_t* const there = here - offset;
    std::size_t length = std::min(lane.common[0], lane.common[1]);
    length += MatchLength(here + length, there + length, here + lane.limit);
    if (length > lane.best) Found(lane, offset, length);
    if (length == lane.limit) {
      *lane.side[0] = pair[0];
      *lane.side[1] = pair[1];
      return true;
    }
    const std::size_t side = there[length] < here[length] ? 0 : 1;
    *lane.side[side] = next;
    lane.side[side] = pair + (1 - side);
    lane.common[side] = length;
    lane.next = pair[1 - side];
    Fetch(lane.next, std::min(lane.common[0], lane.common[1]));
    return false;
  }

  void Retire(std::size_t position) noexcept {
    const Lane& lane = lanes_[position % kLanes];
    if (lane.count != 0) covered_ = std::max(covered_, position + lane.best);
    std::size_t kept = 0;
    if (position >= whole_ && end_ - position >= kMinMatch) {
      const std::size_t left = candidates_.size() - used_ - (end_ - position - 1);
      kept = std::min({lane.count, kPositionCandidates, left});
      const Candidate* const found = lane.found + (lane.count - kept);
      std::memcpy(candidates_.data() + used_, found, kept * sizeof(Candidate));
      used_ += kept;
      if (lane.best >= tree_.nice_ && kept != 0) {
        whole_ = position + MatchLength(lane.here, lane.here - CandidateOffset(found[kept - 1]),
                                        tree_.base_ + end_);
      }
    }
    counts_[position - begin_] = static_cast<std::uint8_t>(kept);
  }

  const MatchTree& tree_;
  const std::size_t begin_;
  const std::size_t end_;
  std::size_t oldest_;       // position in flight
  std::size_t newest_;       // and the one behind the newest
  std::size_t whole_;        // the end of the last match that is taken whole
  std::size_t covered_ = 0;  // the farthest end of a match of the positions behind
  std::size_t used_ = 0;
  std::uint32_t active_ = 0;  // lanes, by bits
  std::span<std::uint8_t> counts_;
  std::span<Candidate> candidates_;
  std::array<Lane, kLanes> lanes_;
};

template <unsigned kLeastBytes>
void MatchTree::SearchFrom(std::size_t begin, std::size_t end, std::span<std::uint8_t> counts,
                           std::span<Candidate> candidates) noexcept {
  switch (tree_bytes_) {
    case 5:
      return Descents<kLeastBytes, 5>(*this, begin, end, counts, candidates).Run();
    case 6:
      return Descents<kLeastBytes, 6>(*this, begin, end, counts, candidates).Run();
    case 7:
      return Descents<kLeastBytes, 7>(*this, begin, end, counts, candidates).Run();
    default:
      return Descents<kLeastBytes, 8>(*this, begin, end, counts, candidates).Run();
  }
}

void MatchTree::Search(std::size_t begin, std::size_t end, std::span<std::uint8_t> counts,
                       std::span<Candidate> candidates) noexcept {
  if (least_bytes_ <= kMinMatch) return SearchFrom<3>(begin, end, counts, candidates);
  return SearchFrom<5>(begin, end, counts, candidates);
}

}  // namespace sigma
