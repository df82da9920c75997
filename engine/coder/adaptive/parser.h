// The parser of adaptively coded references: dynamic programming over a block's candidates and the
// last offsets, on the prices of the model as the block before it left it.
//
// At each position the two cheapest ways that end in different offsets are kept: a slightly dearer
// one may pay off by naming its offset again. Matches of kWhole bytes and more are taken as they are.
// Integers only; no allocation. Work: a position's two ways are each asked for four repeats of up to
// kWhole lengths, the first also for the lengths of its candidates.
#ifndef SIGMA_CODER_ADAPTIVE_PARSER_H_
#define SIGMA_CODER_ADAPTIVE_PARSER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/adaptive/prices.h"
#include "kernels/lz/candidates.h"
#include "sigma/result.hpp"

namespace sigma::adaptive {

class Parser {
 public:
  // For the bytes of `source`, in `words`: Words(size) of them, of any content, from a cache line on.
  Parser(ByteView source, std::span<std::uint32_t> words);

  [[nodiscard]] static std::size_t Words(std::size_t size);
  // Of a block: as many sequences at most.
  static constexpr std::size_t kMostSequences = model::kBlockBytes / model::kShortestMatch + 2;

  // Finds the candidates of the block; blocks come in order, each once.
  void Search(std::size_t begin, std::size_t end);
  // Writes the sequences of the block last searched to `out`, kMostSequences, and returns how many.
  // May be asked again with another model.
  [[nodiscard]] std::size_t Parse(model::Model& model, const model::History& history,
                                  model::Sequence* out);
  [[nodiscard]] Prices& prices() { return prices_; }

 private:
  // A way to a position: what its last step was.
  struct Edge {
    std::uint32_t price;
    std::uint32_t offset;  // the last one after it
    std::uint32_t length;  // 0: a literal
    std::uint8_t way;      // of the position it came from
    std::uint8_t kind;
    std::uint8_t repeat;
    std::uint8_t unused;
  };
  struct State {
    std::uint32_t run;
    std::uint32_t kind;
    std::array<std::uint32_t, model::kRepeats> offsets;
  };
  struct Match {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t repeat = 0;
    std::uint32_t way = 0;
  };
  struct Layout;
  // Positions whose states are kept: above the longest step but for whole matches.
  static constexpr std::size_t kStates = 256;

  State& StateOf(std::size_t i, std::size_t way) { return states_[i % kStates][way]; }
  void Offer(std::size_t to, const Edge& edge);
  void Close(std::size_t from, std::size_t to);
  void Resolve(std::size_t i, std::size_t way);
  void Follow(const State& from, const Edge& edge, State& to) const;
  [[nodiscard]] Match OfferRepeats(std::size_t i, std::size_t way);
  [[nodiscard]] Match OfferCandidates(std::size_t i, std::span<const std::uint32_t> candidates,
                                      std::size_t pair);
  [[nodiscard]] std::size_t Backtrack(model::Sequence* out) const;
  [[nodiscard]] std::size_t Common(std::size_t at, std::size_t offset, std::size_t length) const;

  ByteView source_;
  Prices prices_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  kernels::lz::CandidateTables tables_;
  std::span<std::uint8_t> counts_;
  std::span<std::uint32_t> candidates_;
  std::span<std::uint32_t> pairs_;  // the last position of each two bytes, and 1
  std::span<std::uint32_t>
      pair_links_;  // of the block's positions: the one before of its two bytes
  std::span<std::array<Edge, 2>> edges_;
  std::array<std::array<State, 2>, kStates> states_;
};

}  // namespace sigma::adaptive

#endif  // SIGMA_CODER_ADAPTIVE_PARSER_H_
