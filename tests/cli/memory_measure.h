// Runs the command under sigma-peak and holds its peak against what it says of itself.
#ifndef SIGMA_TESTS_CLI_MEMORY_MEASURE_H_
#define SIGMA_TESTS_CLI_MEMORY_MEASURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/cli/command.h"

namespace sigma::tests {

struct Measured {
  int status = -1;
  std::string err;
  std::uint64_t peak = 0;  // bytes, by wait4
  double seconds = 0;
  nlohmann::json stats;
};

// `arguments` with redirections; `before` is shell that runs first (ulimit, a cgroup).
inline Measured Measure(const Folder& folder, const std::string& arguments,
                        const std::string& before = "") {
  const Outcome run =
      folder.Run("rm -f stats peak\n" + before + "\n" SIGMA_PEAK " peak sigma-par --stats=json=3 " +
                 arguments + " 3>stats");
  Measured measured;
  measured.status = run.status;
  measured.err = run.err;
  const auto peak = nlohmann::json::parse(folder.Read("peak"), nullptr, false);
  if (peak.is_object()) {
    measured.peak = peak["peak_bytes"].get<std::uint64_t>();
    measured.seconds = peak["seconds"].get<double>();
  }
  measured.stats = nlohmann::json::parse(folder.Read("stats"), nullptr, false);
  return measured;
}

// How near the runs of a test came to the formula.
struct Slack {
  std::size_t runs = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();  // bytes, formula − peak
  std::string where;

  void Add(std::int64_t bytes, const std::string& what) {
    ++runs;
    if (bytes < least) where = what;
    least = std::min(least, bytes);
  }
};
inline Slack& SlackOfTest() {
  static Slack slack;
  return slack;
}
// A line for who runs the test by hand; the next test begins anew.
inline void PrintSlack() {
  const Slack slack = std::exchange(SlackOfTest(), {});
  std::cout << slack.runs << " runs, least slack " << slack.least << " bytes: " << slack.where
            << '\n';
}

// That the run ended well within the formula, and within `limit` unless it is 0.
inline void ExpectWithin(const Measured& run, std::uint64_t limit, const std::string& what) {
  ASSERT_EQ(run.status, 0) << what << run.err;
  ASSERT_TRUE(run.stats.is_object()) << what;
  const auto need = run.stats["memory_need"].get<std::uint64_t>();
  EXPECT_LE(run.peak, need) << what;
  SlackOfTest().Add(static_cast<std::int64_t>(need) - static_cast<std::int64_t>(run.peak), what);
  if (limit != 0) {
    EXPECT_LE(need, limit) << what;
    EXPECT_LE(run.peak, limit) << what;
  }
}

// The least SIZE, from the refusal of a smaller one.
inline std::uint64_t LeastSize(const Folder& folder, const std::string& arguments) {
  const Outcome refused = folder.Run("sigma-par -M 4K " + arguments);
  const std::string words = "at least ";
  const std::size_t at = refused.err.find(words);
  EXPECT_EQ(refused.status, 1);
  if (at == std::string::npos) return 0;
  return std::stoull(refused.err.substr(at + words.size()));
}

// Compressing and restoring `file` through files and pipes with these options.
inline void ExpectBothWaysWithin(const Folder& folder, const std::string& file,
                                 const std::string& options, const std::string& threads,
                                 std::uint64_t limit, const std::string& before = "") {
  const std::string bound = limit == 0 ? "" : " -M " + std::to_string(limit);
  const std::string common = " -f -T " + threads + bound + " ";
  const std::string what = options + common + before;
  ExpectWithin(Measure(folder, common + options + " -o x.sigma " + file, before), limit,
               "compressing a file: " + what);
  ExpectWithin(Measure(folder, common + options + " -c <" + file + " >y.sigma", before), limit,
               "compressing a pipe: " + what);
  EXPECT_EQ(folder.Run("cmp x.sigma y.sigma").status, 0) << what;
  ExpectWithin(Measure(folder, "-d" + common + "-o x x.sigma", before), limit,
               "restoring a file: " + what);
  EXPECT_EQ(folder.Run("cmp x " + file).status, 0) << what;
  ExpectWithin(Measure(folder, "-dc" + common + "<y.sigma >y", before), limit,
               "restoring a pipe: " + what);
  EXPECT_EQ(folder.Run("cmp y " + file).status, 0) << what;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_CLI_MEMORY_MEASURE_H_
