// --analyze: what the chunks of each file are, what was chosen for them and what it saves; as
// tables or as JSON, and with --report as a page (analyze_page.cc).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/analyze_page.h"
#include "cli/inputs.h"
#include "cli/modes.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

using Json = nlohmann::ordered_json;

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

// |expected − real| / real of every plan considered, the median of it; nothing without any.
std::optional<double> MedianError(const std::vector<AnalyzedFile>& files) {
  std::vector<double> errors;
  for (const AnalyzedFile& file : files) {
    for (const ChunkAnalysis& chunk : file.analysis.chunks) {
      for (const ConsideredPlan& plan : chunk.considered) {
        const auto real = static_cast<double>(std::max<std::uint64_t>(plan.real, 1));
        errors.push_back(std::abs(static_cast<double>(plan.expected) - real) / real);
      }
    }
  }
  if (errors.empty()) return std::nullopt;
  const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
  std::ranges::nth_element(errors, middle);
  return *middle;
}

void PrintJson(const std::vector<AnalyzedFile>& files) {
  Json list = Json::array();
  for (const AnalyzedFile& file : files) {
    Json chunks = Json::array();
    for (const ChunkAnalysis& chunk : file.analysis.chunks) chunks.push_back(ToJson(chunk));
    list.push_back({{"name", file.name},
                    {"level", file.analysis.level},
                    {"chunk_size", file.analysis.chunk_size},
                    {"original", file.analysis.original},
                    {"compressed", file.analysis.compressed},
                    {"classes", Totals(ByClass(file.analysis))},
                    {"strategies", Totals(ByStrategy(file.analysis))},
                    {"chunks", std::move(chunks)}});
  }
  Json all = {{"files", std::move(list)}};
  const auto median = MedianError(files);
  all["median_estimate_error"] = median ? Json(*median) : Json(nullptr);
  std::printf("%s\n", all.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

void PrintGroups(const char* title, const std::vector<GroupTotals>& groups) {
  std::printf("\n  %-14s %7s  %12s  %12s  %6s\n", title, "Chunks", "Original", "Compressed", "%");
  for (const GroupTotals& group : groups) {
    std::printf("  %-14s %7llu  %12s  %12s  %6s\n", group.name.c_str(),
                static_cast<unsigned long long>(group.chunks), HumanSize(group.original).c_str(),
                HumanSize(group.compressed).c_str(),
                Fixed(Percent(group.compressed, group.original), 2).c_str());
  }
}

void PrintFile(const AnalyzedFile& file) {
  const Analysis& analysis = file.analysis;
  std::printf("%s: %s -> %s (%s %%) at level %d, chunks of %s\n", file.name.c_str(),
              HumanSize(analysis.original).c_str(), HumanSize(analysis.compressed).c_str(),
              Fixed(Percent(analysis.compressed, analysis.original), 2).c_str(), analysis.level,
              HumanSize(analysis.chunk_size).c_str());
  PrintGroups("Class", ByClass(analysis));
  PrintGroups("Strategy", ByStrategy(analysis));
  std::printf("\n  %12s  %10s  %-10s  %5s  %5s  %6s  %5s  %6s  %6s  %s\n", "Offset", "Original",
              "Class", "H0", "Delta", "Period", "Match", "%", "Gain %", "Plan");
  for (const ChunkAnalysis& chunk : analysis.chunks) {
    std::printf("  %12llu  %10llu  %-10s  %5s  %5s  %6u  %5s  %6s  %6s  %s\n",
                static_cast<unsigned long long>(chunk.offset),
                static_cast<unsigned long long>(chunk.original), chunk.data_class.c_str(),
                Fixed(chunk.entropy, 2).c_str(),
                Fixed(*std::ranges::min_element(chunk.delta_entropy), 2).c_str(), chunk.period,
                Fixed(chunk.match_density, 2).c_str(),
                Fixed(Percent(chunk.compressed, chunk.original), 2).c_str(),
                Fixed(100 * Gain(chunk), 1).c_str(), chunk.plan.c_str());
  }
  std::printf("\n");
}

}  // namespace

void RunAnalyze(Session& session) {
  const Arguments& arguments = session.arguments;
  std::vector<AnalyzedFile> files;
  for (const Input& input : CollectInputs(arguments, session.report)) {
    const auto source = ReadFile(input.file);
    if (!source) {
      session.report.Failure(input.file, source.error());
      continue;
    }
    auto analysis = Analyze(*source, arguments.options);
    if (!analysis) {
      session.report.Failure(input.file, analysis.error());
      continue;
    }
    files.push_back({input.file, std::move(*analysis), {}});
    if (!arguments.report.empty()) files.back().ladder = MeasureLadder(*source, arguments.options);
    if (!arguments.json) PrintFile(files.back());
  }
  if (arguments.json) {
    PrintJson(files);
  } else if (const auto median = MedianError(files); median) {
    std::printf("Sizes expected of the plans considered are off by %s %% in the median.\n",
                Fixed(100 * *median, 1).c_str());
  }
  if (!arguments.report.empty()) {
    const auto written = WritePage(arguments.report, files, arguments.files.force);
    if (!written) session.report.Failure(arguments.report, written.error());
  }
}

}  // namespace sigma::cli
