// Standard input and output, tar, and the identity of what comes out whatever way it is made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

constexpr std::size_t kSize = 3'000'000;

TEST(Pipes, BothDirections) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  EXPECT_EQ(folder.Run("cat a | sigma-par | sigma-par -d | cmp - a").status, 0);
  EXPECT_EQ(folder.Run("cat a | sigma-par -c - | sigma-par -dc - | cmp - a").status, 0);
  EXPECT_EQ(folder.Run("sigma-par -T2 <a >b && sigma-par -dT2 <b | cmp - a").status, 0);
  EXPECT_EQ(folder.Run("cat a | sigma-par -o c && sigma-par -t c && sigma-par -t <c").status, 0);
}

TEST(Pipes, SlowWritersAreReadWhole) {
  const Folder folder;
  EXPECT_EQ(folder.Run("(echo a; sleep 0.2; echo b) | sigma-par | sigma-par -d").out, "a\nb\n");
}

TEST(Pipes, TheSameBytesForAnyThreadCount) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run(
      "for t in 1 2 3 8 64; do sigma-par -B 64K -T$t -c a | sha256sum; done | uniq | wc -l");
  EXPECT_EQ(run.out, "1\n") << run.err;
}

TEST(Pipes, PipeAndFileRestoreAlike) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  EXPECT_EQ(folder
                .Run("sigma-par a && cat a.sigma | sigma-par -d | cmp - a && "
                     "cat a | sigma-par >p.sigma && sigma-par -dc p.sigma | cmp - a && "
                     "sigma-par -l p.sigma >/dev/null")
                .status,
            0);
}

TEST(Pipes, ConcatenatedStreamsRestoreInOrder) {
  const Folder folder;
  folder.Write("a", "first ");
  folder.Write("b", MixedBytes(200'000));
  EXPECT_EQ(folder.Run("sigma-par -c a b >ab.sigma && sigma-par -d ab.sigma && cat a b | cmp - ab")
                .status,
            0);
  EXPECT_EQ(folder.Run("cat ab.sigma | sigma-par -d | cmp - ab").status, 0);
}

TEST(Pipes, Tar) {
  const Folder folder;
  folder.Write("a", MixedBytes(200'000));
  const Outcome run = folder.Run(
      "mkdir d e && cp a d/x && echo y >d/y && tar -I sigma-par -cf d.tar.sigma d && "
      "tar -I sigma-par -tf d.tar.sigma && tar -I sigma-par -xf d.tar.sigma -C e && diff -r d e/d");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("d/y\n"));
}

TEST(Pipes, AReaderThatStopsEndsTheCommand) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par a; sigma-par -dc a.sigma | head -c 10 | wc -c");
  EXPECT_EQ(run.out, "10\n");
}

TEST(Pipes, TruncatedPipesAreErrors) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par a; head -c 100000 a.sigma | sigma-par -d >b");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, testing::StartsWith("sigma-par: (stdin): "));
}

}  // namespace
}  // namespace sigma::tests
