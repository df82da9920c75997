// Time per byte: no payload, under any plan, may cost more than a fixed 2 ms and 200 ns (20 µs with
// the sanitizers and without optimisation) for each byte that goes in and comes out. libFuzzer's
// own -timeout finds seconds; this finds a payload of which many fit into a chunk. Clocks are
// coarse and machines busy: the least of five runs counts.
#include <algorithm>
#include <chrono>
#include <vector>

#include "engine/coder/registry.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/transform/registry.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr double kSlower = 100;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr double kSlower = 100;
#else
constexpr double kSlower = 1;
#endif
#else
constexpr double kSlower = 1;
#endif
constexpr double kSecondsPerByte = 200e-9 * kSlower;
constexpr double kSecondsAtLeast = 2e-3;
constexpr int kRuns = 5;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Clock = std::chrono::steady_clock;
  static sigma::BufferPool pool;
  sigma::tests::FuzzInput input(data, size);
  const std::size_t coders = sigma::Coders().size();
  const std::size_t pick = input.Take(1) % (coders + sigma::Transforms().size());
  const auto plan = static_cast<std::uint8_t>(pick < coders ? pick : 64 + pick - coders);
  const std::size_t original = input.Take(3) % (1u << 17);
  const sigma::Buffer payload = sigma::tests::Padded(input.rest());
  std::vector<std::uint8_t> target(original);
  const double bound =
      kSecondsAtLeast + kSecondsPerByte * static_cast<double>(payload.size() + original);
  double least = bound + 1;
  for (int run = 0; run < kRuns && least > bound; ++run) {
    const auto begin = Clock::now();
    (void)sigma::DecodeChunk(plan, payload.view(), pool, target);
    least = std::min(least, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  sigma::tests::Require(least <= bound, "work is bounded by what goes in and comes out");
  return 0;
}
