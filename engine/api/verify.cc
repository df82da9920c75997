#include "sigma/verify.hpp"

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/io/comparison_sink.h"
#include "engine/pipeline/decompress.h"

namespace sigma {
namespace {

Result<InputFile> OpenOriginal(const std::string& path) {
  Result<InputFile> file = AtTarget(InputFile::Open(path, SourcePolicy::kRead));
  if (!file || file->is_regular() || file->source().Seekable()) return file;
  return AtTarget<InputFile>(Fail(ErrorCode::kInvalidArgument,
                                  "cannot be read at any place: a pipe is not compared with"));
}

}  // namespace

Result<Summary> VerifyFile(const std::string& compressed, const std::string& original,
                           const Options& options, const FileOptions& files,
                           const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    const std::string nowhere = "-";
    FileOptions reading;
    reading.force = files.force;
    Result<InputFile> input = OpenSource({compressed, nowhere, reading});
    if (!input) return input.failure();
    const Result<InputFile> like = OpenOriginal(original);
    if (!like) return like.failure();
    ComparisonSink comparison(like->descriptor());
    MakeRoom(options);
    Decompressor decompressor(options);
    Result<Summary> done = decompressor.Run(input->source(), comparison, observer);
    if (comparison.differs()) {
      Error differs{ErrorCode::kCorrupt, "differs from what the compressed file restores to",
                    kNoPosition, kNoPosition};
      differs.at_target = true;
      return Unexpected{std::move(differs)};
    }
    if (done && input->unfinished()) done->warnings.emplace_back(kUnfinishedText);
    if (done && input->Changed()) done->warnings.emplace_back(kChangedText);
    if (done && like->Changed())
      done->warnings.emplace_back("the original changed while it was read");
    return WithoutTrailing(std::move(done));
  });
}

}  // namespace sigma
