#include "engine/pipeline/budget.h"

#include <algorithm>
#include <string>

#include "engine/coder/lz.h"

namespace sigma {
namespace {

// Chunks in flight per worker: one being worked on and one waiting, so that a worker which drains
// or fills for a while finds work behind it. More only adds memory.
constexpr std::uint32_t kInFlightPerThread = 2;

constexpr std::uint32_t kMaxThreads = 1024;

// The command with its libraries, stacks and oneTBB's own memory.
constexpr std::uint64_t kProcess = 10u << 20;
constexpr std::uint64_t kPerWorker = 256u << 10;  // touched stack and task memory

// Scratch of one worker: a part that grows with the chunk and tables that do not.
constexpr std::uint64_t kEncodeScratchPerByte = 4;
constexpr std::uint64_t kDecodeScratchPerByte = 3;
constexpr std::uint64_t kEncodeTables = 2u << 20;
constexpr std::uint64_t kDecodeTables = 1u << 20;

std::string NamesOf(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

}  // namespace

std::uint64_t LevelTables(const LevelRow& level, std::uint64_t chunk_size) {
  const std::uint64_t bytes = LzTableBytes(level.coder.lz, static_cast<std::size_t>(chunk_size));
  return bytes - std::min(bytes, kEncodeTables);
}

std::uint64_t MemoryNeed(Direction direction, std::uint64_t chunk_size, Shape shape,
                         std::uint64_t tables) {
  const bool compress = direction == Direction::kCompress;
  const std::uint64_t scratch =
      chunk_size * (compress ? kEncodeScratchPerByte : kDecodeScratchPerByte) +
      (compress ? kEncodeTables + tables : kDecodeTables);
  const std::uint64_t slots = shape.in_flight == 1 ? 1 : std::uint64_t{shape.in_flight} + 1;
  const std::uint64_t workers = std::min(shape.threads, shape.in_flight);
  return kProcess + slots * 2 * chunk_size + workers * (scratch + kPerWorker);
}

Result<Shape> ChooseShape(Direction direction, std::uint64_t chunk_size, std::uint32_t threads,
                          std::uint64_t memory_limit, std::uint64_t tables) {
  if (threads == 0) threads = AvailableThreads();
  if (threads > kMaxThreads) {
    return Fail(ErrorCode::kInvalidArgument,
                "more than " + std::to_string(kMaxThreads) + " threads are not possible");
  }
  Shape shape{threads, threads == 1 ? 1 : threads * kInFlightPerThread};
  if (memory_limit == 0) return shape;
  while (MemoryNeed(direction, chunk_size, shape, tables) > memory_limit) {
    if (shape.in_flight == 1) {
      const std::uint64_t least = MemoryNeed(direction, chunk_size, Shape{}, tables);
      return Fail(ErrorCode::kLimit, "the memory limit cannot be met with chunks of " +
                                         std::to_string(chunk_size) + " bytes: it takes at least " +
                                         std::to_string(least) + " bytes");
    }
    --shape.in_flight;
    shape.threads = std::min(shape.threads, shape.in_flight);
  }
  return shape;
}

Shape FitToChunks(Shape shape, std::uint64_t chunks) {
  if (chunks < shape.threads) {
    shape.threads = static_cast<std::uint32_t>(std::max<std::uint64_t>(chunks, 1));
    shape.in_flight = std::min(shape.in_flight, shape.threads);
  }
  return shape;
}

CompressionPlan FitToSize(CompressionPlan plan, std::optional<std::uint64_t> size) {
  if (size) plan.shape = FitToChunks(plan.shape, (*size + plan.chunk_size - 1) / plan.chunk_size);
  return plan;
}

Result<CompressionPlan> PlanCompression(const Options& options) {
  CompressionPlan plan;
  plan.level = FindLevel(options.level, options.decode_first);
  if (plan.level == nullptr) {
    std::vector<std::string> names;
    for (const int level : Levels()) names.push_back(std::to_string(level));
    return Fail(ErrorCode::kInvalidArgument, "there is no level " + std::to_string(options.level) +
                                                 "; the levels are " + NamesOf(names));
  }
  const std::optional<StrategyChoice> choice = FindStrategyChoice(options.strategy);
  if (!choice) {
    return Fail(ErrorCode::kInvalidArgument, "there is no strategy \"" + options.strategy +
                                                 "\"; the strategies are " +
                                                 NamesOf(StrategyNames()));
  }
  plan.choice = *choice;
  plan.chunk_size = options.chunk_size == 0 ? plan.level->chunk_size : options.chunk_size;
  if (plan.chunk_size < kMinChunkSize || plan.chunk_size > kMaxChunkSize ||
      plan.chunk_size % kChunkSizeUnit != 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "a chunk size is a multiple of 4 KiB from 64 KiB to 64 MiB");
  }
  plan.verify = options.verify;
  Result<Shape> shape =
      ChooseShape(Direction::kCompress, plan.chunk_size, options.threads, options.memory_limit,
                  LevelTables(*plan.level, plan.chunk_size));
  if (!shape) return shape.failure();
  plan.shape = *shape;
  return plan;
}

}  // namespace sigma
