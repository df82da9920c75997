// --content-hash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kSize = 500'000;

// The hash of "some bytes" as sha256sum and xxh128sum print it.
constexpr char kSha256[] = "0d22cdcc10e6d049dbe1af5123d50873fdfc1a4f58306e58cb6241be9472014d";
constexpr char kXxh128[] = "99736577b441a1bbd3ec197fe371e984";

nlohmann::json StreamsOf(const Folder& folder, const std::string& name) {
  const Outcome list = folder.Run("sigma-par -l --json " + name);
  EXPECT_EQ(list.status, 0) << list.err;
  return nlohmann::json::parse(list.out)["files"][0]["streams"];
}

TEST(ContentHash, ListShowsWhatOtherProgramsPrint) {
  const Folder folder;
  folder.Write("a", "some bytes");
  const Outcome run = folder.Run(
      "sigma-par --content-hash a -o x && sigma-par --content-hash=xxh3 a -c | cmp - x &&"
      "sigma-par --content-hash=sha256 a -o s && sigma-par -t x s && sigma-par -dc s");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "some bytes");
  EXPECT_EQ(StreamsOf(folder, "x")[0]["content_hash"],
            (nlohmann::json{{"algorithm", "XXH3-128"}, {"hash", kXxh128}}));
  EXPECT_EQ(StreamsOf(folder, "s")[0]["content_hash"],
            (nlohmann::json{{"algorithm", "SHA-256"}, {"hash", kSha256}}));
  EXPECT_EQ(folder.Run("sha256sum <a").out, std::string(kSha256) + "  -\n");
  for (const char* const options : {"-l", "-lv"}) {
    EXPECT_THAT(folder.Run("sigma-par " + std::string(options) + " s").out,
                HasSubstr(std::string("        Content: SHA-256 ") + kSha256 + "\n"))
        << options;
  }
  const Outcome plain = folder.Run("sigma-par a -o p && sigma-par -l p; sigma-par -l --json p");
  EXPECT_THAT(plain.out, Not(HasSubstr("ontent")));
}

TEST(ContentHash, IsTheSameForAnyNumberOfThreadsAndFromAPipe) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run(
      "for k in xxh3 sha256; do sigma-par -B64K --content-hash=$k -T1 a -o $k || exit 1;"
      "  sigma-par -B64K --content-hash=$k -T4 a -c | cmp - $k || exit 2;"
      "  cat a | sigma-par -B64K --content-hash=$k | cmp - $k || exit 3;"
      "  sigma-par -d $k -o r -f && cmp r a || exit 4; cat $k | sigma-par -d | cmp - a || exit 5;"
      "  sigma-par -M32M -d $k -c | cmp - a || exit 6; done;"
      "sigma-par -l --json sha256 | grep -q $(sha256sum <a | cut -d' ' -f1)");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

TEST(ContentHash, AppendKeepsEachStreamsOwn) {
  const Folder folder;
  folder.Write("a", "some bytes");
  folder.Write("b", MixedBytes(kSize));
  const Outcome run = folder.Run(
      "sigma-par --content-hash a -o x && sigma-par --append --content-hash=sha256 b -o x &&"
      "sigma-par --append b -o x && sigma-par -t x && cat a b b >all && sigma-par -dc x | cmp - "
      "all");
  EXPECT_EQ(run.status, 0) << run.err;
  const auto streams = StreamsOf(folder, "x");
  ASSERT_EQ(streams.size(), 3u);
  EXPECT_EQ(streams[0]["content_hash"]["hash"], kXxh128);
  EXPECT_EQ(streams[1]["content_hash"]["algorithm"], "SHA-256");
  EXPECT_FALSE(streams[2].contains("content_hash"));
  EXPECT_THAT(folder.Run("sigma-par -l x").out,
              HasSubstr(std::string("        Content of stream 0: XXH3-128 ") + kXxh128 + "\n"));
}

// Two files of one stream each with one chunk: the frames in front of the footer of one and the chunk of
// the other make a stream whose every hash is right but that of the content.
TEST(ContentHash, AnotherContentIsCorruptAndNothingIsPublished) {
  const Folder folder;
  folder.Write("a", "some bytes");
  folder.Write("b", "same bytes");
  ASSERT_EQ(folder.Run("for f in a b; do sigma-par --strategy raw --content-hash $f; done").status,
            0);
  const std::string a = folder.Read("a.sigma");
  const std::string b = folder.Read("b.sigma");
  ASSERT_EQ(a.size(), b.size());
  // Header and announcement, the chunk, the hash, the footer: as long in both.
  constexpr std::size_t kHash = 12 + 22 + 21 + 10;
  constexpr std::size_t kFooter = kHash + 19 + 3 + 16;
  ASSERT_EQ(a.size(), kFooter + 41 + 24);
  folder.Write("mixed.sigma",
               a.substr(0, kHash) + b.substr(kHash, kFooter - kHash) + a.substr(kFooter));
  const Outcome test = folder.Run("sigma-par -t mixed.sigma");
  EXPECT_EQ(test.status, 1);
  EXPECT_THAT(test.err, HasSubstr("mixed.sigma: "));
  EXPECT_THAT(test.err, HasSubstr("the restored content has another hash than its stream says"));
  EXPECT_THAT(test.err, HasSubstr(std::to_string(kHash)));
  EXPECT_EQ(folder.Run("sigma-par -d mixed.sigma").status, 1);
  EXPECT_FALSE(folder.Has("mixed"));
  EXPECT_EQ(folder.Run("sigma-par -d <mixed.sigma").status, 1);
  // A part cannot tell, and what there is can be had.
  EXPECT_EQ(folder.Run("sigma-par -d --range 0:4 mixed.sigma").out, "some");
  EXPECT_EQ(folder.Run("sigma-par -dc --recover mixed.sigma").out, "some bytes");
}

TEST(ContentHash, WhatItDoesNotGoWith) {
  const Folder folder;
  folder.Write("a", "some bytes");
  const Outcome shard = folder.Run("sigma-par --shard 1/2 --content-hash a -o p");
  EXPECT_EQ(shard.status, 1);
  EXPECT_THAT(shard.err, HasSubstr("does not go with --content-hash"));
  const Outcome kind = folder.Run("sigma-par --content-hash=md5 a");
  EXPECT_EQ(kind.status, 1);
  EXPECT_THAT(kind.err, HasSubstr("--content-hash: 'md5' is none of xxh3, sha256"));
  const Outcome mode = folder.Run("sigma-par -t --content-hash a");
  EXPECT_EQ(mode.status, 1);
  EXPECT_THAT(mode.err, HasSubstr("--content-hash goes with --compress"));
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
}

}  // namespace
}  // namespace sigma::tests
