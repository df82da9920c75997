// The public functions on files: a source with a name, the pipeline, and a result that is published
// whole or not at all. Any error returns before Publish, and the unpublished file goes with it.
#include <algorithm>

#include "engine/io/input_file.h"
#include "engine/io/memory_stream.h"
#include "engine/io/output_file.h"
#include "engine/io/system.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/edge.h"
#include "engine/pipeline/pass_through.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

Result<InputFile> OpenSource(const std::string& path, const FileOptions& files) {
  return InputFile::Open(path, files.force ? SourcePolicy::kAny : SourcePolicy::kStrict);
}

Result<InputFile> OpenStream(const std::string& path, const FileOptions& files) {
  Result<InputFile> input = OpenSource(path, files);
  if (input && input->terminal()) {
    return Fail(ErrorCode::kInvalidArgument, "compressed data is not read from a terminal");
  }
  return input;
}

// What cannot be asked for together.
Result<void> Check(const FileOptions& files) {
  if (files.remove_source && files.pass_through) {
    return Fail(
        ErrorCode::kInvalidArgument,
        "a source is only removed for a restored result, not for one that is passed through");
  }
  if (!files.remove_source || files.sync != Sync::kNever) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "a source is only removed after its result was synced: not with sync off");
}

bool Durable(const FileOptions& files) {
  return files.sync == Sync::kAlways || files.remove_source;
}

Result<OutputFile> CreateTarget(const std::string& path, const FileOptions& files, Sparse sparse) {
  return OutputFile::Create(path, OutputFile::Choices{.force = files.force, .sparse = sparse});
}

// Under a memory limit, before anything large is made, and before what follows the work: neither
// the pages of starting count beside those of working nor these beside those of the report.
void MakeRoom(const Options& options) {
  if (options.memory_limit != 0) GiveBackCodePages();
}

// The last steps of every call that writes a file.
Result<Summary> Published(Result<Summary> done, InputFile& input, OutputFile& output,
                          const FileOptions& files, const Stopwatch& watch) {
  if (!done) return done;
  if (Result<void> published = output.Publish(input.metadata(), Durable(files)); !published) {
    return published.failure();
  }
  if (files.remove_source && !done->trailing) {
    if (Result<void> removed = input.Remove(); !removed) return removed.failure();
  }
  done->seconds = watch.Seconds();
  return done;
}

// The file `target` from the stream `source` by run(decompressor, source, sink).
template <typename Run>
Result<Summary> Restored(const std::string& source, const std::string& target,
                         const Options& options, const FileOptions& files, Run run) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    if (Result<void> sound = Check(files); !sound) return sound.failure();
    Result<InputFile> input = OpenStream(source, files);
    if (!input) return input.failure();
    Result<OutputFile> output = CreateTarget(target, files, files.sparse);
    if (!output) return output.failure();
    MakeRoom(options);
    Decompressor decompressor(options);
    Result<Summary> done = run(decompressor, input->source(), output->sink());
    MakeRoom(options);
    return Published(std::move(done), *input, *output, files, watch);
  });
}

}  // namespace

Result<Summary> CompressFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    if (Result<void> sound = Check(files); !sound) return sound.failure();
    Result<CompressionPlan> plan = PlanCompression(options);
    if (!plan) return plan.failure();
    // A source is only given up for a result that has been seen to restore it.
    plan->verify |= files.remove_source;
    Result<InputFile> input = OpenSource(source, files);
    if (!input) return input.failure();
    Result<OutputFile> output = CreateTarget(target, files, Sparse::kNever);
    if (!output) return output.failure();
    if (output->terminal() && !files.force) {
      return Fail(ErrorCode::kInvalidArgument, "compressed data is not written to a terminal");
    }
    MakeRoom(options);
    Compressor compressor(FitToSize(*plan, input->source().Size()));
    Result<Summary> done = compressor.Run(input->source(), output->sink(), observer);
    MakeRoom(options);
    return Published(std::move(done), *input, *output, files, watch);
  });
}

Result<Summary> DecompressFile(const std::string& source, const std::string& target,
                               const Options& options, const FileOptions& files,
                               const Observer& observer) {
  return Restored(source, target, options, files,
                  [&](Decompressor& decompressor, Source& from, Sink& to) -> Result<Summary> {
                    if (!files.pass_through) return decompressor.Run(from, to, observer);
                    PeekedSource peeked(from);
                    const Result<bool> stream = peeked.BeginsWithStream();
                    if (!stream) return stream.failure();
                    if (!*stream) return PassThrough(peeked, to, options, observer);
                    return decompressor.Run(peeked, to, observer);
                  });
}

Result<Summary> TestFile(const std::string& source, const Options& options,
                         const FileOptions& files, const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    Result<InputFile> input = OpenStream(source, files);
    if (!input) return input.failure();
    NullSink sink;
    MakeRoom(options);
    Decompressor decompressor(options);
    return WithoutTrailing(decompressor.Run(input->source(), sink, observer));
  });
}

Result<Summary> DecompressRange(const std::string& source, const std::string& target,
                                std::uint64_t offset, std::uint64_t length, const Options& options,
                                const FileOptions& files) {
  return Restored(source, target, options, files,
                  [&](Decompressor& decompressor, auto& from, auto& to) {
                    return decompressor.RunRange(from, to, OriginalRange{offset, length});
                  });
}

Result<Bytes> ReadFile(const std::string& path) {
  return AtEdge([&]() -> Result<Bytes> {
    constexpr std::size_t kPiece = std::size_t{1} << 20;  // grown by, where the size is not known
    Result<InputFile> input = InputFile::Open(path, SourcePolicy::kAny);
    if (!input) return input.failure();
    Bytes bytes;
    std::size_t filled = 0;
    // One byte more than the size, so that the end is seen.
    std::size_t wanted = static_cast<std::size_t>(input->source().Size().value_or(kPiece)) + 1;
    for (;;) {
      bytes.resize(wanted);
      const Result<std::size_t> got =
          input->source().Read(MutableBytes{bytes}.subspan(filled, wanted - filled));
      if (!got) return got.failure();
      filled += *got;
      if (filled < wanted) break;
      wanted += std::max(kPiece, wanted / 2);
    }
    bytes.resize(filled);
    return bytes;
  });
}

}  // namespace sigma
