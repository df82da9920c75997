// Any bytes through every variant of every transform, and what it takes comes back.
#include <array>
#include <vector>

#include "engine/transform/registry.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  sigma::tests::FuzzInput input(data, size);
  const sigma::TransformRow& row = sigma::Transforms()[input.Take(1) % sigma::Transforms().size()];
  const auto variants = row.variants();
  const sigma::TransformParams& params = variants[input.Take(1) % variants.size()];
  // Repeated, so that ranges and rows of some length come up.
  const std::uint32_t copies = 1 + input.Take(1) % 4;
  sigma::Bytes bytes;
  for (std::uint32_t i = 0; i < copies; ++i) {
    bytes.insert(bytes.end(), input.rest().begin(), input.rest().end());
  }
  const sigma::Buffer source = sigma::tests::Padded(bytes);
  sigma::Buffer memory(sigma::SectionList::MemoryFor(bytes.size()));
  sigma::SectionList list(memory.bytes(), bytes.size());
  if (!row.forward(source.view(), params, pool, list) || list.count() == 0) return 0;
  std::array<sigma::ByteView, sigma::kMaxSections> sections;
  for (std::size_t i = 0; i < list.count(); ++i) sections[i] = list[i].bytes;
  std::vector<std::uint8_t> restored(bytes.size());
  const auto done = row.inverse(std::span(sections).first(list.count()), params, pool, restored);
  sigma::tests::Require(done.has_value() && restored == bytes, "what went in comes out");
  return 0;
}
