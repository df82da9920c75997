// Hostile payloads under every plan: an error or some bytes, never an access outside. The target
// has its exact size, so that AddressSanitizer sees a write one byte beyond it.
#include <vector>

#include "engine/coder/registry.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/transform/registry.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  sigma::tests::FuzzInput input(data, size);
  // Every coder and transform of the registries.
  const std::size_t coders = sigma::Coders().size();
  const std::size_t pick = input.Take(1) % (coders + sigma::Transforms().size());
  const auto plan = static_cast<std::uint8_t>(pick < coders ? pick : 64 + pick - coders);
  const std::size_t original = input.Take(3) % (1u << 17);
  const sigma::Buffer payload = sigma::tests::Padded(input.rest());
  std::vector<std::uint8_t> target(original);
  (void)sigma::DecodeChunk(plan, payload.view(), pool, target);
  return 0;
}
