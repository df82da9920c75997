// Plain HTML with inline SVG: page_charts.cc draws, page_markup.cc has the style.
#include "cli/analyze_page.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>

#include "cli/names.h"
#include "cli/page_charts.h"
#include "cli/page_markup.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

std::string Sizes(std::uint64_t original, std::uint64_t compressed) {
  return HumanSize(original) + " to " + HumanSize(compressed) + ", ratio " +
         Fixed(Ratio(original, compressed), 3);
}

// A name may turn the direction of writing: the rest of the line does not follow.
std::string Name(const AnalyzedFile& file) {
  return "<bdi>" + Escaped(ShownName(file.name)) + "</bdi>";
}

std::string GroupTable(const std::string& title, const std::string& caption,
                       const std::vector<GroupTotals>& groups) {
  std::vector<std::vector<std::string>> rows;
  for (const GroupTotals& group : groups) {
    rows.push_back({Escaped(group.name), std::to_string(group.chunks), HumanSize(group.original),
                    HumanSize(group.compressed),
                    Fixed(Ratio(group.original, group.compressed), 3)});
  }
  return Figure(caption, Table({title, "Chunks", "Original", "Compressed", "Ratio"}, rows));
}

std::string LadderOf(const AnalyzedFile& file, const std::string& id) {
  const Ladder& ladder = file.ladder;
  if (ladder.rows.empty()) return "";
  const std::string threads = std::to_string(ladder.rows.front().threads);
  const bool all = ladder.bytes == file.analysis.original;
  const std::string part = all ? "the whole file"
                               : "the " + HumanSize(ladder.bytes) + " that begin at " +
                                     HumanSize(ladder.offset) +
                                     "; the rest of the file may do better or worse";
  const std::string with = " (in memory, " + threads + (threads == "1" ? " thread)" : " threads)");
  std::vector<std::vector<std::string>> rows;
  for (const BenchResult& row : ladder.rows) {
    rows.push_back({std::to_string(row.level), HumanSize(row.original), HumanSize(row.compressed),
                    Fixed(Ratio(row.original, row.compressed), 3),
                    Fixed(Rate(row.original, row.compress_seconds), 1) + " MB/s",
                    Fixed(Rate(row.original, row.decompress_seconds), 1) + " MB/s"});
  }
  return "<h3>Levels</h3>\n" +
         Figure("Ratio against compression speed of every level, measured on " + part + with,
                LadderChart(ladder, id)) +
         Figure(
             "Every level on " + part + with,
             Table({"Level", "Original", "Compressed", "Ratio", "Compress", "Decompress"}, rows));
}

std::string Section(const AnalyzedFile& file, const Palette& palette, std::size_t index) {
  const Analysis& analysis = file.analysis;
  const std::string number = std::to_string(index);
  std::string html = "<section id=\"file" + number + "\"><h2>" + Name(file) + "</h2>\n<p>";
  if (analysis.original == 0) return html + "The file is empty.</p></section>\n";
  html += Sizes(analysis.original, analysis.compressed) + ", at level " +
          std::to_string(analysis.level) + ", in " + std::to_string(analysis.chunks.size()) +
          (analysis.chunks.size() == 1 ? " chunk" : " chunks") + " of at most " +
          HumanSize(analysis.chunk_size) + "</p>\n";
  html += MapChart(file, palette, "map" + number) + CourseChart(file, "course" + number);
  html += GroupTable("Class", "Chunks by the class of their data", ByClass(analysis)) +
          GroupTable("Strategy", "Chunks by strategy", ByStrategy(analysis));
  return html + LadderOf(file, "ladder" + number) + "</section>\n";
}

std::string Overview(const std::vector<AnalyzedFile>& files, const Palette& palette) {
  const GroupTotals sum = Sum(files);
  std::string html = "<p>" + sum.name + ", " + Sizes(sum.original, sum.compressed) + "</p>\n";
  if (files.size() < 2) return html;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Analysis& analysis = files[i].analysis;
    const std::vector<GroupTotals> groups = ByStrategy(analysis);
    const auto most = std::ranges::max_element(groups, {}, &GroupTotals::original);
    rows.push_back({"<a href=\"#file" + std::to_string(i) + "\">" + Name(files[i]) + "</a>",
                    std::to_string(analysis.chunks.size()), HumanSize(analysis.original),
                    HumanSize(analysis.compressed),
                    Fixed(Ratio(analysis.original, analysis.compressed), 3),
                    most == groups.end() ? "-" : Escaped(most->name)});
  }
  rows.push_back({"total", std::to_string(sum.chunks), HumanSize(sum.original),
                  HumanSize(sum.compressed), Fixed(Ratio(sum.original, sum.compressed), 3), ""});
  return html +
         Figure("The files, each with the strategy of most of its bytes",
                Table({"File", "Chunks", "Original", "Compressed", "Ratio", "Strategy"}, rows)) +
         "<p>A strategy has one colour in all maps:</p>" + palette.Keys(palette.names());
}

std::string EstimateSection(const std::vector<AnalyzedFile>& files) {
  std::vector<std::vector<std::string>> rows;
  const std::vector<EstimateTotals> estimates = Estimates(files);
  if (estimates.empty()) return "";
  for (const EstimateTotals& row : estimates) {
    rows.push_back({Escaped(row.kind), std::to_string(row.plans), HumanSize(row.expected),
                    HumanSize(row.real), Fixed(100 * row.median_error, 1) + " %"});
  }
  return "<section id=\"estimates\"><h2>Estimates</h2>\n" +
         Figure("Sizes expected from samples against the real ones, of the " +
                    std::to_string(estimates.back().plans) + " plans considered for " +
                    ChunksIn(Sum(files)) + "; the error is the median of |expected - real| / real",
                Table({"Kind of plan", "Plans", "Expected", "Real", "Error"}, rows)) +
         "</section>\n";
}

std::string CpuModel() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname system = {};  // where the kernel names no model, as on most ARM machines
  return uname(&system) == 0 ? system.machine : "unknown";
}

std::string Foot(std::uint32_t threads) {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  std::array<char, 40> date = {};
  std::strftime(date.data(), date.size(), "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &utc));
  const auto row = [](const std::string& name, const std::string& value) {
    return "<dt>" + name + "</dt><dd>" + Escaped(value) + "</dd>\n";
  };
  return "<footer><dl>\n" + row("Date", date.data()) +
         row("Version", "sigma-par " + std::string(Version())) + row("CPU", CpuModel()) +
         row("SIMD target", std::string(SimdTarget())) + row("Threads", std::to_string(threads)) +
         "</dl><p>Compressed sizes are those of the chunks, without the stream's headers.</p>"
         "</footer>\n";
}

}  // namespace

std::string Page(const std::vector<AnalyzedFile>& files, std::uint32_t threads) {
  const Palette palette(files);
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>Sigma: what the data is</title>"
      "<style>" +
      std::string(PageStyle()) + "</style></head>\n<body>" + palette.Patterns() +
      "<h1>What the data is</h1>\n" + Overview(files, palette);
  for (std::size_t i = 0; i < files.size(); ++i) html += Section(files[i], palette, i);
  return html + EstimateSection(files) + Foot(threads) + "</body></html>\n";
}

}  // namespace sigma::cli
