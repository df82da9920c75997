// The charts of the page of --analyze: the map and the course of a file, and its levels.
#ifndef SIGMA_CLI_PAGE_CHARTS_H_
#define SIGMA_CLI_PAGE_CHARTS_H_

#include <string>
#include <vector>

#include "cli/analyzed_file.h"

namespace sigma::cli {

// One colour a strategy for the whole page, in the order the files first show them: eight colours,
// then the same hatched, then dotted.
class Palette {
 public:
  explicit Palette(const std::vector<AnalyzedFile>& files);

  // An attribute of SVG shapes.
  [[nodiscard]] std::string Paint(const std::string& strategy) const;
  // A coloured square with the name, for each of the names.
  [[nodiscard]] std::string Keys(const std::vector<std::string>& names) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // The patterns that Paint refers to; once a page, empty if none is needed.
  [[nodiscard]] std::string Patterns() const;

 private:
  std::vector<std::string> names_;
};

// Of a file with at least one chunk; `id` is the page's only. A file of many chunks is drawn in at
// most kSteps steps, whatever its size.
inline constexpr std::size_t kSteps = 480;
// A bar along the file, coloured by strategy; neighbours with the same plan are one part.
[[nodiscard]] std::string MapChart(const AnalyzedFile& file, const Palette& palette,
                                   const std::string& id);
// Compressed size and entropy along the file.
[[nodiscard]] std::string CourseChart(const AnalyzedFile& file, const std::string& id);
// Ratio against compression speed, a point a level; at least one row.
[[nodiscard]] std::string LadderChart(const Ladder& ladder, const std::string& id);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_PAGE_CHARTS_H_
