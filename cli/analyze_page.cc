// The page: plain HTML with inline SVG, no script and no network.
#include "cli/analyze_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "cli/quantity.h"

namespace sigma::cli {
namespace {

constexpr std::size_t kLadderBytes = 2u << 20;
constexpr double kLadderSeconds = 0.05;

// Colours that stay apart for colour-blind readers (Okabe and Ito 2008), then greys.
constexpr std::array<std::string_view, 10> kColours = {"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                                       "#56B4E9", "#D55E00", "#F0E442", "#999999",
                                                       "#555555", "#BBBBBB"};
constexpr double kWidth = 960;
constexpr double kLeft = 60;
constexpr double kRight = 20;

constexpr std::string_view kStyle = R"(
body{font:15px/1.45 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}
table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .8em;text-align:right}
td:first-child,th:first-child{text-align:left}tr:nth-child(even){background:#f4f4f4}
th{border-bottom:1px solid #999}svg{display:block;margin:.5em 0;width:100%;height:auto}
text{font:12px system-ui,sans-serif;fill:#444}.key{display:inline-block;margin-right:1.2em}
.key i{display:inline-block;width:.9em;height:.9em;margin-right:.35em;vertical-align:-.1em}
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}text{fill:#bbb}
tr:nth-child(even){background:#242424}})";

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::vector<GroupTotals> Group(const Analysis& analysis, std::string ChunkAnalysis::*name) {
  std::vector<GroupTotals> groups;
  for (const ChunkAnalysis& chunk : analysis.chunks) {
    auto found = std::ranges::find(groups, chunk.*name, &GroupTotals::name);
    if (found == groups.end()) found = groups.insert(groups.end(), {chunk.*name, 0, 0, 0});
    ++found->chunks;
    found->original += chunk.original;
    found->compressed += chunk.compressed;
  }
  return groups;
}

std::string_view ColourOf(const std::vector<GroupTotals>& strategies, const std::string& name) {
  const auto found = std::ranges::find(strategies, name, &GroupTotals::name);
  return kColours[static_cast<std::size_t>(found - strategies.begin()) % kColours.size()];
}

std::string Number(double value) { return Fixed(value, 2); }

std::string Rectangle(double x, double y, double width, double height, std::string_view fill,
                      const std::string& title) {
  return "<rect x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" width=\"" + Number(width) +
         "\" height=\"" + Number(height) + "\" fill=\"" + std::string(fill) + "\"><title>" +
         Escaped(title) + "</title></rect>";
}

std::string Text(double x, double y, std::string_view anchor, const std::string& text) {
  return "<text x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" text-anchor=\"" +
         std::string(anchor) + "\">" + Escaped(text) + "</text>";
}

std::string Line(double x1, double y1, double x2, double y2) {
  return "<line x1=\"" + Number(x1) + "\" y1=\"" + Number(y1) + "\" x2=\"" + Number(x2) +
         "\" y2=\"" + Number(y2) + "\" stroke=\"#999\"/>";
}

std::string Open(const std::string& id, double height, const std::string& label) {
  return "<svg id=\"" + id + "\" viewBox=\"0 0 " + Number(kWidth) + " " + Number(height) +
         "\" role=\"img\" aria-label=\"" + Escaped(label) + "\">";
}

// A bar along the file, one part a chunk, coloured by strategy.
std::string Map(const AnalyzedFile& file, const std::string& id) {
  const Analysis& analysis = file.analysis;
  const std::vector<GroupTotals> strategies = ByStrategy(analysis);
  std::string svg = Open(id, 60, "Strategies along the file");
  const double scale = (kWidth - kLeft - kRight) / static_cast<double>(analysis.original);
  for (const ChunkAnalysis& chunk : analysis.chunks) {
    svg += Rectangle(kLeft + static_cast<double>(chunk.offset) * scale, 5,
                     std::max(static_cast<double>(chunk.original) * scale - 0.5, 0.5), 30,
                     ColourOf(strategies, chunk.strategy),
                     chunk.plan + ", " + chunk.data_class + ", " +
                         Fixed(Percent(chunk.compressed, chunk.original), 2) + " %");
  }
  svg += Text(kLeft, 52, "start", "0");
  svg += Text(kWidth - kRight, 52, "end", HumanSize(analysis.original)) + "</svg><p>";
  for (const GroupTotals& group : strategies) {
    svg += "<span class=\"key\"><i style=\"background:" +
           std::string(ColourOf(strategies, group.name)) + "\"></i>" + Escaped(group.name) +
           "</span>";
  }
  return svg + "</p>";
}

// Steps along the file: compressed share and order-0 entropy, both in percent of 8 bits.
std::string Course(const AnalyzedFile& file, const std::string& id) {
  constexpr double kHeight = 190;
  constexpr double kBase = 160;
  constexpr double kTop = 10;
  const Analysis& analysis = file.analysis;
  const double scale = (kWidth - kLeft - kRight) / static_cast<double>(analysis.original);
  std::string svg = Open(id, kHeight, "Compressed share and entropy along the file");
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double y = kBase - (kBase - kTop) * percent / 100;
    svg += Line(kLeft, y, kWidth - kRight, y) +
           Text(kLeft - 6, y + 4, "end", std::to_string(percent) + " %");
  }
  const auto steps = [&](auto value, std::string_view colour) {
    std::string points;
    for (const ChunkAnalysis& chunk : analysis.chunks) {
      const double y = kBase - (kBase - kTop) * std::min(value(chunk), 100.0) / 100;
      for (const std::uint64_t at : {chunk.offset, chunk.offset + chunk.original}) {
        points += Number(kLeft + static_cast<double>(at) * scale) + "," + Number(y) + " ";
      }
    }
    return "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + std::string(colour) +
           "\" stroke-width=\"2\"/>";
  };
  svg += steps([](const ChunkAnalysis& chunk) { return chunk.entropy * 100 / 8; }, kColours[1]);
  svg += steps([](const ChunkAnalysis& chunk) { return Percent(chunk.compressed, chunk.original); },
               kColours[0]);
  svg += Text(kLeft, kHeight - 8, "start", "0") +
         Text(kWidth - kRight, kHeight - 8, "end", HumanSize(analysis.original));
  return svg + "</svg><p><span class=\"key\"><i style=\"background:" + std::string(kColours[0]) +
         "\"></i>compressed</span><span class=\"key\"><i style=\"background:" +
         std::string(kColours[1]) + "\"></i>order-0 entropy</span></p>";
}

// One point a level: ratio against compression speed, logarithmic.
std::string Ladder(const AnalyzedFile& file, const std::string& id) {
  constexpr double kHeight = 300;
  constexpr double kBase = 260;
  constexpr double kTop = 20;
  double slowest = 1e300;
  double fastest = 0;
  double best = 1;
  for (const BenchResult& row : file.ladder) {
    const double rate = Rate(row.original, row.compress_seconds);
    slowest = std::min(slowest, rate);
    fastest = std::max(fastest, rate);
    best = std::max(best, Ratio(row.original, row.compressed));
  }
  const double first = std::floor(std::log10(std::max(slowest, 0.001)));
  const double last = std::max(std::ceil(std::log10(std::max(fastest, 0.01))), first + 1);
  std::string svg = Open(id, kHeight, "Ratio against compression speed of every level");
  const auto x_of = [&](double rate) {
    return kLeft +
           (kWidth - kLeft - kRight) * (std::log10(std::max(rate, 0.001)) - first) / (last - first);
  };
  const auto y_of = [&](double ratio) {
    return kBase - (kBase - kTop) * (best <= 1 ? 0 : (ratio - 1) / (best - 1));
  };
  svg += Line(kLeft, kBase, kWidth - kRight, kBase) + Line(kLeft, kTop, kLeft, kBase);
  for (double power = first; power <= last; ++power) {
    svg += Text(x_of(std::pow(10, power)), kBase + 18, "middle", Fixed(std::pow(10, power), 0));
  }
  svg += Text(kWidth / 2, kHeight - 6, "middle", "compression, MB/s");
  svg += Text(kLeft - 6, y_of(best) + 4, "end", Fixed(best, 2)) +
         Text(kLeft - 6, kBase + 4, "end", "1.00");
  for (const BenchResult& row : file.ladder) {
    const double x = x_of(Rate(row.original, row.compress_seconds));
    const double y = y_of(Ratio(row.original, row.compressed));
    svg += "<circle cx=\"" + Number(x) + "\" cy=\"" + Number(y) + "\" r=\"5\" fill=\"" +
           std::string(kColours[0]) + "\"><title>level " + std::to_string(row.level) + ": ratio " +
           Fixed(Ratio(row.original, row.compressed), 3) + ", restoring " +
           Fixed(Rate(row.original, row.decompress_seconds), 0) + " MB/s</title></circle>" +
           Text(x, y - 9, "middle", std::string{"-"}.append(std::to_string(row.level)));
  }
  return svg + "</svg>";
}

std::string Table(const char* title, const std::vector<GroupTotals>& groups) {
  std::string html = std::string("<table><tr><th>") + title +
                     "</th><th>Chunks</th><th>Original</th><th>Compressed</th><th>%</th></tr>";
  for (const GroupTotals& group : groups) {
    html += "<tr><td>" + Escaped(group.name) + "</td><td>" + std::to_string(group.chunks) +
            "</td><td>" + HumanSize(group.original) + "</td><td>" + HumanSize(group.compressed) +
            "</td><td>" + Fixed(Percent(group.compressed, group.original), 2) + "</td></tr>";
  }
  return html + "</table>";
}

std::string Section(const AnalyzedFile& file, std::size_t index) {
  const Analysis& analysis = file.analysis;
  const std::string number = std::to_string(index);
  std::string html = "<h2>" + Escaped(file.name) + "</h2><p>" + HumanSize(analysis.original) +
                     " to " + HumanSize(analysis.compressed) + " (" +
                     Fixed(Percent(analysis.compressed, analysis.original), 2) + " %) at level " +
                     std::to_string(analysis.level) + ", chunks of " +
                     HumanSize(analysis.chunk_size) + ".</p>";
  if (analysis.original == 0) return html;
  html += "<h3>Strategies along the file</h3>" + Map(file, "map" + number);
  html += "<h3>Ratio and entropy along the file</h3>" + Course(file, "course" + number);
  html += Table("Class", ByClass(analysis)) + Table("Strategy", ByStrategy(analysis));
  html += "<h3>Levels, measured on a part of the file</h3>" + Ladder(file, "ladder" + number);
  return html;
}

}  // namespace

std::vector<GroupTotals> ByClass(const Analysis& analysis) {
  return Group(analysis, &ChunkAnalysis::data_class);
}

std::vector<GroupTotals> ByStrategy(const Analysis& analysis) {
  return Group(analysis, &ChunkAnalysis::strategy);
}

double Gain(const ChunkAnalysis& chunk) {
  if (chunk.reference == 0) return 0;
  return 1 - static_cast<double>(chunk.compressed) / static_cast<double>(chunk.reference);
}

double Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<BenchResult> MeasureLadder(ByteView source, const Options& options) {
  const std::size_t size = std::min(source.size(), kLadderBytes);
  const ByteView part = source.subspan((source.size() - size) / 2, size);
  std::vector<BenchResult> rows;
  if (part.empty()) return rows;
  for (const int level : Levels()) {
    Options one = options;
    one.level = level;
    one.memory_limit = 0;
    const auto row = Bench(part, one, kLadderSeconds);
    if (row) rows.push_back(*row);
  }
  return rows;
}

Result<void> WritePage(const std::string& path, const std::vector<AnalyzedFile>& files,
                       bool force) {
  if (!force && std::filesystem::exists(path)) {
    return Fail(ErrorCode::kExists, "exists already; -f overwrites it");
  }
  std::ofstream page(path, std::ios::binary | std::ios::trunc);
  page << "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sigma: what the "
          "data is</title><style>"
       << kStyle << "</style></head><body><h1>What the data is</h1>";
  for (std::size_t i = 0; i < files.size(); ++i) page << Section(files[i], i);
  page << "<p>sigma-par " << Version() << ", SIMD " << SimdTarget() << "</p></body></html>\n";
  page.close();
  if (!page) return Fail(ErrorCode::kIo, "cannot write the report");
  return {};
}

}  // namespace sigma::cli
