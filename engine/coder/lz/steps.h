// Sub-blocks cut by content: the parsers of sections go in steps of 1 << parse_log bytes, the
// optimal parser each on the prices of the one before; neighbours become one sub-block, of at most
// 1 << block_log bytes, while a code for both is estimated to cost no more than a code for each.
// The other parsers go a whole sub-block at a time.
#ifndef SIGMA_CODER_LZ_STEPS_H_
#define SIGMA_CODER_LZ_STEPS_H_

#include <array>
#include <cstddef>
#include <span>

#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/prices.h"

namespace sigma::lz {

class StepParser {
 public:
  // `room` holds SequenceRoom of the source; all arguments outlive the parser.
  StepParser(ByteView source, const Params& params, const Tables& tables, Sequence* room);

  [[nodiscard]] static std::size_t SequenceRoom(const Params& params, std::size_t size);

  struct Found {
    std::size_t end;
    std::span<const Sequence> sequences;  // valid until the next call
  };
  // The next sub-block; not to be called at the end of the source.
  [[nodiscard]] Found Next();

 private:
  struct Step {
    Range range;
    std::size_t first = 0;  // of its sequences in the room
    std::size_t count = 0;
    // How often each symbol of each plane occurred: of all sequences of the optimal parser (tokens,
    // run and match escapes, near, low, middle and high offset bytes, literals), of a sample of the
    // others' (tokens, low and middle offset bytes, literals).
    std::array<Histogram, 8> planes{};
    std::uint64_t cost = 0;  // of the sampled planes with codes of their own
  };

  void Parse(std::size_t first, const Range& range, Step* step);
  void Join();
  void Count(Step* step) const;
  [[nodiscard]] bool Unlike();

  ByteView source_;
  const Params& params_;
  const Tables& tables_;
  Sequence* room_;
  std::size_t step_;
  std::size_t most_;
  bool exact_;  // all sequences are counted
  Step group_;
  std::uint64_t together_ = 0;  // the cost of group_ and next_ with one code
  Step next_;                   // parsed, but not joined to the group before it
  bool waiting_ = false;        // next_ is there
  std::size_t at_ = 0;
};

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_STEPS_H_
