// Entropy streams on 128 KiB from the middle of each file of the corpus (SIGMA_CORPUS names the
// folder, /work/corpus otherwise), and zstd's 4-stream Huffman on the same bytes as the yardstick
// where libzstd is there: one block whose only sequence is all of it as literals.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "engine/coder/entropy/stream.h"

#ifdef SIGMA_HAVE_ZSTD
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#endif

namespace sigma::benchmarks {
namespace {

constexpr std::size_t kSample = 128 << 10;
constexpr std::size_t kSmallSample = 20 << 10;

Bytes FileSample(const std::string& name) {
  const char* folder = std::getenv("SIGMA_CORPUS");
  const auto path = std::filesystem::path(folder != nullptr ? folder : "/work/corpus") / name;
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(kSample);
  if (!file) return {};
  file.seekg(static_cast<std::streamoff>(std::filesystem::file_size(path) / 2));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<std::size_t>(file.gcount()) != bytes.size()) return {};
  bytes.resize(kSample + kPad);
  return bytes;
}

// That of the default level.
constexpr std::size_t kNestingPrice = 648;

// One symbol with probability `top`, the others falling geometrically: 0.3 … 2 bits a symbol.
Bytes Skewed(double top) {
  std::mt19937 random(1);
  std::geometric_distribution<unsigned> pick(top);
  Bytes bytes(kSample + kPad);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(pick(random));
  return bytes;
}

void Encode(benchmark::State& state, const Bytes& sample, std::size_t size) {
  if (sample.empty()) return state.SkipWithError("no corpus");
  BufferPool pool;
  Bytes coded(entropy::StreamBound(size));
  std::size_t used = 0;
  for (auto _ : state) {
    used = entropy::EncodeStream({sample.data(), size}, kNestingPrice, pool, coded);
    benchmark::DoNotOptimize(used);
  }
  state.counters["coded"] = static_cast<double>(used);
}

void Decode(benchmark::State& state, const Bytes& sample, std::size_t size) {
  if (sample.empty()) return state.SkipWithError("no corpus");
  BufferPool pool;
  Bytes coded(entropy::StreamBound(size) + kPad);
  const std::size_t used = entropy::EncodeStream({sample.data(), size}, kNestingPrice, pool, coded);
  Bytes restored(size + kPad);
  for (auto _ : state) {
    const auto done = entropy::DecodeStream({coded.data(), used}, pool, {restored.data(), size});
    if (!done) return state.SkipWithError("damaged");
  }
}

#ifdef SIGMA_HAVE_ZSTD
std::size_t EncodeLiterals(ZSTD_CCtx* context, const Bytes& sample, std::size_t size,
                           Bytes& coded) {
  ZSTD_CCtx_setParameter(context, ZSTD_c_strategy, ZSTD_fast);
  ZSTD_CCtx_setParameter(context, ZSTD_c_literalCompressionMode, ZSTD_ps_enable);
  ZSTD_CCtx_setParameter(context, ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters);
  const ZSTD_Sequence literals{0, static_cast<unsigned>(size), 0, 0};
  return ZSTD_compressSequences(context, coded.data(), coded.size(), &literals, 1, sample.data(),
                                size);
}

void ZstdEncode(benchmark::State& state, const Bytes& sample, std::size_t size) {
  if (sample.empty()) return state.SkipWithError("no corpus");
  ZSTD_CCtx* context = ZSTD_createCCtx();
  Bytes coded(ZSTD_compressBound(size));
  std::size_t used = 0;
  for (auto _ : state) {
    used = EncodeLiterals(context, sample, size, coded);
    benchmark::DoNotOptimize(used);
  }
  state.counters["coded"] = static_cast<double>(used);
  ZSTD_freeCCtx(context);
}

void ZstdDecode(benchmark::State& state, const Bytes& sample, std::size_t size) {
  if (sample.empty()) return state.SkipWithError("no corpus");
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_DCtx* decoder = ZSTD_createDCtx();
  Bytes coded(ZSTD_compressBound(size));
  const std::size_t used = EncodeLiterals(context, sample, size, coded);
  Bytes restored(size);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ZSTD_decompressDCtx(decoder, restored.data(), size, coded.data(), used));
  }
  ZSTD_freeDCtx(decoder);
  ZSTD_freeCCtx(context);
}
#endif

bool Add(const std::string& name, const Bytes& (*sample)()) {
  const std::vector<std::size_t> sizes{kSample, kSmallSample};
  AddPerTarget({"entropy_encode/" + name, sizes,
                [sample](auto& state, std::size_t n) { Encode(state, sample(), n); }});
  AddPerTarget({"entropy_decode/" + name, sizes,
                [sample](auto& state, std::size_t n) { Decode(state, sample(), n); }});
#ifdef SIGMA_HAVE_ZSTD
  AddPerTarget({"entropy_zstd_encode/" + name, {kSample}, [sample](auto& state, std::size_t n) {
                  ZstdEncode(state, sample(), n);
                }});
  AddPerTarget({"entropy_zstd_decode/" + name, {kSample}, [sample](auto& state, std::size_t n) {
                  ZstdDecode(state, sample(), n);
                }});
#endif
  return true;
}

#define SIGMA_FILE_SAMPLE(name)                               \
  const bool name##_added = Add(#name, []() -> const Bytes& { \
    static const Bytes sample = FileSample(#name);            \
    return sample;                                            \
  })

[[maybe_unused]] SIGMA_FILE_SAMPLE(dickens);
[[maybe_unused]] SIGMA_FILE_SAMPLE(mr);
[[maybe_unused]] SIGMA_FILE_SAMPLE(nci);
[[maybe_unused]] SIGMA_FILE_SAMPLE(ooffice);
[[maybe_unused]] SIGMA_FILE_SAMPLE(osdb);
[[maybe_unused]] SIGMA_FILE_SAMPLE(reymont);
[[maybe_unused]] SIGMA_FILE_SAMPLE(xml);
[[maybe_unused]] const bool skewed_added = Add("skewed90", []() -> const Bytes& {
  static const Bytes sample = Skewed(0.9);
  return sample;
});

}  // namespace
}  // namespace sigma::benchmarks
