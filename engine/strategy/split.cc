// Cuts by divergence (cuts.h), pieces that are alike put together again by their features, and for
// each that is left the transform that is worth most, the one before first. Where the bytes'
// statistics stay the same, cuts by layout (period_cuts.h). The slow levels look at both, at larger
// pieces and at a cut in the middle, all of which other levels have: what suits either half may not
// suit both. Small sources are coded as a whole and cut at the levels that have the time.
#include "engine/strategy/split.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/strategy/cuts.h"
#include "engine/strategy/data_class.h"
#include "engine/strategy/period_cuts.h"
#include "engine/strategy/sample.h"
#include "engine/transform/split.h"

namespace sigma {
namespace {

// Pieces are alike within these differences of features (an MRI volume's slices are), and without
// small ones no smaller than this part of the source.
constexpr std::uint32_t kAlikeEntropy = 256;
constexpr std::uint32_t kAlikeText = 40;
constexpr std::size_t kMostLargePieces = 24;
// A cut costs the tables of its sections and the matches across it, in bytes.
constexpr std::uint64_t kCutPrice = 1024;
// Where cuts are checked (PlanSearch::checks_splits), sources up to the size of a large sample are
// coded both ways.
constexpr std::size_t kMostChecked = 512u << 10;

struct Piece {
  std::size_t begin = 0;
  ByteView bytes;
  Features features;
};

// Cuts at other places than the first ones must save 1/256 of the source more: of several uncertain
// gains the largest is the most uncertain.
constexpr std::uint64_t kOtherwise = 256;
constexpr std::size_t kLeastHalf = 512u << 10;

std::uint32_t Distance(std::uint32_t a, std::uint32_t b) { return a < b ? b - a : a - b; }

// Whether two pieces are alike enough for one plan.
bool Alike(const Features& a, const Features& b) {
  const auto numeric = [](const Features& features) {
    return *std::ranges::min_element(features.delta_entropy);
  };
  return Classify(a) == Classify(b) && Distance(a.entropy, b.entropy) <= kAlikeEntropy &&
         Distance(numeric(a), numeric(b)) <= kAlikeEntropy &&
         Distance(a.text_density, b.text_density) <= kAlikeText;
}

struct Pieces {
  std::array<Piece, PieceList::kMost> all;
  std::size_t count = 0;

  // Of the same source.
  friend bool operator==(const Pieces& a, const Pieces& b) {
    const auto same = [](const Piece& x, const Piece& y) { return x.begin == y.begin; };
    return std::ranges::equal(std::span(a.all).first(a.count), std::span(b.all).first(b.count),
                              same);
  }
  void Add(ByteView source, std::size_t begin, std::size_t end, BufferPool& pool) {
    const ByteView bytes = source.subspan(begin, end - begin);
    all[count++] = {begin, bytes, MeasureFeatures(bytes, pool)};
  }
};

// Pieces of which neighbours differ by their features.
Pieces ByStatistics(ByteView source, std::size_t least, const Scope& scope) {
  const PieceList found = FindPieces(source, std::max(kLeastPiece, least), scope.pool);
  Pieces pieces;
  if (found.count == 1) return pieces;
  for (std::size_t i = 0; i < found.count; ++i) {
    pieces.Add(source, found.begin[i], found.begin[i + 1], scope.pool);
    if (pieces.count == 1) continue;
    Piece& grown = pieces.all[pieces.count - 2];
    if (!Alike(grown.features, pieces.all[pieces.count - 1].features)) continue;
    pieces.count -= 2;
    pieces.Add(source, grown.begin, found.begin[i + 1], scope.pool);
  }
  return pieces;
}

Pieces ByLayout(ByteView source, BufferPool& pool) {
  const PieceList found = FindPeriodPieces(source);
  Pieces pieces;
  if (found.count == 1) return pieces;
  for (std::size_t i = 0; i < found.count; ++i) {
    pieces.Add(source, found.begin[i], found.begin[i + 1], pool);
  }
  return pieces;
}

Pieces Halves(ByteView source, BufferPool& pool) {
  Pieces pieces;
  if (source.size() < 2 * kLeastHalf) return pieces;
  const std::size_t middle = source.size() / 2 / kSplitUnit * kSplitUnit;
  pieces.Add(source, 0, middle, pool);
  pieces.Add(source, middle, source.size(), pool);
  return pieces;
}

bool SamePlan(const std::optional<Winner>& a, const std::optional<Winner>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || PlanOf(a->candidate) == PlanOf(b->candidate);
}

// The worth of the pieces, each with the best transform for it; cut where that changes. Where all
// have the same it is the source's, uncut: samples of pieces say more than one of the source.
std::optional<Winner> WorthOf(const Pieces& pieces, const Scope& scope) {
  if (pieces.count <= 1) return std::nullopt;
  std::array<std::uint16_t, PieceList::kMost> cuts{};
  std::size_t count = 0;
  std::uint64_t gain = 0;
  std::uint64_t time = 0;
  std::optional<Winner> before;
  Scope inside = scope;
  inside.depth = 1;
  for (std::size_t i = 0; i < pieces.count; ++i) {
    const Piece& piece = pieces.all[i];
    std::optional<Winner> best;
    if (WorthATransform(Classify(piece.features))) {
      const Candidate* const kept = before ? &before->candidate : nullptr;
      best = RankTransforms(piece.bytes, piece.features, kept, inside).best;
    }
    gain += best ? best->gain : 0;
    time += best ? best->price : 0;
    if (i > 0 && !SamePlan(best, before)) {
      cuts[count++] = static_cast<std::uint16_t>(piece.begin / kSplitUnit);
    }
    before = best;
  }
  const std::uint64_t price = count * kCutPrice;
  if (gain <= price) return std::nullopt;
  if (count == 0) return Winner{before->candidate, gain - price, time};
  const Candidate split{kSplitId, SplitParams(std::span(cuts).first(count)), 1, 0};
  return Winner{split, gain - price, time};
}

}  // namespace

std::optional<Winner> BestSplit(ByteView source, const Ranking& whole, const Scope& scope,
                                Splits* considered) {
  const PlanSearch& search = scope.level.search;
  const std::size_t part = source.size() / kMostLargePieces;
  const Pieces first = ByStatistics(source, search.small_pieces ? 0 : part, scope);
  const auto worth_of = [&](const Pieces& pieces) {
    const std::optional<Winner> worth = WorthOf(pieces, scope);
    if (worth && considered != nullptr) considered->all[considered->count++] = *worth;
    return worth;
  };
  std::optional<Winner> best = worth_of(first);
  const std::uint64_t uncut_gain = whole.best ? whole.best->gain : 0;
  const auto consider = [&](const Pieces& pieces) {
    const std::optional<Winner> worth = worth_of(pieces);
    const std::uint64_t most = std::max(best ? best->gain : 0, uncut_gain);
    if (worth && worth->gain > most + source.size() / kOtherwise) best = worth;
  };
  // A cost that was not measured for the whole cannot be compared.
  if (!whole.best || whole.best_cost != 0) {
    if (search.small_pieces) {
      const Pieces large = ByStatistics(source, part, scope);
      if (!(large == first)) consider(large);
    }
    if (first.count <= 1 || search.small_pieces) consider(ByLayout(source, scope.pool));
    if (search.codes_rivals) consider(Halves(source, scope.pool));
  }
  if (!best) return std::nullopt;
  if (best->gain > uncut_gain && search.checks_splits && source.size() <= kMostChecked) {
    const Plan uncut =
        whole.best ? PlanOf(whole.best->candidate) : Plan{std::nullopt, {}, CoderId::kLz};
    const std::uint64_t other = CodedSize(source, uncut, scope);
    if (CodedSize(source, PlanOf(best->candidate), scope) >= other) return std::nullopt;
  }
  return best;
}

}  // namespace sigma
