// Budget: how many workers, chunks in flight and bytes a chunk a call may have, and what that costs
// in memory. The formula, in bytes, with n the chunk size:
//
//   peak = process + workers · (thread + scratch(n)) + slots · 2 · n
//
//   process   the command with its libraries, heap, stack, oneTBB and kSeekTableInLimit bytes of
//   seek
//             table. Without a limit each chunk beyond costs 16 bytes, restoring a file 48; under
//             one nothing: what is written goes to a temporary file, and what is read is read
//             forward
//   thread    a worker's touched stack and its part of oneTBB's arenas; none for the first
//   slots     chunks between reading and writing; each holds a chunk and its stored form
//   scratch   what a worker's pool holds: tables of the level, the coder that needs most, the
//             sections of transforms (the rows of coders and transforms, and budget.cc)
//
// Far copies take more: compressing a table, the landmarks of the chunks in flight, and a chunk for
// each worker; restoring the chunks that are copied from (OwnChunks::RoomFor), and two for each worker.
//
// Under a memory limit the process gives back the pages of code that only starting needed, so
// `process` is less than a process takes when it starts: then the larger of the two counts.
#ifndef SIGMA_PIPELINE_BUDGET_H_
#define SIGMA_PIPELINE_BUDGET_H_

#include <cstdint>
#include <optional>
#include <string>

#include "engine/strategy/choose.h"
#include "engine/strategy/levels.h"
#include "sigma/options.hpp"

namespace sigma {

// Bytes of seek tables that the formula counts with the process: 15,360 chunks while they are
// written, 5,120 where a file is restored by them.
inline constexpr std::uint64_t kSeekTableInLimit = 240u << 10;

struct Shape {
  std::uint32_t threads = 1;    // that do work
  std::uint32_t in_flight = 1;  // chunks
  bool operator==(const Shape&) const = default;
};

enum class Direction : std::uint8_t {
  kCompress,
  kDecompress,
  kCopy,  // frames are copied as they are, nothing is coded
};

// The task of a call.
struct Job {
  Direction direction = Direction::kCompress;
  std::uint64_t chunk_size = 0;
  const LevelRow* level = nullptr;  // of a compression
  bool verify = false;              // of a compression
  // Chunks are sorted, or may have been: MaySort, Sorts.
  bool sorts = false;
  // Of a compression: chunks are cut by content, for which a piece of one waits.
  bool carries = false;
  // Of a compression whose chunks have different levels: the lowest, whose row lies before the
  // others' up to `level`.
  const LevelRow* lowest = nullptr;
  // Of a stream with far copies. A compression has a table of so many bytes for them.
  bool far = false;
  std::uint64_t far_table = 0;

  friend bool operator==(const Job&, const Job&) = default;
};

// The most bytes that the leases of one worker take at once (BufferPool::Bound). For decoding it
// holds for what any encoder of this format version makes; a chunk that calls for more is refused
// where a limit is set.
[[nodiscard]] std::uint64_t ScratchNeed(const Job& job);

// The formula above. `limited`: under a memory limit.
[[nodiscard]] std::uint64_t MemoryNeed(const Job& job, Shape shape, bool limited = true);

// The bound of a call whose options name none: 80 % of the memory limit of this process's control
// group (version 1 or 2, system.h); 0 if there is none. `root` as there.
[[nodiscard]] std::uint64_t ContainerBound(const std::string& root = "");

// A shape and the bound that led to it.
struct BoundShape {
  Shape shape;
  std::uint64_t memory_limit = 0;  // 0: none, or a container's that needed nothing to be kept
  bool limited = false;            // by the caller
};

// The widest shape for `threads` (0 = what is available) within `memory_limit`: fewer chunks in
// flight first, then fewer workers. kLimit, naming the least possible limit, if not even one chunk
// in flight fits. Without a limit (0) `container` is kept as far as it can be; 0 = none.
Result<BoundShape> ChooseShape(const Job& job, std::uint32_t threads, std::uint64_t memory_limit,
                               std::uint64_t container);

// The meaning of a compression's options, checked.
struct CompressionPlan {
  const LevelRow* level = nullptr;
  const LevelRow* lowest = nullptr;  // of levels that follow speed (Pace); else `level`
  StrategyChoice choice = StrategyChoice::kAuto;
  std::uint32_t chunk_size = 0;
  std::uint32_t full_chunk_size = 0;  // without a memory limit
  Shape shape;
  bool verify = false;
  std::uint64_t memory_limit = 0;    // 0: none, or a container's that needed nothing to be kept
  bool limited = false;              // by the caller
  bool index = false;                // of a tar's members
  bool rsyncable = false;            // chunks are cut by content
  bool far = false;                  // copies are taken from anywhere before the chunk
  std::uint64_t far_table = 0;       // bytes for finding them, at most
  std::uint64_t full_far_table = 0;  // without a memory limit
  ContentHash content_hash = ContentHash::kNone;
  Tracer* tracer = nullptr;

  [[nodiscard]] Job job() const {
    return {.direction = Direction::kCompress,
            .chunk_size = chunk_size,
            .level = level,
            .verify = verify,
            .sorts = sorts(),
            .carries = rsyncable,
            .lowest = lowest,
            .far = far,
            .far_table = far_table};
  }
  [[nodiscard]] bool sorts() const { return Sorts(*level, choice); }
};
// A memory limit takes chunks in flight first, then workers, then, unless the options name a chunk
// size, bytes from the chunk: a worker less costs time, a smaller chunk costs what one compresses
// for. Without a limit `container` is kept as far as it can be.
Result<CompressionPlan> PlanCompression(const Options& options,
                                        std::uint64_t container = ContainerBound());

// The shape for an input of `chunks` chunks: no worker that would never get one.
[[nodiscard]] Shape FitToChunks(Shape shape, std::uint64_t chunks);
// The plan for a source of this size; unchanged if it is not known.
[[nodiscard]] CompressionPlan FitToSize(CompressionPlan plan, std::optional<std::uint64_t> size);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_BUDGET_H_
