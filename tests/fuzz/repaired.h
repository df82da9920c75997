// A stream whose hashes are made right again, as far as its frames can be told apart: header
// hashes, payload hashes, the chunks' hashes where their payloads restore, sequence numbers, and
// the footer. What damage would not get past, an attacker does.
#ifndef SIGMA_TESTS_FUZZ_REPAIRED_H_
#define SIGMA_TESTS_FUZZ_REPAIRED_H_

#include <algorithm>
#include <array>
#include <vector>

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/chunk_codec.h"
#include "tests/data.h"

namespace sigma::tests {

// Rewrites the hash32 that ends a header of which `parse` knows the length once the hash is right.
// Tries all lengths up to `most`: a header's length shows only in its fields.
template <typename Parse>
bool SealHeader(MutableBytes bytes, std::size_t least, std::size_t most, Parse parse) {
  for (std::size_t size = least; size <= std::min(most, bytes.size()); ++size) {
    std::array<std::uint8_t, 4> before;
    std::copy_n(&bytes[size - 4], 4, before.begin());
    StoreLE(&bytes[size - 4], Hash32(bytes.first(size - 4)));
    if (parse(bytes, size)) return true;
    std::copy_n(before.begin(), 4, &bytes[size - 4]);
  }
  return false;
}

inline Bytes Repaired(Bytes stream, BufferPool& pool) {
  StreamHeader header;
  const auto parse_header = [&](ByteView bytes, std::size_t size) {
    const auto parsed = ParseStreamHeader(bytes);
    if (parsed) header = *parsed;
    return parsed && parsed->bytes == size;
  };
  if (!SealHeader(stream, 12, kMaxStreamHeader, parse_header)) return stream;
  std::size_t at = header.bytes;
  std::vector<SeekEntry> entries;
  while (at < stream.size()) {
    const MutableBytes rest = MutableBytes{stream}.subspan(at);
    ChunkHeader chunk;
    const auto parse_chunk = [&](ByteView bytes, std::size_t size) {
      const auto parsed = ParseChunkHeader(bytes, header.chunk_size);
      if (parsed) chunk = *parsed;
      return parsed && parsed->bytes == size;
    };
    if (rest[0] != 0xC3 || !SealHeader(rest, 21, kMaxFrameHeader, parse_chunk)) break;
    if (chunk.payload > rest.size() - chunk.bytes || chunk.original > (1u << 20)) break;
    const Buffer payload = Padded(rest.subspan(chunk.bytes, chunk.payload));
    Bytes restored(chunk.original);
    const std::size_t before = chunk.bytes;
    if (DecodeChunk(chunk.plan_id, payload.view(), pool, restored)) chunk.hash = Hash64(restored);
    chunk.payload_hash = Hash32(payload.view());
    chunk.sequence = static_cast<std::uint32_t>(entries.size());
    std::array<std::uint8_t, kMaxFrameHeader> bytes;
    if (WriteChunkHeader(chunk, bytes) != before) break;
    std::copy_n(bytes.begin(), before, rest.begin());
    entries.push_back(
        {at, static_cast<std::uint32_t>(before) + chunk.payload, chunk.original, chunk.hash});
    at += before + chunk.payload;
  }
  stream.resize(at);
  const Bytes footer = WriteFooter(entries, at);
  stream.insert(stream.end(), footer.begin(), footer.end());
  return stream;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_FUZZ_REPAIRED_H_
