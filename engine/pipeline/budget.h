// Budget: how many workers and chunks in flight a call may have, and what that costs in memory.
//
// Needed memory = the process itself + slots · 2 · chunk size (the chunk and its stored form)
//                 + workers · scratch(chunk size).
// One chunk in flight has one slot and one worker; more have one slot more than chunks in flight.
#ifndef SIGMA_PIPELINE_BUDGET_H_
#define SIGMA_PIPELINE_BUDGET_H_

#include <cstdint>
#include <optional>

#include "engine/strategy/levels.h"
#include "engine/strategy/strategy.h"
#include "sigma/sigma.hpp"

namespace sigma {

struct Shape {
  std::uint32_t threads = 1;    // that do work
  std::uint32_t in_flight = 1;  // chunks
  bool operator==(const Shape&) const = default;
};

enum class Direction : std::uint8_t { kCompress, kDecompress };

// Bytes of the tables that each worker of a compression needs besides what any level needs.
[[nodiscard]] std::uint64_t LevelTables(const LevelRow& level, std::uint64_t chunk_size);

// Resident bytes of a process that runs in this shape, as bounded by measurement; `tables` as
// above.
[[nodiscard]] std::uint64_t MemoryNeed(Direction direction, std::uint64_t chunk_size, Shape shape,
                                       std::uint64_t tables = 0);

// The widest shape for `threads` (0 = what is available) within `memory_limit` (0 = none). kLimit,
// naming the least possible limit, if not even one chunk in flight fits.
Result<Shape> ChooseShape(Direction direction, std::uint64_t chunk_size, std::uint32_t threads,
                          std::uint64_t memory_limit, std::uint64_t tables = 0);

// What the options of a compression mean, checked.
struct CompressionPlan {
  const LevelRow* level = nullptr;
  StrategyChoice choice = StrategyChoice::kAuto;
  std::uint32_t chunk_size = 0;
  Shape shape;
  bool verify = false;
};
Result<CompressionPlan> PlanCompression(const Options& options);

// The shape for an input of `chunks` chunks: no worker that would never get one.
[[nodiscard]] Shape FitToChunks(Shape shape, std::uint64_t chunks);
// The plan for a source of this size; unchanged if it is not known.
[[nodiscard]] CompressionPlan FitToSize(CompressionPlan plan, std::optional<std::uint64_t> size);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_BUDGET_H_
