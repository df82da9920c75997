// What --analyze shows of a file, summed up, and the page that --report writes.
#ifndef SIGMA_CLI_ANALYZE_PAGE_H_
#define SIGMA_CLI_ANALYZE_PAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sigma/sigma.hpp"

namespace sigma::cli {

struct AnalyzedFile {
  std::string name;
  Analysis analysis;
  std::vector<BenchResult> ladder;  // every level on a part of the file; empty without a page
};

struct GroupTotals {
  std::string name;
  std::uint64_t chunks = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
};

// In the order of first appearance.
[[nodiscard]] std::vector<GroupTotals> ByClass(const Analysis& analysis);
[[nodiscard]] std::vector<GroupTotals> ByStrategy(const Analysis& analysis);

// Share of the bytes that the chosen plan saves against REFERENCE alone; below 0 if it is larger.
[[nodiscard]] double Gain(const ChunkAnalysis& chunk);
[[nodiscard]] double Percent(std::uint64_t part, std::uint64_t whole);

// Every level measured in memory on at most 2 MiB from the middle of the file.
[[nodiscard]] std::vector<BenchResult> MeasureLadder(ByteView source, const Options& options);

// Writes one self-contained HTML file: for each file its map, ratio and entropy along it, the table
// by class and the levels' speeds and ratios. kExists unless `force`.
Result<void> WritePage(const std::string& path, const std::vector<AnalyzedFile>& files, bool force);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_ANALYZE_PAGE_H_
