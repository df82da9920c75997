// Restoring and testing a file by all ranks, from its seek table.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cli/mpi/shared_output.h"
#include "cli/mpi/together.h"

namespace sigma::cli::mpi {
namespace {

// Chunks of a span, of which a worker gets several: between two spans it has nothing to do.
constexpr std::uint64_t kChunksPerWorker = 4;

using Take = std::function<Result<void>(std::uint64_t, ByteView)>;

struct Spans {
  Spans(const World& world, const SharedRestorer& restorer) : chunks(restorer.chunks()) {
    const auto ranks = static_cast<std::uint64_t>(world.size());
    const std::uint64_t wanted = kChunksPerWorker * world.Most(restorer.threads());
    in_span = std::clamp<std::uint64_t>(chunks / (4 * ranks), 1, wanted);
    count = (chunks + in_span - 1) / in_span;
  }
  [[nodiscard]] ChunkSpan Span(std::uint64_t number) const {
    const std::uint64_t first = number * in_span;
    return {first, std::min(in_span, chunks - first)};
  }

  std::uint64_t chunks = 0;
  std::uint64_t in_span = 1;
  std::uint64_t count = 0;
};

// Restores the spans that this rank gets. Whoever meets an error takes no more, and those taken
// before it, which come before it in the file, are done to their end: so the first error of the file
// is always met.
Result<void> RunSpans(SharedRestorer& restorer, const Spans& spans, Counter& counter,
                      const Take& take, const std::function<void(std::uint64_t)>& done) {
  for (;;) {
    const std::uint64_t number = counter.Add(1);
    if (number >= spans.count) return {};
    const Result<Summary> ran = restorer.Run(spans.Span(number), take);
    if (!ran) {
      counter.Add(spans.count);
      return ran.failure();
    }
    done(number);
  }
}

// Of a rank's memory limit a chunk is kept for reading back.
Result<SharedRestorer> Open(const Task& task, const std::string& source) {
  Result<SharedRestorer> restorer = SharedRestorer::Open(source, task.options);
  if (!restorer || task.options.memory_limit == 0) return restorer;
  Options less = task.options;
  less.memory_limit -= std::min<std::uint64_t>(restorer->chunk_size(), less.memory_limit - 1);
  return SharedRestorer::Open(source, less);
}

Result<SharedRestorer> OpenTogether(const Task& task, const std::string& source) {
  Result<SharedRestorer> restorer = Open(task, source);
  Result<void> agreed = task.world.Agree(restorer ? Result<void>() : restorer.failure());
  if (agreed) agreed = AgreeOnSource(task.world, restorer->traits());
  if (!agreed) return agreed.failure();
  return restorer;
}

// Reads back the chunks that the rank before this one wrote.
Result<void> ReadBack(const World& world, const SharedRestorer& restorer, const Spans& spans,
                      const std::vector<std::uint32_t>& owners, SharedFile& file) {
  const auto size = static_cast<std::uint32_t>(world.size());
  Bytes bytes;
  for (std::uint64_t number = 0; number < spans.count; ++number) {
    if (owners[static_cast<std::size_t>(number)] % size !=
        static_cast<std::uint32_t>(world.rank())) {
      continue;
    }
    const ChunkSpan span = spans.Span(number);
    for (std::uint64_t chunk = span.first; chunk < span.first + span.count; ++chunk) {
      const ByteRange place = restorer.Place(chunk);
      bytes.resize(static_cast<std::size_t>(place.length));
      if (Result<void> read = file.ReadAt(place.offset, bytes); !read) return read;
      Result<void> same = restorer.Check(chunk, bytes);
      if (same) continue;
      same.error().at_target = true;
      return same;
    }
  }
  return {};
}

}  // namespace

Result<Outcome> RestoreTogether(const Task& task, const std::string& source,
                                const std::string& target) {
  const World& world = task.world;
  Result<SharedRestorer> restorer = OpenTogether(task, source);
  if (!restorer) return restorer.failure();
  Result<SharedOutput> output = SharedOutput::Create(task, source, target, false);
  if (!output) return output.failure();
  SharedFile& file = output->file();
  const Spans spans(world, *restorer);
  std::vector<std::uint32_t> owners(static_cast<std::size_t>(spans.count));  // from 1
  Result<void> mine = world.Agree(file.Resize(restorer->original()));
  {
    Counter counter;
    // What is not written reads as zeros.
    const bool holes = task.files.sparse != Sparse::kNever;
    const auto write = [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
      if (holes && std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; }))
        return {};
      return file.WriteAt(offset, bytes);
    };
    if (mine) {
      mine = RunSpans(*restorer, spans, counter, write, [&](std::uint64_t number) {
        owners[static_cast<std::size_t>(number)] = static_cast<std::uint32_t>(world.rank()) + 1;
      });
    }
    mine = world.Agree(mine);
  }
  if (mine) mine = world.Agree(file.Sync());
  if (mine) {
    world.Most(owners);
    mine = ReadBack(world, *restorer, spans, owners, file);
  }
  if (mine) mine = restorer->CheckUnchanged();
  Result<std::vector<std::string>> published = output->Publish(world, mine);
  if (!published) return published.failure();
  return Outcome{restorer->original(), restorer->traits().size, std::move(*published)};
}

Result<Outcome> TestTogether(const Task& task, const std::string& source) {
  Result<SharedRestorer> restorer = OpenTogether(task, source);
  if (!restorer) return restorer.failure();
  const Spans spans(task.world, *restorer);
  Counter counter;
  const auto nowhere = [](std::uint64_t, ByteView) -> Result<void> { return {}; };
  Result<void> mine = RunSpans(*restorer, spans, counter, nowhere, [](std::uint64_t) {});
  if (mine) mine = restorer->CheckUnchanged();
  mine = task.world.Agree(mine);
  if (!mine) return mine.failure();
  return Outcome{restorer->original(), restorer->traits().size, {}};
}

}  // namespace sigma::cli::mpi
