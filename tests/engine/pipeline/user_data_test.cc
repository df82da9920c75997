// User data between the chunks is checked and passed over.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "tests/engine/pipeline/decoders.h"

namespace sigma {
namespace {

using tests::Decoders;
using tests::Encoded;
using tests::kChunk;
using tests::kKinds;
using tests::MixedBytes;
using tests::Parts;
using tests::SourceKind;
using tests::Split;

// A stream with user data before, between and after its chunks.
Bytes WithUserData(const Bytes& stream, std::size_t size) {
  const Parts parts = Split(stream);
  Bytes out = parts.header;
  std::uint32_t type = 1;
  const auto add_user_data = [&] {
    const Bytes data = MixedBytes(size, type);
    UserDataHeader header{
        .type = type++, .size = static_cast<std::uint32_t>(size), .hash = Hash64(data)};
    std::array<std::uint8_t, kMaxFrameHeader> bytes;
    const std::size_t used = WriteUserDataHeader(header, bytes);
    out.insert(out.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(used));
    out.insert(out.end(), data.begin(), data.end());
  };
  std::vector<SeekEntry> entries;
  for (const Bytes& chunk : parts.chunks) {
    add_user_data();
    const Result<ChunkHeader> header = ParseChunkHeader(chunk, kChunk);
    EXPECT_TRUE(header);
    entries.push_back(SeekEntry{.offset = out.size(),
                                .stored = static_cast<std::uint32_t>(chunk.size()),
                                .original = header->original,
                                .hash = header->hash});
    out.insert(out.end(), chunk.begin(), chunk.end());
  }
  add_user_data();
  add_user_data();
  const Bytes footer = WriteFooter(entries, out.size());
  out.insert(out.end(), footer.begin(), footer.end());
  return out;
}

TEST(UserData, IsPassedOver) {
  const Bytes original = MixedBytes(3 * kChunk + 9);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3000000}}) {
    const Bytes stream = WithUserData(Encoded(original), size);
    for (const std::uint32_t threads : {1u, 4u}) {
      Decoders decoders(threads);
      for (const SourceKind kind : kKinds) {
        const std::optional<Error> error = decoders.Decode(stream, kind, original);
        EXPECT_FALSE(error) << error->text << " at " << error->offset;
      }
    }
  }
}

TEST(UserData, EveryBit) {
  const Bytes original = MixedBytes(100);
  const Bytes stream = WithUserData(Encoded(original), 7);
  Decoders decoders;
  decoders.RefusedWhateverIsDamaged(stream, original);
}

}  // namespace
}  // namespace sigma
