// --merge: joins the parts of a file, made by --shard.
#include <vector>

#include "cli/inputs.h"
#include "cli/modes.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "sigma/shards.hpp"

namespace sigma::cli {

void RunMerge(Session& session) {
  const Arguments& arguments = session.arguments;
  std::vector<std::string> parts;
  for (const Input& input : CollectInputs(arguments, session.report)) parts.push_back(input.file);
  if (session.report.ExitStatus() != kExitFine) return;  // a list that cannot be read
  const std::string target = arguments.to_stdout ? "-" : arguments.output;
  FileOptions files = arguments.files;
  files.target_name = TargetName::kGiven;
  session.progress.Expect(1, 0);
  session.progress.Begin(target);
  Result<Summary> done =
      MergeShards(parts, target, arguments.options, files, [&](const Progress& progress) {
        session.progress.Observe(progress);
        return true;
      });
  if (done) session.progress.Written(done->compressed);
  session.progress.End();
  if (!done) {
    const Error& error = done.error();
    const std::string& source = error.input < parts.size() ? parts[error.input] : target;
    session.report.Failure(source, target, error);
    return;
  }
  session.statistics.Add(*done);
  for (const std::string& text : done->warnings) {
    session.report.Failure(target, {ErrorCode::kSkipped, text});
  }
  session.report.Note(ShownName(target) + ": " + std::to_string(parts.size()) + " parts, " +
                      HumanSize(done->original) + " in " + HumanSize(done->compressed));
}

}  // namespace sigma::cli
