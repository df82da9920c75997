// Parts of a source, and the stream that they make together.
#include "sigma/shards.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/api/source_traits.h"
#include "engine/base/hash.h"
#include "engine/format/shard_format.h"
#include "engine/io/stretch.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/merge.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

static_assert(Shard::kMostParts == kMostShards);

// A part's file, as it was when its record was read.
struct PartFile {
  std::uint64_t input = 0;
  std::uint32_t part = 0;
  FileState state;
};

std::string Named(const ShardRecord& record) {
  return "part " + std::to_string(record.part) + " of " + std::to_string(record.parts);
}

bool SameTime(const ShardRecord& left, const ShardRecord& right) {
  return left.modified == right.modified &&
         (left.modified_nanoseconds == right.modified_nanoseconds ||
          left.modified_nanoseconds == 0 || right.modified_nanoseconds == 0);
}

// Why two parts do not belong together; empty if they do.
std::string Difference(const ShardRecord& first, const ShardRecord& other) {
  const auto differ = [](const char* what, const auto& here, const auto& there) {
    return std::string("does not belong to the part given first: its ") + what + " " + here +
           ", not " + there;
  };
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  if (other.source_size != first.source_size) {
    return differ("source has", number(other.source_size), number(first.source_size) + " bytes");
  }
  if (!SameTime(first, other)) {
    return differ(
        "source was modified at second", std::to_string(other.modified),
        std::to_string(first.modified) + " since 1970; copies of a source have to keep its time");
  }
  if (other.sample != first.sample) {
    return "does not belong to the part given first: its source has other content";
  }
  if (other.parts != first.parts) {
    return differ("source was divided into", number(other.parts), number(first.parts) + " parts");
  }
  if (other.chunk_size != first.chunk_size) {
    return differ("chunk size is", number(other.chunk_size), number(first.chunk_size) + " bytes");
  }
  if (other.level != first.level) {
    return differ("level is", number(other.level), number(first.level));
  }
  if (other.strategy != first.strategy) {
    return differ("strategy is", other.strategy, first.strategy);
  }
  if (other.decode_first != first.decode_first) {
    return "does not belong to the part given first: only one of the two was made with a "
           "preference "
           "for fast restoring";
  }
  if (other.encoder != first.encoder) {
    return differ("encoder is", other.encoder,
                  first.encoder + ": different versions choose differently");
  }
  return "";
}

Unexpected OfInput(Error error, std::uint64_t input) {
  error.input = input;
  return Unexpected{std::move(error)};
}

// A part's file, open, with its record.
struct OpenPart {
  InputFile file;
  ShardRecord record;
};

Result<OpenPart> Open(const std::string& path) {
  if (path == "-") {
    return Fail(ErrorCode::kInvalidArgument, "a part is a file: standard input cannot be one");
  }
  Result<InputFile> input = InputFile::Open(path, SourcePolicy::kRead);
  if (!input) return input.failure();
  if (!input->source().Seekable()) {
    return Fail(ErrorCode::kInvalidArgument,
                "a part is a file that can be read at any place, and not empty");
  }
  Result<std::optional<ShardRecord>> record = FindShardRecord(input->source(), 0);
  if (!record) return record.failure();
  if (!*record) {
    return Fail(ErrorCode::kInvalidArgument, "is a whole stream, not a part of one");
  }
  return OpenPart{std::move(*input), std::move(**record)};
}

// The parts in the order of their numbers, all there and all of one source.
Result<std::vector<PartFile>> Sort(std::span<const std::string> paths, ShardRecord& first) {
  std::vector<PartFile> parts;
  std::vector<bool> seen;
  for (std::uint64_t i = 0; i < paths.size(); ++i) {
    const Result<OpenPart> part = Open(paths[i]);
    if (!part) return OfInput(part.error(), i);
    const ShardRecord& record = part->record;
    if (i == 0) {
      first = record;
      seen.resize(record.parts);
      parts.reserve(record.parts);
    }
    if (const std::string why = Difference(first, record); !why.empty()) {
      return OfInput({ErrorCode::kInvalidArgument, why}, i);
    }
    if (seen[record.part - 1]) {
      return OfInput({ErrorCode::kInvalidArgument,
                      "is " + Named(record) + ", and so is a file given before it: leave one out"},
                     i);
    }
    seen[record.part - 1] = true;
    parts.push_back({i, record.part, part->file.state()});
  }
  if (paths.empty()) return Fail(ErrorCode::kInvalidArgument, "there are no parts to merge");
  constexpr std::uint64_t kMostNamed = 8;
  std::string missing;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] || ++count > kMostNamed) continue;
    missing += (missing.empty() ? "" : ", ") + std::to_string(i + 1);
  }
  if (count != 0) {
    if (count > kMostNamed) missing += " and " + std::to_string(count - kMostNamed) + " more";
    return AtTarget<void>(Fail(ErrorCode::kInvalidArgument,
                               std::string("cannot be made: part") + (count > 1 ? "s " : " ") +
                                   missing + " of " + std::to_string(first.parts) +
                                   (count > 1 ? " are" : " is") + " missing"))
        .failure();
  }
  std::ranges::sort(parts, {}, &PartFile::part);
  return parts;
}

Result<Summary> Merge(std::span<const std::string> paths, const std::string& target,
                      const Options& options, const FileOptions& files, const Observer& observer) {
  const Stopwatch watch;
  if (files.remove_source) {
    return Fail(ErrorCode::kInvalidArgument, "parts are not removed by merging them");
  }
  ShardRecord first;
  const Result<std::vector<PartFile>> parts = Sort(paths, first);
  if (!parts) return parts.failure();
  const Job job{Direction::kCopy, first.chunk_size};
  const Result<BoundShape> bound = ChooseShape(job, 1, options.memory_limit, 0);
  if (!bound) return bound.failure();
  Result<OpenPart> front = Open(paths[parts->front().input]);
  if (!front) return OfInput(front.error(), parts->front().input);
  const FileCall call{paths[parts->front().input], target, files, true};
  Result<OutputFile> output = CreateTarget(call, front->file);
  if (!output) return output.failure();
  std::uint64_t total = 0;
  for (const PartFile& part : *parts) {
    total += part.state.size;
    if (output->Is(part.state)) {
      return OfInput({ErrorCode::kInvalidArgument, "input and output are the same file"},
                     part.input);
    }
  }
  if (output->terminal() && !files.force) {
    return AtTarget<Summary>(
        Fail(ErrorCode::kInvalidArgument, "compressed bytes are not written to a terminal"));
  }
  MakeRoom(options);
  Merger merger(output->sink(), observer, total, options.memory_limit != 0);
  for (const PartFile& part : *parts) {
    Result<OpenPart> open = Open(paths[part.input]);
    if (!open) return OfInput(open.error(), part.input);
    Result<void> added = merger.Add(open->file.source(), open->record);
    if (!added) {
      return added.error().at_target ? added.failure() : OfInput(added.error(), part.input);
    }
    if (!SameState(open->file.state(), part.state) || open->file.Changed()) {
      return OfInput({ErrorCode::kIo, "changed while it was read: merge again"}, part.input);
    }
  }
  Result<Summary> done = merger.End();
  MakeRoom(options);
  if (!done) return done;
  Result<std::vector<std::string>> published = PublishNow(*output, front->file.metadata(), files);
  if (!published) return published.failure();
  done->warnings = std::move(*published);
  done->memory_limit = options.memory_limit;
  done->memory_need = MemoryNeed(job, bound->shape, options.memory_limit != 0);
  done->seconds = watch.Seconds();
  return done;
}

}  // namespace

Result<Summary> CompressShard(const std::string& source, const std::string& target,
                              const Shard& shard, const Options& options, const FileOptions& files,
                              const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    if (shard.part == 0 || shard.part > shard.parts || shard.parts > kMostShards) {
      return Fail(ErrorCode::kInvalidArgument,
                  "a part has a number from 1 to that of all parts, of which there are at most " +
                      std::to_string(kMostShards));
    }
    const FileCall call{source, target, files, true};
    if (options.adapt) {
      return Fail(ErrorCode::kInvalidArgument,
                  "parts of a file are those of one run only where every chunk has the same level: "
                  "they do not go with levels that follow speed");
    }
    if (options.far) {
      return Fail(ErrorCode::kInvalidArgument,
                  "a part sees nothing of the others: it has no far copies");
    }
    if (options.rsyncable) {
      return Fail(ErrorCode::kInvalidArgument,
                  "parts begin at fixed places, and not where the content says so: they do not go "
                  "with chunks that are cut by content");
    }
    if (options.content_hash != ContentHash::kNone) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the hash of a whole content cannot be told from a part of it: parts do not go "
                  "with a content hash");
    }
    if (files.remove_source) {
      return Fail(ErrorCode::kInvalidArgument, "a source is not removed for a part of it");
    }
    const Result<CompressionPlan> plan = PlanCompression(options);
    if (!plan) return plan.failure();
    Result<InputFile> input = OpenSource(call);
    if (!input) return input.failure();
    const Result<SourceTraits> traits = TraitsOf(*input);
    if (!traits) return traits.failure();
    Result<OutputFile> output = CreateTarget(call, *input);
    if (!output) return output.failure();
    if (output->terminal() && !files.force) {
      return AtTarget<Summary>(
          Fail(ErrorCode::kInvalidArgument, "compressed bytes are not written to a terminal"));
    }
    const ShardRecord record{
        .part = shard.part,
        .parts = shard.parts,
        .level = static_cast<std::uint8_t>(options.level),
        .decode_first = options.decode_first,
        .chunk_size = plan->chunk_size,
        .offset = ShardBegin(traits->size, plan->chunk_size, shard.part, shard.parts),
        .source_size = traits->size,
        .modified = traits->modified,
        .modified_nanoseconds = traits->modified_nanoseconds,
        .sample = traits->sample,
        .strategy = options.strategy,
        .encoder = "sigma " + std::string(Version())};
    MakeRoom(options);
    Stretch part(input->source(), record.offset, record.size());
    Compressor compressor(FitToSize(*plan, record.size()));
    Result<Summary> done = compressor.Run(part, output->sink(), observer, WriteShardFrame(record),
                                          shard.part == shard.parts ? &input->source() : nullptr);
    MakeRoom(options);
    if (!done) return done;
    if (done->original != record.size()) {
      return Fail(ErrorCode::kIo, "became shorter while it was read");
    }
    Result<std::vector<std::string>> published = PublishNow(*output, input->metadata(), files);
    if (!published) return published.failure();
    done->warnings = std::move(*published);
    if (input->Changed()) done->warnings.emplace_back(kChangedText);
    done->seconds = watch.Seconds();
    return done;
  });
}

Result<Summary> MergeShards(std::span<const std::string> parts, const std::string& target,
                            const Options& options, const FileOptions& files,
                            const Observer& observer) {
  return AtEdge([&] { return Merge(parts, target, options, files, observer); });
}

}  // namespace sigma
