// Forward and Inverse of every transform variant.
#include <cstdint>
#include <vector>

#include "benchmarks/per_target.h"
#include "engine/transform/registry.h"

namespace sigma::benchmarks {
namespace {

std::vector<std::uint8_t> Ramp(std::size_t size) {
  std::vector<std::uint8_t> bytes(size + kPad);
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    seed = seed * 1664525 + 1013904223;
    bytes[i] = static_cast<std::uint8_t>(i % 4 == 0 ? seed >> 24 : i >> (4 + i % 4));
  }
  return bytes;
}

void Run(benchmark::State& state, std::size_t size, const TransformRow& row,
         const TransformParams& params, bool forward) {
  BufferPool pool;
  std::vector<std::uint8_t> bytes = Ramp(size);
  Buffer memory(SectionList::MemoryFor(size));
  const MutableBytes whole(bytes.data(), size);
  SectionList first(memory.bytes(), size);
  if (!row.forward(whole, params, pool, first)) {
    state.SkipWithError("the data does not suit this transform");
    return;
  }
  std::vector<ByteView> views;
  for (std::size_t k = 0; k < first.count(); ++k) views.push_back(first[k].bytes);
  for (auto _ : state) {
    if (forward) {
      SectionList sections(memory.bytes(), size);
      benchmark::DoNotOptimize(row.forward(whole, params, pool, sections));
    } else {
      benchmark::DoNotOptimize(row.inverse(views, params, pool, whole));
    }
    benchmark::ClobberMemory();
  }
}

bool AddAll() {
  for (const TransformRow& row : Transforms()) {
    for (const TransformParams& params : row.variants()) {
      for (const bool forward : {true, false}) {
        AddPerTarget({"transform/" + row.describe(params) + (forward ? "/forward" : "/inverse"),
                      {4096, 1 << 20},
                      [&row, params, forward](benchmark::State& state, std::size_t size) {
                        Run(state, size, row, params, forward);
                      }});
      }
    }
  }
  return true;
}

const bool registered = AddAll();

}  // namespace
}  // namespace sigma::benchmarks
