// Terminals, full disks and signals: nothing is lost, nothing partial is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// `script` gives the command a terminal.
std::string OnTerminal(const std::string& line) {
  return "script -qec '" + line + "' /dev/null </dev/null";
}

TEST(Safety, CompressedBytesStayOffTerminals) {
  const Folder folder;
  folder.Write("a", "bytes");
  if (folder.Run("command -v script").status != 0) GTEST_SKIP() << "no script(1)";
  for (const char* line : {"sigma-par -c a", "sigma-par -fc a", "sigma-par"}) {
    const Outcome run = folder.Run(OnTerminal(line));
    EXPECT_EQ(run.status, 1) << line;
    EXPECT_THAT(run.out, HasSubstr("not written to a terminal")) << line;
  }
  const Outcome read = folder.Run(OnTerminal("sigma-par -d"));
  EXPECT_EQ(read.status, 1);
  EXPECT_THAT(read.out, HasSubstr("not read from a terminal"));
}

TEST(Safety, OnATerminalOverwritingIsAsked) {
  const Folder folder;
  if (folder.Run("command -v script").status != 0) GTEST_SKIP() << "no script(1)";
  folder.Write("a", "new");
  folder.Write("a.sigma", "old");
  EXPECT_EQ(folder.Run("echo n | script -qec 'sigma-par a' /dev/null").status, 2);
  EXPECT_EQ(folder.Read("a.sigma"), "old");
  const Outcome yes = folder.Run("(sleep 0.3; echo y) | script -qec 'sigma-par a' /dev/null");
  EXPECT_EQ(yes.status, 0) << yes.out;
  EXPECT_EQ(folder.Run("sigmacat a.sigma").out, "new");
}

TEST(Safety, FullDeviceIsAnError) {
  const Folder folder;
  folder.Write("a", MixedBytes(300'000));
  ASSERT_EQ(folder.Run("sigma-par a").status, 0);
  for (const char* line : {"sigma-par -c a", "sigma-par -dc a.sigma", "sigma-par -l a.sigma",
                           "sigma-par -h", "sigma-par -d --range 1:2 a.sigma"}) {
    EXPECT_EQ(folder.Run(std::string(line) + " >/dev/full").status, 1) << line;
  }
}

TEST(Safety, AFullDiskLeavesTheSourceAndNothingElse) {
  const Folder folder;
  folder.Write("a", MixedBytes(4'000'000));
  const std::string mount = "unshare -m sh -c 'mkdir -p m && mount -t tmpfs -o size=256k t m && ";
  if (folder.Run(mount + "true'").status != 0) {
    GTEST_SKIP() << "mounting a tmpfs is not permitted here";
  }
  const Outcome compress = folder.Run(mount + "sigma-par --rm --output-dir m a; echo $?; ls -A m'");
  EXPECT_EQ(compress.out, "1\n") << compress.err;
  EXPECT_TRUE(folder.Has("a"));
  ASSERT_EQ(folder.Run("sigma-par a").status, 0);
  const Outcome restore =
      folder.Run(mount + "sigma-par -d --rm --output-dir m a.sigma; echo $?; ls -A m'");
  EXPECT_EQ(restore.out, "1\n") << restore.err;
  EXPECT_TRUE(folder.Has("a.sigma"));
}

TEST(Safety, SignalsLeaveNothingPartial) {
  const Folder folder;
  folder.Write("a", MixedBytes(4'000'000));
  for (const auto& [name, status] :
       std::vector<std::pair<std::string, int>>{{"TERM", 143}, {"INT", 130}, {"HUP", 129}}) {
    // The pipe stays open after its bytes: the command is in the midst of its work when it dies. A
    // shell starts what stands in the background with INT ignored; env puts it back.
    const Outcome run = folder.Run(
        "mkfifo p; { cat a; exec sleep 20; } >p & feeder=$!\n"
        "env --default-signal=INT sigma-par -o out.sigma <p & command=$!\n"
        "sleep 0.5; ls -A; kill -" +
        name +
        " $command; wait $command; echo status $?\n"
        "kill $feeder; wait; rm p");
    EXPECT_THAT(run.out, HasSubstr("status " + std::to_string(status))) << run.err;
    EXPECT_THAT(folder.Names(), ElementsAre("a")) << run.out;
  }
}

TEST(Safety, ASignalDuringAFileLeavesTheSource) {
  const Folder folder;
  folder.Write("a", MixedBytes(30'000'000));
  const Outcome run = folder.Run(
      "cp a b; sigma-par -T1 --rm a & command=$!\n"
      "sleep 0.05; kill -TERM $command; wait $command; echo status $?");
  if (run.out == "status 143\n") {
    EXPECT_THAT(folder.Names(), ElementsAre("a", "b"));
    EXPECT_EQ(folder.Run("cmp a b").status, 0);
  } else {  // it was done before the signal
    EXPECT_EQ(folder.Run("sigmacat a.sigma | cmp - b").status, 0);
  }
}

TEST(Safety, IgnoredSignalsStayIgnored) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkfifo p; { echo x; sleep 0.6; echo y; } >p & (trap '' HUP; exec sigma-par -o out <p) & "
      "command=$!\nsleep 0.3; kill -HUP $command; wait $command; echo $?; sigma-par -dc out");
  EXPECT_EQ(run.out, "0\nx\ny\n") << run.err;
}

TEST(Safety, Usr1PrintsOneLine) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkfifo p; { echo x; sleep 0.6; } >p & sigma-par -o out <p & command=$!\n"
      "sleep 0.3; kill -USR1 $command; wait $command; echo $?");
  EXPECT_EQ(run.out, "0\n");
  EXPECT_THAT(run.err, HasSubstr("sigma-par: (stdin): "));
}

TEST(Safety, ResultsAreNotWorldReadableWhileWritten) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkfifo p; { head -c 3000000 /dev/urandom; exec sleep 20; } >p & feeder=$!\n"
      "umask 022; sigma-par -o out <p & command=$!\n"
      "sleep 0.5; find . -maxdepth 1 -type f -perm /077 | wc -l\n"
      "kill -TERM $command; wait $command; kill $feeder; wait");
  EXPECT_EQ(run.out, "0\n");
}

}  // namespace
}  // namespace sigma::tests
