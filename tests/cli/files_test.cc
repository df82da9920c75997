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

TEST(Files, LinksAreTakenButNotRemoved) {
  const Folder folder;
  const Outcome removing = folder.Run(
      "echo x >a; ln -s a link; ln a twin; mkdir folder; mkfifo pipe; echo y >s; chmod u+s s\n"
      "for f in link a folder pipe s /dev/null; do\n"
      "for o in --rm '-f --rm'; do sigma-par $o $f; echo $?; done; done");
  EXPECT_EQ(removing.out, "2\n2\n2\n2\n2\n2\n2\n2\n2\n2\n2\n2\n") << removing.err;
  EXPECT_THAT(folder.Names(), ElementsAre("a", "folder", "link", "pipe", "s", "twin"));
  const Outcome keeping =
      folder.Run("for f in link a folder pipe s /dev/null; do sigma-par $f; echo $?; done");
  EXPECT_EQ(keeping.out, "0\n0\n2\n2\n0\n2\n") << keeping.err;
  EXPECT_EQ(folder.Run("sigmacat link.sigma a.sigma s.sigma").out, "x\nx\ny\n");
}

// Reading is always allowed, by every mode.
TEST(Files, EverythingReadableIsRead) {
  const Folder folder;
  folder.Write("a", "some bytes");
  const Outcome run = folder.Run(
      "sigma-par a; ln -s a.sigma link; ln a.sigma twin; ln -s a plain; mkfifo p q\n"
      "for f in link twin; do sigma-par -dc $f; sigma-par -t $f; sigma-par -l $f >list || echo $?\n"
      "sigma-par -d --range 5:3 $f; echo; done\n"
      "for f in plain /dev/stdin; do sigma-par -c $f <a | sigma-par -dc; echo; done\n"
      "cat a >p & sigma-par -c p | sigma-par -dc; echo\n"
      "cat a.sigma >p & sigma-par -dc p; echo; cat a.sigma >q & sigma-par -t q; echo $?\n"
      "cat a.sigma | sigma-par -dc /dev/stdin; echo; sigma-par -d --range 5:3 /dev/stdin <a.sigma\n"
      "echo; cat a >p & sigma-par -o named p; sigma-par -dc named; echo\n"
      "sigma-par --bench --seconds 0 --json plain >bench; echo $?; sigma-par --analyze plain "
      ">page; "
      "echo $?\nsigma-par -dc - <link");
  EXPECT_EQ(run.out,
            "some bytesbyt\nsome bytesbyt\nsome bytes\nsome bytes\nsome bytes\nsome bytes\n0\n"
            "some bytes\nbyt\nsome bytes\n0\n0\nsome bytes")
      << run.err;
  EXPECT_EQ(run.err, "");
}

TEST(Files, ForceInATreePassesOverSpecialFiles) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkdir d; echo x >d/a; mkfifo d/p; ln -s a d/link; ln -s /dev/zero d/zero\n"
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"d/s\")'\n"
      "timeout 20 sigma-par -rf d; echo $?; timeout 20 sigma-par -rf --rm d; echo $?; ls d\n"
      "timeout 20 sigma-par -drf d; echo $?; timeout 20 sigma-par -rt d; echo $?");
  EXPECT_THAT(run.out, testing::StartsWith("0\n0\na.sigma\nlink\np\n")) << run.err;
  EXPECT_THAT(run.out, testing::EndsWith("zero\n0\n0\n")) << run.err;
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

TEST(Files, ManyFilesOneAfterTheOther) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkdir d; for i in $(seq 600); do echo $i; done | (cd d; while read i; do echo $i >$i; "
      "done)\n"
      "seq 1 500000 >d/large; cp -r d e\n"
      "sigma-par -r --rm d; echo $?; ls d | grep -vc sigma$; ls d | wc -l\n"
      "sigma-par -dr --rm d; echo $?; diff -r d e && echo same\n"
      "sigma-par -r d; echo $?; sigma-par -r --stats=json -f d 2>stats; cat d/17.sigma >one\n"
      "sigma-par -c e/17 | cmp - one && echo alike");
  EXPECT_EQ(run.out, "0\n0\n601\n0\nsame\n0\nalike\n") << run.err;
}

// A run that syncs does so once for all files of a folder.
TEST(Files, OneSyncOfAFolderForABatch) {
  const Folder folder;
  if (folder.Run("strace -o /dev/null true").status != 0) GTEST_SKIP() << "no strace";
  const Outcome run = folder.Run(
      "mkdir d e; for i in $(seq 100); do echo $i >d/$i; echo $i >e/$i; done\n"
      "strace -f -y -e trace=fsync -o trace sigma-par -r --rm d e; echo $?\n"
      "grep -c '/d>)' trace; grep -c '/e>)' trace\n"
      "strace -f -e trace=fsync,syncfs,fdatasync -o trace sigma-par -dr d e; echo $?; "
      "grep -c sync trace");
  EXPECT_EQ(run.out, "0\n1\n1\n0\n0\n") << run.err;
}

TEST(Files, InputAndOutputMayNotBeOne) {
  const Folder folder;
  folder.Write("a", "bytes");
  EXPECT_EQ(folder.Run("sigma-par -f -o a a").status, 1);
  EXPECT_EQ(folder.Run("ln -s a b; sigma-par -f -o b a").status, 1);
  EXPECT_EQ(folder.Run("ln a c; sigma-par -f -o c a; s=$?; rm c; exit $s").status, 1);
  EXPECT_EQ(folder.Run("sigma-par -c a >>a").status, 1);
  EXPECT_EQ(folder.Run("sigma-par -o /dev/stdout a >>a").status, 1);
  EXPECT_EQ(folder.Read("a"), "bytes");
  EXPECT_EQ(folder.Run("echo x >c; sigma-par -o d a c").status, 1);
}

}  // namespace
}  // namespace sigma::tests
