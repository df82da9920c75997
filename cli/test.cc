// -t: decodes each file and checks every hash; writes nothing. --verify FILE ORIGINAL: the same, and
// compares.
#include "cli/each_file.h"
#include "cli/modes.h"
#include "cli/names.h"

namespace sigma::cli {
namespace {

Result<Summary> TestOne(Session& session, const std::string& file) {
  const Arguments& arguments = session.arguments;
  const Observer observer = [&](const Progress& progress) {
    session.progress.Observe(progress);
    return true;
  };
  if (arguments.original.empty()) {
    return TestFile(file, arguments.options, arguments.files, observer);
  }
  return VerifyFile(file, arguments.original, arguments.options, arguments.files, observer);
}

}  // namespace

void RunTest(Session& session) {
  const std::string& original = session.arguments.original;
  for (const Input& input : FittingInputs(session)) {
    if (const auto readable = CheckCompressedInput(session.arguments, input.file); !readable) {
      session.report.Failure(input.file, readable.error());
      continue;
    }
    session.progress.Begin(input.file);
    const auto summary = TestOne(session, input.file);
    session.progress.End();
    if (!summary) {
      session.report.Failure(input.file, original, summary.error());
      continue;
    }
    session.statistics.Add(*summary);
    for (const std::string& text : summary->warnings) {
      session.report.Failure(input.file, {ErrorCode::kSkipped, text});
    }
    session.report.Note(ShownName(input.file) + ": intact" +
                        (original.empty() ? "" : ", restores to " + ShownName(original)));
  }
}

}  // namespace sigma::cli
