// --adapt: levels that follow the speed of input and output.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

TEST(Adapt, RestoresAndTellsTheLevelsTaken) {
  const Folder folder;
  folder.Write("in", MixedBytes(4'000'000, 7));
  const Outcome run = folder.Run(
      "cat in | sigma-par --adapt -5 -B64K -T2 -v -c >a.sigma && sigma-par -dc a.sigma | cmp - in "
      "&& sigma-par -tq a.sigma");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.err.find("(stdin): level "), std::string::npos) << run.err;
  EXPECT_NE(run.err.find(" chunk"), std::string::npos) << run.err;
}

TEST(Adapt, StatisticsCountTheChunksOfEachLevel) {
  const Folder folder;
  folder.Write("in", MixedBytes(2'000'000, 7));
  const Outcome run = folder.Run(
      "sigma-par --adapt -4 -B64K -T1 --stats=json=3 -c in 3>stats >a.sigma && grep -o "
      "'\"level_chunks\":[^]]*]' stats && sigma-par --stats=json=3 -c in 3>&1 >b.sigma | grep -c "
      "level_chunks");
  EXPECT_EQ(run.status, 1) << run.err;  // grep -c of none
  const std::size_t begin = run.out.find('[');
  ASSERT_NE(begin, std::string::npos) << run.out;
  std::istringstream numbers(run.out.substr(begin + 1));
  std::size_t sum = 0;
  std::size_t count = 0;
  for (std::size_t number = 0; numbers >> number; ++count) {
    sum += number;
    if (numbers.get() == ']') break;
  }
  EXPECT_EQ(sum, 31u) << run.out;
  EXPECT_LE(count, 4u);
  EXPECT_TRUE(run.out.ends_with("\n0\n")) << run.out;
}

// One chunk has the level that was given.
TEST(Adapt, OneChunkIsAsWithout) {
  const Folder folder;
  folder.Write("in", MixedBytes(50'000, 7));
  const Outcome run = folder.Run(
      "sigma-par --adapt -5 -o a.sigma in && sigma-par -5 -o b.sigma in && cmp a.sigma b.sigma");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

// Coding waits for 64 KiB each fiftieth of a second, at whatever level.
TEST(Adapt, ASlowInputGetsTheLevelGiven) {
  const Folder folder;
  folder.Write("in", MixedBytes(4'000'000, 7));
  const Outcome run = folder.Run(
      "for i in $(seq 0 61); do dd if=in bs=65536 skip=$i count=1 2>/dev/null; sleep 0.02; done | "
      "sigma-par --adapt -2 -B64K -T1 -v -c 2>err >a.sigma && sigma-par -dc a.sigma | cmp - "
      "in && cat err");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("2 for "), std::string::npos) << run.out;
}

TEST(Adapt, WhatPromisesTheSameBytesRefusesIt) {
  const Folder folder;
  folder.Write("in", MixedBytes(100'000, 7));
  for (const char* command : {"sigma-par --adapt --shard 1/2 -o a.sigma in",
                              "sigma-par --adapt -t in", "sigma-par --adapt -d in"}) {
    const Outcome run = folder.Run(command);
    EXPECT_EQ(run.status, 1) << command;
    EXPECT_NE(run.err.find("--adapt"), std::string::npos) << run.err;
  }
}

}  // namespace
}  // namespace sigma::tests
