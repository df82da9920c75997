// The results of sigma-bench: one row a kernel, target and size, with its ratios to memcpy and to
// the scalar target; as text while it runs, as JSON or CSV at the end.
#ifndef SIGMA_BENCHMARKS_RESULTS_H_
#define SIGMA_BENCHMARKS_RESULTS_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sigma::benchmarks {

inline constexpr const char* kMemcpy = "memcpy";     // the kernel that copies
inline constexpr const char* kScalar = "SCALAR";     // the target that ratios refer to
inline constexpr const char* kNoTarget = "-";        // of what does not depend on the target
inline constexpr const char* kClockCounter = "_hz";  // the trusted clock of a run, 0 if none

struct Row {
  std::string kernel;
  std::string target;
  std::size_t size = 0;         // bytes of input
  double bytes_per_second = 0;  // the best repetition
  double bytes_per_cycle = 0;   // of that repetition; 0: no trusted clock
  double to_scalar = 0;         // ratio of speeds; 0: nothing to compare with in this run
  double to_memcpy = 0;
  std::string error;  // why it was not measured
};

// Takes the runs as Google Benchmark makes them. Those to compare with must come first.
class Results : public benchmark::BenchmarkReporter {
 public:
  // Rows are printed to `text` as they come, unless it is null.
  explicit Results(std::FILE* text) : text_(text) {}

  // The kernel, target and size that the name of a registered benchmark stands for.
  void Expect(const std::string& name, Row row) { expected_[name] = std::move(row); }

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  [[nodiscard]] bool failed() const { return failed_; }
  void WriteJson(std::FILE* to) const;
  void WriteCsv(std::FILE* to) const;

 private:
  [[nodiscard]] double SpeedOf(const std::string& kernel, const std::string& target,
                               std::size_t size) const;
  void PrintRow(const Row& row) const;

  std::FILE* text_;
  std::map<std::string, Row> expected_;
  std::vector<Row> rows_;
  bool failed_ = false;
};

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_RESULTS_H_
