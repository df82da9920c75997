// Seeds for the fuzzers, made by the encoders: make_seeds FOLDER writes FOLDER/<fuzzer>/<number>.
// Sources are generated files of every kind, small media and machine code, and pieces of the corpus
// where there is one; small, so that a fuzzer runs many a second.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/coder/registry.h"
#include "engine/pipeline/far_chunk.h"
#include "engine/transform/registry.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/engine/archive/tar_maker.h"
#include "tests/levels.h"
#include "tests/machine_code.h"
#include "tests/media.h"
#include "tests/worst_payloads.h"

namespace sigma::tests {
namespace {

constexpr std::size_t kSmall = 400;
constexpr std::size_t kLarge = 3000;

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void Write(const std::string& fuzzer, const Bytes& bytes) {
    if (!seen_.insert({fuzzer, bytes}).second) return;
    const auto folder = folder_ / fuzzer;
    std::filesystem::create_directories(folder);
    std::ofstream stream(folder / ("seed" + std::to_string(numbers_[fuzzer]++)), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::size_t> numbers_;
  std::set<std::pair<std::string, Bytes>> seen_;
};

void Append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
// Most significant byte first, as FuzzInput takes them.
void Append16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

std::vector<Bytes> Sources() {
  std::vector<Bytes> sources;
  for (const std::size_t size : {kSmall, kLarge}) {
    for (const Kind kind : kAllKinds) sources.push_back(Generate(kind, size));
    for (const CorpusFile& file : Corpus(size)) sources.push_back(file.bytes);
  }
  sources.push_back(Arm64Code(kLarge / 4, 0));
  sources.push_back(X86Code(kLarge, false, 0));
  sources.push_back(X86Code(3 * kLarge, true, 0));
  Bytes rows;
  for (int i = 0; i < 60; ++i) {
    const std::string line = std::to_string(1000 + 7 * i) + ";name" + std::to_string(i % 5) + ";" +
                             std::to_string(i * i) + ".5;0x" + std::to_string(i % 3) + "\n";
    rows.insert(rows.end(), line.begin(), line.end());
  }
  sources.push_back(rows);
  PictureKind picture{24, 40};
  sources.push_back(Picture(picture));
  picture.bits = 16;
  sources.push_back(Picture(picture));
  picture = {16, 30, 3};
  sources.push_back(Picture(picture));
  sources.push_back(Sound({700, 2}));
  return sources;
}

void FromTransforms(const Bytes& bytes, BufferPool& pool, Seeds& seeds) {
  const Buffer source = Padded(bytes);
  const auto rows = Transforms();
  for (std::size_t t = 0; t < rows.size(); ++t) {
    const auto variants = rows[t].variants();
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const std::uint8_t front[] = {static_cast<std::uint8_t>(t), static_cast<std::uint8_t>(v), 0};
      Bytes plain(std::begin(front), std::end(front));
      Append(plain, bytes);
      seeds.Write("transform_round_trip_fuzz", plain);
      Buffer memory(SectionList::MemoryFor(bytes.size()));
      SectionList list(memory.bytes(), bytes.size());
      const TransformParams& params = variants[v];
      if (!rows[t].forward(source.view(), params, pool, list) || list.count() == 0) continue;
      Bytes seed = {static_cast<std::uint8_t>(t), params.size};
      Append(seed, params.view());
      Append16(seed, bytes.size());
      seed.push_back(static_cast<std::uint8_t>(list.count() - 1));
      for (std::size_t i = 0; i < list.count(); ++i) Append16(seed, list[i].bytes.size());
      for (std::size_t i = 0; i < list.count(); ++i) Append(seed, list[i].bytes);
      seeds.Write("transform_inverse_fuzz", seed);
    }
  }
}

void FromCoders(const Bytes& bytes, BufferPool& pool, Seeds& seeds) {
  const Buffer source = Padded(bytes);
  const auto rows = Coders();
  for (const LevelRow& level : EveryLevelRow()) {
    for (std::size_t c = 0; c < rows.size(); ++c) {
      Buffer coded(bytes.size());
      const std::size_t size = rows[c].encode(source.view(), level.coder, pool, coded.bytes());
      if (size == 0) continue;
      Bytes seed = {static_cast<std::uint8_t>(c)};
      Append16(seed, bytes.size());
      Append(seed, coded.view().first(size));
      seeds.Write("coder_decode_fuzz", seed);
    }
  }
}

void FromChunk(const Bytes& bytes, std::size_t level, std::size_t choice, BufferPool& pool,
               Seeds& seeds) {
  static const auto levels = EveryLevelRow();
  level %= levels.size();
  Bytes plain = {static_cast<std::uint8_t>(level), static_cast<std::uint8_t>(choice), 0};
  Append(plain, bytes);
  seeds.Write("round_trip_fuzz", plain);
  const Buffer raw = Padded(bytes);
  Buffer payload(bytes.size());
  const EncodedPayload coded = EncodeChunk(
      raw.view(), levels[level], static_cast<StrategyChoice>(choice), pool, payload.bytes());
  const std::size_t pick =
      coded.plan_id < 64 ? coded.plan_id : Coders().size() + coded.plan_id - 64u;
  Bytes seed = {static_cast<std::uint8_t>(pick), 0};
  Append16(seed, bytes.size());
  Append(seed, payload.view().first(coded.size));
  seeds.Write("chunk_decode_fuzz", seed);
  seeds.Write("work_per_byte_fuzz", seed);
}

// A source of less than 64 KiB after the first chunk, with one copy more for each kilobyte.
void FromCopies(const Bytes& bytes, BufferPool& pool, Seeds& seeds) {
  constexpr std::size_t kPosition = 3;  // in chunks of 64 KiB
  if (bytes.size() < kSmall) return;
  std::vector<FarCopy> copies;
  for (std::size_t begin = 50; begin + 200 < bytes.size(); begin += 1000) {
    copies.push_back({static_cast<std::uint32_t>(begin), 150, begin * 17});
  }
  const Buffer raw = Padded(bytes);
  Buffer payload(bytes.size());
  const EncodedPayload coded = EncodeFarChunk(raw.view(), copies, kPosition << 16, *FindLevel(3),
                                              StrategyChoice::kAuto, pool, payload.bytes());
  Bytes seed;
  Append16(seed, kPosition);
  Append16(seed, bytes.size() - 1);
  Append(seed, payload.view().first(coded.size));
  seeds.Write("far_decode_fuzz", seed);
}

void FromStreams(const Bytes& bytes, Seeds& seeds) {
  for (const int level : Levels()) {
    Options options;
    options.level = level;
    options.threads = 1;
    const auto stream = Compress(bytes, options);
    if (!stream) continue;
    Bytes seed = {0};
    Append(seed, *stream);
    seeds.Write("stream_decode_fuzz", seed);
    seeds.Write("seek_fuzz", seed);
    seeds.Write("parallel_decode_fuzz", seed);
    Bytes twice = seed;
    Append(twice, *stream);
    twice.resize(twice.size() + 100);
    seeds.Write("seek_fuzz", twice);
    seeds.Write("parallel_decode_fuzz", twice);
    seeds.Write("header_fuzz", seed);
    seeds.Write("wreck_fuzz", *stream);
    options.content_hash = level % 2 == 0 ? ContentHash::kXxh3 : ContentHash::kSha256;
    if (const auto hashed = Compress(bytes, options); hashed && level <= 2) {
      Bytes with_hash = {0};
      Append(with_hash, *hashed);
      for (const char* const name :
           {"stream_decode_fuzz", "seek_fuzz", "parallel_decode_fuzz", "header_fuzz"}) {
        seeds.Write(name, with_hash);
      }
      // header_fuzz takes user data as its own bytes: those of the frame in front of the chunks.
      seeds.Write("header_fuzz", Bytes{0, 0, static_cast<std::uint8_t>(options.content_hash), 0});
    }
    // The bits of the first byte are switches of the options, the next four levels and sizes.
    Bytes switches = {static_cast<std::uint8_t>(16 * level), static_cast<std::uint8_t>(level + 1),
                      1, 0};
    Append(switches, bytes);
    seeds.Write("options_fuzz", switches);
  }
}

// The worst payloads known, where they are short enough for a fuzzer.
void FromWorst(Seeds& seeds) {
  for (const WorstPayload& worst : WorstPayloads()) {
    if (worst.payload.bytes.size() > 60000) continue;
    const std::size_t plan = worst.payload.plan;
    Bytes seed = {static_cast<std::uint8_t>(plan < 64 ? plan : Coders().size() + plan - 64u),
                  static_cast<std::uint8_t>(worst.original.size() >> 16)};
    Append16(seed, worst.original.size());
    Append(seed, worst.payload.bytes);
    seeds.Write("work_per_byte_fuzz", seed);
    seeds.Write("chunk_decode_fuzz", seed);
  }
}

// Tars of every kind for members_fuzz, and the example of a block of the index in its SPEC.md.
void FromTars(Seeds& seeds) {
  TarMaker plain;
  plain.Add({.name = "d/", .type = '5'})
      .Add({.name = "d/a", .data = "data"})
      .Add({.name = "d/l", .type = '2', .link = "a"})
      .Add({.name = "h", .type = '1', .link = "d/a"})
      .End();
  TarMaker gnu;
  gnu.Long('L', std::string(300, 'n')).Long('K', std::string(200, 'l'));
  gnu.Add({.name = "x", .type = '2', .link = "y"}).Add({.name = "after"}).End();
  TarMaker pax;
  pax.Pax({{"comment", "c"}}, 'g');
  pax.Pax({{"path", "long/name"}, {"mtime", "1.5"}, {"size", "3"}, {"uid", "7"}});
  pax.Add({.name = "x", .data = "abc"});
  pax.Pax({{"GNU.sparse.name", "s"}, {"GNU.sparse.size", "9"}, {"GNU.sparse.map", "2,3"}});
  pax.Add({.name = "y", .data = "abc"}).End();
  for (const TarMaker* tar : {&plain, &gnu, &pax}) {
    for (const int mode : {0, 14, 64, 80}) {
      Bytes seed{static_cast<std::uint8_t>(mode)};
      Append(seed, tar->view());
      seeds.Write("members_fuzz", seed);
    }
  }
  seeds.Write("members_fuzz", {128, 1,    0, 2, 0, 11, 0, 2,   2,   0, 2,   2, 0, 2,    2, 0,
                               4,   4,    0, 2, 2, 0,  2, 2,   0,   2, 2,   0, 5, 5,    0, 0,
                               0,   0,    0, 0, 0, 4,  4, '5', '0', 1, 1,   0, 5, 0xA4, 3, 0xA4,
                               3,   0x14, 0, 0, 0, 0,  2, 'd', '/', 0, 'a', 0, 0, 0,    0, 0});
}

}  // namespace
}  // namespace sigma::tests

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  sigma::tests::Seeds seeds(argv[1]);
  sigma::BufferPool pool;
  std::size_t number = 0;
  for (const sigma::Bytes& bytes : sigma::tests::Sources()) {
    sigma::tests::FromTransforms(bytes, pool, seeds);
    sigma::tests::FromCoders(bytes, pool, seeds);
    // Every strategy, at another level for each source; what is chosen by itself at two.
    for (std::size_t choice = 0; choice < sigma::StrategyChoiceNames().size(); ++choice) {
      sigma::tests::FromChunk(bytes, number + choice, choice, pool, seeds);
    }
    sigma::tests::FromChunk(bytes, number + 4, 0, pool, seeds);
    sigma::tests::FromCopies(bytes, pool, seeds);
    sigma::tests::FromStreams(bytes, seeds);
    ++number;
  }
  sigma::tests::FromWorst(seeds);
  sigma::tests::FromTars(seeds);
  return 0;
}
