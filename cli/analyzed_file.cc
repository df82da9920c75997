#include "cli/analyzed_file.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace sigma::cli {
namespace {

constexpr std::size_t kLadderBytes = 2u << 20;
constexpr double kLadderSeconds = 0.05;
constexpr std::size_t kHeadColumns = 30;

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

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// "records56:2*8d" and "records2:16" are of one kind.
std::string KindOf(const std::string& plan) {
  return {plan.begin(), std::ranges::find_if_not(plan, IsLetter)};
}

double MedianOf(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

// " x12" at the beginning of `text`, which is cut off; 1 without it.
std::uint64_t TakeCount(std::string_view& text) {
  if (!text.starts_with(" x")) return 1;
  std::size_t at = 2;
  std::uint64_t count = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    count = count * 10 + static_cast<std::uint64_t>(text[at] - '0');
  }
  text.remove_prefix(at);
  return std::max<std::uint64_t>(count, 1);
}

// The coders of the sections in what follows a plan's first bracket. A word before a bracket is a
// transform, whose own sections count instead.
Counts CountSections(std::string_view text) {
  std::vector<Counts> open(1);
  const auto add = [](Counts& to, const Counts& counts, std::uint64_t times) {
    for (const auto& [name, count] : counts) to[name] += count * times;
  };
  while (!text.empty()) {
    if (text[0] == '(') {
      open.emplace_back();
      text.remove_prefix(1);
    } else if (text[0] == ')') {
      text.remove_prefix(1);
      const std::uint64_t times = TakeCount(text);
      if (open.size() == 1) continue;
      const Counts inner = std::move(open.back());
      open.pop_back();
      add(open.back(), inner, times);
    } else {
      const std::size_t letters =
          std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), text.size());
      const std::string_view word = text.substr(0, letters);
      text.remove_prefix(letters);
      const std::uint64_t times = TakeCount(text);
      if (!word.empty() && (text.starts_with(", ") || text.starts_with(")"))) {
        open.back()[std::string(word)] += times;
      }
      // To the next section, or to the bracket of this transform; past its parameter, which may be
      // a bracket itself: "table )(raw x3)".
      if (text.size() > 2 && text[0] == ' ') text.remove_prefix(2);
      while (!text.empty() && text[0] != '(' && text[0] != ')' && !text.starts_with(", ")) {
        text.remove_prefix(1);
      }
      if (text.starts_with(", ")) text.remove_prefix(2);
    }
  }
  for (; open.size() > 1; open.pop_back()) add(open[open.size() - 2], open.back(), 1);
  return open.front();
}

}  // namespace

std::vector<GroupTotals> ByClass(const Analysis& analysis) {
  return Group(analysis, &ChunkAnalysis::data_class);
}

std::vector<GroupTotals> ByStrategy(const Analysis& analysis) {
  return Group(analysis, &ChunkAnalysis::strategy);
}

GroupTotals Sum(const std::vector<AnalyzedFile>& files) {
  GroupTotals sum = {std::to_string(files.size()) + (files.size() == 1 ? " file" : " files")};
  for (const AnalyzedFile& file : files) {
    sum.chunks += file.analysis.chunks.size();
    sum.original += file.analysis.original;
    sum.compressed += file.analysis.compressed;
  }
  return sum;
}

std::string ChunksIn(const GroupTotals& sum) {
  return std::to_string(sum.chunks) + (sum.chunks == 1 ? " chunk" : " chunks") + " of " + sum.name;
}

std::vector<EstimateTotals> Estimates(const std::vector<AnalyzedFile>& files) {
  std::vector<EstimateTotals> rows;
  std::vector<std::vector<double>> errors;
  EstimateTotals all = {"all"};
  std::vector<double> all_errors;
  for (const AnalyzedFile& file : files) {
    for (const ChunkAnalysis& chunk : file.analysis.chunks) {
      for (const ConsideredPlan& plan : chunk.considered) {
        const auto found = std::ranges::find(rows, KindOf(plan.name), &EstimateTotals::kind);
        const auto i = static_cast<std::size_t>(found - rows.begin());
        if (i == rows.size()) {
          rows.push_back({KindOf(plan.name)});
          errors.emplace_back();
        }
        const auto real = static_cast<double>(std::max<std::uint64_t>(plan.real, 1));
        errors[i].push_back(std::abs(static_cast<double>(plan.expected) - real) / real);
        for (EstimateTotals* row : {&rows[i], &all}) {
          ++row->plans;
          row->expected += plan.expected;
          row->real += plan.real;
        }
      }
    }
  }
  if (rows.empty()) return rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all_errors.insert(all_errors.end(), errors[i].begin(), errors[i].end());
    rows[i].median_error = MedianOf(errors[i]);
  }
  all.median_error = MedianOf(all_errors);
  rows.push_back(std::move(all));
  return rows;
}

double Gain(const ChunkAnalysis& chunk) {
  if (chunk.reference == 0) return 0;
  return 1 - static_cast<double>(chunk.compressed) / static_cast<double>(chunk.reference);
}

std::string Brief(const std::string& plan) {
  std::size_t bracket = plan.find('(');
  if (bracket == std::string::npos) return plan;
  if (plan.compare(bracket, 2, "((") == 0) ++bracket;  // the delimiter of a table
  const Counts counts = CountSections(std::string_view(plan).substr(bracket + 1));
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           [](const auto& row) { return row.second; });
  std::uint64_t sections = 0;
  std::string list;
  for (const auto& [name, count] : sorted) {
    sections += count;
    list += (list.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  std::string head = plan.substr(0, bracket);
  if (head.size() > kHeadColumns) head = head.substr(0, kHeadColumns - 3) + "...";
  return head + "(" + std::to_string(sections) + (sections == 1 ? " section: " : " sections: ") +
         list + ")";
}

Result<Ladder> MeasureLadder(ByteView source, const Options& options) {
  Ladder ladder;
  ladder.bytes = std::min(source.size(), kLadderBytes);
  ladder.offset = (source.size() - ladder.bytes) / 2;
  if (ladder.bytes == 0) return ladder;
  const ByteView part = source.subspan(ladder.offset, ladder.bytes);
  for (const int level : Levels()) {
    Options one = options;
    one.level = level;
    one.memory_limit = 0;
    const auto row = Bench(part, one, kLadderSeconds);
    if (!row) return row.failure();
    ladder.rows.push_back(*row);
  }
  return ladder;
}

}  // namespace sigma::cli
