// Streams of any number of chunks of one byte each: what takes most of whoever keeps something for
// every chunk.
#ifndef SIGMA_TESTS_ONE_BYTE_CHUNKS_H_
#define SIGMA_TESTS_ONE_BYTE_CHUNKS_H_

#include <array>
#include <vector>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"

namespace sigma::tests {

// A stream of `count` raw chunks of one byte: i · 7 modulo 256.
inline Bytes OneByteChunks(std::size_t count) {
  Bytes stream;
  std::array<std::uint8_t, kMaxStreamHeader> head;
  const std::size_t head_size =
      WriteStreamHeader({.level = 1, .chunk_size = 64u << 10, .original_size = std::nullopt}, head);
  stream.assign(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(head_size));
  std::vector<SeekEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    const std::array<std::uint8_t, 1> byte{static_cast<std::uint8_t>(i * 7)};
    ChunkHeader header{.plan_id = 0,
                       .sequence = static_cast<std::uint32_t>(i),
                       .original = 1,
                       .payload = 1,
                       .hash = Hash64(byte),
                       .payload_hash = Hash32(byte)};
    std::array<std::uint8_t, kMaxFrameHeader> bytes;
    const std::size_t size = WriteChunkHeader(header, bytes);
    entries.push_back({.offset = stream.size(),
                       .stored = static_cast<std::uint32_t>(size + 1),
                       .original = 1,
                       .hash = header.hash});
    stream.insert(stream.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    stream.push_back(byte[0]);
  }
  const Bytes footer = WriteFooter(entries, stream.size());
  stream.insert(stream.end(), footer.begin(), footer.end());
  return stream;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_ONE_BYTE_CHUNKS_H_
