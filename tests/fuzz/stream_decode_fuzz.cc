// Hostile streams through the public decoder and through Inspect: an error or bytes, within the
// output limit. Every second input is taken as a list of chunks and framed properly (right hashes
// and footer), so that code that only runs after the hashes agree is reached; such a stream
// restores if and only if its chunks do.
#include <vector>

#include "engine/base/hash.h"
#include "engine/coder/registry.h"
#include "engine/format/plan_format.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/transform/registry.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/repaired.h"

namespace {

using sigma::Bytes;
using sigma::ByteView;

constexpr std::uint64_t kOutputLimit = 1u << 20;

sigma::Options FuzzOptions() {
  sigma::Options options;
  options.threads = 1;
  options.output_limit = kOutputLimit;
  return options;
}

void Decode(ByteView source) {
  const auto restored = sigma::Decompress(source, FuzzOptions());
  if (!restored) return;
  sigma::tests::Require(restored->size() <= kOutputLimit, "the output limit holds");
  sigma::tests::Require(sigma::Inspect(source).has_value(), "what decodes can be inspected");
}

void DecodeFramed(sigma::tests::FuzzInput input) {
  static sigma::BufferPool pool;
  sigma::StreamHeader header;
  header.chunk_size = 64 << 10;
  Bytes stream(sigma::kMaxStreamHeader);
  stream.resize(sigma::WriteStreamHeader(
      header, std::span<std::uint8_t, sigma::kMaxStreamHeader>(stream.data(), stream.size())));
  std::vector<sigma::SeekEntry> entries;
  Bytes expected;
  bool intact = true;
  // Two chunks at least: a stream of one takes the short footer.
  for (std::uint32_t i = 0; i < 2 || (!input.rest().empty() && i < 4); ++i) {
    sigma::ChunkHeader chunk;
    chunk.sequence = i;
    chunk.original = 1 + input.Take(2);
    const std::size_t wanted = 1 + input.Take(1) * 4;
    // Every coder but raw, and every transform.
    const std::size_t coders = sigma::Coders().size();
    const std::size_t pick = 1 + input.Take(1) % (coders + sigma::Transforms().size() - 1);
    chunk.plan_id = static_cast<std::uint8_t>(
        pick < coders ? pick : sigma::kFirstTransformPlan + pick - coders);
    chunk.payload = static_cast<std::uint32_t>(
        std::min<std::size_t>({wanted, input.rest().size(), chunk.original}));
    if (chunk.payload == 0) return;
    const sigma::Buffer payload = sigma::tests::Padded(input.rest().first(chunk.payload));
    Bytes restored(chunk.original);
    intact &= sigma::DecodeChunk(chunk.plan_id, payload.view(), pool, restored).has_value();
    chunk.hash = sigma::Hash64(restored);
    chunk.payload_hash = sigma::Hash32(payload.view());
    std::array<std::uint8_t, sigma::kMaxFrameHeader> bytes;
    const std::size_t size = sigma::WriteChunkHeader(chunk, bytes);
    entries.push_back({stream.size(), static_cast<std::uint32_t>(size) + chunk.payload,
                       chunk.original, chunk.hash});
    stream.insert(stream.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    for (std::uint32_t k = 0; k < chunk.payload; ++k) stream.push_back(input.Take(1) & 0xFF);
    expected.insert(expected.end(), restored.begin(), restored.end());
  }
  const Bytes footer = sigma::WriteFooter(entries, stream.size());
  stream.insert(stream.end(), footer.begin(), footer.end());
  const auto restored = sigma::Decompress(stream, FuzzOptions());
  sigma::tests::Require(restored.has_value() == intact,
                        "a framed stream restores iff its chunks do");
  if (restored) sigma::tests::Require(*restored == expected, "and to the same bytes");
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Plain streams: half of them have their hashes made right again after the mutation.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  static sigma::BufferPool pool;
  size = LLVMFuzzerMutate(data, size, most);
  if (size == 0 || data[0] % 2 != 0 || seed % 2 == 0) return size;
  const Bytes repaired = sigma::tests::Repaired(Bytes(data + 1, data + size), pool);
  if (repaired.size() + 1 > most) return size;
  std::copy(repaired.begin(), repaired.end(), data + 1);
  return repaired.size() + 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sigma::tests::FuzzInput input(data, size);
  if (input.Take(1) % 2 == 0) {
    Decode(input.rest());
  } else {
    DecodeFramed(input);
  }
  return 0;
}
