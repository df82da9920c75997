// What is left of a damaged file: found, mapped, and written.
#include "sigma/recover.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/io/spooled_source.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/decode_stages.h"
#include "engine/pipeline/error_place.h"
#include "engine/pipeline/salvage.h"
#include "engine/pipeline/stopwatch.h"
#include "engine/pipeline/workers.h"
#include "engine/pipeline/wreck_map.h"
#include "engine/pipeline/wreck_scan.h"

namespace sigma {
namespace {

// Of a scan and of a map each, where the caller sets no limit: two million chunks.
constexpr std::uint64_t kMostMapBytes = std::uint64_t{64} << 20;

std::vector<std::string> DamageOf(const std::vector<MappedStream>& map, std::uint64_t unknown) {
  std::vector<std::string> damage;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const MappedStream& stream = map[i];
    const std::string name = map.size() == 1 ? "the stream" : "stream " + std::to_string(i);
    if (stream.header_lost) damage.push_back("the header of " + name + " is lost");
    if (stream.footer_lost) damage.push_back("the footer of " + name + " is lost");
    if (stream.end_unknown) {
      damage.push_back("the end of " + name + " is missing: how much followed is not known");
    }
    if (std::ranges::any_of(stream.chunks,
                            [](const MappedChunk& chunk) { return chunk.original == 0; })) {
      damage.push_back("chunks of unknown length are lost in " + name +
                       ": nothing stands for them");
    }
  }
  if (unknown != 0) {
    damage.push_back(std::to_string(unknown) +
                     " bytes of the input belong to nothing that is intact");
  }
  return damage;
}

Result<Recovery> Recover(const FileCall& call, const Options& options,
                         const RecoverOptions& choices, const Observer& observer) {
  const Stopwatch watch;
  if (call.files.remove_source || call.files.pass_through) {
    return Fail(ErrorCode::kInvalidArgument,
                "a damaged source is neither removed nor passed through");
  }
  Result<InputFile> input = OpenSource(call);
  if (!input) return input.failure();
  Result<OutputFile> output = CreateTarget(call, *input);
  if (!output) return output.failure();
  if (choices.repair && output->terminal() && !call.files.force) {
    return AtTarget<Recovery>(
        Fail(ErrorCode::kInvalidArgument, "compressed bytes are not written to a terminal"));
  }
  std::optional<SpooledSource> spooled;
  Source* source = &input->source();
  if (!source->Seekable()) {
    Result<SpooledSource> copied = SpooledSource::Create(*source);
    if (!copied) return copied.failure();
    source = &spooled.emplace(std::move(*copied));
  }
  if (source->Size().value_or(0) == 0) return NothingThere();
  MakeRoom(options);
  // A limit leaves what the smallest chunks do not need; half of it for each of the two.
  std::uint64_t most = kMostMapBytes;
  if (options.memory_limit != 0) {
    const std::uint64_t least = MemoryNeed({Direction::kDecompress, kMinChunkSize}, Shape{});
    most = std::min(most, kSeekTableInLimit +
                              (options.memory_limit - std::min(least, options.memory_limit)) / 2);
  }
  std::uint64_t unknown = 0;
  std::optional<std::vector<MappedStream>> map;
  {
    WreckScan scan(*source, most);
    if (Result<void> scanned = scan.Run(observer); !scanned) return scanned.failure();
    Result<std::vector<MappedStream>> mapped = MapWreck(*source, scan, most);
    if (!mapped) return mapped.failure();
    map = std::move(*mapped);
    unknown = scan.unknown();
  }
  std::uint32_t chunk_size = kMinChunkSize;
  std::uint64_t chunks = 0;
  bool sorts = false;
  bool far = false;
  for (const MappedStream& stream : *map) {
    chunk_size = std::max(chunk_size, stream.chunk_size);
    sorts |= MaySort(stream.level);
    far |= stream.far;
    chunks += stream.chunks.size();
  }
  if (options.output_limit != 0 && BytesOf(*map) > options.output_limit) {
    return Fail(ErrorCode::kLimit, OutputLimitText(options.output_limit));
  }
  const Job job{
      .direction = Direction::kDecompress, .chunk_size = chunk_size, .sorts = sorts, .far = far};
  const std::uint64_t beyond =
      chunks * sizeof(MappedChunk) - std::min(chunks * sizeof(MappedChunk), kSeekTableInLimit);
  const bool limited = options.memory_limit != 0;
  if (limited && beyond >= options.memory_limit) {
    return Fail(ErrorCode::kLimit, "what was found takes the whole of the memory limit");
  }
  const Result<BoundShape> bound =
      ChooseShape(job, options.threads, limited ? options.memory_limit - beyond : 0, 0);
  if (!bound) return bound.failure();
  const Shape shape = FitToChunks(bound->shape, chunks);
  Workers workers(shape.threads, {.scratch = ScratchNeed(job), .refuse_more = limited});
  Flow<SalvageSlot> flow(workers, shape.in_flight);
  SalvageStages stages(*source, *map, choices, output->sink(), observer, limited);
  if (far) stages.CopyBy(shape.threads, chunk_size);
  if (Result<void> ran = flow.Run(stages); !ran) return ran.failure();
  Recovery recovery;
  if (Result<void> ended = stages.End(recovery); !ended) return ended.failure();
  recovery.damage = DamageOf(*map, unknown);
  recovery.summary.threads = flow.workers_used();
  recovery.summary.refused_threads = shape.threads - flow.workers_used();
  recovery.summary.in_flight = flow.in_flight();
  recovery.summary.memory_limit = bound->memory_limit;
  recovery.summary.memory_need = MemoryNeed(job, shape, limited) + beyond;
  recovery.summary.pool = workers.Counters();
  MakeRoom(options);
  Result<std::vector<std::string>> published = PublishNow(*output, input->metadata(), call.files);
  if (!published) return published.failure();
  recovery.summary.warnings = std::move(*published);
  if (input->unfinished()) recovery.summary.warnings.emplace_back(kUnfinishedText);
  if (input->Changed()) recovery.summary.warnings.emplace_back(kChangedText);
  recovery.summary.seconds = watch.Seconds();
  return recovery;
}

}  // namespace

Result<Recovery> RecoverFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const RecoverOptions& choices, const Observer& observer) {
  return AtEdge([&] { return Recover({source, target, files}, options, choices, observer); });
}

}  // namespace sigma
