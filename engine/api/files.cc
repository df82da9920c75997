// The public functions on single files. Compressing and restoring are a series of one.
#include <algorithm>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/io/memory_stream.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/stopwatch.h"
#include "sigma/measure.hpp"

namespace sigma {
namespace {

// `call` on a series of its own, settled.
template <typename Call>
Result<Summary> Alone(const Options& options, Call call) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    Result<FileSeries> series = FileSeries::Create(options);
    if (!series) return series.failure();
    Result<Summary> done = call(*series);
    series->Settle([&](const FileSeries::Settled& settled) {
      if (!done) return;
      if (settled.error) {
        done = Unexpected{*settled.error};
        return;
      }
      done->warnings.insert(done->warnings.end(), settled.warnings.begin(), settled.warnings.end());
    });
    if (done) done->seconds = watch.Seconds();
    return done;
  });
}

}  // namespace

Result<Summary> CompressFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const Observer& observer) {
  return Alone(options, [&](FileSeries& series) {
    return series.Compress(source, target, files, observer);
  });
}

Result<Summary> DecompressFile(const std::string& source, const std::string& target,
                               const Options& options, const FileOptions& files,
                               const Observer& observer) {
  return Alone(options, [&](FileSeries& series) {
    return series.Decompress(source, target, files, observer);
  });
}

Result<Summary> TestFile(const std::string& source, const Options& options,
                         const FileOptions& files, const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    const std::string nowhere = "-";
    FileOptions reading;
    reading.force = files.force;
    Result<InputFile> input = OpenSource({source, nowhere, reading});
    if (!input) return input.failure();
    NullSink sink;
    MakeRoom(options);
    Decompressor decompressor(options);
    Result<Summary> done = decompressor.Run(input->source(), sink, observer);
    if (done && input->unfinished()) done->warnings.emplace_back(kUnfinishedText);
    if (done && input->Changed()) done->warnings.emplace_back(kChangedText);
    return WithoutTrailing(std::move(done));
  });
}

Result<Summary> DecompressRange(const std::string& source, const std::string& target,
                                const ByteRange& range, const Options& options,
                                const FileOptions& files) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    const FileCall call{source, target, files};
    if (files.remove_source) {
      return Fail(ErrorCode::kInvalidArgument, "a source is not removed for a part of it");
    }
    Result<InputFile> input = OpenSource(call);
    if (!input) return input.failure();
    Result<OutputFile> output = CreateTarget(call, *input);
    if (!output) return output.failure();
    MakeRoom(options);
    Decompressor decompressor(options);
    Result<Summary> done = decompressor.RunRange(input->source(), output->sink(), range);
    MakeRoom(options);
    if (!done) return done;
    Result<std::vector<std::string>> published = PublishNow(*output, input->metadata(), files);
    if (!published) return published.failure();
    done->warnings = std::move(*published);
    if (input->unfinished()) done->warnings.emplace_back(kUnfinishedText);
    if (input->Changed()) done->warnings.emplace_back(kChangedText);
    done->seconds = watch.Seconds();
    return done;
  });
}

Result<Bytes> ReadFile(const std::string& path) {
  return AtEdge([&]() -> Result<Bytes> {
    constexpr std::size_t kPiece = std::size_t{1} << 20;  // grown by, where the size is not known
    Result<InputFile> input = InputFile::Open(path, SourcePolicy::kRead);
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
