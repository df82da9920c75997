// --analyze: tables and JSON, and what goes wrong with them; analyze_page_test.cc has the page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

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

// Rows of fields of five kinds: a plan of dozens of sections that differ from their neighbours.
std::string ManyFields(std::size_t size) {
  std::string text;
  std::uint32_t state = 12345;
  for (std::uint32_t row = 0; text.size() < size; ++row) {
    for (std::uint32_t field = 0; field < 20; ++field) {
      state = state * 1103515245U + 12345U;
      const std::uint32_t value = state >> 9;
      const std::string digits = std::to_string(value);
      switch (field % 5) {
        case 0:
          text += std::to_string(row * (field + 1) + value % 3);
          break;
        case 1:
          text += std::string(3, static_cast<char>('a' + value % 7));
          break;
        case 2:
          text += std::to_string(value % 90) + "." + digits.substr(0, 3);
          break;
        case 3:
          text += digits;
          break;
        default:
          text += static_cast<char>('0' + value % 2);
      }
      text += field == 19 ? '\n' : ';';
    }
  }
  text.resize(size);
  return text;
}

std::string WithoutBlanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

std::size_t WidestLine(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

TEST(Analyze, TextFitsAHundredColumnsAndLosesNothingUnderV) {
  const Folder folder;
  const std::string long_name = std::string(200, 'n') + "-end";
  folder.Write("fields", ManyFields(kSize));
  folder.Write("mixed", MixedBytes(kSize));
  folder.Write(long_name, MixedBytes(5000));
  folder.Write("line\nbreak \x1b[31m", MixedBytes(5000));
  folder.Write("empty", "");
  const json files = json::parse(folder.Run("sigma-par --analyze --json *").out)["files"];
  const auto is_fields = [](const json& file) { return file["name"] == "fields"; };
  const std::string plan =
      (*std::ranges::find_if(files, is_fields))["chunks"][0]["plan"].get<std::string>();
  ASSERT_GT(plan.size(), 100U) << "the input no longer has a long plan";
  const Outcome brief = folder.Run("sigma-par --analyze *");
  ASSERT_EQ(brief.status, 0) << brief.err;
  EXPECT_LE(WidestLine(brief.out), 100U);
  EXPECT_THAT(brief.out, HasSubstr(" sections: "));
  EXPECT_THAT(brief.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(WithoutBlanks(brief.out), HasSubstr(long_name));
  const Outcome whole = folder.Run("sigma-par --analyze -v *");
  ASSERT_EQ(whole.status, 0) << whole.err;
  EXPECT_LE(WidestLine(whole.out), 100U);
  EXPECT_THAT(WithoutBlanks(whole.out), HasSubstr(WithoutBlanks(plan)));
}

TEST(Analyze, ABriefPlanCountsTheSectionsOfTheWhole) {
  const Folder folder;
  folder.Write("fields", ManyFields(kSize));
  const std::string plan = json::parse(
      folder.Run("sigma-par --analyze --json fields").out)["files"][0]["chunks"][0]["plan"];
  ASSERT_EQ(plan.find(") x"), std::string::npos) << "counts of whole transforms: " << plan;
  // "raw x3, entropy": a coder is one section, or as many as follow it.
  const std::regex coder("(raw|pattern|entropy|lz|sort|adaptive)( x([0-9]+))?(?=[,)])");
  std::size_t sections = 0;
  for (std::sregex_iterator at(plan.begin(), plan.end(), coder), end; at != end; ++at) {
    sections += (*at)[3].matched ? std::stoul((*at)[3]) : 1;
  }
  ASSERT_GT(sections, 20U) << plan;
  EXPECT_THAT(folder.Run("sigma-par --analyze fields").out,
              HasSubstr(std::string("(").append(std::to_string(sections)) + " sections: "));
}

TEST(Analyze, TablesAreForPeople) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("b", std::string(kSize, 'b'));
  const Outcome run = folder.Run("sigma-par --analyze a b");
  ASSERT_EQ(run.status, 0) << run.err;
  for (const char* word : {"Class", "Strategy", "Gain %", "Plan", "median"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
  // A legend, and the plans that the estimates are of.
  EXPECT_THAT(run.out, HasSubstr("H0       order-0 entropy"));
  EXPECT_THAT(run.out, testing::ContainsRegex("of the [0-9]+ plans considered for 2 chunks of 2"));
  // Ratios as -l and --bench have them, three digits of original / compressed, in sum too.
  const json files = json::parse(folder.Run("sigma-par --analyze --json a b").out)["files"];
  double original = 0;
  double compressed = 0;
  const auto shown = [](double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "ratio %.3f", ratio);
    return std::string(text);
  };
  for (const json& file : files) {
    original += file["original"].get<double>();
    compressed += file["compressed"].get<double>();
    const double ratio = file["original"].get<double>() / file["compressed"].get<double>();
    EXPECT_DOUBLE_EQ(file["ratio"].get<double>(), ratio);
    EXPECT_THAT(run.out, HasSubstr(shown(ratio)));
  }
  EXPECT_THAT(run.out, testing::ContainsRegex("2 files: .*" + shown(original / compressed)));
}

TEST(Analyze, WhatCannotBeIsOneLine) {
  const Folder folder;
  folder.Write("a", "x");
  EXPECT_EQ(folder.Run("sigma-par --report page.html a").status, 1);
  EXPECT_EQ(folder.Run("sigma-par --analyze missing").status, 1);
  const Outcome unknown = folder.Run("sigma-par --analyze --strategy best a");
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("lz"));
  EXPECT_EQ(folder.Run("sigma-par --analyze --report /dev/full -f a").status, 1);
}

}  // namespace
}  // namespace sigma::tests
