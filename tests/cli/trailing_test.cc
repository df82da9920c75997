// Bytes after a stream: zeros of a tape or a device, data that is nothing of ours; what is no
// stream at all; and what -l says of a file that is not whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::HasSubstr;

constexpr std::size_t kSize = 300000;

TEST(Trailing, ZerosArePadding) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  ASSERT_EQ(folder.Run("sigma-par -q a && mv a b").status, 0);
  for (const char* zeros : {"1", "512", "10240", "1000000"}) {
    const Outcome run = folder.Run(
        "set -e; cp a.sigma p.sigma; truncate -s +" + std::string(zeros) +
        " p.sigma; sigma-par -t p.sigma; sigma-par -l p.sigma >l; sigma-par -kdf p.sigma; cmp p b; "
        "sigma-par -dc <p.sigma | cmp - b; "
        "sigma-par -dc --range 7:1000 p.sigma >r; tail -c +8 b | head -c 1000 | cmp - r");
    EXPECT_EQ(run.status, 0) << zeros << run.err;
    EXPECT_EQ(run.err, "") << zeros;
  }
  const Outcome two = folder.Run(
      "cat a.sigma a.sigma >t.sigma; truncate -s +4096 t.sigma; cat b b >bb; "
      "sigma-par -dc t.sigma | cmp - bb");
  EXPECT_EQ(two.status, 0) << two.err;
}

TEST(Trailing, OtherDataIsAnErrorAfterTheResult) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  ASSERT_EQ(folder.Run("sigma-par -q a && mv a b && wc -c <a.sigma | tr -d ' \\n' >size").status,
            0);
  const std::string size = folder.Read("size");
  for (const std::string tail : {"printf garbage", "cat b", "printf '\\0\\0x'"}) {
    const std::string make = "cp a.sigma g.sigma; " + tail + " >>g.sigma; ";
    const Outcome file = folder.Run(make + "sigma-par -df g.sigma; s=$?; cmp g b && exit $s");
    EXPECT_EQ(file.status, 1) << file.err;
    EXPECT_THAT(file.err, HasSubstr("g.sigma"));
    EXPECT_THAT(file.err, HasSubstr("other data follows the last stream"));
    EXPECT_TRUE(folder.Has("g.sigma"));
    // The source is kept whatever was asked.
    const Outcome removed =
        folder.Run(make + "sigma-par -df --rm g.sigma; s=$?; cmp g b && exit $s");
    EXPECT_EQ(removed.status, 1) << removed.err;
    EXPECT_TRUE(folder.Has("g.sigma"));
    const Outcome pipe = folder.Run(make + "sigma-par -dc <g.sigma >x; s=$?; cmp x b && exit $s");
    EXPECT_EQ(pipe.status, 1) << pipe.err;
    EXPECT_EQ(folder.Run(make + "sigma-par -t g.sigma").status, 1);
    const Outcome list = folder.Run(make + "sigma-par -l g.sigma");
    EXPECT_EQ(list.status, 1);
    EXPECT_THAT(list.err, HasSubstr("other data follows the last stream"));
    if (tail != "printf '\\0\\0x'") {
      EXPECT_THAT(list.err, HasSubstr(size));
    }
  }
}

TEST(Trailing, ForcedToStandardOutputWhatIsNoStreamPasses) {
  const Folder folder;
  folder.Write("text", MixedBytes(kSize));
  folder.Write("empty", "");
  folder.Write("short", "ab");
  for (const std::string name : {"text", "empty", "short"}) {
    const Outcome file = folder.Run("sigma-par -dcf " + name + " | cmp - " + name);
    EXPECT_EQ(file.status, 0) << name << file.err;
    const Outcome pipe = folder.Run("cat " + name + " | sigma-par -dcf | cmp - " + name);
    EXPECT_EQ(pipe.status, 0) << name << pipe.err;
    EXPECT_EQ(folder.Run("sigma-par -dc " + name).status, 1) << name;
  }
  const Outcome stream = folder.Run(
      "sigma-par -kq text; sigma-par -dcf text.sigma | cmp - text && "
      "cat text.sigma | sigma-par -dcf | cmp - text");
  EXPECT_EQ(stream.status, 0) << stream.err;
  // A stream that is damaged is no unknown data.
  const Outcome damaged = folder.Run(
      "printf 'XX' | dd of=text.sigma bs=1 seek=5 conv=notrunc 2>/dev/null; "
      "sigma-par -dcf text.sigma >x; s=$?; test ! -s x && exit $s");
  EXPECT_EQ(damaged.status, 1);
}

TEST(Trailing, ListingSaysWhatIsWrongWithEachFile) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("empty.sigma", "");
  folder.Write("text.sigma", "this is no stream, whatever its name says");
  const Outcome run = folder.Run(
      "sigma-par -kq -B 64K a; size=$(wc -c <a.sigma); head -c $((size - 9)) a.sigma >cut.sigma; "
      "head -c 70000 a.sigma >half.sigma; sigma-par -l a.sigma empty.sigma text.sigma cut.sigma "
      "half.sigma");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.out, HasSubstr("a.sigma"));
  EXPECT_THAT(run.err, HasSubstr("empty.sigma: the input is empty"));
  EXPECT_THAT(run.err, HasSubstr("text.sigma: "));
  EXPECT_THAT(run.err, HasSubstr("cut.sigma: the input ends inside the footer"));
  EXPECT_THAT(run.err, HasSubstr("half.sigma: the input ends inside"));
}

}  // namespace
}  // namespace sigma::tests
