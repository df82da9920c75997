// Hostile parameters and sections to each transform: an error or some bytes, never an access
// outside. Without coders in front of it, what a transform checks is reached at once.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "engine/transform/registry.h"
#include "tests/data.h"
#include "tests/fuzz/transform_case.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Two in three by what the bytes mean.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  static sigma::BufferPool pool;
  std::minstd_rand random(seed);
  if (random() % 3 == 0) return LLVMFuzzerMutate(data, size, most);
  auto made = sigma::tests::TransformCase::Read({data, size});
  for (auto steps = 1 + random() % 3; steps > 0; --steps) {
    made = sigma::tests::Mutated(std::move(made), random, pool);
  }
  const sigma::Bytes bytes = made.Write();
  if (bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  const auto input = sigma::tests::TransformCase::Read({data, size});
  const sigma::TransformRow& row = *input.row;
  std::vector<std::uint8_t> target(input.target);
  std::array<sigma::Buffer, sigma::kMaxSections> buffers;
  std::array<sigma::ByteView, sigma::kMaxSections> sections;
  const std::size_t count = input.sections.size();
  for (std::size_t i = 0; i < count; ++i) {
    const sigma::Bytes& bytes = input.sections[i];
    if (row.in_place && i + 1 == count && bytes.size() == target.size()) {
      std::ranges::copy(bytes, target.begin());
      sections[i] = target;
      continue;
    }
    buffers[i] = sigma::tests::Padded(bytes);
    sections[i] = buffers[i].view();
  }
  (void)row.inverse(std::span(sections).first(count), input.params, pool, target);
  return 0;
}
