// The scripts around sigma-par, what file(1) says of a compressed file, and --verify as a mode.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Runs with the scripts on the path.
Outcome RunScript(const Folder& folder, const std::string& script) {
  return folder.Run("PATH=$PATH:" SIGMA_CLI "/scripts; " + script);
}

void MakeFiles(const Folder& folder) {
  ASSERT_EQ(folder
                .Run("seq 1 2000 > a; seq 1 2001 > b; sigma-par -q a b; head -c 100 a.sigma >"
                     " cut.sigma")
                .status,
            0);
}

TEST(Scripts, GrepSearchesWhatFilesRestoreTo) {
  const Folder folder;
  MakeFiles(folder);
  EXPECT_EQ(RunScript(folder, "sigmagrep -c 7 a.sigma b.sigma").out, "a.sigma:542\nb.sigma:542\n");
  EXPECT_EQ(RunScript(folder, "sigmagrep -x -e 19 a.sigma").out, "19\n");
  EXPECT_EQ(RunScript(folder, "sigmagrep -x 1999 < a.sigma").out, "1999\n");
  EXPECT_EQ(RunScript(folder, "sigmagrep -q 7 a.sigma").status, 0);
  EXPECT_EQ(RunScript(folder, "sigmagrep none a.sigma b.sigma").status, 1);
  const Outcome damaged = RunScript(folder, "sigmagrep 7 cut.sigma a.sigma");
  EXPECT_EQ(damaged.status, 2);
  EXPECT_THAT(damaged.err, HasSubstr("cut.sigma: "));
}

TEST(Scripts, DiffComparesWhatFilesRestoreTo) {
  const Folder folder;
  MakeFiles(folder);
  const Outcome run = RunScript(folder, "sigmadiff a.sigma b.sigma");
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.out, "2000a2001\n> 2001\n");
  EXPECT_THAT(RunScript(folder, "sigmadiff -u a b.sigma").out,
              testing::StartsWith("--- a\n+++ b.sigma\n"));
  EXPECT_EQ(RunScript(folder, "sigmadiff a.sigma a").status, 0);
  EXPECT_EQ(RunScript(folder, "sigmadiff a cut.sigma").status, 2);
  EXPECT_EQ(RunScript(folder, "sigmadiff a").status, 2);
}

TEST(Scripts, LessShowsWhatFilesRestoreTo) {
  const Folder folder;
  MakeFiles(folder);
  if (folder.Run("command -v less").status != 0) GTEST_SKIP() << "less is not installed";
  EXPECT_EQ(RunScript(folder, "sigmaless a.sigma | tail -1").out, "2000\n");
  EXPECT_EQ(RunScript(folder, "sigmaless b | tail -1").out, "2001\n");
  EXPECT_EQ(RunScript(folder, "cat a.sigma | sigmaless | tail -1").out, "2000\n");
}

TEST(Scripts, FileNamesTheFormat) {
  const Folder folder;
  MakeFiles(folder);
  if (folder.Run("command -v file").status != 0) GTEST_SKIP() << "file is not installed";
  const std::string magic = "file -b -m " SIGMA_CLI "/share/sigma.magic ";
  EXPECT_THAT(folder.Run(magic + "a.sigma").out,
              HasSubstr("Sigma compressed data, version 0, level 3, chunks of 512 times 4 KiB"));
  EXPECT_THAT(folder.Run(magic + "--mime-type a.sigma").out, HasSubstr("application/x-sigma"));
  EXPECT_THAT(folder.Run(magic + "a").out, testing::Not(HasSubstr("Sigma")));
}

TEST(Verify, ComparesWithTheOriginal) {
  const Folder folder;
  MakeFiles(folder);
  const Outcome same = folder.Run("sigma-par -v --verify a.sigma a");
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_THAT(same.err, HasSubstr("a.sigma: intact, restores to a"));
  const Outcome longer = folder.Run("sigma-par --verify a.sigma b");
  EXPECT_EQ(longer.status, 1);
  EXPECT_EQ(longer.err, "sigma-par: b: differs from what the compressed file restores to\n");
  EXPECT_EQ(folder.Run("sigma-par --verify b.sigma a").status, 1);
  EXPECT_EQ(folder.Run("tr 9 8 < a > c; sigma-par --verify a.sigma c").status, 1);
  EXPECT_THAT(folder.Run("sigma-par --verify cut.sigma a").err, HasSubstr("cut.sigma: "));
  EXPECT_THAT(folder.Run("sigma-par --verify a.sigma none").err, HasSubstr("none: "));
  EXPECT_THAT(folder.Run("sigma-par --verify a.sigma /dev/stdin < /dev/null").status, 1);
  EXPECT_EQ(folder.Run(": > e; sigma-par e; sigma-par --verify e.sigma e").status, 0);
  EXPECT_EQ(folder.Run("mv a.sigma a.s; sigma-par -S .s --verify a.s a").status, 0);
}

TEST(Verify, OtherwiseItIsTheOptionOfCompressing) {
  const Folder folder;
  folder.Write("a", MixedBytes(1000));
  folder.Write("b", MixedBytes(1000));
  EXPECT_EQ(folder.Run("sigma-par --verify a b").status, 0);
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.sigma", "b", "b.sigma"));
  // A mode was named: what has the suffix is skipped.
  EXPECT_EQ(folder.Run("rm b.sigma; sigma-par -z --verify a.sigma b").status, 2);
  EXPECT_TRUE(folder.Has("b.sigma"));
}

}  // namespace
}  // namespace sigma::tests
