#include "engine/pipeline/budget.h"

#include <algorithm>
#include <string>

#include "engine/coder/registry.h"
#include "engine/far/copy_finder.h"
#include "engine/io/system.h"
#include "engine/memory/buffer_pool.h"
#include "engine/pipeline/own_chunks.h"
#include "engine/transform/registry.h"
#include "engine/transform/section_list.h"

namespace sigma {
namespace {

// Chunks in flight per worker: one being worked on and one waiting, so that a worker which drains
// or fills for a while finds work after it. More only adds memory.
constexpr std::uint32_t kInFlightPerThread = 2;

constexpr std::uint32_t kMaxThreads = 1024;

// The process, from measurement (benchmarks/memory): what is resident when it starts, with all the
// libraries' pages that starting (or --stats=json at the end) touches; and with them given back,
// what stays while it works.
constexpr std::uint64_t kStarting = 47u << 17;
constexpr std::uint64_t kProcess = 13u << 19;
constexpr std::uint64_t kProcessLimited = 7u << 19;
// oneTBB at work, and each of its threads: stack, task memory, heap.
constexpr std::uint64_t kScheduler = 256u << 10;
constexpr std::uint64_t kPerThread = 192u << 10;

// Transforms, in chunks: the plan tried second (1), the sections (1.5) and the one being coded (1);
// where they nest, the same for a section that is hardly smaller, of which what repeats is touched
// in one place only. Decoding: sections (1.5) and their own sections (1.5).
constexpr std::uint64_t kEncodeTransforms = 3;  // and a half
constexpr std::uint64_t kNestedTransforms = 5;  // and a half
constexpr std::uint64_t kDecodeTransforms = 3;
constexpr std::uint64_t kSectionPads = kMaxSections * (kPad + kCacheLine) + 4096;
// Pages of code and constants that the transforms bring in; and Linux counts resident pages per
// processor, so that the peak it reports may be off by 128 KiB for each of two.
constexpr std::uint64_t kTransformCode = 1000u << 10;
// The sample that a trial codes, in and out; and where a section of it is tried in turn, that one's
// sample and its sections.
constexpr std::uint64_t kTrial = 400u << 10;
// Samples of larger windows than that sample's come to up to this many bytes, in and out, or the
// chunk itself.
constexpr std::uint64_t kSmallWindow = 4u << 10;
constexpr std::uint64_t kMostSample = 512u << 10;

std::string NamesOf(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

// The part of a memory limit that the table of far copies may have.
constexpr std::uint64_t kFarShare = 4;
constexpr std::uint64_t kFarTable = std::uint64_t{64} << 20;

// Of a chunk with far copies, in chunks: the frame that it copies from, and the copies of both with
// their tables. Of one that is coded: its own bytes and the table.
constexpr std::uint64_t kFarDecode = 2;
constexpr std::uint64_t kFarEncode = 1;  // and a half

std::uint64_t DecodeScratch(std::uint64_t chunk_size, bool sorts, bool far) {
  return (far ? kFarDecode * chunk_size : 0) + kDecodeTransforms * chunk_size + 2 * kSectionPads +
         kTransformCode + DecoderScratch(static_cast<std::size_t>(chunk_size), sorts);
}

// The transforms' own scratch, where plans nest one inside the other.
std::uint64_t OwnScratch(std::size_t chunk_size) {
  std::uint64_t all = 0;
  for (const TransformRow& row : Transforms()) {
    if (row.scratch != nullptr) all += row.scratch(chunk_size);
  }
  return all;
}

std::uint64_t EncodeScratch(const Job& job, const LevelRow& level) {
  const bool nested = level.search.sections != SectionSearch::kOneCoder;
  const std::uint64_t chunk = job.chunk_size;
  const std::uint64_t own = nested ? OwnScratch(job.chunk_size) + kTransformCode : 0;
  CoderParams coder = level.coder;
  coder.sorts = job.sorts;
  const bool large = level.search.window > kSmallWindow;
  const std::uint64_t trial = large ? std::max(kTrial, 2 * std::min(chunk, kMostSample)) : kTrial;
  // What was sorted waits while references code the same.
  const std::uint64_t waiting = coder.sorts ? chunk : 0;
  const std::uint64_t gathered = job.far ? kFarEncode * chunk + chunk / 2 : 0;
  const std::uint64_t encode =
      gathered + waiting + (nested ? kNestedTransforms : kEncodeTransforms) * chunk + chunk / 2 +
      2 * kSectionPads + trial + own + EncoderScratch(coder, static_cast<std::size_t>(chunk));
  return job.verify ? std::max(encode, chunk + DecodeScratch(chunk, job.sorts, job.far)) : encode;
}

// Of the level that needs most.
std::uint64_t EncodeScratch(const Job& job) {
  std::uint64_t most = EncodeScratch(job, *job.level);
  if (job.lowest == nullptr) return most;
  for (const LevelRow* row = job.lowest; row != job.level; ++row) {
    most = std::max(most, EncodeScratch(job, *row));
  }
  return most;
}

// Smaller chunks to try, largest first: halves, and three quarters between them.
std::uint32_t NextSmaller(std::uint32_t chunk_size) {
  std::uint32_t power = kMinChunkSize;
  while (power * 2 < chunk_size) power *= 2;  // the largest power below
  const std::uint32_t between = power / 2 * 3;
  return between < chunk_size && between % kChunkSizeUnit == 0 ? between : power;
}

Result<std::uint32_t> CheckedThreads(std::uint32_t threads) {
  if (threads == 0) threads = AvailableThreads();
  if (threads > kMaxThreads) {
    return Fail(ErrorCode::kInvalidArgument,
                "more than " + std::to_string(kMaxThreads) + " threads are not possible");
  }
  return threads;
}

// A bound, and whether it is the caller's or a container's.
struct Limit {
  std::uint64_t bytes = 0;  // 0 = none
  bool callers = false;
};

// Fewer chunks in flight, down to one for each worker, then fewer workers.
std::optional<Shape> Narrowed(const Job& job, std::uint32_t threads, Limit limit) {
  for (std::uint32_t workers = threads; workers > 0; --workers) {
    const std::uint32_t most = workers == 1 ? 1 : workers * kInFlightPerThread;
    const Shape least{workers, workers};
    if (limit.bytes != 0 && MemoryNeed(job, least, limit.callers) > limit.bytes) continue;
    for (std::uint32_t in_flight = most; in_flight >= workers; --in_flight) {
      const Shape shape{workers, in_flight};
      if (limit.bytes == 0 || MemoryNeed(job, shape, limit.callers) <= limit.bytes) return shape;
    }
  }
  return std::nullopt;
}

Shape Widest(std::uint32_t threads) {
  return {threads, threads == 1 ? 1 : threads * kInFlightPerThread};
}

Unexpected CannotBeMet(const Job& least) {
  return Fail(ErrorCode::kLimit, "the memory limit cannot be met with chunks of " +
                                     std::to_string(least.chunk_size) +
                                     " bytes: it takes at least " +
                                     std::to_string(MemoryNeed(least, Shape{})) + " bytes");
}

// Beside the workers' scratch.
std::uint64_t FarNeed(const Job& job, Shape shape, bool limited) {
  if (job.direction == Direction::kCompress) {
    return job.far_table + shape.in_flight * CopyFinder::ChunkBytes(job.chunk_size);
  }
  // A chunk and what of it is copied.
  return OwnChunks::RoomFor(shape.threads, job.chunk_size, limited) *
         (BufferFootprint(job.chunk_size) + job.chunk_size / 4);
}

}  // namespace

std::uint64_t ScratchNeed(const Job& job) {
  // A chunk and its stored form are leased where they do not travel in a slot.
  return job.direction == Direction::kCompress ? EncodeScratch(job)
                                               : DecodeScratch(job.chunk_size, job.sorts, job.far) +
                                                     2 * BufferFootprint(job.chunk_size);
}

std::uint64_t MemoryNeed(const Job& job, Shape shape, bool limited) {
  const bool compress = job.direction == Direction::kCompress;
  const std::uint64_t scratch =
      job.direction == Direction::kCopy
          ? 0
          : PoolBound(compress ? EncodeScratch(job)
                               : DecodeScratch(job.chunk_size, job.sorts, job.far));
  const std::uint64_t workers = std::min(shape.threads, shape.in_flight);
  const std::uint64_t buffers =
      std::uint64_t{shape.in_flight} * 2 * BufferFootprint(job.chunk_size + kCacheLine) +
      workers * scratch + (job.carries ? BufferFootprint(job.chunk_size) : 0) +
      (job.far ? FarNeed(job, shape, limited) : 0);
  const std::uint64_t threads = workers == 1 ? 0 : kScheduler + (workers - 1) * kPerThread;
  if (!limited) return kProcess + threads + buffers;
  return std::max(kStarting, kProcessLimited + threads + buffers);
}

std::uint64_t ContainerBound(const std::string& root) {
  const auto bound = [&] { return MemoryLimit(root).value_or(0) / 100 * 80; };
  if (!root.empty()) return bound();
  static const std::uint64_t here = bound();
  return here;
}

Result<BoundShape> ChooseShape(const Job& job, std::uint32_t threads, std::uint64_t memory_limit,
                               std::uint64_t container) {
  const Result<std::uint32_t> checked = CheckedThreads(threads);
  if (!checked) return checked.failure();
  BoundShape bound;
  bound.limited = memory_limit != 0;
  const Limit limit{bound.limited ? memory_limit : container, bound.limited};
  const std::optional<Shape> shape = Narrowed(job, *checked, limit);
  if (!shape && bound.limited) return CannotBeMet(job);
  bound.shape = shape.value_or(Shape{});
  if (bound.limited || bound.shape != Widest(*checked)) bound.memory_limit = limit.bytes;
  return bound;
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

Result<CompressionPlan> PlanCompression(const Options& options, std::uint64_t container) {
  CompressionPlan plan;
  plan.level = FindLevel(options.level, options.decode_first);
  if (plan.level == nullptr) {
    std::vector<std::string> names;
    for (const int level : Levels()) names.push_back(std::to_string(level));
    return Fail(ErrorCode::kInvalidArgument, "there is no level " + std::to_string(options.level) +
                                                 "; the levels are " + NamesOf(names));
  }
  plan.lowest = options.adapt ? FindLevel(1, options.decode_first) : plan.level;
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
  plan.index = options.index;
  plan.rsyncable = options.rsyncable;
  plan.far = options.far;
  plan.content_hash = options.content_hash;
  plan.tracer = options.tracer;
  plan.limited = options.memory_limit != 0;
  const Result<std::uint32_t> threads = CheckedThreads(options.threads);
  if (!threads) return threads.failure();
  const Limit limit{plan.limited ? options.memory_limit : container, plan.limited};
  if (plan.far) {
    if (plan.rsyncable) {
      return Fail(ErrorCode::kInvalidArgument,
                  "chunks that are cut by content have no far copies: one or the other");
    }
    constexpr std::uint64_t kAnySize = ~std::uint64_t{0} / 4;
    const std::uint64_t wanted = options.far_memory == 0 ? kFarTable : options.far_memory;
    const std::uint64_t given =
        limit.bytes == 0 ? wanted : std::min(wanted, limit.bytes / kFarShare);
    plan.far_table = CopyFinder::TableBytes(kAnySize, given);
    plan.full_far_table = CopyFinder::TableBytes(kAnySize, wanted);
  }
  const std::uint32_t least_chunk = options.chunk_size == 0 ? kMinChunkSize : plan.chunk_size;
  plan.full_chunk_size = plan.chunk_size;
  std::optional<Shape> shape;
  for (;; plan.chunk_size = NextSmaller(plan.chunk_size)) {
    shape = Narrowed(plan.job(), *threads, limit);
    if (shape || plan.chunk_size <= least_chunk) break;
  }
  if (!shape && plan.limited) return CannotBeMet(plan.job());
  plan.shape = shape.value_or(Shape{});
  const bool kept = plan.shape != Widest(*threads) || plan.chunk_size != plan.full_chunk_size;
  if (plan.limited || kept) plan.memory_limit = limit.bytes;
  return plan;
}

}  // namespace sigma
