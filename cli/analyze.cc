// --analyze: what the chunks of each file are, what was chosen for them and what it saves; as
// tables or as JSON, and with --report as a page (analyze_page.cc).
#include <cstdio>

#include "cli/analyze_page.h"
#include "cli/analyze_text.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/modes.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

Json Totals(const std::vector<GroupTotals>& groups) {
  Json all = Json::object();
  for (const GroupTotals& group : groups) {
    all[group.name] = {
        {"chunks", group.chunks}, {"original", group.original}, {"compressed", group.compressed}};
  }
  return all;
}

Json ToJson(const ChunkAnalysis& chunk) {
  Json considered = Json::array();
  for (const ConsideredPlan& plan : chunk.considered) {
    considered.push_back({{"plan", plan.name}, {"expected", plan.expected}, {"real", plan.real}});
  }
  return {{"offset", chunk.offset},
          {"original", chunk.original},
          {"compressed", chunk.compressed},
          {"reference", chunk.reference},
          {"gain", Gain(chunk)},
          {"class", chunk.data_class},
          {"strategy", chunk.strategy},
          {"plan", chunk.plan},
          {"entropy", chunk.entropy},
          {"plane_entropy", chunk.plane_entropy},
          {"delta_entropy", chunk.delta_entropy},
          {"period", chunk.period},
          {"period_density", chunk.period_density},
          {"match_density", chunk.match_density},
          {"text_density", chunk.text_density},
          {"run_density", chunk.run_density},
          {"considered", std::move(considered)}};
}

Json FileObject(const AnalyzedFile& file) {
  Json object = Json::object();
  PutName(object, "name", file.name);
  object["level"] = file.analysis.level;
  object["chunk_size"] = file.analysis.chunk_size;
  object["original"] = file.analysis.original;
  object["compressed"] = file.analysis.compressed;
  object["ratio"] = Ratio(file.analysis.original, file.analysis.compressed);
  object["classes"] = Totals(ByClass(file.analysis));
  object["strategies"] = Totals(ByStrategy(file.analysis));
  Json chunks = Json::array();
  for (const ChunkAnalysis& chunk : file.analysis.chunks) chunks.push_back(ToJson(chunk));
  object["chunks"] = std::move(chunks);
  return object;
}

// `list` has an entry for each input, those that failed too.
void PrintJson(Json list, const std::vector<AnalyzedFile>& files) {
  Json all = {{"files", std::move(list)}};
  const std::vector<EstimateTotals> estimates = Estimates(files);
  all["median_estimate_error"] =
      estimates.empty() ? Json(nullptr) : Json(estimates.back().median_error);
  std::printf("%s\n", Text(all).c_str());
}

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

void RunAnalyze(Session& session) {
  const Arguments& arguments = session.arguments;
  // The page alone goes to standard output, not among the tables.
  const bool tables = !arguments.json && arguments.report != "-";
  if (arguments.json && arguments.report == "-") {
    session.report.Failure("--report", {ErrorCode::kInvalidArgument,
                                        "standard output is taken by --json; name a file"});
    return;
  }
  std::vector<AnalyzedFile> files;
  Json list = Json::array();
  const auto failed = [&](const Input& input, const Error& error) {
    session.report.Failure(input.file, error);
    list.push_back(FailedObject("name", input.file, error));
  };
  for (const Input& input : CollectInputs(arguments, session.report)) {
    const auto source = ReadFile(input.file);
    if (!source) {
      failed(input, source.error());
      continue;
    }
    auto analysis = Analyze(*source, arguments.options);
    if (!analysis) {
      failed(input, analysis.error());
      continue;
    }
    files.push_back({input.file, std::move(*analysis), {}});
    if (!arguments.report.empty()) {
      auto ladder = MeasureLadder(*source, arguments.options);
      if (ladder) {
        files.back().ladder = std::move(*ladder);
      } else {
        session.report.Failure(input.file, ladder.error());
      }
    }
    if (arguments.json) list.push_back(FileObject(files.back()));
    if (tables) Print(FileText(files.back(), arguments.verbose > 0));
  }
  if (arguments.json) PrintJson(std::move(list), files);
  if (tables) Print(ClosingText(files, arguments.verbose > 0));
  std::fflush(stdout);
  // Without a single file there is nothing that is worth overwriting an older page.
  if (arguments.report.empty() || files.empty()) return;
  const std::uint32_t threads =
      arguments.options.threads == 0 ? AvailableThreads() : arguments.options.threads;
  const auto written = WritePage(arguments.report, Page(files, threads), arguments.files.force);
  if (!written) {
    session.report.Failure(arguments.report == "-" ? "(stdout)" : arguments.report,
                           written.error());
  }
}

}  // namespace sigma::cli
