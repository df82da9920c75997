// sigma-work-table: what the worst payloads that are known cost, for each byte that goes in and
// comes out: the least of some runs, in nanoseconds, and the bytes leased from the pool. No test:
// times are the machine's.
#include <chrono>
#include <cstdio>

#include "engine/pipeline/chunk_codec.h"
#include "tests/worst_payloads.h"

int main() {
  using Clock = std::chrono::steady_clock;
  std::printf("%-52s %9s %9s %9s %9s\n", "payload", "in", "out", "ns/byte", "leased");
  for (const sigma::tests::WorstPayload& worst : sigma::tests::WorstPayloads()) {
    sigma::BufferPool pool;
    std::uint64_t leased = 0;
    pool.Record(
        [](void* context, bool acquired, std::size_t bytes) {
          if (acquired) *static_cast<std::uint64_t*>(context) += bytes;
        },
        &leased);
    const sigma::Buffer payload = sigma::tests::Padded(worst.payload.bytes);
    sigma::Bytes restored(worst.original.size());
    double least = 1e9;
    constexpr int kRuns = 20;
    bool good = true;
    for (int run = 0; run < kRuns; ++run) {
      const auto begin = Clock::now();
      good &= sigma::DecodeChunk(worst.payload.plan, payload.view(), pool, restored).has_value();
      least = std::min(least, std::chrono::duration<double>(Clock::now() - begin).count());
    }
    good &= restored == worst.original;
    const auto bytes = static_cast<double>(worst.payload.bytes.size() + worst.original.size());
    std::printf("%-52s %9zu %9zu %9.1f %9.1f%s\n", worst.name.c_str(), worst.payload.bytes.size(),
                worst.original.size(), 1e9 * least / bytes,
                static_cast<double>(leased) / kRuns / bytes, good ? "" : "  NOT RESTORED");
  }
  return 0;
}
