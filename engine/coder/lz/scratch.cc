// The most that the LZ coder leases at once, from the sizes in its code. A sub-block of b bytes
// has at most b / 3 sequences.
#include <algorithm>

#include "engine/coder/lz/coder.h"
#include "engine/coder/lz/contexts.h"
#include "engine/coder/lz/steps.h"
#include "engine/coder/lz/wire.h"
#include "engine/memory/buffer.h"

namespace sigma::lz {
namespace {

constexpr std::size_t kPlanes = 11;  // of a sub-block, each with its pad
constexpr std::size_t kPlanePad = kPad + 64;
constexpr std::size_t kLiteralStreams =
    kMaxLiteralContexts + 4;  // with the map and the room after them

// The literals of a sub-block in their streams, and the counts their contexts are found by.
std::uint64_t LiteralScratch(const Params& params, std::size_t block) {
  if (params.literal_contexts < 2) return BufferFootprint(block + kPlanePad);
  return BufferFootprint(block + 256 + kLiteralStreams * kPlanePad) +
         BufferFootprint(sizeof(LiteralCounts));
}

}  // namespace

std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size) {
  const std::size_t block =
      std::min({std::size_t{1} << params.lz.block_log, kMaxSubBlock, std::max(size, kCacheLine)});
  // Of the sub-block, and of a step that turns out not to belong to it.
  const std::size_t sequences = block / kMinMatch + 1;
  const std::size_t room = StepParser::SequenceRoom(params.lz, size);
  // The size of a sub-block's planes, lists of long lengths included, is linear in the number of
  // sequences: 7 bytes each and 3 literals less.
  const std::size_t planes = 7 * sequences + block / 16 + kPlanes * kPlanePad;
  return TableBytes(params.lz, size) + LiteralScratch(params.lz, block) +
         BufferFootprint(sizeof(Sequence) * room) +
         2 * BufferFootprint(std::max(planes, block + block / 16 + kPlanes * kPlanePad)) +
         entropy::StreamScratch(size);
}

std::uint64_t DecodeScratch(std::size_t size) {
  const std::size_t block = std::min(size, kMaxSubBlock);
  return BufferFootprint(13 * (block / kMinMatch + 1) + 2 * block +
                         (kPlanes + kLiteralStreams) * kPlanePad + 512) +
         entropy::StreamScratch(size);
}

}  // namespace sigma::lz
