#include "cli/analyze_text.h"

#include <algorithm>
#include <array>

#include "cli/names.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

constexpr std::size_t kPlanIndent = 6;
constexpr std::size_t kPlanColumns = 14;  // of a row, after the numbers

// A cell of a column: to the right for numbers, to the left for words.
std::string Right(const std::string& text, std::size_t width) {
  std::string cell(width - std::min(width, text.size()), ' ');
  return cell += text;
}
std::string Left(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

// Bytes of `text` that fit into `columns`: up to after a ", ", a blank or a bracket where there
// is one in the second half, otherwise as many characters as fit, and one at least.
std::size_t FittingBytes(std::string_view text, std::size_t columns) {
  if (Columns(text) <= columns) return text.size();
  std::size_t fitting = 0;
  for (std::size_t at = 1; at <= text.size(); ++at) {
    const bool inside = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    if (inside) continue;
    if (Columns(text.substr(0, at)) > columns) break;
    fitting = at;
  }
  const std::size_t comma = text.substr(0, fitting).rfind(", ");
  if (comma != std::string_view::npos && comma >= fitting / 2) return comma + 2;
  const std::size_t gap = text.substr(0, fitting).find_last_of(" (");
  if (gap != std::string_view::npos && gap >= fitting / 2) return gap + 1;
  return std::max<std::size_t>(fitting, 1);
}

// `text` in lines after `indent` blanks; those that continue it stand two further in.
std::string Wrapped(std::string_view text, std::size_t indent) {
  std::string lines;
  bool first = true;
  while (!text.empty()) {
    const std::size_t bytes = FittingBytes(text, kTextColumns - indent);
    std::string_view line = text.substr(0, bytes);
    text.remove_prefix(bytes);
    while (line.ends_with(' ')) line.remove_suffix(1);
    lines += std::string(indent, ' ') + std::string(line) + "\n";
    if (first) indent += 2;
    first = false;
  }
  return lines;
}

std::string GroupRow(const std::string& name, const std::string& chunks,
                     const std::string& original, const std::string& compressed,
                     const std::string& ratio) {
  return Left("  " + name, 16) + Right(chunks, 8) + Right(original, 14) + Right(compressed, 14) +
         Right(ratio, 11) + "\n";
}

std::string GroupRow(const GroupTotals& group) {
  return GroupRow(group.name, std::to_string(group.chunks), HumanSize(group.original),
                  HumanSize(group.compressed), Fixed(Ratio(group.original, group.compressed), 3));
}

std::string GroupTable(const std::string& title, const std::vector<GroupTotals>& groups) {
  std::string text = "\n";
  text += GroupRow(title, "Chunks", "Original", "Compressed", "Ratio");
  for (const GroupTotals& group : groups) text += GroupRow(group);
  return text;
}

std::string ChunkCells(const std::array<std::string, 10>& cells) {
  return Right(cells[0], 14) + Right(cells[1], 11) + "  " + Left(cells[2], 10) +
         Right(cells[3], 6) + Right(cells[4], 7) + Right(cells[5], 8) + Right(cells[6], 7) +
         Right(cells[7], 11) + Right(cells[8], 8) + "  " + cells[9] + "\n";
}

// The plan in its column if it fits, otherwise the strategy's name there and the plan on the lines
// that follow.
std::string ChunkRow(const ChunkAnalysis& chunk, bool whole) {
  const bool fits = chunk.plan.size() <= kPlanColumns;
  std::string text =
      ChunkCells({std::to_string(chunk.offset), std::to_string(chunk.original), chunk.data_class,
                  Fixed(chunk.entropy, 2), Fixed(*std::ranges::min_element(chunk.delta_entropy), 2),
                  chunk.period == 0 ? "-" : std::to_string(chunk.period),
                  Fixed(chunk.match_density, 2), Fixed(Ratio(chunk.original, chunk.compressed), 3),
                  Fixed(100 * Gain(chunk), 1), fits ? chunk.plan : chunk.strategy + ":"});
  if (fits) return text;
  const bool one_line = chunk.plan.size() <= kTextColumns - kPlanIndent;
  return text + Wrapped(whole || one_line ? chunk.plan : Brief(chunk.plan), kPlanIndent);
}

std::string EstimateTable(const std::vector<AnalyzedFile>& files) {
  const std::vector<EstimateTotals> rows = Estimates(files);
  if (rows.empty()) return "";
  const GroupTotals sum = Sum(files);
  std::string text = "\n";
  text += Wrapped("Sizes expected from samples against the real ones, of the " +
                      std::to_string(rows.back().plans) + " plans considered for " + ChunksIn(sum) +
                      ":",
                  0);
  text += GroupRow("Kind of plan", "Plans", "Expected", "Real", "Error %");
  for (const EstimateTotals& row : rows) {
    text += GroupRow(row.kind, std::to_string(row.plans), HumanSize(row.expected),
                     HumanSize(row.real), Fixed(100 * row.median_error, 1));
  }
  return text;
}

std::string Legend(bool whole) {
  return std::string(R"(
  H0       order-0 entropy in bits a byte: 8 is noise
  Delta    the lowest order-0 entropy of the differences of integers of 1, 2, 4 and 8 bytes
  Period   bytes after which the layout of the data repeats; - where none stands out
  Match    share of the sampled bytes that repeat earlier ones, 0 to 1
  Ratio    original / compressed; compressed are the chunks alone, without the stream's headers
  Gain %   what the plan saves against the coder "lz" alone
  Plan     a coder, or a transform with the coders of its sections: "x3" is three in a row
  Error %  the median of |expected - real| / real
)") + (whole ? "" : "  -v shows long plans in full, --json all that was measured.\n");
}

}  // namespace

std::string FileText(const AnalyzedFile& file, bool whole) {
  const Analysis& analysis = file.analysis;
  std::string text =
      Wrapped(ShownName(file.name) + ": " + HumanSize(analysis.original) + " -> " +
                  HumanSize(analysis.compressed) + ", ratio " +
                  Fixed(Ratio(analysis.original, analysis.compressed), 3) + ", at level " +
                  std::to_string(analysis.level) + ", chunks of " + HumanSize(analysis.chunk_size),
              0);
  if (analysis.chunks.empty()) return text + "  The file is empty.\n\n";
  text += GroupTable("Class", ByClass(analysis)) + GroupTable("Strategy", ByStrategy(analysis));
  text += "\n";
  text += ChunkCells(
      {"Offset", "Original", "Class", "H0", "Delta", "Period", "Match", "Ratio", "Gain %", "Plan"});
  for (const ChunkAnalysis& chunk : analysis.chunks) text += ChunkRow(chunk, whole);
  return text + "\n";
}

std::string ClosingText(const std::vector<AnalyzedFile>& files, bool whole) {
  if (files.empty()) return "";
  std::string text;
  if (files.size() > 1) {
    const GroupTotals sum = Sum(files);
    text = sum.name + ": " + HumanSize(sum.original) + " -> " + HumanSize(sum.compressed) +
           ", ratio " + Fixed(Ratio(sum.original, sum.compressed), 3) + "\n";
  }
  return text + EstimateTable(files) + Legend(whole);
}

}  // namespace sigma::cli
