// Wrecks of streams: scan, map and salvage give an error or what they promise: as many bytes as the map
// says, a repaired file that is sound and restores to the same, and work in proportion to the input.
#include <atomic>
#include <vector>

#include "engine/io/memory_stream.h"
#include "engine/memory/buffer_pool.h"
#include "engine/pipeline/salvage.h"
#include "engine/pipeline/workers.h"
#include "engine/pipeline/wreck_map.h"
#include "engine/pipeline/wreck_scan.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/repaired.h"

namespace {

using sigma::Bytes;
using sigma::ByteView;
using sigma::tests::Require;

constexpr std::uint64_t kMostBytes = 1u << 20;     // of chunks found
constexpr std::uint64_t kMostRestored = 4u << 20;  // more is not worth the time

Bytes Salvaged(sigma::Source& source, const std::vector<sigma::MappedStream>& map, bool repair,
               sigma::Recovery& recovery) {
  static sigma::Workers workers(1);
  static sigma::Flow<sigma::SalvageSlot> flow(workers, 1);
  const sigma::Observer none;
  sigma::BytesSink sink;
  sigma::SalvageStages stages(source, map, {.fill = 0xF1, .repair = repair}, sink, none, false);
  Require(flow.Run(stages).has_value(), "a map can be salvaged");
  Require(stages.End(recovery).has_value(), "and ended");
  return sink.Take();
}

void Recover(ByteView input) {
  sigma::MemorySource source(input);
  sigma::WreckScan scan(source, kMostBytes);
  if (!scan.Run({})) return;
  Require(scan.chunks().size() <= input.size() / 22, "a chunk takes at least 22 bytes");
  const auto map = sigma::MapWreck(source, scan, kMostBytes);
  if (!map) return;
  std::uint64_t total = 0;
  std::uint64_t chunks = 0;
  for (const sigma::MappedStream& stream : *map) {
    for (const sigma::MappedChunk& chunk : stream.chunks) total += chunk.original;
    chunks += stream.chunks.size();
  }
  Require(chunks <= 2 * input.size() + 4096 * map->size(), "chunks are in proportion");
  if (total > kMostRestored) return;
  sigma::Recovery recovery;
  const Bytes restored = Salvaged(source, *map, false, recovery);
  Require(restored.size() == total, "as many bytes as the map says");
  sigma::Recovery repaired;
  const Bytes sound = Salvaged(source, *map, true, repaired);
  const auto again = sigma::Decompress(sound);
  Require(again.has_value() && *again == restored, "the repaired file restores to the same");
  // What is sound loses nothing.
  if (const auto whole = sigma::Decompress(input)) {
    Require(recovery.lost.empty() && *whole == restored, "a sound file is recovered whole");
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Half of them have their hashes made right again after the mutation.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  static sigma::BufferPool pool;
  size = LLVMFuzzerMutate(data, size, most);
  if (size == 0 || seed % 2 == 0) return size;
  const Bytes repaired = sigma::tests::Repaired(Bytes(data, data + size), pool);
  if (repaired.empty() || repaired.size() > most) return size;
  std::copy(repaired.begin(), repaired.end(), data);
  return repaired.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recover({data, size});
  return 0;
}
