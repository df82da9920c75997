// What a stream says of its content's hash: there and back, and what is refused.
#include "engine/format/content_hash.h"

#include <gtest/gtest.h>

#include "engine/format/stream_format.h"

namespace sigma {
namespace {

constexpr ContentHash kKinds[] = {ContentHash::kXxh3, ContentHash::kSha256};

Digest Sample(ContentHash kind) {
  ContentHasher hasher(kind);
  hasher.Add(Bytes{1, 2, 3});
  return hasher.Value();
}

// The user data of a frame.
Bytes DataOf(const Bytes& frame) {
  const Result<UserDataHeader> header = ParseUserDataHeader(frame);
  EXPECT_TRUE(header);
  EXPECT_EQ(header->type, kContentHashType);
  EXPECT_EQ(frame.size(), header->bytes + header->size);
  return {frame.begin() + static_cast<std::ptrdiff_t>(header->bytes), frame.end()};
}

TEST(ContentHashFormat, ThereAndBack) {
  for (const ContentHash kind : kKinds) {
    for (const Digest& digest : {Digest{}, Sample(kind)}) {
      const Bytes frame = WriteContentHashFrame(kind, digest);
      const Bytes data = DataOf(frame);
      EXPECT_LE(data.size(), kMaxContentHash);
      const Result<ContentHashRecord> back = ParseContentHash(data);
      ASSERT_TRUE(back) << back.error().text;
      EXPECT_EQ(back->kind, kind);
      EXPECT_EQ(back->digest, digest);
    }
    EXPECT_LE(WriteContentHashFrame(kind).size() + WriteContentHashFrame(kind, Sample(kind)).size(),
              ContentHashFrames(kind));
  }
  EXPECT_EQ(ContentHashFrames(ContentHash::kNone), 0u);
}

TEST(ContentHashFormat, OtherSizesAreCorrupt) {
  for (const ContentHash kind : kKinds) {
    const Bytes good = DataOf(WriteContentHashFrame(kind, Sample(kind)));
    for (std::size_t size = 0; size <= good.size() + 1; ++size) {
      Bytes data = good;
      data.resize(size);
      const Result<ContentHashRecord> parsed = ParseContentHash(data);
      ASSERT_EQ(parsed.has_value(), size == good.size()) << size;
      if (!parsed) {
        EXPECT_EQ(parsed.error().code, ErrorCode::kCorrupt) << size;
      }
    }
    for (unsigned size = 1; size < 256; ++size) {
      Bytes data = good;
      data[2] = static_cast<std::uint8_t>(size);
      data.resize(3 + size);
      EXPECT_EQ(ParseContentHash(data).has_value(), size + 3 == good.size()) << size;
    }
  }
}

TEST(ContentHashFormat, OtherVersionsAndKindsAreUnsupported) {
  for (unsigned value = 0; value < 256; ++value) {
    Bytes version = {static_cast<std::uint8_t>(value), 1, 0};
    Bytes kind = {0, static_cast<std::uint8_t>(value), 0};
    EXPECT_EQ(ParseContentHash(version).has_value(), value == 0) << value;
    EXPECT_EQ(ParseContentHash(kind).has_value(), value == 1 || value == 2) << value;
    if (value > 2) {
      EXPECT_EQ(ParseContentHash(version).error().code, ErrorCode::kUnsupported);
      EXPECT_EQ(ParseContentHash(kind).error().code, ErrorCode::kUnsupported);
    }
  }
}

// The frames of a stream in short: a, A and B announce a hash and give one, c is a chunk, u is of an
// unknown kind; the right order alone is accepted.
bool Accepted(const std::string& frames) {
  ContentHashTally tally;
  std::uint64_t place = 0;
  for (const char frame : frames) {
    Result<void> taken;
    switch (frame) {
      case 'c':
        taken = tally.TakeChunk();
        break;
      case 'u':
        taken = tally.Take(Bytes{0, 9, 1, 7}, place);
        break;
      case 'a':
        taken = tally.Take(DataOf(WriteContentHashFrame(ContentHash::kXxh3)), place);
        break;
      default: {
        const ContentHash kind = frame == 'A' ? ContentHash::kXxh3 : ContentHash::kSha256;
        taken = tally.Take(DataOf(WriteContentHashFrame(kind, Sample(kind))), place);
      }
    }
    if (!taken) {
      EXPECT_EQ(taken.error().code, ErrorCode::kCorrupt) << frames;
      return false;
    }
    ++place;
  }
  EXPECT_EQ(tally.unsupported(), frames.find('u') != std::string::npos);
  if (const std::size_t at = frames.find('A'); at != std::string::npos) {
    EXPECT_EQ(tally.place(), at);
  }
  return tally.End().has_value();
}

TEST(ContentHashFormat, TheOrderOfFrames) {
  for (const char* const right : {"", "c", "acA", "accA", "u", "ucu", "uacuA", "uacAu"}) {
    EXPECT_TRUE(Accepted(right)) << right;
  }
  for (const char* const wrong :
       {"a", "ac", "A", "cA", "caA", "aAc", "acAc", "aacA", "acAA", "acB", "acAa", "B", "au"}) {
    EXPECT_FALSE(Accepted(wrong)) << wrong;
  }
}

TEST(ContentHashFormat, WithoutChunksTheHashIsThatOfNothing) {
  EXPECT_FALSE(Accepted("aA"));
  ContentHashTally tally;
  const ContentHasher nothing(ContentHash::kSha256);
  ASSERT_TRUE(tally.Take(DataOf(WriteContentHashFrame(ContentHash::kSha256)), 0));
  ASSERT_TRUE(tally.Take(DataOf(WriteContentHashFrame(ContentHash::kSha256, nothing.Value())), 0));
  EXPECT_TRUE(tally.End());
}

}  // namespace
}  // namespace sigma
