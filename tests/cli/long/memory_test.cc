// The memory formula and -M over every level, thread count and chunk size, both ways, through files
// and pipes; under a cgroup's limit too where this process may make a cgroup.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <tuple>

#include "sigma/sigma.hpp"
#include "tests/cli/command.h"
#include "tests/cli/memory_measure.h"

namespace sigma::tests {
namespace {

// A memory cgroup of its own, version 1 or 2.
class Group {
 public:
  Group() {
    for (const char* root : {"/sys/fs/cgroup/memory", "/sys/fs/cgroup"}) {
      folder_ = std::string(root) + "/sigma-test-" + std::to_string(getpid());
      if (std::system(("mkdir " + folder_ + " 2>/dev/null").c_str()) != 0) continue;
      for (const char* file : {"/memory.limit_in_bytes", "/memory.max"}) {
        if (access((folder_ + file).c_str(), W_OK) == 0) limit_file_ = folder_ + file;
      }
      if (!limit_file_.empty()) return;
      (void)rmdir(folder_.c_str());
    }
  }
  ~Group() {
    if (!limit_file_.empty()) (void)rmdir(folder_.c_str());
  }
  [[nodiscard]] bool usable() const { return !limit_file_.empty(); }
  // Shell that puts itself into the group.
  [[nodiscard]] std::string Enter(std::uint64_t limit) const {
    std::ofstream(limit_file_) << limit;
    return "echo $$ >" + folder_ + "/cgroup.procs";
  }

 private:
  std::string folder_;
  std::string limit_file_;
};

std::string Input(const Folder& folder, std::size_t size) {
  folder.Write("a", MixedBytes(size));
  return "a";
}

// One test for a level and a number of threads: each is done in a minute or three.
class EveryChunkSize : public testing::TestWithParam<std::tuple<int, std::string>> {};

TEST_P(EveryChunkSize, StaysWithinTheFormulaAndTheLimit) {
  const auto& [level, threads] = GetParam();
  const Folder folder;
  const Group group;
  const std::string file = Input(folder, level < 6 ? 24u << 20 : 9u << 20);
  for (const std::string chunk : {"64K", "1M", "4M"}) {
    const std::string options = "--level " + std::to_string(level) + " -B " + chunk;
    ExpectBothWaysWithin(folder, file, options, threads, 0);
    const std::uint64_t least =
        std::max(LeastSize(folder, options + " -c a"), LeastSize(folder, "-dc <x.sigma"));
    for (const std::uint64_t limit : {least, 2 * least}) {
      ExpectBothWaysWithin(folder, file, options, threads, limit,
                           group.usable() ? group.Enter(limit + limit / 10) : "");
    }
    // Memory that is mapped but not resident is about 4 MB more than the formula counts.
    const std::uint64_t roomy = std::max<std::uint64_t>(least, 48u << 20);
    ExpectBothWaysWithin(folder, file, options, threads, roomy,
                         "ulimit -v " + std::to_string(roomy / 1024 * 11 / 10));
  }
  PrintSlack();
}

INSTANTIATE_TEST_SUITE_P(LongMemory, EveryChunkSize,
                         testing::Combine(testing::ValuesIn(Levels()), testing::Values("1", "2")),
                         [](const auto& test) {
                           return "Level" + std::to_string(std::get<0>(test.param)) + "Threads" +
                                  std::get<1>(test.param);
                         });

TEST(LongMemory, OneGibInSixPointTwoMegabytes) {
  const Folder folder;
  const std::string file = Input(folder, 64u << 20);
  ASSERT_EQ(
      folder
          .Run("for i in 1 2 3 4; do tail -c +$((i * 777777)) a >>b; tac -s X a >>b; done; "
               "cat b b b >c; head -c 1073741824 c >a; rm b c; test $(stat -c %s a) -ge 1000000000")
          .status,
      0);
  ExpectBothWaysWithin(folder, "a", "-1", "1", 6200000);
  PrintSlack();
}

// More chunks than the formula counts entries of the seek table for: what is beyond leaves memory,
// and the stream is the same as without a limit.
TEST(LongMemory, AHundredThousandChunksInSixPointTwoMegabytes) {
  const Folder folder;
  const std::string zeros = "head -c 6553600000 /dev/zero";
  const Outcome plain = folder.Run(zeros + " | sigma-par -1 -T1 -B64K >x.sigma");
  ASSERT_EQ(plain.status, 0) << plain.err;
  ASSERT_EQ(folder.Run("mkfifo p").status, 0);
  const Measured limited = Measure(folder, "-1 -T1 -B64K -M 6200000 <p >y.sigma", zeros + " >p &");
  ExpectWithin(limited, 6200000, "a hundred thousand chunks");
  EXPECT_EQ(folder.Run("cmp x.sigma y.sigma").status, 0);
  const Measured back = Measure(folder, "-t -T1 -M 6200000 y.sigma");
  ExpectWithin(back, 6200000, "a hundred thousand chunks, restored");
  PrintSlack();
}

}  // namespace
}  // namespace sigma::tests
