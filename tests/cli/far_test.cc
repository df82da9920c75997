// --far: what repeats anywhere in a file is stored once.
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

TEST(Far, RestoresEverywhere) {
  const Folder folder;
  folder.Write("in", MixedBytes(3'000'000, 3));
  const Outcome run = folder.Run(R"(set -e
cat in in in >x3
sigma-par -q --far on -B64K -k x3
sigma-par -q -B64K -o plain.sigma x3
[ $(stat -c %s x3.sigma) -lt $(( $(stat -c %s plain.sigma) / 2 )) ]
sigma-par -dc x3.sigma | cmp - x3
cat x3.sigma | sigma-par -dc | cmp - x3
sigma-par -dq -o restored x3.sigma; cmp restored x3
sigma-par -tq x3.sigma
sigma-par -q --verify x3.sigma x3
sigma-par -dc --range 7000000:500 x3.sigma >piece; tail -c +7000001 x3 | head -c 500 | cmp - piece
sigma-par -q --far on --rm -B64K -o rm.sigma restored; [ ! -e restored ]; cmp rm.sigma x3.sigma
sigma-par -v --far on -B64K -f -k x3 2>&1 | grep -q 'x3: far copies of [0-9.]* MiB of 8.6 MiB, found by a table of 1.0 MiB'
sigma-par -lv x3.sigma | grep -q ' far$'
)");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

TEST(Far, ASizeIsThatOfTheTable) {
  const Folder folder;
  folder.Write("in", MixedBytes(2'000'000, 3));
  const Outcome run = folder.Run(
      "cat in in >x2 && for size in 16K 1M 1G; do sigma-par -q --far $size -B64K -c x2 | "
      "sigma-par -dc | cmp - x2 || exit 1; done");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

TEST(Far, SaysWhatItDoesNotGoWith) {
  const Folder folder;
  folder.Write("in", MixedBytes(300'000, 3));
  const struct {
    const char* command;
    const char* text;
  } refused[] = {{"sigma-par --far on -c <in | cat >out; cat in | sigma-par --far on -c", "pipe"},
                 {"sigma-par --far on --shard 1/2 in", "--shard"},
                 {"sigma-par --far on --rsyncable in", "--rsyncable"},
                 {"sigma-par --far much in", "neither on nor off"},
                 {"sigma-par -d --far on in", "--far"}};
  for (const auto& each : refused) {
    const Outcome run = folder.Run(each.command);
    EXPECT_EQ(run.status, 1) << each.command << run.err;
    EXPECT_NE(run.err.find(each.text), std::string::npos) << each.command << "\n" << run.err;
  }
  EXPECT_EQ(folder.Names(), (std::vector<std::string>{"in", "out"}));
}

// What a chunk was compared with need not be what was stored then: no file is made.
TEST(Far, ASourceThatChangesIsRefused) {
  const Folder folder;
  folder.Write("in", MixedBytes(3'000'000, 3));
  const Outcome run = folder.Run(
      "cat in in >a; mkfifo p; (sleep 0.3; printf X | dd of=a conv=notrunc status=none) &\n"
      "(sigma-par -1 -T1 --far on -c a >p; echo $? >status) & (sleep 0.6; cat >out) <p; wait\n"
      "cat status; sigma-par -q --far on a && sigma-par -dc a.sigma | cmp - a");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "1\n") << run.err;
  EXPECT_NE(run.err.find("--far off"), std::string::npos) << run.err;
}

// A lost chunk takes with it what copies from it; all else is at its place.
TEST(Far, RecoversWhatCopiesFromNothingLost) {
  const Folder folder;
  folder.Write("in", MixedBytes(1'000'000, 3));
  const Outcome run = folder.Run(R"(
head -c 131072 in >two
{ cat in; cat two; } >file
sigma-par -q --far on -B64K -k file || exit 9
printf '\377\377\377\377' | dd of=file.sigma bs=1 seek=200 conv=notrunc 2>/dev/null
sigma-par -q -d --recover -o got file.sigma; [ $? = 2 ] || exit 8
[ $(stat -c %s got) = $(stat -c %s file) ] || exit 7
# Chunk 0 is lost, and what of chunks 15 to 17 is its own.
head -c 65536 /dev/zero >zeros; head -c 65536 got | cmp - zeros || exit 6
head -c 983040 got | tail -c +65537 >a; head -c 983040 file | tail -c +65537 | cmp - a || exit 5
sigma-par -q -d --recover --repair -o mended.sigma file.sigma; [ $? = 2 ] || exit 4
sigma-par -dc mended.sigma | cmp - got || exit 3
)");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

}  // namespace
}  // namespace sigma::tests
