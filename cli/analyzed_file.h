// The findings of --analyze in a file, summed up: by class, by strategy, by kind of plan; and its
// levels.
#ifndef SIGMA_CLI_ANALYZED_FILE_H_
#define SIGMA_CLI_ANALYZED_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sigma/sigma.hpp"

namespace sigma::cli {

// Every level, measured on one stretch of a file.
struct Ladder {
  std::uint64_t offset = 0;  // where the stretch begins
  std::uint64_t bytes = 0;
  std::vector<BenchResult> rows;
};

struct AnalyzedFile {
  std::string name;  // as given
  Analysis analysis;
  Ladder ladder;  // without rows where no page is made and where the file is empty
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
// The sums of all files, named "3 files".
[[nodiscard]] GroupTotals Sum(const std::vector<AnalyzedFile>& files);
// "12 chunks of 3 files".
[[nodiscard]] std::string ChunksIn(const GroupTotals& sum);

// How well sizes were foretold from samples, over the plans considered of one kind.
struct EstimateTotals {
  std::string kind;  // the transform or coder without its parameters; "all" for the last row
  std::uint64_t plans = 0;
  std::uint64_t expected = 0;  // bytes
  std::uint64_t real = 0;      // bytes
  double median_error = 0;     // of |expected - real| / real
};
// One row a kind in the order of first appearance, then the row of all; empty without any plan.
[[nodiscard]] std::vector<EstimateTotals> Estimates(const std::vector<AnalyzedFile>& files);

// Share of the bytes that the chosen plan saves against LZ alone; below 0 if it is larger.
[[nodiscard]] double Gain(const ChunkAnalysis& chunk);

// A plan in few words: "table ;(20 sections: reference 12, entropy 5, raw 3)", where a section that
// is transformed again counts as those it is made of. What is before the bracket is cut to 30
// columns. The same text where the plan has no sections.
[[nodiscard]] std::string Brief(const std::string& plan);

// Every level measured in memory on at most 2 MiB from the middle of the file.
Result<Ladder> MeasureLadder(ByteView source, const Options& options);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_ANALYZED_FILE_H_
