// --estimate: what every level would make of each file, from a sample of it; a table for each, or one
// JSON object.
#include <cstdio>

#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/modes.h"
#include "cli/names.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

// A time as a person compares it: three digits.
std::string TimeText(double seconds) {
  if (seconds >= 3600) return HumanTime(seconds);
  const int digits = seconds >= 100 ? 0 : seconds >= 10 ? 1 : seconds >= 1 ? 2 : 3;
  return Fixed(seconds, digits) + " s";
}

void PrintTable(const std::string& file, const std::vector<LevelEstimate>& rows) {
  const std::uint64_t original = rows.front().original;
  std::printf("%s: %s\n", ShownName(file).c_str(), HumanSize(original).c_str());
  std::printf("%5s  %11s  %7s  %10s  %10s  %10s  %10s  %s\n", "Level", "Compressed", "Ratio",
              "Compress", "Restore", "Memory", "Restoring", "From");
  for (const LevelEstimate& row : rows) {
    std::printf("%5d  %11s  %7s  %10s  %10s  %10s  %10s  %s\n", row.level,
                HumanSize(row.compressed).c_str(),
                Fixed(Ratio(row.original, row.compressed), 3).c_str(),
                TimeText(row.compress_seconds).c_str(), TimeText(row.decompress_seconds).c_str(),
                HumanSize(row.compress_memory).c_str(), HumanSize(row.decompress_memory).c_str(),
                row.exact() ? "all" : HumanSize(row.sampled).c_str());
  }
  std::printf("\n");
}

Json ToJson(const LevelEstimate& row) {
  return {{"level", row.level},
          {"compressed", row.compressed},
          {"ratio", Ratio(row.original, row.compressed)},
          {"exact", row.exact()},
          {"sampled", row.sampled},
          {"threads", row.threads},
          {"chunk_size", row.chunk_size},
          {"compress_seconds", row.compress_seconds},
          {"decompress_seconds", row.decompress_seconds},
          {"compress_mb_s", Rate(row.original, row.compress_seconds)},
          {"decompress_mb_s", Rate(row.original, row.decompress_seconds)},
          {"compress_memory", row.compress_memory},
          {"decompress_memory", row.decompress_memory}};
}

Json FileObject(const std::string& file, const std::vector<LevelEstimate>& rows) {
  Json object = Json::object();
  PutName(object, "name", file);
  object["original"] = rows.front().original;
  Json levels = Json::array();
  for (const LevelEstimate& row : rows) levels.push_back(ToJson(row));
  object["levels"] = std::move(levels);
  return object;
}

}  // namespace

void RunEstimate(Session& session) {
  const Arguments& arguments = session.arguments;
  Json files = Json::array();
  for (const Input& input : CollectInputs(arguments, session.report)) {
    const auto rows =
        EstimateFile(input.file, arguments.options, arguments.first_level, arguments.last_level);
    if (!rows) session.report.Failure(input.file, rows.error());
    if (arguments.json) {
      files.push_back(rows ? FileObject(input.file, *rows)
                           : FailedObject("name", input.file, rows.error()));
    } else if (rows) {
      PrintTable(input.file, *rows);
    }
    std::fflush(stdout);
  }
  if (!arguments.json) return;
  Json all = Json::object();
  all["files"] = std::move(files);
  std::printf("%s\n", Text(all).c_str());
}

}  // namespace sigma::cli
