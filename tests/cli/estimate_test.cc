// --estimate, --target-ratio and --target-speed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kSize = 300'000;

TEST(Estimate, SaysWhatCompressingThenGives) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("empty", "");
  const Outcome run = folder.Run("sigma-par --estimate --json a none empty");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("none: "));
  const json object = json::parse(run.out, nullptr, false);
  ASSERT_FALSE(object.is_discarded());
  ASSERT_EQ(object["files"].size(), 3U);
  EXPECT_EQ(object["files"][1]["error"]["code"], "not_found");
  EXPECT_EQ(object["files"][2]["original"], 0);
  const json& file = object["files"][0];
  EXPECT_EQ(file["name"], "a");
  EXPECT_EQ(file["original"], kSize);
  EXPECT_GE(file["levels"].size(), 7U);
  for (const json& row : file["levels"]) {
    EXPECT_EQ(row["exact"], true);
    EXPECT_EQ(row["sampled"], kSize);
    EXPECT_GT(row["compress_mb_s"], 0);
    EXPECT_GT(row["decompress_mb_s"], 0);
    EXPECT_GT(row["compress_memory"], kSize);
    const std::string level = std::to_string(row["level"].get<int>());
    const Outcome real = folder.Run("sigma-par -c -" + level + " a | wc -c");
    EXPECT_EQ(std::stoull(real.out), row["compressed"].get<std::uint64_t>()) << level;
  }
  EXPECT_THAT(folder.Names(), ElementsAre("a", "empty"));
}

TEST(Estimate, ATableOfTheLevelsAskedFor) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par --estimate -b 2 -e 3 a | grep -c '^ *[0-9]'");
  EXPECT_EQ(run.out, "2\n");
  const Outcome table = folder.Run("sigma-par --estimate -b 2 -e 3 < a");
  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("293.0 KiB"));
  const Outcome pipe = folder.Run("cat a | sigma-par --estimate");
  EXPECT_EQ(pipe.status, 1);
  EXPECT_THAT(pipe.err, HasSubstr("not of a pipe"));
  EXPECT_EQ(folder.Run("sigma-par --estimate -o b a").status, 1);
}

TEST(Target, TheLevelOfARatio) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run =
      folder.Run("sigma-par -v --target-ratio 1.01 a && sigma-par -l --json a.sigma");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("a: level 1: ratio "));
  EXPECT_EQ(json::parse(run.out)["files"][0]["level"], 1);
}

TEST(Target, NoLevelReachesIt) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome ratio = folder.Run("sigma-par --target-ratio 1000 a");
  EXPECT_EQ(ratio.status, 2);
  EXPECT_THAT(ratio.err, HasSubstr("no level reaches a ratio of 1000.000: compressed at level "));
  EXPECT_EQ(folder.Run("sigma-par -dc a.sigma | cmp - a").status, 0);
  const Outcome speed = folder.Run("sigma-par -f --target-speed 1e8 a && true");
  EXPECT_EQ(speed.status, 2);
  EXPECT_THAT(speed.err, HasSubstr("compressed at level 1, where "));
  EXPECT_EQ(folder.Run("sigma-par -dc a.sigma | cmp - a").status, 0);
}

TEST(Target, ASpeedThatEveryLevelHas) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run(
      "sigma-par --rm --target-speed 0.000001 a && sigma-par --best -c < /dev/null > /dev/null &&"
      "sigma-par -l --json a.sigma; ls");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"level\":8"));
  EXPECT_THAT(folder.Names(), ElementsAre("a.sigma"));
}

TEST(Target, WhatItDoesNotGoWith) {
  const Folder folder;
  folder.Write("a", MixedBytes(1000));
  EXPECT_THAT(folder.Run("sigma-par --target-ratio 2 --shard 1/2 a").err, HasSubstr("--shard"));
  EXPECT_THAT(folder.Run("sigma-par --target-ratio none a").err,
              HasSubstr("--target-ratio: 'none' is not a ratio"));
  EXPECT_THAT(folder.Run("sigma-par --target-speed -4 a").err, HasSubstr("--target-speed"));
  EXPECT_THAT(folder.Run("sigma-par -d --target-speed 4 a.sigma").err,
              HasSubstr("--target-speed goes with --compress"));
  const Outcome pipe = folder.Run("cat a | sigma-par --target-ratio 2 -c | wc -c");
  EXPECT_THAT(pipe.err, HasSubstr("not of a pipe"));
  EXPECT_EQ(pipe.out, "0\n");
}

}  // namespace
}  // namespace sigma::tests
