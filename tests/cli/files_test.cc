// Which files are taken, what their results are called, what is left alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Files, AMissingOneDoesNotStopTheOthers) {
  const Folder folder;
  folder.Write("a", "first");
  folder.Write("c", "third");
  const Outcome run = folder.Run("sigma-par a b c");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("sigma-par: b: "));
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.sigma", "c", "c.sigma"));
}

TEST(Files, CompressedOnesAreSkippedWithAWarning) {
  const Folder folder;
  folder.Write("a.sigma", "x");
  folder.Write("b.tsigma", "x");
  folder.Write("c", "x");
  const Outcome run = folder.Run("sigma-par a.sigma b.tsigma c");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("a.sigma: already has a suffix"));
  EXPECT_TRUE(folder.Has("c.sigma"));
  EXPECT_EQ(folder.Run("sigma-par -q a.sigma").err, "");
  EXPECT_EQ(folder.Run("sigma-par -q a.sigma").status, 2);
}

TEST(Files, AnUnknownSuffixIsSkippedWithAWarning) {
  const Folder folder;
  folder.Write("a", "x");
  EXPECT_EQ(folder.Run("sigma-par -o b a && sigma-par -d b").status, 2);
  EXPECT_EQ(folder.Run("sigma-par -dc b").out, "x");
}

TEST(Files, QuietTwiceHidesErrorsToo) {
  const Folder folder;
  EXPECT_THAT(folder.Run("sigma-par -q nosuch").err, HasSubstr("nosuch"));
  const Outcome silent = folder.Run("sigma-par -qq nosuch");
  EXPECT_EQ(silent.err, "");
  EXPECT_EQ(silent.status, 1);
}

TEST(Files, LinksFoldersAndSpecialFilesAreLeftAlone) {
  const Folder folder;
  const Outcome run = folder.Run(
      "echo x >a; ln -s a link; ln a twin; mkdir folder; mkfifo pipe; echo y >s; chmod u+s s\n"
      "for f in link a folder pipe s; do sigma-par $f; echo $?; done");
  EXPECT_EQ(run.out, "2\n2\n2\n2\n2\n") << run.err;
  EXPECT_THAT(folder.Names(), ElementsAre("a", "folder", "link", "pipe", "s", "twin"));
  EXPECT_EQ(folder.Run("sigma-par -f link a s").status, 0);
}

TEST(Files, TarSuffix) {
  const Folder folder;
  folder.Write("a.tar", "bytes");
  EXPECT_EQ(folder
                .Run("sigma-par -S .tsigma a.tar && test -f a.tsigma && rm a.tar && "
                     "sigma-par -d a.tsigma && cat a.tar")
                .out,
            "bytes");
}

TEST(Files, AnotherSuffix) {
  const Folder folder;
  folder.Write("a", "bytes");
  EXPECT_EQ(folder.Run("sigma-par -S .sg a && rm a && sigma-par -d -S .sg a.sg && cat a").out,
            "bytes");
}

TEST(Files, OutputDirTakesTheUsualNames) {
  const Folder folder;
  folder.Write("a", "bytes");
  EXPECT_EQ(folder
                .Run("mkdir out sub; cp a sub/b; sigma-par --output-dir out a sub/b && "
                     "ls out")
                .out,
            "a.sigma\nb.sigma\n");
  EXPECT_THAT(folder.Names(), ElementsAre("a", "out", "sub"));
}

TEST(Files, TwoResultsOfOneNameAreAnError) {
  const Folder folder;
  EXPECT_EQ(folder
                .Run("mkdir out d e; echo 1 >d/a; echo 2 >e/a; "
                     "sigma-par -f --output-dir out d/a e/a")
                .status,
            1);
  EXPECT_EQ(folder.Run("sigmacat out/a.sigma").out, "1\n");
}

TEST(Files, RecursionPassesOverWhatDoesNotFit) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkdir -p d/e; echo 1 >d/a; echo 2 >d/e/b; sigma-par -r d; echo $?; sigma-par -r d; echo $?\n"
      "sigma-par -rt d; echo $?; rm d/a d/e/b; sigma-par -dr d; echo $?; cat d/a d/e/b");
  EXPECT_EQ(run.out.substr(0, 2), "0\n");
  EXPECT_THAT(run.out, HasSubstr("0\n0\n1\n2\n")) << run.out << run.err;
}

TEST(Files, ListsOfNames) {
  const Folder folder;
  folder.Write("a b", "1");
  folder.Write("c\nd", "2");
  folder.Write("list", "a b\n");
  EXPECT_EQ(folder.Run("sigma-par --files-from list && test -f 'a b.sigma'").status, 0);
  EXPECT_EQ(folder.Run("printf 'c\\nd\\0' | sigma-par --files0-from -").status, 0);
  EXPECT_TRUE(folder.Has("c\nd.sigma"));
  EXPECT_EQ(folder.Run("sigma-par --files-from nosuch").status, 1);
}

TEST(Files, ModeAndTimeAreKept) {
  const Folder folder;
  const Outcome run = folder.Run(
      "echo x >a; chmod 640 a; touch -d '2001-02-03 04:05:06.789' a; sigma-par a && mv a b && "
      "sigma-par -d a.sigma && stat -c '%a %y' a a.sigma | cut -c 1-27 | uniq");
  EXPECT_EQ(run.out, "640 2001-02-03 04:05:06.789\n") << run.err;
}

TEST(Files, RemoveTakesTheSourceOnlyAfterSuccess) {
  const Folder folder;
  folder.Write("a", MixedBytes(200'000));
  EXPECT_EQ(folder.Run("cp a b; sigma-par --rm a").status, 0);
  EXPECT_THAT(folder.Names(), ElementsAre("a.sigma", "b"));
  EXPECT_EQ(folder.Run("sigma-par -d --rm a.sigma && cmp a b").status, 0);
  EXPECT_THAT(folder.Names(), ElementsAre("a", "b"));
  EXPECT_EQ(folder.Run("sigma-par --rm -k a").status, 0);
  EXPECT_TRUE(folder.Has("a"));
  EXPECT_EQ(folder.Run("sigma-par --rm -o /nosuch/x a").status, 1);
  EXPECT_TRUE(folder.Has("a"));
}

TEST(Files, AnExistingTargetIsNotOverwritten) {
  const Folder folder;
  folder.Write("a", "new");
  folder.Write("a.sigma", "old");
  const Outcome refused = folder.Run("sigma-par a");
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(folder.Read("a.sigma"), "old");
  EXPECT_EQ(folder.Run("sigma-par -f a && sigmacat a.sigma").out, "new");
}

TEST(Files, InputAndOutputMayNotBeOne) {
  const Folder folder;
  folder.Write("a", "bytes");
  EXPECT_EQ(folder.Run("sigma-par -f -o a a").status, 1);
  EXPECT_EQ(folder.Run("ln -s a b; sigma-par -f -o b a").status, 1);
  EXPECT_EQ(folder.Read("a"), "bytes");
  EXPECT_EQ(folder.Run("echo x >c; sigma-par -o d a c").status, 1);
}

}  // namespace
}  // namespace sigma::tests
