// Hostile bytes to each coder on its own: an error or some bytes, never an access outside.
#include <vector>

#include "engine/coder/registry.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  sigma::tests::FuzzInput input(data, size);
  const sigma::CoderRow& coder = sigma::Coders()[input.Take(1) % sigma::Coders().size()];
  std::vector<std::uint8_t> target(input.Take(2));
  const sigma::Buffer source = sigma::tests::Padded(input.rest());
  (void)coder.decode(source.view(), pool, target);
  return 0;
}
