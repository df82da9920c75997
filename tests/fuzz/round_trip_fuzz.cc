// Any bytes under any level and strategy come back.
#include <algorithm>
#include <vector>

#include "engine/pipeline/chunk_codec.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/levels.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sigma::BufferPool pool;
  sigma::tests::FuzzInput input(data, size);
  static const auto levels = sigma::tests::EveryLevelRow();
  const sigma::LevelRow& level = levels[input.Take(1) % levels.size()];
  const auto choice =
      static_cast<sigma::StrategyChoice>(input.Take(1) % sigma::StrategyChoiceNames().size());
  // Repeat the input a few times, so that long matches and large sections are reached.
  const std::uint32_t copies = 1 + input.Take(1) % 8;
  sigma::Bytes bytes;
  for (std::uint32_t i = 0; i < copies; ++i) {
    bytes.insert(bytes.end(), input.rest().begin(), input.rest().end());
  }
  const sigma::Buffer raw = sigma::tests::Padded(bytes);
  sigma::Buffer payload(bytes.size());
  const sigma::EncodedPayload encoded =
      sigma::EncodeChunk(raw.view(), level, choice, pool, payload.bytes());
  sigma::tests::Require(encoded.size <= bytes.size(), "a payload is no larger than its chunk");
  const sigma::Buffer coded = sigma::tests::Padded(payload.view().first(encoded.size));
  std::vector<std::uint8_t> restored(bytes.size());
  const auto done = sigma::DecodeChunk(encoded.plan_id, coded.view(), pool, restored);
  sigma::tests::Require(done.has_value() && restored == bytes, "what went in comes out");
  return 0;
}
