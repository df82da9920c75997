// -t: decodes each file and checks every hash; writes nothing.
#include "cli/each_file.h"
#include "cli/modes.h"
#include "cli/names.h"

namespace sigma::cli {

void RunTest(Session& session) {
  for (const Input& input : FittingInputs(session)) {
    if (const auto readable = CheckCompressedInput(session.arguments, input.file); !readable) {
      session.report.Failure(input.file, readable.error());
      continue;
    }
    session.progress.Begin(input.file);
    const auto summary = TestFile(input.file, session.arguments.options, session.arguments.files,
                                  [&](const Progress& progress) {
                                    session.progress.Observe(progress);
                                    return true;
                                  });
    session.progress.End();
    if (!summary) {
      session.report.Failure(input.file, summary.error());
      continue;
    }
    session.statistics.Add(*summary);
    for (const std::string& text : summary->warnings) {
      session.report.Failure(input.file, {ErrorCode::kSkipped, text});
    }
    session.report.Note(ShownName(input.file) + ": intact");
  }
}

}  // namespace sigma::cli
