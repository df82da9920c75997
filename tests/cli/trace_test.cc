// --trace: the times of the stages of each chunk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::size_t kSize = 20 * kChunk + 1000;
constexpr std::size_t kChunks = 21;

using Key = std::pair<std::uint64_t, std::string>;  // of a chunk and its stage

// The stages of a trace with their times, each in the order begin, end.
std::map<Key, std::pair<double, double>> StagesOf(const json& trace) {
  std::map<Key, std::pair<double, double>> stages;
  std::map<std::string, double> begun;
  std::set<int> tracks;
  std::set<int> named;
  for (const json& event : trace.at("traceEvents")) {
    EXPECT_EQ(event.at("pid"), 1);
    const std::string name = event.at("name");
    const std::string phase = event.at("ph");
    if (phase == "M") {
      if (name == "thread_name") named.insert(event.at("tid").get<int>());
      continue;
    }
    tracks.insert(event.at("tid").get<int>());
    const double at = event.at("ts");
    if (phase == "e") {
      const std::string id = event.at("id");
      const std::string key = name + id;
      EXPECT_TRUE(begun.contains(key)) << event;
      EXPECT_GE(at, begun[key]) << event;
      const std::uint64_t chunk = std::stoull(id.substr(id.find('.') + 1));
      stages[{chunk, name}] = {begun[key], at};
      continue;
    }
    if (phase == "b") {
      begun[name + event.at("id").get<std::string>()] = at;
      continue;
    }
    EXPECT_EQ(phase, "X") << event;
    const double took = event.at("dur");
    EXPECT_GE(took, 0) << event;
    if (!event.at("args").contains("chunk")) {
      EXPECT_EQ(name, "finish");
      continue;
    }
    const Key key{event.at("args").at("chunk"), name};
    EXPECT_FALSE(stages.contains(key)) << event;
    stages[key] = {at, at + took};
  }
  EXPECT_EQ(tracks, named);
  return stages;
}

// Every chunk has these stages and no other, one after the other, and the last one is last. Who
// reads a chunk decides whether it waits for a worker before or after that.
void ExpectStages(const std::string& text, const std::vector<std::string>& names) {
  const auto stages = StagesOf(json::parse(text));
  EXPECT_EQ(stages.size(), kChunks * names.size());
  for (std::uint64_t chunk = 0; chunk < kChunks; ++chunk) {
    std::vector<std::pair<double, std::string>> order;
    for (const std::string& name : names) {
      const auto found = stages.find({chunk, name});
      ASSERT_NE(found, stages.end()) << "chunk " << chunk << ": " << name;
      order.emplace_back(found->second.first, name);
    }
    std::ranges::stable_sort(order, {}, &std::pair<double, std::string>::first);
    double end = 0;
    for (const auto& [begin, name] : order) {
      EXPECT_GE(begin, end - 0.002) << "chunk " << chunk << ": " << name;
      end = stages.at({chunk, name}).second;
    }
    EXPECT_EQ(order.back().second, names.back());
  }
}

TEST(Trace, EveryChunkHasItsStagesAndTheBytesStayTheSame) {
  for (const char* threads : {"-T1", "-T4"}) {
    const Folder folder;
    folder.Write("a", MixedBytes(kSize));
    const Outcome run = folder.Run(
        std::string("T=") + threads +
        "; sigma-par -B64K $T a -o plain && sigma-par -B64K $T --trace c.json a -o traced &&"
        "cmp plain traced && sigma-par -d $T --trace d.json traced -o b && cmp a b &&"
        "cat traced | sigma-par -d $T --trace p.json | cmp a - &&"
        "sigma-par -t $T --trace t.json traced && sigma-par $T --trace q.json -B64K <a | cmp plain "
        "-");
    ASSERT_EQ(run.status, 0) << run.err << run.out;
    EXPECT_EQ(run.err, "");
    ExpectStages(folder.Read("c.json"), {"read", "queue", "encode", "wait", "write"});
    ExpectStages(folder.Read("q.json"), {"read", "queue", "encode", "wait", "write"});
    // Into a file of its own the workers write themselves.
    ExpectStages(folder.Read("d.json"), {"queue", "read", "decode", "write", "wait"});
    ExpectStages(folder.Read("p.json"), {"read", "queue", "decode", "wait", "write"});
    ExpectStages(folder.Read("t.json"), {"queue", "read", "decode", "wait", "write"});
  }
}

TEST(Trace, SeveralFilesAreSeveralRuns) {
  const Folder folder;
  folder.Write("a", MixedBytes(1000));
  folder.Write("b", MixedBytes(2000));
  ASSERT_EQ(folder.Run("sigma-par --trace t a b").status, 0);
  std::set<std::uint64_t> runs;
  const json trace = json::parse(folder.Read("t"));
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("ph") == "X") runs.insert(event.at("args").at("run").get<std::uint64_t>());
  }
  EXPECT_EQ(runs.size(), 2u);
}

TEST(Trace, IsOverwrittenOnlyWithForce) {
  const Folder folder;
  folder.Write("a", MixedBytes(1000));
  folder.Write("t", "mine");
  Outcome run = folder.Run("sigma-par --trace t a");
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err, "sigma-par: t: already exists (-f overwrites it)\n");
  EXPECT_EQ(folder.Read("t"), "mine");
  EXPECT_FALSE(folder.Has("a.sigma"));
  EXPECT_EQ(folder.Run("sigma-par -f --trace t a").status, 0);
  EXPECT_TRUE(json::accept(folder.Read("t")));
  run = folder.Run("sigma-par --trace none/t a -o b");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("sigma-par: none/t: cannot make the trace: No such file"));
}

TEST(Trace, AFullDiskIsTold) {
  const Folder folder;
  folder.Write("a", MixedBytes(1000));
  const Outcome run = folder.Run("sigma-par --trace /dev/full a");
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err, "sigma-par: /dev/full: cannot write the trace: No space left on device\n");
}

}  // namespace
}  // namespace sigma::tests
