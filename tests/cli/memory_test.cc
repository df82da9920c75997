// -M and the memory formula, the quick part: measured peaks of whole processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"
#include "tests/cli/memory_measure.h"
#include "tests/one_byte_chunks.h"

namespace sigma::tests {
namespace {

using testing::HasSubstr;

constexpr std::size_t kSize = 3u << 20;

TEST(Memory, ASizeThatCannotBeIsRefusedInOneLine) {
  const Folder folder;
  folder.Write("a", "some bytes");
  for (const char* size : {"1K", "0", "300%", "0%", "abc", "-5M", "1.5G", "''", "99999999999G"}) {
    const Outcome run = folder.Run(std::string("sigma-par -M ") + size + " a");
    EXPECT_EQ(run.status, 1) << size;
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << size << run.err;
    EXPECT_FALSE(folder.Has("a.sigma"));
  }
  EXPECT_THAT(folder.Run("sigma-par -M 1K a").err, HasSubstr("at least"));
}

TEST(Memory, VerboseSaysWhatWasChosen) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run =
      folder.Run("sigma-par -v -T 2 -M 16M a && sigma-par -v -T 2 -M 64M -o b -d a.sigma");
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.err, HasSubstr("in flight"));
  EXPECT_THAT(run.err, HasSubstr("of 16.0 MiB with"));
  EXPECT_THAT(run.err, HasSubstr("of 64.0 MiB with"));
}

TEST(Memory, ABoundThatLeavesTheChunkSizeLeavesTheBytes) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const std::uint64_t least = LeastSize(folder, "-B 256K -T 2 -c a");
  const Outcome run = folder.Run("sigma-par -B 256K -T 2 -c a >b && sigma-par -B 256K -T 2 -M " +
                                 std::to_string(least) +
                                 " -c a >c && cmp b c && "
                                 "sigma-par -B 256K -T 1 -M 50% -c a | cmp b -");
  EXPECT_EQ(run.status, 0) << run.err;
}

TEST(Memory, TheLeastSizeIsEnough) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  for (const std::string threads : {"1", "2"}) {
    for (const std::string level : {"-1", "-3", "-5"}) {
      const std::uint64_t least = LeastSize(folder, level + " -T " + threads + " -c a");
      ASSERT_NE(least, 0u);
      EXPECT_EQ(
          folder.Run("sigma-par -M " + std::to_string(least - 1) + " " + level + " -c a >b").status,
          1);
      ExpectBothWaysWithin(folder, "a", level, threads, least);
    }
  }
}

#ifndef SIGMA_SANITIZED
TEST(Memory, PeaksStayWithinTheFormula) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  for (const std::string threads : {"1", "2"}) {
    for (const std::string options : {"-1 -B 64K", "-2 -B 1M", "-3 -B 64K", "-3", "-5 -B 1M"}) {
      ExpectBothWaysWithin(folder, "a", options, threads, 0);
    }
  }
}

TEST(Memory, SixPointTwoMegabytes) {
  const Folder folder;
  folder.Write("a", MixedBytes(8 * kSize));
  ExpectBothWaysWithin(folder, "a", "-1", "1", 6200000);
}

// A million chunks or streams take no more than a few: nothing is kept for each of them.
TEST(Memory, AMillionChunksAndAMillionStreamsUnderEightMegabytes) {
  constexpr std::size_t kCount = 1000000;
  constexpr std::uint64_t kLimit = 8000000;
  const Folder folder;
  const auto write = [](const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); };
  folder.Write("chunks.sigma", write(OneByteChunks(kCount)));
  const std::string empty = write(OneByteChunks(0));
  std::string streams;
  for (std::size_t i = 0; i < kCount; ++i) streams += empty;
  folder.Write("streams.sigma", streams);
  for (const std::string name : {"chunks", "streams"}) {
    const std::string file = name + ".sigma";
    for (const std::string& how : {"-t " + file, "-dfo x " + file, "-dc <" + file + " >x"}) {
      const Measured run = Measure(folder, "-T1 -M 8000000 " + how);
      ExpectWithin(run, kLimit, how);
      std::cout << how << ": " << run.peak << " bytes, " << run.seconds << " s\n";
    }
    EXPECT_EQ(folder.Read("x").size(), name == "chunks" ? kCount : 0u);
  }
}

// A limit on address space counts what is only reserved, too.
TEST(Memory, UnderALimitOnAddressSpace) {
  const Folder folder;
  folder.Write("a", MixedBytes(8 * kSize));
  for (const std::string threads : {"1", "2"}) {
    for (const unsigned mib : {48u, 96u}) {
      const std::uint64_t limit = std::uint64_t{mib} << 20;
      ExpectBothWaysWithin(folder, "a", "-3", threads, limit,
                           "ulimit -v " + std::to_string(limit / 1024 * 11 / 10));
    }
  }
}
#endif

}  // namespace
}  // namespace sigma::tests
