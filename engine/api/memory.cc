// The public functions from memory to memory.
#include "sigma/memory.hpp"

#include <algorithm>

#include "engine/api/edge.h"
#include "engine/io/memory_stream.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"

namespace sigma {
namespace {

// Decompress allocates the whole result at once only if it is at most this many times the source,
// or small; otherwise the result grows as the chunks prove good. Text in the best case shrinks to a
// tenth or so; only runs go beyond a hundredth.
constexpr std::uint64_t kTrustedExpansion = 256;
constexpr std::uint64_t kTrustedSize = 16u << 20;

Result<Summary> CompressInto(ByteView source, Sink& sink, const Options& options) {
  const Result<CompressionPlan> plan = PlanCompression(options);
  if (!plan) return plan.failure();
  MemorySource from(source);
  Compressor compressor(FitToSize(*plan, source.size()));
  return compressor.Run(from, sink, {});
}

}  // namespace

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
