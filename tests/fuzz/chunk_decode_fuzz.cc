// Hostile payloads under every plan: an error or some bytes, never an access outside. The target
// has its exact size, so that AddressSanitizer sees a write one byte behind it.
#include <array>
#include <vector>

#include "engine/pipeline/chunk_codec.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  constexpr std::array<std::uint8_t, 6> kPlans{1, 2, 3, 3, 64, 66};
  sigma::tests::FuzzInput input(data, size);
  const std::uint8_t plan = kPlans[input.Take(1) % kPlans.size()];
  const std::size_t original = input.Take(3) % (1u << 17);
  const sigma::Buffer payload = sigma::tests::Padded(input.rest());
  std::vector<std::uint8_t> target(original);
  (void)sigma::DecodeChunk(plan, payload.view(), pool, target);
  return 0;
}
