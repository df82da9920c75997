// MeasureFeatures on chunks of several kinds; the chunks of one run are spread over 8 MiB, which
// the third-level cache holds: in the pipeline a chunk has just been hashed.
#include <cstdint>
#include <vector>

#include "benchmarks/per_target.h"
#include "engine/strategy/features.h"

namespace sigma::benchmarks {
namespace {

enum class Kind { kText, kRandom, kSamples, kRuns };

std::vector<std::uint8_t> Make(Kind kind, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t seed = 7;
  std::uint32_t level = 0;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    const std::uint32_t high = seed >> 24;
    switch (kind) {
      case Kind::kText:
        bytes[i] = static_cast<std::uint8_t>("etaoin shrdlucmfw\netaoin etao ea"[high >> 3]);
        break;
      case Kind::kRandom:
        bytes[i] = static_cast<std::uint8_t>(high);
        break;
      case Kind::kSamples:
        if (i % 2 == 0) level += high;
        bytes[i] = static_cast<std::uint8_t>(level >> (8 * (i % 2)));
        break;
      case Kind::kRuns:
        bytes[i] = static_cast<std::uint8_t>(i / 50 * i / 3000);
        break;
    }
  }
  return bytes;
}

bool Add(const char* name, Kind kind) {
  return AddPerTarget({std::string("strategy/features/") + name,
                       {1 << 16, 1 << 20, 4 << 20},
                       [kind](benchmark::State& state, std::size_t size) {
                         const std::vector<std::uint8_t> bytes = Make(kind, 8u << 20);
                         BufferPool pool;
                         std::size_t at = 0;
                         for (auto _ : state) {
                           benchmark::DoNotOptimize(
                               MeasureFeatures(ByteView(bytes).subspan(at, size), pool));
                           at += size;
                           if (at + size + kPad > bytes.size()) at = 0;
                         }
                       }});
}

const bool registered[] = {Add("text", Kind::kText), Add("random", Kind::kRandom),
                           Add("samples", Kind::kSamples), Add("runs", Kind::kRuns)};

}  // namespace
}  // namespace sigma::benchmarks
