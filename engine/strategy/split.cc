// Cuts by divergence (cuts.h), pieces that are alike put together again by their features, and for
// each that is left the transform that is worth most, the one before first. Small sources are coded
// as a whole and cut at the levels that have the time.
#include "engine/strategy/split.h"

#include <algorithm>
#include <array>

#include "engine/strategy/cuts.h"
#include "engine/strategy/data_class.h"
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
};

// Pieces of the source of which neighbours ask for different plans, by their features.
Pieces DifferentPieces(ByteView source, const Scope& scope) {
  const std::size_t part = scope.level.search.small_pieces ? 0 : source.size() / kMostLargePieces;
  const PieceList found = FindPieces(source, std::max(kLeastPiece, part), scope.pool);
  Pieces pieces;
  if (found.count == 1) return pieces;
  for (std::size_t i = 0; i < found.count; ++i) {
    const ByteView bytes = source.subspan(found.begin[i], found.begin[i + 1] - found.begin[i]);
    const Features features = MeasureFeatures(bytes, scope.pool);
    if (pieces.count != 0 && Alike(pieces.all[pieces.count - 1].features, features)) {
      Piece& grown = pieces.all[pieces.count - 1];
      grown.bytes = source.subspan(grown.begin, grown.bytes.size() + bytes.size());
      grown.features = MeasureFeatures(grown.bytes, scope.pool);
    } else {
      pieces.all[pieces.count++] = {found.begin[i], bytes, features};
    }
  }
  return pieces;
}

}  // namespace

std::optional<Winner> BestSplit(ByteView source, const std::optional<Winner>& whole,
                                const Scope& scope) {
  const Pieces pieces = DifferentPieces(source, scope);
  if (pieces.count <= 1) return std::nullopt;
  std::array<std::uint16_t, PieceList::kMost> cuts{};
  std::size_t count = 0;
  std::uint64_t gain = 0;
  std::optional<Winner> before;
  Scope inside = scope;
  inside.depth = 1;
  for (std::size_t i = 0; i < pieces.count; ++i) {
    const Piece& piece = pieces.all[i];
    std::optional<Winner> best;
    if (WorthATransform(Classify(piece.features))) {
      const Candidate* const kept = before ? &before->candidate : nullptr;
      best = BestTransform(piece.bytes, piece.features, kept, inside);
    }
    gain += best ? best->gain : 0;
    const bool same = best.has_value() == before.has_value() &&
                      (!best || PlanOf(best->candidate) == PlanOf(before->candidate));
    if (i > 0 && !same) cuts[count++] = static_cast<std::uint16_t>(piece.begin / kSplitUnit);
    before = best;
  }
  const std::uint64_t price = count * kCutPrice;
  if (count == 0 || gain <= price || gain - price <= (whole ? whole->gain : 0)) return std::nullopt;
  const Candidate split{TransformId::kSplit, SplitParams(std::span(cuts).first(count)), 1, 0};
  if (scope.level.search.checks_splits && source.size() <= kMostChecked) {
    const Plan uncut =
        whole ? PlanOf(whole->candidate) : Plan{std::nullopt, {}, CoderId::kReference};
    const std::uint64_t other = TrialSize(source, uncut, scope);
    if (TrialSize(source, PlanOf(split), scope) >= other) return std::nullopt;
  }
  return Winner{split, gain - price};
}

}  // namespace sigma
