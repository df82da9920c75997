// --bench: the library's own measurement in memory, each file on its own and then the total, for
// every level asked for; a table, or one JSON object per line.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/modes.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

void PrintHeader() {
  std::printf("%5s %7s  %14s  %14s  %7s  %13s  %13s  %10s  %s\n", "Level", "Threads", "Original",
              "Compressed", "Ratio", "Compress", "Decompress", "Workspace", "File");
}

void PrintRow(const Arguments& arguments, const std::string& file, const BenchResult& row) {
  const double ratio = Ratio(row.original, row.compressed);
  const double compress = Rate(row.original, row.compress_seconds);
  const double decompress = Rate(row.original, row.decompress_seconds);
  if (arguments.json) {
    Json line = Json::object();
    PutName(line, "file", file);
    line["level"] = row.level;
    line["threads"] = row.threads;
    line["original"] = row.original;
    line["compressed"] = row.compressed;
    line["ratio"] = ratio;
    line["compress_mb_s"] = compress;
    line["decompress_mb_s"] = decompress;
    const double worker_seconds = row.compress_seconds * row.threads;
    line["classify_share"] = worker_seconds > 0 ? row.classify_seconds / worker_seconds : 0;
    line["peak_workspace"] = row.peak_workspace;
    std::printf("%s\n", Text(line).c_str());
  } else {
    std::printf("%5d %7u  %14llu  %14llu  %7s  %8s MB/s  %8s MB/s  %10s  %s\n", row.level,
                row.threads, static_cast<unsigned long long>(row.original),
                static_cast<unsigned long long>(row.compressed), Fixed(ratio, 3).c_str(),
                Fixed(compress, 1).c_str(), Fixed(decompress, 1).c_str(),
                HumanSize(row.peak_workspace).c_str(), ShownName(file).c_str());
  }
  std::fflush(stdout);
}

// Sizes and best times add up; the workspace is the largest.
void AddTo(BenchResult& total, const BenchResult& row) {
  total.level = row.level;
  total.threads = row.threads;
  total.original += row.original;
  total.compressed += row.compressed;
  total.compress_seconds += row.compress_seconds;
  total.decompress_seconds += row.decompress_seconds;
  total.classify_seconds += row.classify_seconds;
  total.peak_workspace = std::max(total.peak_workspace, row.peak_workspace);
}

}  // namespace

void RunBench(Session& session) {
  const Arguments& arguments = session.arguments;
  if (!arguments.json) PrintHeader();
  std::map<int, BenchResult> totals;
  const auto failed = [&](const Input& input, const Error& error) {
    session.report.Failure(input.file, error);
    if (!arguments.json) return;
    std::printf("%s\n", Text(FailedObject("file", input.file, error)).c_str());
    std::fflush(stdout);
  };
  for (const Input& input : CollectInputs(arguments, session.report)) {
    const auto source = ReadFile(input.file);
    if (!source) {
      failed(input, source.error());
      continue;
    }
    for (const int level : Levels()) {
      if (level < arguments.first_level || level > arguments.last_level) continue;
      Options options = arguments.options;
      options.level = level;
      const auto row = Bench(*source, options, arguments.seconds);
      if (!row) {
        failed(input, row.error());
        continue;
      }
      PrintRow(arguments, input.file, *row);
      AddTo(totals[level], *row);
    }
  }
  for (const auto& [level, total] : totals) PrintRow(arguments, "total", total);
}

}  // namespace sigma::cli
