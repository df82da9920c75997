#include "engine/pipeline/compress.h"

#include "engine/io/memory_stream.h"

namespace sigma {

Compressor::Compressor(const CompressionPlan& plan)
    : plan_(plan),
      workers_(plan.shape.threads, {.scratch = ScratchNeed(plan.job())}),
      flow_(workers_, plan.shape.in_flight) {}

Result<Summary> Compressor::Run(Source& source, Sink& sink, const Observer& observer, ByteView lead,
                                Source* whole) {
  if (plan_.far && !source.Seekable()) {
    return Fail(ErrorCode::kInvalidArgument,
                "far copies are found in a file that can be read at any place, not in a pipe");
  }
  const Stopwatch watch;
  EncodeStages stages(source, sink, plan_, observer, lead);
  if (whole != nullptr && plan_.index) stages.IndexWhole(*whole);
  return RunStages(stages, watch);
}

Result<Summary> Compressor::RunFrames(Source& source, FrameTaker& frames,
                                      const Observer& observer) {
  const Stopwatch watch;
  NullSink nowhere;
  EncodeStages stages(source, nowhere, plan_, observer, {}, &frames);
  return RunStages(stages, watch);
}

Result<Summary> Compressor::RunStages(EncodeStages& stages, const Stopwatch& watch) {
  const PoolCounters before = workers_.Counters();
  if (Result<void> ran = flow_.Run(stages); !ran) return ran.failure();
  // The index is coded in the room of the chunks.
  if (plan_.limited && stages.indexes()) flow_.Free();
  if (Result<void> ended = stages.End(workers_.OwnScratch()); !ended) return ended.failure();
  Summary summary;
  stages.Report(summary);
  summary.chunk_size = plan_.chunk_size;
  summary.level = plan_.level->level;
  summary.threads = flow_.workers_used();
  summary.refused_threads = plan_.shape.threads - summary.threads;
  summary.in_flight = flow_.in_flight();
  summary.serial_seconds = flow_.serial_seconds();
  summary.memory_limit = plan_.memory_limit;
  summary.full_chunk_size = plan_.full_chunk_size;
  summary.memory_need = MemoryNeed(plan_.job(), plan_.shape, plan_.limited);
  summary.pool = Since(before, workers_.Counters());
  summary.seconds = watch.Seconds();
  return summary;
}

std::uint64_t Compressor::Workspace() const {
  std::uint64_t bytes = workers_.Counters().peak_bytes;
  flow_.ForEachSlot(
      [&](const EncodeSlot& slot) { bytes += slot.raw.size() + slot.encoded.size(); });
  return bytes;
}

}  // namespace sigma
