// Map and course: what changes along a file. The ladder is in page_ladder.cc.
#include "cli/page_charts.h"

#include <algorithm>
#include <functional>
#include <map>

#include "cli/page_markup.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

constexpr double kLeft = 60;
constexpr double kRight = 30;
constexpr std::size_t kColours = 8;
constexpr std::size_t kTitleColumns = 120;

// Chunks in a row that are drawn as one.
struct Step {
  std::uint64_t offset = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
  std::uint64_t chunks = 0;
  double entropy_bytes = 0;  // the sum of entropy times bytes
  std::string strategy;      // of most of the bytes
  std::string plan;          // of the one chunk, or of all if they share it; empty otherwise
};

void Append(Step& step, const Step& next) {
  step.original += next.original;
  step.compressed += next.compressed;
  step.chunks += next.chunks;
  step.entropy_bytes += next.entropy_bytes;
  if (step.plan != next.plan) step.plan.clear();
}

// One step a chunk up to kSteps of them, otherwise as many chunks a step as that takes.
std::vector<Step> StepsOf(const Analysis& analysis) {
  const std::size_t group = (analysis.chunks.size() + kSteps - 1) / kSteps;
  std::vector<Step> steps;
  std::map<std::string, std::uint64_t> bytes;
  for (std::size_t i = 0; i < analysis.chunks.size(); ++i) {
    const ChunkAnalysis& chunk = analysis.chunks[i];
    const Step one = {chunk.offset,
                      chunk.original,
                      chunk.compressed,
                      1,
                      chunk.entropy * static_cast<double>(chunk.original),
                      chunk.strategy,
                      chunk.plan};
    if (i % group == 0) {
      bytes.clear();
      steps.push_back(one);
    } else {
      Append(steps.back(), one);
    }
    bytes[chunk.strategy] += chunk.original;
    steps.back().strategy =
        std::ranges::max_element(bytes, {}, [](const auto& row) { return row.second; })->first;
  }
  return steps;
}

std::string TitleOf(const Step& step) {
  std::string text = std::to_string(step.chunks) + (step.chunks == 1 ? " chunk" : " chunks") +
                     " from " + HumanSize(step.offset) + " to " +
                     HumanSize(step.offset + step.original) + ", ratio " +
                     Fixed(Ratio(step.original, step.compressed), 3) + ": ";
  std::string plan = step.plan.empty() ? step.strategy : step.plan;
  if (plan.size() > kTitleColumns) plan = Brief(plan);
  return text + (step.plan.empty() && step.chunks > 1 ? "mostly " : "") + plan;
}

double Scale(const Analysis& analysis) {
  return (kChartWidth - kLeft - kRight) / static_cast<double>(analysis.original);
}

// Where in the file the quarters are.
std::string Positions(const Analysis& analysis, double y) {
  std::string svg;
  for (const unsigned quarter : {0U, 1U, 2U, 3U, 4U}) {
    const double x = kLeft + (kChartWidth - kLeft - kRight) * quarter / 4;
    const std::uint64_t at = analysis.original / 4 * quarter + analysis.original % 4 * quarter / 4;
    svg += Line(x, y - 18, x, y - 13, "axis") + Text(x, y,
                                                     quarter == 0   ? "start"
                                                     : quarter == 4 ? "end"
                                                                    : "middle",
                                                     quarter == 0 ? "0" : HumanSize(at));
  }
  return svg;
}

std::string Shares(const Analysis& analysis) {
  std::string text;
  for (const GroupTotals& group : ByStrategy(analysis)) {
    text +=
        (text.empty() ? "" : ", ") + group.name + " " +
        Fixed(100 * static_cast<double>(group.original) / static_cast<double>(analysis.original),
              1) +
        " %";
  }
  return text;
}

std::string StepNote(const Analysis& analysis, std::size_t steps) {
  if (steps == analysis.chunks.size()) return "";
  return ", " + std::to_string((analysis.chunks.size() + kSteps - 1) / kSteps) + " chunks a step";
}

}  // namespace

Palette::Palette(const std::vector<AnalyzedFile>& files) {
  for (const AnalyzedFile& file : files) {
    for (const GroupTotals& group : ByStrategy(file.analysis)) {
      if (std::ranges::find(names_, group.name) == names_.end()) names_.push_back(group.name);
    }
  }
}

std::string Palette::Paint(const std::string& strategy) const {
  const auto i = static_cast<std::size_t>(std::ranges::find(names_, strategy) - names_.begin());
  const std::string colour = std::to_string(i % kColours);
  if (i < kColours) return "class=\"s" + colour + "\"";
  return "fill=\"url(#" + std::string(i < 2 * kColours ? "hatch" : "dots") + colour + ")\"";
}

std::string Palette::Keys(const std::vector<std::string>& names) const {
  std::string html = "<p>";
  for (const std::string& name : names) {
    html +=
        "<span class=\"key\"><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect "
        "width=\"14\" height=\"14\" " +
        Paint(name) + "/></svg>" + Escaped(name) + "</span> ";
  }
  return html + "</p>\n";
}

std::string Palette::Patterns() const {
  if (names_.size() <= kColours) return "";
  std::string svg =
      "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>";
  for (std::size_t i = kColours; i < std::min(names_.size(), 3 * kColours); ++i) {
    const std::string colour = std::to_string(i % kColours);
    const bool hatch = i < 2 * kColours;
    svg += "<pattern id=\"" + std::string(hatch ? "hatch" : "dots") + colour +
           "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
           "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" class=\"s" +
           colour + "\"/><rect class=\"gap\" width=\"2\" height=\"" + (hatch ? "6" : "2") +
           "\"/></pattern>";
  }
  return svg + "</defs></svg>\n";
}

std::string MapChart(const AnalyzedFile& file, const Palette& palette, const std::string& id) {
  const Analysis& analysis = file.analysis;
  const std::vector<Step> steps = StepsOf(analysis);
  std::vector<Step> parts;
  // Where steps are many and narrow, the parameters of their plans are not told apart.
  const bool narrow = steps.size() > kSteps / 4;
  for (const Step& step : steps) {
    const bool same = !parts.empty() && parts.back().strategy == step.strategy &&
                      (narrow || parts.back().plan == step.plan);
    if (same) {
      Append(parts.back(), step);
    } else {
      parts.push_back(step);
    }
  }
  std::string svg =
      OpenChart(id, 62, "Strategies along the file", "Shares of the bytes: " + Shares(analysis));
  for (const Step& part : parts) {
    const double width = static_cast<double>(part.original) * Scale(analysis);
    // A gap between parts, but no part without any width.
    svg +=
        Rectangle(kLeft + static_cast<double>(part.offset) * Scale(analysis), 4,
                  width > 3 ? width - 1 : width, 32, palette.Paint(part.strategy), TitleOf(part));
  }
  std::vector<std::string> names;
  for (const GroupTotals& group : ByStrategy(analysis)) names.push_back(group.name);
  return Figure("Strategies along the file" + StepNote(analysis, steps.size()),
                svg + Positions(analysis, 56) + "</svg>") +
         palette.Keys(names);
}

std::string CourseChart(const AnalyzedFile& file, const std::string& id) {
  constexpr double kHeight = 200;
  constexpr double kBase = 164;
  constexpr double kTop = 10;
  const Analysis& analysis = file.analysis;
  const std::vector<Step> steps = StepsOf(analysis);
  const auto size_of = [](const Step& step) {
    return 100 * static_cast<double>(step.compressed) / static_cast<double>(step.original);
  };
  const auto entropy_of = [](const Step& step) {
    return step.entropy_bytes / static_cast<double>(step.original) * 100 / 8;
  };
  const auto line = [&](const std::function<double(const Step&)>& value, const std::string& kind) {
    std::string points;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto height = [&](std::size_t k) {
        return Number(kBase - (kBase - kTop) * std::min(value(steps[k]), 100.0) / 100);
      };
      // A level stretch needs its two ends only.
      const std::string y = height(i);
      const auto at = [&](std::uint64_t offset) {
        points += Number(kLeft + static_cast<double>(offset) * Scale(analysis)) + "," + y + " ";
      };
      if (i == 0 || height(i - 1) != y) at(steps[i].offset);
      if (i + 1 == steps.size() || height(i + 1) != y) at(steps[i].offset + steps[i].original);
    }
    return "<polyline class=\"" + kind + "\" points=\"" + points + "\"/>";
  };
  const auto range = [&](const std::function<double(const Step&)>& value) {
    const auto [least, most] = std::ranges::minmax(steps, {}, value);
    return Fixed(value(least), 1) + " to " + Fixed(value(most), 1) + " %";
  };
  std::string svg =
      OpenChart(id, kHeight, "Compressed size and entropy along the file",
                "Compressed size " + range(size_of) + ", order-0 entropy " + range(entropy_of));
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double y = kBase - (kBase - kTop) * percent / 100;
    svg += Line(kLeft, y, kChartWidth - kRight, y) +
           Text(kLeft - 6, y + 4, "end", std::to_string(percent) + " %");
  }
  svg += line(entropy_of, "entropy") + line(size_of, "size") + Positions(analysis, kBase + 24);
  const auto key = [](const std::string& kind, const std::string& text) {
    return "<span class=\"key\"><svg width=\"26\" height=\"10\" aria-hidden=\"true\"><polyline "
           "class=\"" +
           kind + "\" points=\"0,5 26,5\"/></svg>" + text + "</span> ";
  };
  return Figure(
             "Compressed size and order-0 entropy along the file, in percent of the original "
             "size and of 8 bits a byte" +
                 StepNote(analysis, steps.size()),
             svg + "</svg>") +
         "<p>" + key("size", "compressed size") + key("entropy", "order-0 entropy") + "</p>\n";
}

}  // namespace sigma::cli
