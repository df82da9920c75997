// The modes, the options that choose them, and the exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kSize = 3'000'000;  // several chunks of every level

TEST(Modes, CompressAndRestoreKeepTheSource) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  EXPECT_EQ(folder.Run("sigma-par a").status, 0);
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.sigma"));
  EXPECT_LT(folder.Read("a.sigma").size(), kSize);
  const Outcome restored = folder.Run("mv a b && sigma-par -d a.sigma && cmp a b");
  EXPECT_EQ(restored.status, 0) << restored.err;
  EXPECT_EQ(restored.out + restored.err, "");
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.sigma", "b"));
}

TEST(Modes, EveryLevelRestores) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome levels = folder.Run(
      "for n in $(sigma-par -H | sed -n 's/^Levels: //p'); do"
      "  sigma-par -fk$n a && sigma-par -dc a.sigma | cmp - a || exit 1; echo $n; done");
  EXPECT_EQ(levels.status, 0) << levels.err;
  EXPECT_THAT(levels.out, HasSubstr("3\n"));
}

TEST(Modes, TheEmptyFile) {
  const Folder folder;
  folder.Write("a", "");
  EXPECT_EQ(folder.Run("sigma-par a && sigma-par -t a.sigma && sigma-par -dc a.sigma").status, 0);
  EXPECT_EQ(folder.Run("sigma-par -dc a.sigma | wc -c").out, "0\n");
}

TEST(Modes, TheLastOneWins) {
  const Folder folder;
  folder.Write("a", "some bytes");
  EXPECT_EQ(folder.Run("sigma-par -d -t -z a").status, 0);
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.sigma"));
  EXPECT_EQ(folder.Run("rm a; sigma-par -z -l --decompress a.sigma").status, 0);
  EXPECT_EQ(folder.Read("a"), "some bytes");
}

TEST(Modes, OtherNames) {
  const Folder folder;
  folder.Write("a", "some bytes");
  EXPECT_EQ(folder.Run("sigma-par --rm a && sigmacat a.sigma").out, "some bytes");
  EXPECT_EQ(folder.Run("unsigma a.sigma").status, 0);
  EXPECT_EQ(folder.Read("a"), "some bytes");
}

TEST(Modes, ShortOptionsCombine) {
  const Folder folder;
  folder.Write("a", "some bytes");
  EXPECT_EQ(folder.Run("sigma-par -1kT2 a && sigma-par -dkc a.sigma").out, "some bytes");
  EXPECT_EQ(folder.Run("sigma-par -fB64K -T 1 a -oc && sigma-par -dc c").out, "some bytes");
}

TEST(Modes, DashDashEndsTheOptions) {
  const Folder folder;
  folder.Write("-1", "some bytes");
  EXPECT_EQ(folder.Run("sigma-par -- -1 && sigma-par -dc -- -1.sigma").out, "some bytes");
}

TEST(Modes, NamesWithBrackets) {
  const Folder folder;
  folder.Write("[a,b]", "some bytes");
  folder.Write("{}", "more");
  EXPECT_EQ(folder.Run("sigma-par '[a,b]' '{}' && sigmacat '[a,b].sigma' '{}.sigma'").out,
            "some bytesmore");
}

TEST(Modes, ALevelThatDoesNotExistNamesThoseThatDo) {
  const Folder folder;
  folder.Write("a", "some bytes");
  const Outcome refused = folder.Run("sigma-par --level 77 a");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("no level 77; the levels are 1 to "));
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
}

TEST(Modes, BadOptionsAreErrors) {
  const Folder folder;
  folder.Write("a", "some bytes");
  for (const char* options : {"--nosuch",     "-T x",
                              "-T -1",        "-M 10Q",
                              "-M 101%",      "-B 63K",
                              "-B 65M",       "-B 0",
                              "-B 70001",     "--strategy nosuch",
                              "--range 1 -d", "--progress often",
                              "--stats=xml",  "--sparse maybe",
                              "-S ''",        "-c -o b",
                              "--rm -c",      "-z --range 0:1",
                              "-o",           "--bench -b 2 -e 1",
                              "--rm=0"}) {
    const Outcome refused = folder.Run(std::string("sigma-par ") + options + " a");
    EXPECT_EQ(refused.status, 1) << options;
    EXPECT_THAT(refused.err, StartsWith("sigma-par: ")) << options;
  }
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
}

TEST(Modes, DecodeFirstMakesAnotherFileThatRestoresAtEveryLevel) {
  const Folder folder;
  folder.Write("a", MixedBytes(300'000));
  const Outcome done = folder.Run(
      "for level in $(sigma-par -H | sed -n 's/^Levels: //p'); do "
      "sigma-par -c --strategy lz --decode-first --level $level a > b.sigma && "
      "sigma-par -dc b.sigma | cmp - a || exit 1; done; "
      "sigma-par -c --strategy reference --level 4 a > c.sigma && "  // 0.1 called it so
      "sigma-par -c --strategy lz --level 4 a | cmp - c.sigma && "
      "sigma-par -c --strategy lz --level 4 --decode-first a > d.sigma && "
      "! cmp -s c.sigma d.sigma");
  EXPECT_EQ(done.status, 0) << done.err;
}

TEST(Modes, AMemoryBoundThatCannotBeMetNamesTheLeast) {
  const Folder folder;
  folder.Write("a", "some bytes");
  const Outcome refused = folder.Run("sigma-par -M 64K a");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("least"));
}

TEST(Modes, TheEnvironmentHoldsPerformanceOptionsOnly) {
  const Folder folder;
  folder.Write("a", MixedBytes(300'000));
  EXPECT_EQ(folder
                .Run("SIGMA_PAR_OPTIONS='-1 -T2 -B 64K' sigma-par a && "
                     "sigma-par -l --json a.sigma | grep -q '\"chunk_size\":65536,\"level\":1'")
                .status,
            0);
  EXPECT_EQ(folder
                .Run("SIGMA_PAR_OPTIONS=-1 sigma-par -f2 a && "
                     "sigma-par -l --json a.sigma | grep -q '\"level\":2'")
                .status,
            0);
  const Outcome refused = folder.Run("SIGMA_PAR_OPTIONS=--rm sigma-par -f a");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("SIGMA_PAR_OPTIONS"));
}

TEST(Modes, HelpAndVersion) {
  const Folder folder;
  EXPECT_THAT(folder.Run("sigma-par -h").out, StartsWith("Usage: sigma-par"));
  EXPECT_THAT(folder.Run("sigma-par --long-help").out, HasSubstr("Levels: 1"));
  EXPECT_THAT(folder.Run("sigma-par -V").out, StartsWith("sigma-par "));
  EXPECT_EQ(folder.Run("sigma-par -h -d nosuch").status, 0);
}

TEST(Modes, TestFindsDamageAndSaysWhere) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  EXPECT_EQ(folder.Run("sigma-par a && sigma-par -t a.sigma").status, 0);
  std::string bytes = folder.Read("a.sigma");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  folder.Write("bad.sigma", bytes);
  const Outcome damaged = folder.Run("sigma-par -t bad.sigma");
  EXPECT_EQ(damaged.status, 1);
  EXPECT_THAT(damaged.err, StartsWith("sigma-par: bad.sigma: "));
  EXPECT_THAT(damaged.err, HasSubstr("chunk "));
  EXPECT_THAT(damaged.err, HasSubstr("byte offset "));
  EXPECT_EQ(folder.Run("sigma-par -d bad.sigma").status, 1);
  EXPECT_FALSE(folder.Has("bad"));
}

TEST(Modes, WhatIsNotSigmaIsRefused) {
  const Folder folder;
  folder.Write("a.sigma", "plain text, nothing else");
  const Outcome refused = folder.Run("sigma-par -d a.sigma");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, StartsWith("sigma-par: a.sigma: "));
  EXPECT_THAT(folder.Names(), ElementsAre("a.sigma"));
}

}  // namespace
}  // namespace sigma::tests
