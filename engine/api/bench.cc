// Bench: the compression and the restoration of a buffer, timed in memory. Threads, slots and
// scratch are made in the first, untimed repetition and kept; source and result are resident before
// the clock starts. What is timed is a whole stream: hashes, headers and footer included.
#include <algorithm>
#include <cstring>

#include "engine/api/edge.h"
#include "engine/io/memory_stream.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/stopwatch.h"
#include "sigma/measure.hpp"
#include "sigma/memory.hpp"

namespace sigma {
namespace {

// Repeats `once` for `seconds` after an untimed repetition, at least once more; `keep` sees each
// result with its time.
template <typename Once, typename Keep>
Result<void> Repeat(double seconds, Once once, Keep keep) {
  if (const Result<Summary> warm = once(); !warm) return warm.failure();
  const Stopwatch all;
  do {
    const Stopwatch watch;
    const Result<Summary> done = once();
    const double took = watch.Seconds();
    if (!done) return done.failure();
    keep(*done, took);
  } while (all.Seconds() < seconds);
  return {};
}

Result<BenchResult> BenchHere(ByteView source, const Options& options, double seconds) {
  const Result<CompressionPlan> plan = PlanCompression(options);
  if (!plan) return plan.failure();
  BenchResult result;
  result.level = plan->level->level;
  result.original = source.size();
  result.compress_seconds = result.decompress_seconds = -1;
  const auto better = [](double took, double best) { return best < 0 || took < best; };

  Bytes stream(static_cast<std::size_t>(CompressBound(source.size(), options)));
  Compressor compressor(*plan);
  const Result<void> compressed = Repeat(
      seconds,
      [&] {
        MemorySource from(source);
        MemorySink to(stream);
        return compressor.Run(from, to, {});
      },
      [&](const Summary& done, double took) {
        result.compressed = done.compressed;
        result.threads = done.threads;
        if (!better(took, result.compress_seconds)) return;
        result.compress_seconds = took;
        result.classify_seconds = done.classify_seconds;
      });
  if (!compressed) return compressed.failure();
  result.peak_workspace = compressor.Workspace();

  Bytes restored(source.size());
  Decompressor decompressor(options);
  const Result<void> decompressed = Repeat(
      seconds,
      [&] {
        MemorySource from(ByteView{stream}.first(static_cast<std::size_t>(result.compressed)));
        MemorySink to(restored);
        return decompressor.Run(from, to, {});
      },
      [&](const Summary&, double took) {
        if (better(took, result.decompress_seconds)) result.decompress_seconds = took;
      });
  if (!decompressed) return decompressed.failure();
  if (!source.empty() && std::memcmp(source.data(), restored.data(), source.size()) != 0) {
    return Fail(ErrorCode::kCorrupt, "the restored bytes differ from the source");
  }
  result.peak_workspace = std::max(result.peak_workspace, decompressor.Workspace());
  return result;
}

}  // namespace

Result<BenchResult> Bench(ByteView source, const Options& options, double seconds) {
  return AtEdge([&] { return BenchHere(source, options, seconds); });
}

}  // namespace sigma
