// The loops of PCM: prediction, restoration in lanes, groups. Sizes in bytes of 16-bit samples.
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/pcm/prediction.h"

namespace sigma::benchmarks {
namespace {

constexpr std::size_t kOrder = 8;

struct Signal {
  explicit Signal(std::size_t samples)
      : count(samples),
        x(samples + kernels::pcm::kMaxOrder),
        out(samples + kernels::pcm::kMaxOrder),
        codes(samples),
        planes(samples),
        tops(samples),
        raw(samples),
        weights(kOrder * kernels::pcm::kLanes, 500) {
    std::uint32_t seed = 1;
    for (std::int32_t& value : x) {
      seed = seed * 1664525 + 1013904223;
      value = static_cast<std::int16_t>(seed >> 16);
    }
    for (std::size_t i = 0; i < samples; ++i) codes[i] = static_cast<std::uint32_t>(x[i] & 0x1FFF);
  }
  std::size_t count;
  std::vector<std::int32_t> x, out;
  std::vector<std::uint32_t> codes;
  std::vector<std::uint16_t> planes;
  std::vector<std::uint8_t> tops, raw;
  std::vector<std::int16_t> weights;
};

template <typename Body>
bool Add(const char* name, Body body) {
  return AddPerTarget({std::string("kernels/pcm_") + name,
                       {65536},
                       [body](benchmark::State& state, std::size_t size) {
                         Signal signal(size / 2);
                         for (auto _ : state) {
                           body(signal);
                           benchmark::ClobberMemory();
                         }
                       }});
}

const bool registered[] = {
    Add("residuals8",
        [](Signal& s) {
          kernels::pcm::Residuals(s.x.data() + kernels::pcm::kMaxOrder, s.count, s.weights.data(),
                                  kOrder, 16, s.out.data());
        }),
    Add("cost",
        [](Signal& s) { benchmark::DoNotOptimize(kernels::pcm::Cost(s.x.data(), s.count)); }),
    Add("correlations8",
        [](Signal& s) {
          std::int64_t sums[kOrder + 1];
          kernels::pcm::Correlations(s.x.data() + kernels::pcm::kMaxOrder, s.count, kOrder + 1,
                                     sums);
          benchmark::DoNotOptimize(sums);
        }),
    Add("restore8",
        [](Signal& s) {
          const std::size_t stride = s.count / kernels::pcm::kLanes;
          kernels::pcm::Restore(s.planes.data(), stride, stride, s.weights.data(), kOrder, 16);
        }),
    Add("pack5",
        [](Signal& s) {
          for (std::size_t i = 0; i < s.count; i += kernels::pcm::kGroup) {
            kernels::pcm::Pack(s.codes.data() + i, 5, s.tops.data() + i, s.raw.data());
          }
        }),
    Add("unpack5",
        [](Signal& s) {
          for (std::size_t i = 0; i < s.count; i += kernels::pcm::kGroup) {
            kernels::pcm::Unpack(s.tops.data() + i, s.raw.data(), 5, s.planes.data() + i);
          }
        }),
};

}  // namespace
}  // namespace sigma::benchmarks
