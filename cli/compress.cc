// -z: compresses each file, with --append after what its result holds already, with --shard a part of
// each, and with --target-ratio and --target-speed at a level that is chosen for each.
#include "cli/each_file.h"
#include "cli/modes.h"
#include "cli/names.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

// Sets the level that reaches the target, or comes nearest to it.
Result<void> SetChosenLevel(Session& session, const std::string& source, Options& options) {
  const LevelTarget& target = *session.arguments.target;
  const Result<LevelChoice> choice = ChooseLevel(source, options, target);
  if (!choice) return choice.failure();
  const LevelEstimate& row = choice->estimate;
  options.level = row.level;
  std::string level = "level ";
  level += std::to_string(row.level);
  const std::string ratio = Fixed(Ratio(row.original, row.compressed), 3);
  const std::string speed = Fixed(Rate(row.original, row.compress_seconds), 1) + " MB/s";
  if (choice->reached) {
    session.report.Note(ShownName(source) + ": " + level + ": ratio " + ratio + ", " + speed +
                        " expected");
    return {};
  }
  const std::string text =
      target.ratio > 0 ? "no level reaches a ratio of " + Fixed(target.ratio, 3) +
                             ": compressed at " + level + ", where " + ratio + " is expected"
                       : "no level reaches " + Fixed(target.mega_bytes, 1) +
                             " MB/s: compressed at " + level + ", where " + speed + " are expected";
  session.report.Failure(source, {ErrorCode::kSkipped, text});
  return {};
}

}  // namespace

void RunCompress(Session& session) {
  const Arguments& arguments = session.arguments;
  if (!arguments.append && !arguments.shard && !arguments.target) {
    ConvertEachFile(session);
    return;
  }
  ConvertEachFile(session,
                  [&](const auto& source, const auto& target, const auto& files,
                      const Observer& observer) -> Result<Summary> {
                    Options options = arguments.options;
                    if (arguments.target) {
                      if (const auto chosen = SetChosenLevel(session, source, options); !chosen) {
                        return chosen.failure();
                      }
                    }
                    if (arguments.append)
                      return AppendToFile(source, target, options, files, observer);
                    if (arguments.shard) {
                      return CompressShard(source, target, *arguments.shard, options, files,
                                           observer);
                    }
                    return CompressFile(source, target, options, files, observer);
                  });
}

}  // namespace sigma::cli
