// Stream header and frame headers: round trips, every truncation, every flipped bit, reserved bits,
// impossible values with a right hash.
#include <gtest/gtest.h>

#include "tests/engine/format/sealed.h"

namespace sigma {
namespace {

using tests::Reseal;

Bytes Written(const StreamHeader& header) {
  std::array<std::uint8_t, kMaxStreamHeader> bytes;
  const std::size_t size = WriteStreamHeader(header, bytes);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes Written(ChunkHeader header) {
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const std::size_t size = WriteChunkHeader(header, bytes);
  EXPECT_EQ(size, header.bytes);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes Written(UserDataHeader header) {
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const std::size_t size = WriteUserDataHeader(header, bytes);
  EXPECT_EQ(size, header.bytes);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

StreamHeader Header(std::optional<std::uint64_t> original = std::nullopt) {
  StreamHeader header;
  header.level = 3;
  header.chunk_size = 1u << 20;
  header.original_size = original;
  return header;
}

ChunkHeader Chunk(std::uint32_t original = 300, std::uint32_t payload = 200) {
  ChunkHeader chunk;
  chunk.plan_id = 2;
  chunk.sequence = 5;
  chunk.original = original;
  chunk.payload = payload;
  chunk.hash = 0x0123456789ABCDEF;
  chunk.payload_hash = 0x76543210;
  return chunk;
}

constexpr std::uint32_t kBound = 1u << 20;

// Bits 8 … of `good` flipped one by one with `tail` after it must never parse.
template <typename Parse>
void ExpectEveryFlipFails(const Bytes& good, std::size_t first_byte, Parse parse) {
  for (std::size_t bit = 8 * first_byte; bit < 8 * good.size(); ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    bad.resize(bad.size() + 64, 0x55);
    const auto result = parse(ByteView(bad));
    ASSERT_FALSE(result) << "bit " << bit;
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt) << "bit " << bit;
    EXPECT_FALSE(result.error().text.empty());
    EXPECT_LE(result.error().offset, bad.size());
  }
}

template <typename Parse>
void ExpectEveryCutIsTruncated(const Bytes& good, Parse parse) {
  for (std::size_t size = 0; size < good.size(); ++size) {
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    const auto result = parse(ByteView(cut));
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error().code, ErrorCode::kTruncated) << size;
    EXPECT_EQ(result.error().offset, size);
  }
}

TEST(StreamHeader, RoundTrips) {
  for (const std::uint8_t level : std::initializer_list<std::uint8_t>{0, 1, 9, 15}) {
    for (const std::uint32_t chunk_size : {64u << 10, 68u << 10, 1u << 20, 64u << 20}) {
      for (const std::optional<std::uint64_t> original :
           {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(0),
            std::optional<std::uint64_t>(127), std::optional<std::uint64_t>(128),
            std::optional<std::uint64_t>(81926813),
            std::optional<std::uint64_t>(kMaxOriginalSize)}) {
        StreamHeader header;
        header.level = level;
        header.chunk_size = chunk_size;
        header.original_size = original;
        Bytes bytes = Written(header);
        const std::size_t size = bytes.size();
        bytes.push_back(0xFF);
        const auto parsed = ParseStreamHeader(bytes);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->level, level);
        EXPECT_EQ(parsed->chunk_size, chunk_size);
        EXPECT_EQ(parsed->original_size, original);
        EXPECT_EQ(parsed->bytes, size);
        if (!original) {
          EXPECT_EQ(size, 12U);
        }
      }
    }
  }
}

TEST(StreamHeader, EveryCutIsTruncated) {
  ExpectEveryCutIsTruncated(Written(Header()), ParseStreamHeader);
  ExpectEveryCutIsTruncated(Written(Header(kMaxOriginalSize)), ParseStreamHeader);
}

TEST(StreamHeader, EveryFlipFails) {
  for (const auto& header : {Header(), Header(5000)}) {
    const Bytes good = Written(header);
    ExpectEveryFlipFails(good, 5, ParseStreamHeader);
    for (std::size_t bit = 0; bit < 40; ++bit) {
      Bytes bad = good;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
      const auto result = ParseStreamHeader(bad);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, bit < 32 ? ErrorCode::kNotSigma : ErrorCode::kUnsupported);
    }
  }
}

TEST(StreamHeader, NotSigma) {
  for (const char* text : {"x", "\x89PNG", "plain text", "\x1f\x8b"}) {
    const std::string_view view(text);
    const auto result =
        ParseStreamHeader({reinterpret_cast<const std::uint8_t*>(view.data()), view.size()});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kNotSigma);
  }
}

TEST(StreamHeader, UnknownVersionNamesBoth) {
  Bytes bytes = Written(Header());
  bytes[4] = 7;
  const auto result = ParseStreamHeader(bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(result.error().text.find("version 7"), std::string::npos);
  EXPECT_NE(result.error().text.find("version 0"), std::string::npos);
}

TEST(StreamHeader, ReservedBitsAreUnsupported) {
  for (const std::uint8_t bit : std::initializer_list<std::uint8_t>{0x40, 0x80}) {
    Bytes bytes = Written(Header());
    bytes[5] |= bit;
    Reseal(bytes);
    const auto result = ParseStreamHeader(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
    EXPECT_EQ(result.error().offset, 5U);
  }
}

TEST(StreamHeader, FarCopiesAreAFlag) {
  StreamHeader header = Header();
  header.far = true;
  const Bytes bytes = Written(header);
  EXPECT_EQ(bytes[5] & 0x20, 0x20);
  const auto result = ParseStreamHeader(bytes);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->far);
  EXPECT_FALSE(ParseStreamHeader(Written(Header()))->far);
}

TEST(StreamHeader, ImpossibleChunkSizes) {
  for (const std::uint16_t units : std::initializer_list<std::uint16_t>{0, 1, 15, 16385, 0xFFFF}) {
    Bytes bytes = Written(Header());
    StoreLE(&bytes[6], units);
    Reseal(bytes);
    const auto result = ParseStreamHeader(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
}

TEST(StreamHeader, ImpossibleOriginalSizes) {
  for (const std::uint64_t size : {kMaxOriginalSize + 1, ~std::uint64_t{0}}) {
    Bytes bytes = Written(Header(1));
    std::array<std::uint8_t, kMaxVarint> varint;
    const std::size_t used = WriteVarint(size, varint.data());
    bytes.resize(8);
    bytes.insert(bytes.end(), varint.begin(), varint.begin() + static_cast<std::ptrdiff_t>(used));
    bytes.resize(bytes.size() + 4);
    Reseal(bytes);
    const auto result = ParseStreamHeader(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
}

TEST(StreamHeader, LongVarintsAreCorrupt) {
  Bytes bytes = Written(Header(1));
  bytes.resize(8);
  bytes.insert(bytes.end(), {0x81, 0x00, 0, 0, 0, 0});  // 1 in two bytes
  Reseal(bytes);
  auto result = ParseStreamHeader(bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  bytes.resize(8);
  bytes.resize(30, 0xFF);
  result = ParseStreamHeader(bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
}

TEST(FrameKind, EveryByte) {
  unsigned known = 0;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::array<std::uint8_t, 1> bytes = {static_cast<std::uint8_t>(byte)};
    const auto kind = ParseFrameKind(bytes);
    if (kind) {
      ++known;
    } else {
      EXPECT_EQ(kind.error().code, ErrorCode::kCorrupt);
    }
  }
  EXPECT_EQ(known, 4U);
  EXPECT_EQ(ParseFrameKind({}).error().code, ErrorCode::kTruncated);
  EXPECT_EQ(*ParseFrameKind(Written(Chunk())), FrameKind::kChunk);
  EXPECT_EQ(*ParseFrameKind(Written(UserDataHeader{})), FrameKind::kUserData);
  EXPECT_EQ(*ParseFrameKind(WriteFooter({}, 12)), FrameKind::kFooter);
}

TEST(ChunkHeader, RoundTrips) {
  for (const std::uint32_t sequence : {0u, 127u, 128u, 0xFFFFFFFFu}) {
    for (const std::uint32_t original : {1u, 127u, 4096u, 64u << 20}) {
      for (const std::uint8_t plan : std::initializer_list<std::uint8_t>{0, 1, 63, 64, 255}) {
        ChunkHeader chunk = Chunk(original, original);
        chunk.plan_id = plan;
        chunk.sequence = sequence;
        if (plan != 0 && original > 1) chunk.payload = original / 2;
        Bytes bytes = Written(chunk);
        const std::size_t size = bytes.size();
        EXPECT_LE(size, kMaxFrameHeader);
        bytes.push_back(0x80);
        const auto parsed = ParseChunkHeader(bytes, 64u << 20);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->plan_id, plan);
        EXPECT_EQ(parsed->sequence, sequence);
        EXPECT_EQ(parsed->original, original);
        EXPECT_EQ(parsed->payload, chunk.payload);
        EXPECT_EQ(parsed->hash, chunk.hash);
        EXPECT_EQ(parsed->payload_hash, chunk.payload_hash);
        EXPECT_EQ(parsed->bytes, size);
      }
    }
  }
}

TEST(ChunkHeader, EveryCutIsTruncated) {
  ExpectEveryCutIsTruncated(Written(Chunk()),
                            [](ByteView bytes) { return ParseChunkHeader(bytes, kBound); });
}

TEST(ChunkHeader, EveryFlipFails) {
  for (const auto& chunk : {Chunk(), Chunk(1, 1), Chunk(kBound, 70000)}) {
    ExpectEveryFlipFails(Written(chunk), 0,
                         [](ByteView bytes) { return ParseChunkHeader(bytes, kBound); });
  }
}

TEST(ChunkHeader, ImpossibleSizesBehindARightHash) {
  struct Case {
    std::uint8_t plan;
    std::uint64_t original, payload;
  };
  for (const Case& c : {Case{2, 0, 0}, Case{2, 300, 0}, Case{2, 300, 301}, Case{0, 300, 299},
                        Case{2, kBound + 1, 10}, Case{2, std::uint64_t{1} << 40, 10},
                        Case{2, 300, ~std::uint64_t{0}}}) {
    Bytes bytes = {0xC3, c.plan, 0};
    for (const std::uint64_t number : {c.original, c.payload}) {
      std::array<std::uint8_t, kMaxVarint> varint;
      const std::size_t used = WriteVarint(number, varint.data());
      bytes.insert(bytes.end(), varint.begin(), varint.begin() + static_cast<std::ptrdiff_t>(used));
    }
    bytes.resize(bytes.size() + 16);
    Reseal(bytes);
    ASSERT_LE(bytes.size(), kMaxFrameHeader);
    const auto result = ParseChunkHeader(bytes, kBound);
    ASSERT_FALSE(result) << c.original << " " << c.payload;
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
}

TEST(UserDataHeader, RoundTrips) {
  for (const std::uint32_t size : {0u, 1u, 300u, kMaxUserData}) {
    UserDataHeader header;
    header.type = 0xFFFFFFFF - size;
    header.size = size;
    header.hash = 42;
    const auto parsed = ParseUserDataHeader(Written(header));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->type, header.type);
    EXPECT_EQ(parsed->size, size);
    EXPECT_EQ(parsed->hash, 42U);
    EXPECT_EQ(parsed->bytes, Written(header).size());
  }
}

TEST(UserDataHeader, CutsFlipsAndTooLarge) {
  UserDataHeader header;
  header.type = 7;
  header.size = 12345;
  const Bytes good = Written(header);
  ExpectEveryCutIsTruncated(good, ParseUserDataHeader);
  ExpectEveryFlipFails(good, 0, ParseUserDataHeader);
  Bytes bytes = {0xA5, 0};
  std::array<std::uint8_t, kMaxVarint> varint;
  const std::size_t used = WriteVarint(kMaxUserData + 1, varint.data());
  bytes.insert(bytes.end(), varint.begin(), varint.begin() + static_cast<std::ptrdiff_t>(used));
  bytes.resize(bytes.size() + 16);
  Reseal(bytes);
  EXPECT_EQ(ParseUserDataHeader(bytes).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace sigma
