// Tests that take minutes: files above 2 and 4 GiB, and memory that does not grow with the file. In
// the ctest label `long`, which neither test.sh nor .ci/run includes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

TEST(Long, ASparseFileOfTwoGib) {
  const Folder folder;
  const Outcome run = folder.Run(
      "truncate -s 2G a; printf x | dd of=a bs=1 seek=1500000000 conv=notrunc status=none\n"
      "sigma-par a && sigma-par -t a.sigma && sigma-par -d -o b a.sigma && cmp a b && "
      "test $(du -k b | cut -f 1) -lt 65536 && test $(stat -c %s a.sigma) -lt 1000000");
  EXPECT_EQ(run.status, 0) << run.err;
}

TEST(Long, APipeOfFiveGib) {
  const Folder folder;
  const Outcome run = folder.Run(
      "seq 1 700000000 | head -c 5368709120 | sigma-par -1 | sigma-par -d | cksum\n"
      "seq 1 700000000 | head -c 5368709120 | cksum");
  const std::size_t half = run.out.size() / 2;
  EXPECT_EQ(run.out.substr(0, half), run.out.substr(half));
  EXPECT_THAT(run.out, testing::HasSubstr(" 5368709120"));
}

// Peak resident bytes of compressing and restoring 10 MiB, `times` over, at the default level. What
// a chunk is decides what its worker takes: so the chunks are the same in files of any size, and
// come so often that each worker meets them all.
std::pair<double, double> Peaks(const std::string& times) {
  const Folder folder;
  const Outcome run = folder.Run(
      "seq 1 20000000 | head -c 10485760 >once\n"
      "for i in $(seq " +
      times +
      "); do cat once; done >a\n"
      "sigma-par -T2 --stats=json=1 a\n"
      "sigma-par -T2 -d --stats=json=1 -o b a.sigma && cmp a b");
  EXPECT_EQ(run.status, 0) << run.err;
  const std::size_t line = run.out.find('\n');
  const auto peak = [](const std::string& text) {
    return nlohmann::json::parse(text)["peak_resident"].get<double>();
  };
  return {peak(run.out.substr(0, line)), peak(run.out.substr(line + 1))};
}

TEST(Long, MemoryDoesNotGrowWithTheFile) {
  constexpr double kBound = 48.0 * 1024 * 1024;  // issue 2's bar for a 1 GiB file with 2 threads
  const auto small = Peaks("10");
  const auto large = Peaks("103");
  EXPECT_LE(large.first, kBound);
  EXPECT_LE(large.first, 1.05 * small.first);
  EXPECT_LE(large.second, kBound);
  EXPECT_LE(large.second, 1.05 * small.second);
}

}  // namespace
}  // namespace sigma::tests
