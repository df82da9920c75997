// --append.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Append, AddsStreamsAndMakesTheFile) {
  const Folder folder;
  folder.Write("log", MixedBytes(300'000));
  folder.Write("more", MixedBytes(200'000, 2));
  const Outcome run = folder.Run(
      "sigma-par --append log && sigma-par --append -B64K -7 -o log.sigma more &&"
      "cat log more | cmp - /dev/stdin 2>x; sigma-par -dc log.sigma >both && cat log more | cmp - "
      "both "
      "&& sigma-par -t log.sigma && sigma-par -l --json log.sigma");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"level\":7"));
  // The first stream is what it was.
  EXPECT_EQ(
      folder.Run("sigma-par -c log >first; head -c $(stat -c %s first) log.sigma | cmp - first")
          .status,
      0);
  EXPECT_EQ(folder
                .Run("sigma-par --append -o log.sigma log more && sigma-par -dc log.sigma >all &&"
                     "cat both log more | cmp - all")
                .status,
            0);
  EXPECT_EQ(folder
                .Run("cat more | sigma-par --append -o log.sigma && sigma-par -dc log.sigma |"
                     "tail -c 200000 | cmp - more")
                .status,
            0);
}

TEST(Append, PaddingIsWrittenOver) {
  const Folder folder;
  folder.Write("a", MixedBytes(100'000));
  const Outcome run = folder.Run(
      "sigma-par a; head -c 500000 /dev/zero >>a.sigma; sigma-par --append a && sigma-par -t "
      "a.sigma &&"
      "stat -c %s a.sigma; sigma-par -dc a.sigma >two; cat a a | cmp - two");
  EXPECT_EQ(run.status, 0) << run.err;
}

TEST(Append, RefusesWhatItWouldSpoil) {
  const Folder folder;
  folder.Write("a", "some bytes");
  folder.Write("other", "no stream at all");
  const auto refused = [&](const std::string& script) {
    const Outcome run = folder.Run(script);
    EXPECT_EQ(run.status, 1) << script;
    return run.err;
  };
  EXPECT_THAT(refused("sigma-par --append -o other a"),
              HasSubstr("other: nothing is appended to a file that is damaged, or none of ours"));
  EXPECT_EQ(folder.Read("other"), "no stream at all");
  EXPECT_THAT(refused("sigma-par a -o b; printf x >>b; sigma-par --append -o b a"),
              HasSubstr("b: nothing is appended"));
  EXPECT_THAT(refused("sigma-par -f a -o b; sigma-par --append -o b b"),
              HasSubstr("input and output are the same file"));
  refused("sigma-par --append -c a");
  refused("sigma-par --append --rm a");
  refused("sigma-par --append --shard 1/2 a");
  refused("sigma-par -d --append b");
  EXPECT_THAT(refused("mkdir f; sigma-par --append -o f a"), HasSubstr("f: "));
  EXPECT_THAT(refused("mkfifo p; sigma-par --append -o p a"), HasSubstr("is no regular file"));
  EXPECT_THAT(folder.Names(), ElementsAre("a", "b", "f", "other", "p"));
}

TEST(Append, AnErrorLeavesTheOldFile) {
  const Folder folder;
  folder.Write("a", MixedBytes(400'000));
  const Outcome run = folder.Run(
      "sigma-par -1 -B64K a; cp a.sigma old; size=$(stat -c %s old);"
      "(ulimit -f $((size / 512 + 100)); trap '' XFSZ; sigma-par -1 -B64K --append a); echo $?;"
      "cmp old a.sigma; ls -A");
  EXPECT_EQ(run.out, "1\na\na.sigma\nold\n") << run.err;
  EXPECT_THAT(run.err, HasSubstr("a.sigma: cannot write"));
}

// A journal that a crash has left: readers take the old file and say so, the next append mends it.
TEST(Append, AJournalIsHeeded) {
  const Folder folder;
  folder.Write("a", MixedBytes(3'000'000));
  const std::string kill = SIGMA_KILL_AT;
  const Outcome run = folder.Run(
      "sigma-par -1 -B64K a; cp a.sigma old; calls=$('" + kill +
      "' 0 KILL true) || exit 8;"
      "n=100; while ! ls -A | grep -q append; do n=$((n + 3)); [ $n -lt 900 ] || exit 7;"
      "  cp old a.sigma; '" +
      kill +
      "' $n KILL sigma-par -T1 -1 -B64K --append a; done;"
      "n=$((n + 60)); rm .sigma-par.append.*; cp old a.sigma;"
      "'" +
      kill +
      "' $n KILL sigma-par -T1 -1 -B64K --append a; ls -A | grep -q append || exit 6;"
      "sigma-par -dc a.sigma >restored; echo $?; cmp restored a; sigma-par -t a.sigma; echo $?;"
      "sigma-par -l a.sigma | tail -1 | grep -c ' 1 '; sigma-par -d --rm -o r a.sigma; echo $?;"
      "ln -s a.sigma l; sigma-par -dc l | cmp - a; rm l;"
      "sigma-par -1 --append a && sigma-par -dc a.sigma >two; cat a a | cmp - two; ls -A");
  if (run.status == 8) GTEST_SKIP() << "tracing is not permitted here";
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "2\n2\n1\n2\na\na.sigma\nold\nrestored\ntwo\n") << run.err;
  EXPECT_THAT(run.err, HasSubstr("an append to it was cut short, or is going on"));
}

}  // namespace
}  // namespace sigma::tests
