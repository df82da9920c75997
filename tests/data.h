// Test data: deterministic generators of every kind of content the classifier knows, and the
// corpus.
#ifndef SIGMA_TESTS_DATA_H_
#define SIGMA_TESTS_DATA_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/memory/buffer.h"
#include "sigma/sigma.hpp"

namespace sigma::tests {

// xorshift64* (Vigna 2016): the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  std::uint64_t operator()() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1Du;
  }
  std::uint64_t Below(std::uint64_t bound) { return (*this)() % bound; }

 private:
  std::uint64_t state_;
};

enum class Kind {
  kZeros,
  kRandom,
  kText,
  kRuns,
  kPeriodic,
  kWalk16,
  kWalk32,
  kRecords,
  kSkewed,
  kMixed
};

inline constexpr Kind kAllKinds[] = {Kind::kZeros,    Kind::kRandom, Kind::kText,   Kind::kRuns,
                                     Kind::kPeriodic, Kind::kWalk16, Kind::kWalk32, Kind::kRecords,
                                     Kind::kSkewed,   Kind::kMixed};

inline const char* KindName(Kind kind) {
  constexpr const char* kNames[] = {"zeros",  "random", "text",    "runs",   "periodic",
                                    "walk16", "walk32", "records", "skewed", "mixed"};
  return kNames[static_cast<int>(kind)];
}

inline Bytes Generate(Kind kind, std::size_t size, std::uint64_t seed = 1) {
  Random random(seed + 100 * static_cast<std::uint64_t>(kind));
  Bytes bytes;
  bytes.reserve(size + 64);
  const auto byte = [](std::uint64_t value) { return static_cast<std::uint8_t>(value); };
  switch (kind) {
    case Kind::kZeros:
      bytes.assign(size, 0);
      break;
    case Kind::kRandom:
      while (bytes.size() < size) bytes.push_back(byte(random() >> 32));
      break;
    case Kind::kText: {
      const char* words[] = {"the ",       "stream ", "holds ", "chunks, ", "a ",   "chunk ",
                             "sections\n", "of ",     "bytes ", "matches ", "and ", "literals. "};
      while (bytes.size() < size) {
        const char* word = words[random.Below(12)];
        bytes.insert(bytes.end(), word, word + std::strlen(word));
        if (random.Below(9) == 0) bytes.push_back(byte('a' + random.Below(26)));
      }
      break;
    }
    case Kind::kRuns:
      while (bytes.size() < size)
        bytes.insert(bytes.end(), 1 + random.Below(200), byte(random() >> 40));
      break;
    case Kind::kPeriodic: {
      const std::size_t period = 3 + random.Below(300);
      while (bytes.size() < size) {
        bytes.push_back(bytes.size() < period || random.Below(400) == 0
                            ? byte(random() >> 32)
                            : bytes[bytes.size() - period]);
      }
      break;
    }
    case Kind::kWalk16:
      for (std::uint16_t value = 0; bytes.size() < size;) {
        value = static_cast<std::uint16_t>(value + random.Below(31) - 15);
        bytes.push_back(byte(value));
        bytes.push_back(byte(value >> 8));
      }
      break;
    case Kind::kWalk32:
      for (std::uint32_t value = 1u << 30; bytes.size() < size;) {
        value += static_cast<std::uint32_t>(random.Below(1000));
        for (int shift = 0; shift < 32; shift += 8) bytes.push_back(byte(value >> shift));
      }
      break;
    case Kind::kRecords:
      for (std::uint32_t row = 0; bytes.size() < size; ++row) {
        const std::uint64_t noise = random();
        for (int i = 0; i < 4; ++i) bytes.push_back(byte(row >> (8 * i)));
        for (int i = 0; i < 3; ++i) bytes.push_back(byte(noise >> (8 * i) & 15));
        bytes.insert(bytes.end(), {1, 0, 0, 0, 7});
      }
      break;
    case Kind::kSkewed:
      while (bytes.size() < size) {
        std::uint8_t symbol = 0;
        for (std::uint64_t bits = random(); (bits & 1) != 0; bits >>= 1) ++symbol;
        bytes.push_back(symbol);
      }
      break;
    case Kind::kMixed:
      for (int part = 0; bytes.size() < size; ++part) {
        const Kind kinds[] = {Kind::kText, Kind::kRandom, Kind::kWalk16, Kind::kZeros,
                              Kind::kRecords};
        const Bytes more = Generate(kinds[part % 5], 500 + random.Below(20000), random());
        bytes.insert(bytes.end(), more.begin(), more.end());
      }
      break;
  }
  bytes.resize(size);
  return bytes;
}

// A copy with kPad bytes after it, as the engine's inner functions want their sources.
inline Buffer Padded(ByteView bytes) {
  Buffer buffer(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.data());
  std::fill_n(buffer.data() + bytes.size(), kPad, std::uint8_t{0xA5});
  return buffer;
}

struct CorpusFile {
  std::string name;
  Bytes bytes;
};

// The files of ../shared/corpus as benchmarks/corpus/unpack.sh laid them out (environment variable
// SIGMA_CORPUS, else the build folder), each cut to `most` bytes from its middle; generated files
// of every kind, with a line that says so, where there are none.
inline std::vector<CorpusFile> Corpus(std::size_t most) {
  std::vector<CorpusFile> files;
  const char* chosen = std::getenv("SIGMA_CORPUS");
  const std::filesystem::path folder = chosen != nullptr ? chosen : SIGMA_CORPUS_DIR;
  std::error_code missing;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, missing)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    std::ifstream stream(path, std::ios::binary);
    const std::size_t size = std::filesystem::file_size(path);
    stream.seekg(static_cast<std::streamoff>(size > most ? (size - most) / 2 : 0));
    Bytes bytes(std::min(size, most));
    stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    files.push_back({path.filename().string(), std::move(bytes)});
  }
  if (files.empty()) {
    std::cout << "no corpus in " << folder << ": generated data instead\n";
    for (const Kind kind : kAllKinds) {
      files.push_back({KindName(kind), Generate(kind, std::min<std::size_t>(most, 1 << 20))});
    }
  }
  return files;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_DATA_H_
