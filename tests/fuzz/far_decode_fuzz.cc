// Hostile payloads of far copies: an error or some bytes, never an access outside, and the same
// whatever the other bytes of the target were. The target has its exact size.
#include <vector>

#include "engine/format/far_format.h"
#include "engine/pipeline/far_chunk.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace sigma;

constexpr std::uint32_t kChunk = 64u << 10;

// Every chunk is all its own, each byte told by its place.
class Told final : public FarBytes {
 public:
  [[nodiscard]] std::uint32_t chunk_size() const override { return kChunk; }
  Result<void> Fill(std::uint64_t chunk, std::span<const FarCopy> copies, MutableBytes target,
                    BufferPool&) override {
    ++filled;
    for (const FarCopy& copy : copies) {
      if (copy.source / kChunk != chunk) continue;
      if ((copy.source + copy.length - 1) / kChunk != chunk) {
        return Fail(ErrorCode::kCorrupt, "over the end");
      }
      for (std::uint32_t i = 0; i < copy.length; ++i) {
        target[copy.begin + i] = static_cast<std::uint8_t>((copy.source + i) * 31 >> 3);
      }
    }
    return {};
  }
  std::size_t filled = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static BufferPool pool;
  tests::FuzzInput input(data, size);
  const std::uint64_t position = std::uint64_t{input.Take(2)} * kChunk;
  const std::size_t original = 1 + input.Take(2);
  Bytes bytes(input.rest().begin(), input.rest().end());
  if (bytes.empty()) bytes.push_back(0);
  const Buffer payload = tests::Padded(bytes);
  Told told;
  std::vector<std::uint8_t> first(original, 0);
  std::vector<std::uint8_t> second(original, 0xFF);
  const auto one = DecodeFarChunk(kFarPlan, payload.view(), position, &told, pool, first);
  tests::Require(told.filled <= kMostFarSources, "no more chunks than may be are asked for");
  const auto two = DecodeFarChunk(kFarPlan, payload.view(), position, &told, pool, second);
  tests::Require(one.has_value() == two.has_value(), "the target's bytes say nothing");
  if (one) tests::Require(first == second, "every byte is written");
  return 0;
}
