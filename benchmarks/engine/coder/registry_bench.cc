// Every coder of the registry on every kind of generated data that it gains on, at the default
// level: a new coder is measured without a change here. Throughput is bytes of the original.
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "engine/coder/registry.h"
#include "engine/strategy/levels.h"
#include "tests/data.h"

namespace sigma::benchmarks {
namespace {

constexpr int kLevel = 3;

struct Coded {
  Buffer original;
  Buffer payload;
  std::size_t size = 0;  // of the payload, 0 = no gain
};

Coded Encode(const CoderRow& coder, tests::Kind kind, std::size_t size, BufferPool& pool) {
  Coded coded{tests::Padded(tests::Generate(kind, size)), Buffer(size), 0};
  coded.size =
      coder.encode(coded.original.view(), FindLevel(kLevel)->coder, pool, coded.payload.bytes());
  return coded;
}

bool AddCoder(const CoderRow& coder, tests::Kind kind) {
  const std::string name = "coder/" + std::string(coder.name) + "/" + tests::KindName(kind);
  AddPerTarget({name + "/encode",
                {65536, 1 << 20},
                [&coder, kind](benchmark::State& state, std::size_t size) {
                  BufferPool pool;
                  Coded coded = Encode(coder, kind, size, pool);
                  for (auto _ : state) {
                    benchmark::DoNotOptimize(coder.encode(coded.original.view(),
                                                          FindLevel(kLevel)->coder, pool,
                                                          coded.payload.bytes()));
                  }
                  state.counters["percent"] =
                      100.0 * static_cast<double>(coded.size) / static_cast<double>(size);
                }});
  return AddPerTarget({name + "/decode",
                       {65536, 1 << 20},
                       [&coder, kind](benchmark::State& state, std::size_t size) {
                         BufferPool pool;
                         Coded coded = Encode(coder, kind, size, pool);
                         if (coded.size == 0) {
                           state.SkipWithError("no gain at this size");
                           return;
                         }
                         Buffer restored(size);
                         for (auto _ : state) {
                           const auto done = coder.decode(coded.payload.view().first(coded.size),
                                                          pool, restored.bytes());
                           if (!done) state.SkipWithError("the payload does not decode");
                         }
                       }});
}

const bool registered = [] {
  BufferPool pool;
  for (const CoderRow& coder : Coders()) {
    for (const tests::Kind kind : tests::kAllKinds) {
      if (Encode(coder, kind, 65536, pool).size != 0) AddCoder(coder, kind);
    }
  }
  return true;
}();

}  // namespace
}  // namespace sigma::benchmarks
