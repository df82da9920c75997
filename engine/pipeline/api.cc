// The public functions that say what this build can do, and those from memory to memory.
#include <algorithm>

#include "engine/format/stream_format.h"
#include "engine/io/memory_stream.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/edge.h"
#include "kernels/targets.h"

namespace sigma {
namespace {

// Decompress allocates the whole result at once only if it is at most this many times the source,
// or small; otherwise the result grows as the chunks prove good. Text in the best case shrinks to a
// tenth or so; only runs go beyond a hundredth.
constexpr std::uint64_t kTrustedExpansion = 256;
constexpr std::uint64_t kTrustedSize = 16u << 20;

std::uint32_t ChunkSizeOf(const Options& options) {
  if (options.chunk_size != 0) return options.chunk_size;
  const LevelRow* level = FindLevel(options.level, options.decode_first);
  return level == nullptr ? kMinChunkSize : level->chunk_size;
}

Result<Summary> CompressInto(ByteView source, Sink& sink, const Options& options) {
  const Result<CompressionPlan> plan = PlanCompression(options);
  if (!plan) return plan.failure();
  MemorySource from(source);
  Compressor compressor(FitToSize(*plan, source.size()));
  return compressor.Run(from, sink, {});
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
  if (!compressing || level == nullptr) {
    return MemoryNeed({Direction::kDecompress, ChunkSizeOf(options)}, Shape{});
  }
  const std::uint32_t chunk_size = options.chunk_size == 0 ? kMinChunkSize : options.chunk_size;
  return MemoryNeed({Direction::kCompress, chunk_size, level, options.verify}, Shape{});
}

std::uint64_t CompressBound(std::uint64_t size, const Options& options) {
  const std::uint64_t chunk_size = std::max(ChunkSizeOf(options), kMinChunkSize);
  const std::uint64_t chunks = size / chunk_size + 1;
  return kMaxStreamHeader + size + chunks * kMaxFrameHeader +
         FooterSize(static_cast<std::size_t>(chunks));
}

Result<Bytes> Compress(ByteView source, const Options& options) {
  return AtEdge([&]() -> Result<Bytes> {
    BytesSink sink;
    const Result<Summary> done = CompressInto(source, sink, options);
    if (!done) return done.failure();
    return sink.Take();
  });
}

Result<std::size_t> Compress(ByteView source, MutableBytes target, const Options& options) {
  return AtEdge([&]() -> Result<std::size_t> {
    MemorySink sink(target);
    const Result<Summary> done = CompressInto(source, sink, options);
    if (!done) return done.failure();
    return static_cast<std::size_t>(done->compressed);
  });
}

Result<Bytes> Decompress(ByteView source, const Options& options) {
  return AtEdge([&]() -> Result<Bytes> {
    MemorySource from(source);
    Decompressor decompressor(options);
    const Result<StreamIndex> index = decompressor.Index(from);
    if (index && index->original <= std::max(kTrustedSize, source.size() * kTrustedExpansion) &&
        (options.output_limit == 0 || index->original <= options.output_limit)) {
      Bytes restored(static_cast<std::size_t>(index->original));
      MemorySink sink(restored);
      const Result<Summary> done = decompressor.RunIndexed(from, *index, ByteRange{}, sink, {});
      if (!done) return done.failure();
      return restored;
    }
    BytesSink sink;
    const Result<Summary> done = WithoutTrailing(decompressor.Run(from, sink, {}));
    if (!done) return done.failure();
    return sink.Take();
  });
}

Result<std::size_t> Decompress(ByteView source, MutableBytes target, const Options& options) {
  return AtEdge([&]() -> Result<std::size_t> {
    MemorySource from(source);
    MemorySink sink(target);
    Decompressor decompressor(options);
    const Result<Summary> done = WithoutTrailing(decompressor.Run(from, sink, {}));
    if (!done) return done.failure();
    return static_cast<std::size_t>(done->original);
  });
}

}  // namespace sigma
