// The public functions that say what this build can do and what a call will need, without doing it.
#include <algorithm>

#include "engine/api/edge.h"
#include "engine/far/copy_finder.h"
#include "engine/format/content_hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/content_cut.h"
#include "engine/pipeline/member_index.h"
#include "kernels/targets.h"
#include "sigma/memory.hpp"

namespace sigma {
namespace {

std::uint32_t ChunkSizeOf(const Options& options) {
  if (options.chunk_size != 0) return options.chunk_size;
  const LevelRow* level = FindLevel(options.level, options.decode_first);
  return level == nullptr ? kMinChunkSize : level->chunk_size;
}

}  // namespace

std::string_view Version() { return SIGMA_VERSION; }

std::vector<int> Levels() {
  std::vector<int> levels;
  for (const LevelRow& row : LevelRows()) levels.push_back(row.level);
  return levels;
}

std::vector<std::string> StrategyNames() {
  const std::span<const std::string_view> names = StrategyChoiceNames();
  return {names.begin(), names.end()};
}

std::string_view SimdTarget() { return kernels::ChosenTarget(); }

Result<void> Validate(const Options& options) {
  return AtEdge([&]() -> Result<void> {
    const Result<CompressionPlan> plan = PlanCompression(options);
    if (!plan) return plan.failure();
    return {};
  });
}

std::uint64_t LeastMemory(const Options& options, bool compressing) {
  const LevelRow* const level = FindLevel(options.level, options.decode_first);
  const auto choice = FindStrategyChoice(options.strategy).value_or(StrategyChoice::kAuto);
  const bool sorts = level == nullptr || Sorts(*level, choice);
  if (!compressing || level == nullptr) {
    const Job job{
        .direction = Direction::kDecompress, .chunk_size = ChunkSizeOf(options), .sorts = sorts};
    return MemoryNeed(job, Shape{});
  }
  const std::uint32_t chunk_size = options.chunk_size == 0 ? kMinChunkSize : options.chunk_size;
  const LevelRow* const lowest = options.adapt ? FindLevel(1, options.decode_first) : level;
  return MemoryNeed({.direction = Direction::kCompress,
                     .chunk_size = chunk_size,
                     .level = level,
                     .verify = options.verify,
                     .sorts = sorts,
                     .carries = options.rsyncable,
                     .lowest = lowest,
                     .far = options.far,
                     .far_table = options.far ? CopyFinder::TableBytes(0, 0) : 0},
                    Shape{});
}

std::uint64_t CompressBound(std::uint64_t size, const Options& options) {
  const std::uint64_t chunk_size = std::max(ChunkSizeOf(options), kMinChunkSize);
  const std::uint64_t least =
      options.rsyncable ? LeastContentChunk(static_cast<std::uint32_t>(chunk_size)) : chunk_size;
  const std::uint64_t chunks = size / least + 1;
  const std::uint64_t index = options.index && chunks > 1 ? size / kMostIndexShare : 0;
  return kMaxStreamHeader + size + chunks * kMaxFrameHeader + index +
         ContentHashFrames(options.content_hash) + FooterSize(static_cast<std::size_t>(chunks));
}

}  // namespace sigma
