// Files for the fuzzers of seeking and of parallel decoding, made from their bytes: some streams of
// some chunks, then perhaps zeros, and perhaps a byte of it changed.
#ifndef SIGMA_TESTS_FUZZ_MANY_STREAMS_H_
#define SIGMA_TESTS_FUZZ_MANY_STREAMS_H_

#include <array>
#include <vector>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "tests/fuzz/fuzz_input.h"

namespace sigma::tests {

// Chunks are stored, or runs of one byte (PATTERN), so that they restore to more than they are.
struct ManyStreams {
  Bytes file;
  Bytes original;

  explicit ManyStreams(FuzzInput& input) {
    for (std::uint32_t streams = 1 + input.Take(1) % 3; streams > 0; --streams) AddStream(input);
    file.resize(file.size() + (input.Take(1) % 4 == 0 ? input.Take(1) * 300 : 0));
  }

 private:
  void AddStream(FuzzInput& input) {
    const std::size_t begin = file.size();
    std::array<std::uint8_t, kMaxStreamHeader> head;
    const std::size_t size = WriteStreamHeader(
        {.level = 1, .chunk_size = 64u << 10, .original_size = std::nullopt}, head);
    file.insert(file.end(), head.begin(), head.begin() + static_cast<std::ptrdiff_t>(size));
    std::vector<SeekEntry> entries;
    for (std::uint32_t i = 0, count = input.Take(1) % 6; i < count; ++i) {
      const std::uint32_t kind = input.Take(1);
      const auto value = static_cast<std::uint8_t>(input.Take(1));
      Bytes restored(1 + input.Take(kind % 2 == 0 ? 1 : 2), value);
      Bytes payload = restored;
      std::uint8_t plan = 0;
      if (kind % 2 != 0 && restored.size() > 16) {
        plan = 1;  // a tile of one byte and no exceptions
        payload = {0, 1, value, 0, 0};
      } else {
        for (std::uint8_t& byte : restored) byte = static_cast<std::uint8_t>(byte + input.Take(1));
        payload = restored;
      }
      ChunkHeader chunk{.plan_id = plan,
                        .sequence = i,
                        .original = static_cast<std::uint32_t>(restored.size()),
                        .payload = static_cast<std::uint32_t>(payload.size()),
                        .hash = Hash64(restored),
                        .payload_hash = Hash32(payload)};
      std::array<std::uint8_t, kMaxFrameHeader> bytes;
      const std::size_t used = WriteChunkHeader(chunk, bytes);
      entries.push_back({file.size() - begin, static_cast<std::uint32_t>(used + payload.size()),
                         chunk.original, chunk.hash});
      file.insert(file.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(used));
      file.insert(file.end(), payload.begin(), payload.end());
      original.insert(original.end(), restored.begin(), restored.end());
    }
    const Bytes footer = WriteFooter(entries, file.size() - begin);
    file.insert(file.end(), footer.begin(), footer.end());
  }
};

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_FUZZ_MANY_STREAMS_H_
