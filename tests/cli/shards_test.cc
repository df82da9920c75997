// --shard and --merge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kSize = 1'000'000;

TEST(Shards, PartsJoinIntoTheFileOfOneMachine) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run(
      "sigma-par -B64K a -o whole || exit 1; for i in 1 2 3 4; do"
      "  sigma-par -B64K --shard $i/4 a -o part$i || exit 2; done;"
      "sigma-par --merge part3 part1 part4 part2 -o merged && cmp whole merged &&"
      "sigma-par --merge part* -c | cmp - whole &&"
      "ls part? | sigma-par --merge --files-from - -M16M -T4 -o again --stats && cmp whole again");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
  EXPECT_THAT(run.err, HasSubstr("original    1000000\n"));
  const Outcome restored = folder.Run("for i in 1 2 3 4; do sigma-par -dc part$i; done | cmp - a");
  EXPECT_EQ(restored.status, 0) << restored.out << restored.err;
}

TEST(Shards, NamesOfParts) {
  const Folder folder;
  folder.Write("a", "some bytes");
  folder.Write("b.tar", "some bytes");
  EXPECT_EQ(folder.Run("sigma-par --shard 2/4 a && sigma-par --shard 1/2 -S .tsigma b.tar").status,
            0);
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.part2of4.sigma", "b.part1of2.tsigma", "b.tar"));
  EXPECT_EQ(folder
                .Run("sigma-par --shard 1/2 <a >x && sigma-par --shard 2/2 <a >y &&"
                     "sigma-par --merge y x -c | sigma-par -dc")
                .out,
            "some bytes");
}

TEST(Shards, ListTellsOfThem) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome list = folder.Run("sigma-par -B64K --shard 2/4 a -o p && sigma-par -l --json p");
  ASSERT_EQ(list.status, 0) << list.err;
  const auto file = nlohmann::json::parse(list.out)["files"][0];
  EXPECT_EQ(file["shard"]["part"], 2);
  EXPECT_EQ(file["shard"]["parts"], 4);
  EXPECT_EQ(file["shard"]["offset"], 4 * 65536);
  EXPECT_EQ(file["shard"]["source_size"], kSize);
  EXPECT_THAT(folder.Run("sigma-par -lv p").out,
              HasSubstr("Part 2 of 4: from byte 262144 of 1000000\n"));
  EXPECT_THAT(folder.Run("sigma-par a && sigma-par -l --json a.sigma").out,
              Not(HasSubstr("shard")));
}

TEST(Shards, MessagesNameTheFileAndThePart) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  ASSERT_EQ(folder
                .Run("for i in 1 2 3; do sigma-par -B64K --shard $i/3 a -o p$i; done;"
                     "sigma-par -B128K --shard 2/3 a -o q")
                .status,
            0);
  Outcome run = folder.Run("sigma-par --merge p1 p3 -o x");
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err, "sigma-par: x: cannot be made: part 2 of 3 is missing\n");
  run = folder.Run("sigma-par --merge p1 p3 q -o x");
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err,
            "sigma-par: q: does not belong to the part given first: its chunk size is 131072, not "
            "65536 bytes\n");
  run = folder.Run("sigma-par --merge p1 p2 p2 p3 -o x");
  EXPECT_EQ(run.err,
            "sigma-par: p2: is part 2 of 3, and so is a file given before it: leave one out\n");
  run = folder.Run("sigma-par --merge p1 p2 p3 -o p2");
  EXPECT_THAT(run.err, HasSubstr("p2: already exists (-f overwrites it)"));
  run = folder.Run("sigma-par -f --merge p1 p2 p3 -o p2");
  EXPECT_THAT(run.err, HasSubstr("p2: input and output are the same file"));
  run = folder.Run("sigma-par --merge p1 nowhere -o x");
  EXPECT_EQ(run.err, "sigma-par: nowhere: no such file\n");
  run = folder.Run("sigma-par --merge p1 p2 p3");
  EXPECT_THAT(run.err, HasSubstr("--merge writes to -o FILE"));
  run =
      folder.Run("printf Z | dd of=p2 bs=1 seek=5000 conv=notrunc 2>dd; sigma-par --merge p? -o x");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("sigma-par: p2: the chunk is damaged: its payload's hash differs "
                                 "(chunk 0, byte offset "));
  EXPECT_FALSE(folder.Has("x"));
  run = folder.Run("sigma-par --merge p1 p2 p3 -o /dev/full");
  EXPECT_EQ(run.status, 1);
}

TEST(Shards, Misuse) {
  const Folder folder;
  folder.Write("a", "some bytes");
  for (const char* value : {"0/2", "3/2", "1", "1/", "/2", "1/5000", "a/b", "1/2/3", "-1/2"}) {
    const Outcome run = folder.Run(std::string("sigma-par --shard '") + value + "' a -c >x");
    EXPECT_EQ(run.status, 1) << value;
    EXPECT_THAT(run.err, HasSubstr("2/4 is the second of four"));
  }
  EXPECT_THAT(folder.Run("cat a | sigma-par --shard 1/2 >x").err,
              HasSubstr("no size that is known"));
  EXPECT_EQ(folder.Run("sigma-par --shard 1/2 --rm a").status, 1);
  EXPECT_EQ(folder.Run("sigma-par -d --shard 1/2 a").status, 1);
  EXPECT_EQ(folder.Run("sigma-par --merge --rm a -o x").status, 1);
  EXPECT_EQ(folder.Run("sigma-par --merge -c <a").status, 1);
}

}  // namespace
}  // namespace sigma::tests
