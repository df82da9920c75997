// Hostile parameters and sections to each transform: an error or some bytes, never an access
// outside. Without coders in front of it, what a transform checks is reached at once.
#include <algorithm>
#include <array>
#include <vector>

#include "engine/transform/transform.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  sigma::tests::FuzzInput input(data, size);
  const sigma::TransformRow& row = sigma::Transforms()[input.Take(1) % sigma::Transforms().size()];
  sigma::TransformParams params;
  params.size = static_cast<std::uint8_t>(input.Take(1));
  for (std::size_t i = 0; i < params.size; ++i) {
    params.bytes[i] = static_cast<std::uint8_t>(input.Take(1));
  }
  std::vector<std::uint8_t> target(input.Take(2));
  // The pieces of a plan: together no more than the parser of plans lets through.
  const std::size_t count = 1 + input.Take(1) % sigma::kMaxSections;
  std::size_t left = sigma::SectionsBound(target.size());
  std::array<std::size_t, sigma::kMaxSections> sizes{};
  for (std::size_t i = 0; i < count; ++i)
    left -= sizes[i] = std::min<std::size_t>(input.Take(2), left);
  std::array<sigma::Buffer, sigma::kMaxSections> buffers;
  std::array<sigma::ByteView, sigma::kMaxSections> sections;
  sigma::ByteView rest = input.rest();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t given = std::min(sizes[i], rest.size());
    sigma::Bytes bytes(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(given));
    bytes.resize(sizes[i]);
    rest = rest.subspan(given);
    if (row.in_place && i + 1 == count && bytes.size() == target.size()) {
      std::ranges::copy(bytes, target.begin());
      sections[i] = target;
      continue;
    }
    buffers[i] = sigma::tests::Padded(bytes);
    sections[i] = buffers[i].view();
  }
  (void)row.inverse(std::span(sections).first(count), params, pool, target);
  return 0;
}
