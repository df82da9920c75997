#include "engine/pipeline/decompress.h"

#include <algorithm>

#include "engine/pipeline/scan_feed.h"
#include "engine/pipeline/stopwatch.h"
#include "engine/pipeline/totals.h"

namespace sigma {
namespace {

// Seek tables beyond this are not loaded: the input is read forward instead. 1.4 million chunks.
constexpr std::uint64_t kMostIndexBytes = 64u << 20;

constexpr std::uint64_t kUnknownChunks = ~std::uint64_t{0};

Job JobOf(std::uint32_t chunk_size, bool sorts, bool far) {
  return {
      .direction = Direction::kDecompress, .chunk_size = chunk_size, .sorts = sorts, .far = far};
}

}  // namespace

Result<Summary> Decompressor::Run(Source& source, Sink& sink, const Observer& observer) {
  if (!source.Seekable()) return RunForward(source, sink, observer);
  const Result<StreamIndex> index = Index(source);
  // Without an intact index, reading forward finds the damage and names its place.
  if (!index) return RunForward(source, sink, observer);
  return RunIndexed(source, *index, ByteRange{}, sink, observer);
}

Result<StreamIndex> Decompressor::Index(Source& source) const {
  return LoadIndex(source, options_.memory_limit != 0 ? kSeekTableInLimit : kMostIndexBytes);
}

Result<Summary> Decompressor::RunRange(Source& source, Sink& sink, ByteRange range) {
  if (!source.Seekable()) {
    return Fail(ErrorCode::kInvalidArgument, "a range can only be read from a seekable file");
  }
  // The chunk size is not known yet: the smallest leaves the most of a limit for other things.
  std::uint64_t most = ~std::uint64_t{0};
  if (options_.memory_limit != 0) {
    const std::uint64_t least = MemoryNeed({Direction::kDecompress, kMinChunkSize}, Shape{});
    most = kSeekTableInLimit + (options_.memory_limit - std::min(least, options_.memory_limit));
  }
  const Result<StreamIndex> index = LoadIndex(source, most);
  if (!index) return index.failure();
  return RunIndexed(source, *index, range, sink, {});
}

Result<Summary> Decompressor::RunIndexed(Source& source, const StreamIndex& index, ByteRange range,
                                         Sink& sink, const Observer& observer) {
  if (const std::optional<Error> beyond =
          IndexFeed(source, index, range, options_.output_limit).FindLimit()) {
    return Unexpected{*beyond};
  }
  if (Result<void> shaped = PrepareFor(index); !shaped) return shaped.failure();
  IndexFeed feed(source, index, range, options_.output_limit);
  feed.ReadBy(shape_.threads, options_.memory_limit != 0);
  return RunFeed(feed, source, sink, observer);
}

Result<Summary> Decompressor::RunChunks(Source& source, const StreamIndex& index, ByteRange range,
                                        std::size_t stream, std::size_t entry, Sink& sink,
                                        const Observer& observer) {
  if (Result<void> shaped = PrepareFor(index); !shaped) return shaped.failure();
  IndexFeed feed(source, index, range, stream, entry);
  feed.ReadBy(shape_.threads, options_.memory_limit != 0);
  return RunFeed(feed, source, sink, observer);
}

Result<void> Decompressor::PrepareFor(const StreamIndex& index) {
  const std::uint64_t held =
      index.chunks * sizeof(SeekEntry) + index.streams.size() * sizeof(IndexedStream);
  const bool sorts = std::ranges::any_of(
      index.streams, [](const IndexedStream& stream) { return MaySort(stream.header.level); });
  const std::uint64_t beyond = held - std::min(held, kSeekTableInLimit);
  return Prepare(JobOf(index.chunk_size, sorts, index.far), index.chunks, beyond);
}

Result<Summary> Decompressor::RunForward(Source& source, Sink& sink, const Observer& observer) {
  ScanFeed feed(source, options_.output_limit);
  const Result<StreamHeader> first = feed.Open();
  if (!first) return first.failure();
  const Job job = JobOf(first->chunk_size, MaySort(first->level), first->far);
  if (Result<void> shaped = Prepare(job, kUnknownChunks, 0); !shaped) return shaped.failure();
  if (options_.memory_limit != 0) feed.BoundChunkSize(first->chunk_size);
  feed.ReadBy(shape_.threads, options_.memory_limit != 0);
  return RunFeed(feed, source, sink, observer);
}

Result<Summary> Decompressor::RunFeed(Feed& feed, Source& source, Sink& sink,
                                      const Observer& observer) {
  const Stopwatch watch;
  const PoolCounters before = workers_->Counters();
  DecodeStages stages(feed, source, sink, observer, options_.tracer);
  if (Result<void> ran = flow_->Run(stages); !ran) return ran.failure();
  Summary summary;
  if (Result<void> ended = stages.End(summary); !ended) return ended.failure();
  summary.threads = flow_->workers_used();
  summary.refused_threads = shape_.threads - summary.threads;
  summary.in_flight = flow_->in_flight();
  summary.serial_seconds = flow_->serial_seconds();
  summary.memory_limit = memory_limit_;
  summary.memory_need = MemoryNeed(job_, shape_, options_.memory_limit != 0) + index_bytes_;
  summary.pool = Since(before, workers_->Counters());
  summary.seconds = watch.Seconds();
  return summary;
}

Result<void> Decompressor::Prepare(const Job& job, std::uint64_t chunks,
                                   std::uint64_t index_bytes) {
  index_bytes_ = index_bytes;
  const bool limited = options_.memory_limit != 0;
  if (limited && index_bytes >= options_.memory_limit) {
    return Fail(ErrorCode::kLimit, "the seek tables take the whole of the memory limit");
  }
  const auto left = [&](std::uint64_t bound) { return bound - std::min(bound, index_bytes); };
  const Result<BoundShape> widest =
      ChooseShape(job, options_.threads, left(options_.memory_limit), left(container_));
  if (!widest) return widest.failure();
  const Shape shape = FitToChunks(widest->shape, chunks);
  memory_limit_ = widest->memory_limit == 0 ? 0 : widest->memory_limit + index_bytes;
  if (flow_ != nullptr && job_ == job && shape_ == shape) return {};
  flow_.reset();
  workers_.reset();
  workers_ = std::make_unique<Workers>(
      shape.threads, WorkerMemory{.scratch = ScratchNeed(job), .refuse_more = limited});
  flow_ = std::make_unique<Flow<DecodeSlot>>(*workers_, shape.in_flight);
  job_ = job;
  shape_ = shape;
  return {};
}

std::uint64_t Decompressor::Workspace() const {
  if (flow_ == nullptr) return 0;
  std::uint64_t bytes = workers_->Counters().peak_bytes;
  flow_->ForEachSlot(
      [&](const DecodeSlot& slot) { bytes += slot.stored.size() + slot.restored.size(); });
  return bytes;
}

}  // namespace sigma
