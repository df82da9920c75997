// The REFERENCE coder on a real file, chunk by chunk as a level would cut it: encoding, decoding
// and parsing alone, with the compressed size in percent as a counter, and zstd beside it.
//
// SIGMA_BENCH_FILE names the file; without it a megabyte of generated text stands in.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#ifdef SIGMA_HAVE_ZSTD
#include <zstd.h>
#endif

#include "benchmarks/per_target.h"
#include "engine/coder/lz/coder.h"
#include "engine/coder/lz/parsers/parser.h"

namespace sigma::lz {
namespace {

Bytes GeneratedText(std::size_t size) {
  Bytes text(size);
  std::uint32_t state = 1;
  std::size_t at = 0;
  while (at < size) {
    state = state * 1664525u + 1013904223u;
    const std::uint32_t word = (state >> 20) % (1 + (state >> 8) % 2000);
    for (std::uint32_t k = 0; k < 2 + word % 7 && at < size; ++k) {
      text[at++] = static_cast<std::uint8_t>('a' + (word * (k + 3) + k * k) % 26);
    }
    if (at < size) text[at++] = ' ';
  }
  return text;
}

// kPad readable bytes follow the `size` that count.
struct Input {
  Bytes bytes;
  std::size_t size = 0;
};

const Input& TheInput() {
  static const Input input = [] {
    Input loaded;
    if (const char* path = std::getenv("SIGMA_BENCH_FILE"); path != nullptr) {
      std::ifstream file(path, std::ios::binary);
      loaded.bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    if (loaded.bytes.empty()) loaded.bytes = GeneratedText(std::size_t{1} << 20);
    loaded.size = loaded.bytes.size();
    loaded.bytes.resize(loaded.size + kPad);
    return loaded;
  }();
  return input;
}

constexpr std::size_t kChunk = std::size_t{1} << 20;

struct Variant {
  const char* name;
  Params params;
};

// The rows of the ladder (strategy/levels) that this coder serves.
std::vector<Variant> Variants() {
  Params wide;
  wide.parser = Parser::kSingleProbe;
  wide.form = Form::kWide;
  wide.hash_log = 13;
  wide.min_match = 8;
  wide.skip_log = 3;
  wide.block_log = 18;
  Params wide_coded = wide;
  wide_coded.form = Form::kWideCoded;
  wide_coded.block_log = 20;
  const Params fast;
  Params twice;
  twice.parser = Parser::kDoubleFast;
  twice.hash_log = 16;
  twice.long_hash_log = 17;
  twice.min_match = 5;
  twice.skip_log = 8;
  return {{"wide", wide}, {"wide_coded", wide_coded}, {"fast", fast}, {"double_fast", twice}};
}

struct Coded {
  Bytes bytes;
  std::vector<std::size_t> sizes;  // of each chunk; 0 = no gain
};

std::size_t ChunkSize(std::size_t begin) { return std::min(kChunk, TheInput().size - begin); }

void EncodeAll(const CoderParams& params, BufferPool& pool, Coded* coded) {
  const Input& input = TheInput();
  coded->bytes.resize(input.size + kPad);
  coded->sizes.clear();
  std::size_t used = 0;
  for (std::size_t begin = 0; begin < input.size; begin += kChunk) {
    const std::size_t size = ChunkSize(begin);
    const std::size_t bytes = lz::Encode({input.bytes.data() + begin, size}, params, pool,
                                         {coded->bytes.data() + used, size});
    coded->sizes.push_back(bytes);
    used += bytes == 0 ? size : bytes;
  }
  coded->bytes.resize(used + kPad);
}

double Percent(std::size_t bytes) {
  return 100.0 * static_cast<double>(bytes) / static_cast<double>(TheInput().size);
}

void Encode(benchmark::State& state, const Params& lz) {
  BufferPool pool;
  Coded coded;
  const CoderParams params{lz};
  for (auto _ : state) EncodeAll(params, pool, &coded);
  state.counters["percent"] = Percent(coded.bytes.size() - kPad);
}

void Decode(benchmark::State& state, const Params& lz) {
  BufferPool pool;
  Coded coded;
  EncodeAll(CoderParams{lz}, pool, &coded);
  Bytes target(kChunk);
  for (auto _ : state) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < coded.sizes.size(); ++i) {
      const std::size_t size = ChunkSize(i * kChunk);
      if (coded.sizes[i] == 0) {
        at += size;
        continue;
      }
      if (!lz::Decode({coded.bytes.data() + at, coded.sizes[i]}, pool, {target.data(), size})) {
        state.SkipWithError("decoding failed");
      }
      at += coded.sizes[i];
    }
  }
}

void Parse(benchmark::State& state, const Params& lz) {
  const Input& input = TheInput();
  std::vector<std::uint32_t> shorts(std::size_t{1} << lz.hash_log);
  std::vector<std::uint32_t> longs(std::size_t{1} << lz.long_hash_log);
  const std::size_t block = std::size_t{1} << lz.block_log;
  std::vector<Sequence> sequences(SequenceBound(block));
  std::size_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (std::size_t begin = 0; begin < input.size; begin += kChunk) {
      const ByteView chunk{input.bytes.data() + begin, ChunkSize(begin)};
      std::fill(shorts.begin(), shorts.end(), 0u);
      std::fill(longs.begin(), longs.end(), 0u);
      for (std::size_t at = 0; at < chunk.size(); at += block) {
        const Range range{chunk, at, std::min(at + block, chunk.size())};
        found += ParseSequences(range, lz, {shorts, longs}, sequences.data());
      }
    }
  }
  state.counters["bytes_per_sequence"] =
      static_cast<double>(input.size) / static_cast<double>(std::max<std::size_t>(found, 1));
}

#ifdef SIGMA_HAVE_ZSTD
void ZstdEncode(benchmark::State& state, int level) {
  const Input& input = TheInput();
  Bytes coded(ZSTD_compressBound(input.size));
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  std::size_t size = 0;
  for (auto _ : state) {
    size = ZSTD_compressCCtx(context, coded.data(), coded.size(), input.bytes.data(), input.size,
                             level);
  }
  ZSTD_freeCCtx(context);
  state.counters["percent"] = Percent(size);
}

void ZstdDecode(benchmark::State& state, int level) {
  const Input& input = TheInput();
  Bytes coded(ZSTD_compressBound(input.size));
  coded.resize(ZSTD_compress(coded.data(), coded.size(), input.bytes.data(), input.size, level));
  Bytes target(input.size);
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  for (auto _ : state) {
    ZSTD_decompressDCtx(context, target.data(), target.size(), coded.data(), coded.size());
  }
  ZSTD_freeDCtx(context);
}
#endif

bool Register() {
  const std::size_t size = TheInput().size;
  const auto add = [&](const std::string& name, auto body, auto argument) {
    benchmarks::AddPerTarget(
        {"lz/" + name, {size}, [body, argument](benchmark::State& state, std::size_t) {
           body(state, argument);
         }});
  };
#ifdef SIGMA_HAVE_ZSTD
  for (const int level : {1, 3}) {
    add("zstd_encode_" + std::to_string(level), ZstdEncode, level);
    add("zstd_decode_" + std::to_string(level), ZstdDecode, level);
  }
#endif
  for (const Variant& variant : Variants()) {
    add(std::string("encode_") + variant.name, Encode, variant.params);
    add(std::string("decode_") + variant.name, Decode, variant.params);
    add(std::string("parse_") + variant.name, Parse, variant.params);
  }
  return true;
}

const bool registered = Register();

}  // namespace
}  // namespace sigma::lz
