// The command's output for people and for scripts: list, stats, bench, progress, ranges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kSize = 3'000'000;

json Parsed(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  EXPECT_FALSE(value.is_discarded()) << text;
  return value;
}

std::set<std::string> Keys(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

TEST(Output, ListAsJson) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("b", "x");
  const Outcome run = folder.Run("sigma-par a b && sigma-par -l --json a.sigma b.sigma");
  ASSERT_EQ(run.status, 0) << run.err;
  const json object = Parsed(run.out);
  ASSERT_EQ(object["files"].size(), 2U);
  const json& file = object["files"][0];
  EXPECT_EQ(Keys(file),
            (std::set<std::string>{"name", "compressed", "original", "ratio", "chunks",
                                   "chunk_size", "level", "checksum", "strategies", "streams"}));
  EXPECT_EQ(file["name"], "a.sigma");
  EXPECT_EQ(file["original"], kSize);
  EXPECT_EQ(file["compressed"], folder.Read("a.sigma").size());
  EXPECT_EQ(file["level"], 3);
  EXPECT_EQ(file["checksum"], "XXH3-64");
  EXPECT_NEAR(file["ratio"].get<double>(),
              static_cast<double>(kSize) / static_cast<double>(folder.Read("a.sigma").size()),
              1e-9);
  std::uint64_t chunks = 0;
  std::uint64_t original = 0;
  for (const auto& [name, row] : file["strategies"].items()) {
    EXPECT_EQ(Keys(row), (std::set<std::string>{"chunks", "original", "compressed"}));
    chunks += row["chunks"].get<std::uint64_t>();
    original += row["original"].get<std::uint64_t>();
  }
  EXPECT_EQ(chunks, file["chunks"]);
  EXPECT_EQ(original, kSize);
}

TEST(Output, ListVerboseAddsTheChunkTable) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par -B 64K a && sigma-par -lv --json a.sigma");
  ASSERT_EQ(run.status, 0) << run.err;
  const json object = Parsed(run.out);
  const json& file = object["files"][0];
  ASSERT_EQ(file["chunk_table"].size(), (kSize + 65535) / 65536);
  EXPECT_EQ(file["chunks"], file["chunk_table"].size());
  std::uint64_t offset = 0;
  for (const json& chunk : file["chunk_table"]) {
    EXPECT_EQ(chunk["original_offset"], offset);
    offset += chunk["original"].get<std::uint64_t>();
  }
  EXPECT_EQ(offset, kSize);
  EXPECT_THAT(folder.Run("sigma-par -lv a.sigma").out, HasSubstr("Strategy"));
}

TEST(Output, ListHasAnEntryForEveryFileAndSaysWhatIsWrong) {
  const Folder folder;
  folder.Write("a", "bytes");
  folder.Write("empty", "");
  const Outcome run = folder.Run(
      "sigma-par a; head -c 20 a.sigma >cut; { cat a.sigma; echo; } >more\n"
      "sigma-par -l --json a nosuch a.sigma empty cut more .");
  EXPECT_EQ(run.status, 1);
  const json files = Parsed(run.out)["files"];
  const std::vector<std::string> names = {"a", "nosuch", "a.sigma", "empty", "cut", "more", "."};
  ASSERT_EQ(files.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(files[i]["name"], names[i]);
    EXPECT_EQ(files[i].contains("error"), names[i] != "a.sigma") << names[i];
    if (!files[i].contains("error")) continue;
    EXPECT_NE(files[i]["error"]["text"].get<std::string>(), "");
    EXPECT_THAT(run.err, HasSubstr("sigma-par: " + names[i] + ": ")) << "in words too";
  }
  EXPECT_EQ(files[0]["error"]["code"], "not_sigma");
  EXPECT_EQ(files[1]["error"]["code"], "not_found");
  EXPECT_EQ(files[4]["error"]["code"], "truncated");
  EXPECT_EQ(folder.Run("sigma-par -l <a.sigma").status, 1);
}

TEST(Output, ListTellsStreamsApart) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run(
      "sigma-par -1 -c a >c.sigma; sigma-par -4 -B 64K -c a >>c.sigma; sigma-par -lv --json "
      "c.sigma");
  ASSERT_EQ(run.status, 0) << run.err;
  const json file = Parsed(run.out)["files"][0];
  ASSERT_EQ(file["streams"].size(), 2U);
  EXPECT_EQ(file["streams"][0]["level"], 1);
  EXPECT_EQ(file["streams"][1]["level"], 4);
  EXPECT_EQ(file["streams"][1]["chunk_size"], 65536);
  EXPECT_EQ(file["streams"][1]["offset"], file["streams"][0]["compressed"]);
  EXPECT_EQ(file["streams"][1]["original"], kSize);
  EXPECT_EQ(file["chunk_table"][0]["hash"].get<std::string>().size(), 16U);
  EXPECT_THAT(folder.Run("sigma-par -l c.sigma").out, HasSubstr("  1-4  "));
}

TEST(Output, NamesThatAreNoTextAreShownAndCanBeHadBack) {
  const Folder folder;
  const Outcome run = folder.Run(
      "f=$(printf 'a\\344\\033[2Jb'); echo x >\"$f\"; sigma-par -v \"$f\"; "
      "sigma-par -l --json \"$f.sigma\"; sigma-par -l \"$f.sigma\" | tail -1 | cut -c 68-");
  ASSERT_EQ(run.status, 0) << run.err;
  const json file = Parsed(run.out.substr(0, run.out.find('\n')))["files"][0];
  EXPECT_EQ(file["name_bytes"], "61e41b5b324a622e7369676d61");
  EXPECT_THAT(run.out, HasSubstr("$'a\\344\\033[2Jb.sigma'\n"));
  EXPECT_THAT(run.err, HasSubstr("sigma-par: $'a\\344\\033[2Jb': 2 B -> "));
}

TEST(Output, StatsAsJsonOnTheLastLineOfStandardError) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("b", MixedBytes(1000));
  const Outcome run = folder.Run("sigma-par -v --stats=json a b");
  ASSERT_EQ(run.status, 0) << run.err;
  const std::size_t line = run.err.rfind('\n', run.err.size() - 2) + 1;
  const json stats = Parsed(run.err.substr(line));
  EXPECT_EQ(stats["files"], 2);
  EXPECT_EQ(stats["original"], kSize + 1000);
  EXPECT_EQ(stats["compressed"], folder.Read("a.sigma").size() + folder.Read("b.sigma").size());
  EXPECT_GT(stats["peak_resident"], 0);
  EXPECT_THAT(stats["bound"].get<std::string>(), testing::AnyOf("read", "work", "write"));
  EXPECT_EQ(Parsed(folder.Run("sigma-par -f --stats=json=3 a 3>&1").out)["files"], 1);
  EXPECT_THAT(folder.Run("sigma-par -f --stats a").err, HasSubstr("bound by"));
}

TEST(Output, BenchLines) {
  const Folder folder;
  folder.Write("a", MixedBytes(500'000));
  folder.Write("b", MixedBytes(100'000, 2));
  const Outcome run = folder.Run("sigma-par --bench -b 1 -e 2 -T 1 --seconds 0.01 --json a b");
  ASSERT_EQ(run.status, 0) << run.err;
  std::istringstream lines(run.out);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    const json row = Parsed(line);
    for (const char* key : {"file", "level", "threads", "original", "compressed", "ratio",
                            "compress_mb_s", "decompress_mb_s", "peak_workspace"}) {
      EXPECT_TRUE(row.contains(key)) << key;
    }
    EXPECT_GT(row["compress_mb_s"], 0);
    EXPECT_GT(row["decompress_mb_s"], 0);
    EXPECT_EQ(row["threads"], 1);
    names.push_back(row["file"].get<std::string>() + std::to_string(row["level"].get<int>()));
    if (row["file"] == "total") {
      EXPECT_EQ(row["original"], 600'000);
    }
  }
  EXPECT_THAT(names, ElementsAre("a1", "a2", "b1", "b2", "total1", "total2"));
  EXPECT_THAT(folder.Run("sigma-par --bench --seconds 0 a").out, HasSubstr("Decompress"));
}

TEST(Output, ARangeIsWhatCutShows) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  ASSERT_EQ(folder.Run("sigma-par -B 64K a").status, 0);
  const std::string bytes = folder.Read("a");
  for (const auto& [offset, length] :
       std::vector<std::pair<std::size_t, std::size_t>>{{0, 1},
                                                        {0, 65536},
                                                        {65535, 2},
                                                        {65536, 65536},
                                                        {1'000'000, 700'001},
                                                        {kSize - 1, 1},
                                                        {123, 0}}) {
    const Outcome run = folder.Run("sigma-par -d --range " + std::to_string(offset) + ":" +
                                   std::to_string(length) + " a.sigma");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.out == bytes.substr(offset, length), true) << offset << ":" << length;
  }
  struct Open {
    const char* range;
    std::size_t from, to;
    int status;
  };
  for (const Open& open :
       {Open{"5:", 5, kSize, 0}, Open{":100", 0, 100, 0}, Open{"-100:", kSize - 100, kSize, 0},
        Open{"-100:7", kSize - 100, kSize - 93, 0}, Open{"0:", 0, kSize, 0},
        Open{"2999999:100", kSize - 1, kSize, 2}, Open{"3000000:10", kSize, kSize, 2},
        Open{"4000000:", kSize, kSize, 2}, Open{"0:4M", 0, kSize, 2}, Open{"-4M:", 0, kSize, 2}}) {
    const Outcome run = folder.Run(std::string("sigma-par -d --range ") + open.range + " a.sigma");
    EXPECT_EQ(run.status, open.status) << open.range << run.err;
    EXPECT_EQ(run.out == bytes.substr(open.from, open.to - open.from), true) << open.range;
    EXPECT_EQ(run.err.empty(), open.status == 0) << open.range;
  }
  EXPECT_EQ(folder.Run("sigma-par -d --range 64K:64K -o part a.sigma").status, 0);
  EXPECT_EQ(folder.Read("part") == bytes.substr(65536, 65536), true);
  EXPECT_EQ(folder.Run("cat a.sigma | sigma-par -d --range 0:1").status, 1);
}

TEST(Output, ProgressAsJson) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par --progress=json=3 a 3>progress");
  ASSERT_EQ(run.status, 0) << run.err;
  std::istringstream lines(folder.Read("progress"));
  json last;
  for (std::string line; std::getline(lines, line);) last = Parsed(line);
  EXPECT_EQ(last["done"], true);
  EXPECT_EQ(last["read"], kSize);
  EXPECT_EQ(last["total"], kSize);
  EXPECT_EQ(last["written"], folder.Read("a.sigma").size());
  EXPECT_EQ(folder.Run("sigma-par -f a").err, "") << "no bar without a terminal";
}

TEST(Output, ProgressGoesOnWhileResultsAreReadAgain) {
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  folder.Write("b", MixedBytes(kSize, 2));
  const Outcome run = folder.Run("sigma-par --rm --progress=json=3 a b 3>progress");
  ASSERT_EQ(run.status, 0) << run.err;
  std::istringstream lines(folder.Read("progress"));
  std::vector<std::string> done;
  for (std::string text; std::getline(lines, text);) {
    const json line = Parsed(text);
    ASSERT_TRUE(line.contains("verifying")) << text;
    EXPECT_LE(line["all_worked"], 2 * kSize);
    if (line["done"] == false) continue;
    const std::string file = line["file"];
    done.push_back((line["verifying"] == true ? "verifying " : "") + file);
    const std::size_t size =
        line["verifying"] == true ? folder.Read(file + ".sigma").size() : kSize;
    EXPECT_EQ(line["worked"], size) << text;
    EXPECT_EQ(line["total"], size) << text;
  }
  EXPECT_THAT(done, ElementsAre("a", "b", "verifying a", "verifying b"));
  // Restoring, the stream is the source.
  const Outcome back = folder.Run("sigma-par -d --rm --progress=json=1 a.sigma | tail -1");
  const json last = Parsed(back.out);
  EXPECT_EQ(last["verifying"], true);
  EXPECT_EQ(last["done"], true);
  EXPECT_EQ(last["written"], kSize);
}

TEST(Output, EveryFileAskedForIsInTheJson) {
  const Folder folder;
  folder.Write("a", "bytes");
  const Outcome analyzed =
      folder.Run("f=$(printf 'n\\344'); sigma-par --analyze --json nosuch a \"$f\"");
  EXPECT_EQ(analyzed.status, 1);
  const json files = Parsed(analyzed.out)["files"];
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0]["name"], "nosuch");
  EXPECT_EQ(files[0]["error"]["code"], "not_found");
  EXPECT_EQ(files[1]["original"], 5);
  EXPECT_EQ(files[2]["name_bytes"], "6ee4");
  const Outcome measured = folder.Run("sigma-par --bench --seconds 0 --json nosuch a | head -1");
  const json line = Parsed(measured.out);
  EXPECT_EQ(line["file"], "nosuch");
  EXPECT_EQ(line["error"]["code"], "not_found");
}

TEST(Output, VerboseSaysWhatWasDone) {
  const Folder folder;
  folder.Write("a", "bytes");
  EXPECT_THAT(folder.Run("sigma-par -v a").err, HasSubstr("sigma-par: a: 5 B -> "));
  EXPECT_THAT(folder.Run("sigma-par -tv a.sigma").err, HasSubstr("a.sigma: intact"));
}

}  // namespace
}  // namespace sigma::tests
