// --analyze: tables, JSON and the page; what goes wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kSize = 300'000;

TEST(Analyze, JsonNamesEveryChunkItsPlanAndWhatWasConsidered) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("empty", "");
  const Outcome run = folder.Run("sigma-par --analyze --json -4 -B 128K a empty");
  ASSERT_EQ(run.status, 0) << run.err;
  const json object = json::parse(run.out, nullptr, false);
  ASSERT_FALSE(object.is_discarded());
  ASSERT_EQ(object["files"].size(), 2U);
  EXPECT_EQ(object["files"][1]["original"], 0);
  const json& file = object["files"][0];
  EXPECT_EQ(file["level"], 4);
  ASSERT_EQ(file["chunks"].size(), (kSize + 131071) / 131072);
  std::uint64_t offset = 0;
  std::uint64_t compressed = 0;
  for (const json& chunk : file["chunks"]) {
    EXPECT_EQ(chunk["offset"], offset);
    offset += chunk["original"].get<std::uint64_t>();
    compressed += chunk["compressed"].get<std::uint64_t>();
    EXPECT_THAT(chunk["plan"].get<std::string>(), Not(testing::IsEmpty()));
    EXPECT_GE(chunk["entropy"], 0);
    EXPECT_LE(chunk["entropy"], 8);
    for (const json& plan : chunk["considered"]) {
      EXPECT_LE(plan["real"], chunk["original"]);
      EXPECT_GT(plan["real"], 0);
    }
    EXPECT_FALSE(chunk["considered"].empty());
  }
  EXPECT_EQ(offset, kSize);
  EXPECT_EQ(compressed, file["compressed"]);
  std::uint64_t chunks = 0;
  for (const auto& [name, row] : file["classes"].items()) chunks += row["chunks"].get<unsigned>();
  EXPECT_EQ(chunks, file["chunks"].size());
  EXPECT_GE(object["median_estimate_error"], 0);
  // The payloads are those of a compressed file.
  const Outcome listed = folder.Run("sigma-par -4 -B 128K a && sigma-par -l --json a.sigma");
  const json stored = json::parse(listed.out)["files"][0]["strategies"];
  for (const auto& [name, row] : file["strategies"].items()) {
    EXPECT_EQ(stored[name]["chunks"], row["chunks"]) << name;
  }
}

TEST(Analyze, TablesAreForPeople) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par --analyze a");
  ASSERT_EQ(run.status, 0) << run.err;
  for (const char* word : {"Class", "Strategy", "Gain %", "Plan", "median"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
}

TEST(Analyze, ThePageStandsAloneAndIsNotOverwrittenUnasked) {
  const Folder folder;
  folder.Write("a<b>", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par --analyze --report page.html 'a<b>'");
  ASSERT_EQ(run.status, 0) << run.err;
  const std::string page = folder.Read("page.html");
  for (const char* part : {"<!DOCTYPE html>", "id=\"map0\"", "id=\"course0\"", "id=\"ladder0\"",
                           "a&lt;b&gt;", "</html>"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  for (const char* part : {"http:", "https:", "<script", "src=", "a<b>"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
  const Outcome again = folder.Run("sigma-par --analyze --report page.html 'a<b>'");
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("page.html"));
  EXPECT_EQ(folder.Read("page.html"), page);
  EXPECT_EQ(folder.Run("sigma-par --analyze -f --report page.html 'a<b>'").status, 0);
}

TEST(Analyze, WhatCannotBeIsOneLine) {
  const Folder folder;
  folder.Write("a", "x");
  EXPECT_EQ(folder.Run("sigma-par --report page.html a").status, 1);
  EXPECT_EQ(folder.Run("sigma-par --analyze missing").status, 1);
  const Outcome unknown = folder.Run("sigma-par --analyze --strategy best a");
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("reference"));
  EXPECT_EQ(folder.Run("sigma-par --analyze --report /dev/full -f a").status, 1);
}

}  // namespace
}  // namespace sigma::tests
