// A stream after the last one of a file.
#include "sigma/append.hpp"

#include <string>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/io/append_target.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/stopwatch.h"
#include "engine/pipeline/stream_index.h"

namespace sigma {
namespace {

// Where the streams of the file end; zeros may follow. An empty file has none and takes one.
Result<std::uint64_t> EndOfStreams(Source& file) {
  const std::uint64_t size = file.Size().value_or(0);
  if (size == 0) return size;
  const Result<StreamIndex> index = LoadIndex(file, ~std::uint64_t{0});
  if (index) return size - index->padding;
  Error error = index.error();
  error.text = "nothing is appended to a file that is damaged, or none of ours: " + error.text;
  return Unexpected{std::move(error)};
}

Result<Summary> Append(AppendTarget& target, const FileCall& call, const Options& options,
                       const Observer& observer) {
  const Result<CompressionPlan> plan = PlanCompression(options);
  if (!plan) return plan.failure();
  Result<InputFile> input = OpenSource(call);
  if (!input) return input.failure();
  if (input->holds_data() && target.Is(input->state())) {
    return Fail(ErrorCode::kInvalidArgument, "input and output are the same file");
  }
  const Result<std::uint64_t> end = AtTarget(EndOfStreams(target.source()));
  if (!end) return end.failure();
  if (Result<void> begun = AtTarget(target.Begin(*end)); !begun) return begun.failure();
  MakeRoom(options);
  Compressor compressor(FitToSize(*plan, input->source().Size()));
  Result<Summary> done = compressor.Run(input->source(), target.sink(), observer);
  MakeRoom(options);
  if (!done) return done;
  if (Result<void> sound = CheckCopies(*input, *done); !sound) return sound.failure();
  if (Result<void> kept = AtTarget(target.Commit()); !kept) return kept.failure();
  if (input->Changed()) done->warnings.emplace_back(kChangedText);
  return done;
}

}  // namespace

Result<Summary> AppendToFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    if (files.remove_source) {
      return Fail(ErrorCode::kInvalidArgument, "a source is not removed for what is appended");
    }
    if (target == "-") {
      return Fail(ErrorCode::kInvalidArgument, "nothing is appended to standard output");
    }
    Result<AppendTarget> open = AtTarget(AppendTarget::Open(target, files.target_name));
    if (!open && open.error().code == ErrorCode::kNotFound) {
      return CompressFile(source, target, options, files, observer);
    }
    if (!open) return open.failure();
    Result<Summary> done = Append(*open, {source, target, files, true}, options, observer);
    if (done) done->seconds = watch.Seconds();
    return done;
  });
}

}  // namespace sigma
