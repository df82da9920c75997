// -d: restores each file, or the bytes of --range of each, or with --recover what is left of each.
#include "cli/each_file.h"
#include "cli/modes.h"
#include "cli/recover.h"

namespace sigma::cli {
namespace {

// Whoever asks for bytes that are not there may have the wrong file.
void WarnOfMissing(Session& session, const std::string& source, const ByteRange& range,
                   std::uint64_t restored) {
  std::uint64_t wanted = range.length;
  if (wanted == ByteRange{}.length) {
    wanted = range.from_end ? range.offset : 0;
    // All from an offset on: nothing came if it is not inside.
    if (!range.from_end && range.offset > 0 && restored == 0) wanted = 1;
  }
  if (restored >= wanted) return;
  session.report.Failure(
      source, {ErrorCode::kSkipped, "the range is not all there: it holds " +
                                        std::to_string(restored) + " bytes of the original"});
}

}  // namespace

void RunDecompress(Session& session) {
  const Arguments& arguments = session.arguments;
  if (arguments.recover) {
    ConvertEachFile(session, [&](const auto& source, const auto& target, const auto& files,
                                 const Observer& observer) {
      return RecoverOne(session, source, target, files, observer);
    });
    return;
  }
  if (!arguments.range) {
    ConvertEachFile(session);
    return;
  }
  ConvertEachFile(
      session, [&](const auto& source, const auto& target, const auto& files, const Observer&) {
        auto done = DecompressRange(source, target, *arguments.range, arguments.options, files);
        if (done) WarnOfMissing(session, source, *arguments.range, done->original);
        return done;
      });
}

}  // namespace sigma::cli
