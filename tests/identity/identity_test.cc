// The compressed bytes of small inputs of every kind, at every level under every strategy, and with
// decode_first: what a change of the house leaves alone, down to the last byte.
//
// tables/NAME.txt has a line for each stream of the input NAME: level ("d": decode_first),
// strategy, size, XXH3-64. Where a change of bytes is intended, run this test: it fails, says how
// the sizes changed, and leaves the new tables in a folder named in the message. Copy them here, so
// that the difference is reviewed with the change that caused it.
#include <gtest/gtest.h>

#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <string>

#include "engine/base/hash.h"
#include "sigma/sigma.hpp"
#include "tests/inputs.h"

namespace sigma::tests {

void PrintTo(const Input& input, std::ostream* out) { *out << input.name; }

namespace {

using Table = std::map<std::string, std::string>;  // "level strategy" to "size hash"

Table Compressed(const Input& input) {
  const Bytes bytes = input.make();
  Table table;
  for (const int level : Levels()) {
    for (const bool decode_first : {false, true}) {
      for (const std::string& strategy : StrategyNames()) {
        // Forced strategies read a level's row as auto does: one level shows them with
        // decode_first.
        if (decode_first && strategy != "auto" && level != Options{}.level) continue;
        Options options;
        options.level = level;
        options.threads = 1;
        options.chunk_size = input.chunk_size;
        options.strategy = strategy;
        options.decode_first = decode_first;
        const Result<Bytes> stream = Compress(bytes, options);
        if (!stream) {
          ADD_FAILURE() << stream.error().text;
          return table;
        }
        std::array<char, 64> entry{};
        std::snprintf(entry.data(), entry.size(), "%zu %016" PRIx64, stream->size(),
                      Hash64(*stream));
        table[std::to_string(level) + (decode_first ? "d " : " ") + strategy] = entry.data();
      }
    }
  }
  return table;
}

Table Read(const std::filesystem::path& path) {
  Table table;
  std::ifstream file(path);
  std::string level, strategy, size, hash;
  while (file >> level >> strategy >> size >> hash)
    table[level + " " + strategy] = size + " " + hash;
  return table;
}

std::uint64_t TotalSize(const Table& table) {
  std::uint64_t total = 0;
  for (const auto& [stream, entry] : table) total += std::stoull(entry);
  return total;
}

class Identity : public testing::TestWithParam<Input> {};

TEST_P(Identity, StreamsAreThoseOfTheTable) {
  const std::string name = GetParam().name + ".txt";
  const Table now = Compressed(GetParam());
  const Table before = Read(std::filesystem::path(SIGMA_IDENTITY_TABLES) / name);
  if (now == before) return;
  std::string first;
  for (const auto& [stream, entry] : now) {
    const auto old = before.find(stream);
    if (old != before.end() && old->second == entry) continue;
    first = stream + ": " + (old == before.end() ? "new" : old->second + " is now " + entry);
    break;
  }
  const std::filesystem::path folder = SIGMA_IDENTITY_NEW;
  std::filesystem::create_directories(folder);
  std::ofstream file(folder / name);
  for (const auto& [stream, entry] : now) file << stream << " " << entry << "\n";
  ADD_FAILURE() << "streams differ, the first: " << first << "; all sizes together were "
                << TotalSize(before) << " and are " << TotalSize(now)
                << ". If that is intended: cp " << (folder / name).string() << " "
                << SIGMA_IDENTITY_TABLES;
}

INSTANTIATE_TEST_SUITE_P(Inputs, Identity, testing::ValuesIn(Inputs()),
                         [](const auto& input) { return input.param.name; });

TEST(IdentityTables, EachIsOfAnInput) {
  std::set<std::string> names;
  for (const Input& input : Inputs()) names.insert(input.name + ".txt");
  for (const auto& entry : std::filesystem::directory_iterator(SIGMA_IDENTITY_TABLES))
    EXPECT_TRUE(names.contains(entry.path().filename().string())) << entry.path();
}

}  // namespace
}  // namespace sigma::tests
