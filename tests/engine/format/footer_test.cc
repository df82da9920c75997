// Footers, both kinds, read forward and from the end: round trips, every truncation, every flipped
// bit, hostile trailers and forged tables.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/format/sealed.h"

namespace sigma {
namespace {

// A stream of chunks whose payloads are zeros; enough for everything this room checks.
struct Stream {
  StreamHeader header;
  std::vector<SeekEntry> entries;
  std::uint64_t footer_offset = 0;
  Bytes bytes;

  [[nodiscard]] ByteView front() const {
    return ByteView(bytes).first(std::min(bytes.size(), kStreamFront));
  }
  [[nodiscard]] Bytes footer() const {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(footer_offset), bytes.end()};
  }
};

Stream Make(std::size_t chunks, bool known_size, bool user_data) {
  Stream stream;
  stream.header.level = 2;
  stream.header.chunk_size = 64u << 10;
  if (known_size) stream.header.original_size = chunks * 1000;
  std::array<std::uint8_t, kMaxStreamHeader> head;
  stream.bytes.assign(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(
                                                       WriteStreamHeader(stream.header, head)));
  std::array<std::uint8_t, kMaxFrameHeader> frame;
  for (std::size_t i = 0; i < chunks; ++i) {
    if (user_data) {
      UserDataHeader user;
      user.size = 3;
      const std::size_t size = WriteUserDataHeader(user, frame);
      stream.bytes.insert(stream.bytes.end(), frame.data(), frame.data() + size);
      stream.bytes.resize(stream.bytes.size() + 3);
    }
    ChunkHeader chunk;
    chunk.plan_id = 2;
    chunk.sequence = static_cast<std::uint32_t>(i);
    chunk.original = 1000;
    chunk.payload = 10 + static_cast<std::uint32_t>(i);
    chunk.hash = 0x9E3779B97F4A7C15 * (i + 1);
    const std::size_t size = WriteChunkHeader(chunk, frame);
    stream.entries.push_back({stream.bytes.size(), static_cast<std::uint32_t>(size + chunk.payload),
                              chunk.original, chunk.hash});
    stream.bytes.insert(stream.bytes.end(), frame.data(), frame.data() + size);
    stream.bytes.resize(stream.bytes.size() + chunk.payload);
  }
  stream.footer_offset = stream.bytes.size();
  const Bytes footer = WriteFooter(stream.entries, stream.footer_offset);
  stream.bytes.insert(stream.bytes.end(), footer.begin(), footer.end());
  return stream;
}

Result<Trailer> TrailerOf(const Bytes& bytes) {
  return ParseTrailer(ByteView(bytes).last<kTrailerSize>());
}

std::vector<Stream> Various() {
  std::vector<Stream> all;
  for (const std::size_t chunks : std::initializer_list<std::size_t>{0, 1, 2, 5}) {
    for (const bool known : {false, true}) {
      for (const bool user : {false, true}) all.push_back(Make(chunks, known, user));
    }
  }
  return all;
}

TEST(Footer, RoundTripsBothWays) {
  for (const Stream& stream : Various()) {
    const auto forward =
        CheckFooter(stream.footer(), stream.header, stream.entries, stream.footer_offset);
    ASSERT_TRUE(forward);
    EXPECT_EQ(*forward, stream.footer().size());
    EXPECT_LE(*forward, FooterSize(stream.entries.size()));

    const auto trailer = TrailerOf(stream.bytes);
    ASSERT_TRUE(trailer);
    EXPECT_EQ(trailer->stream_size, stream.bytes.size());
    EXPECT_EQ(trailer->footer_size, stream.footer().size());
    const auto footer = ParseFooter(stream.front(), stream.footer(), *trailer);
    ASSERT_TRUE(footer) << footer.error().text;
    EXPECT_EQ(footer->original, stream.entries.size() * 1000);
    EXPECT_EQ(footer->stream_size, stream.bytes.size());
    EXPECT_EQ(footer->hash, StreamHash(stream.entries));
    ASSERT_EQ(footer->entries.size(), stream.entries.size());
    for (std::size_t i = 0; i < stream.entries.size(); ++i) {
      EXPECT_EQ(footer->entries[i].offset, stream.entries[i].offset);
      EXPECT_EQ(footer->entries[i].stored, stream.entries[i].stored);
      EXPECT_EQ(footer->entries[i].original, stream.entries[i].original);
      EXPECT_EQ(footer->entries[i].hash, stream.entries[i].hash);
    }
  }
}

TEST(Footer, OneChunkCostsAtMost44Bytes) {
  for (const std::uint32_t original : {1u, 3721u, 1u << 20, (2u << 20) - 1}) {
    std::array<std::uint8_t, kMaxStreamHeader> head;
    std::array<std::uint8_t, kMaxFrameHeader> frame;
    StreamHeader header;
    header.chunk_size = 2u << 20;
    ChunkHeader chunk;
    chunk.original = chunk.payload = original;
    const std::size_t before = WriteStreamHeader(header, head);
    const SeekEntry entry{
        before, static_cast<std::uint32_t>(WriteChunkHeader(chunk, frame) + original), original, 0};
    const Bytes footer = WriteFooter({&entry, 1}, before + entry.stored);
    EXPECT_LE(before + chunk.bytes + footer.size(), original < 16384 ? 42U : 44U);
  }
  EXPECT_GE(Make(1, false, false).bytes.size(), kTrailerSize);
  EXPECT_GE(Make(0, false, false).bytes.size(), kTrailerSize);
}

TEST(Footer, ForwardEveryCutIsTruncated) {
  for (const Stream& stream : Various()) {
    const Bytes footer = stream.footer();
    for (std::size_t size = 0; size < footer.size(); ++size) {
      const auto result = CheckFooter(ByteView(footer).first(size), stream.header, stream.entries,
                                      stream.footer_offset);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, ErrorCode::kTruncated);
      EXPECT_EQ(result.error().offset, size);
    }
  }
}

TEST(Footer, EveryFlipFailsBothWays) {
  for (const Stream& stream : Various()) {
    for (std::size_t bit = 8 * stream.footer_offset; bit < 8 * stream.bytes.size(); ++bit) {
      Bytes bad = stream.bytes;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
      const ByteView footer = ByteView(bad).subspan(stream.footer_offset);
      const auto forward = CheckFooter(footer, stream.header, stream.entries, stream.footer_offset);
      ASSERT_FALSE(forward);
      EXPECT_EQ(forward.error().code, ErrorCode::kCorrupt);
      EXPECT_EQ(forward.error().offset, bit / 8 - stream.footer_offset);

      const auto trailer = TrailerOf(bad);
      if (!trailer) {
        EXPECT_EQ(trailer.error().code, ErrorCode::kCorrupt);
        continue;
      }
      if (trailer->stream_size != bad.size() || trailer->footer_size != footer.size()) continue;
      const auto backward = ParseFooter(stream.front(), footer, *trailer);
      ASSERT_FALSE(backward) << bit;
      EXPECT_EQ(backward.error().code, ErrorCode::kCorrupt);
    }
  }
}

TEST(Footer, EveryFlipOfTheFrontFailsForShortFooters) {
  const Stream stream = Make(1, false, false);
  const std::size_t headers = stream.bytes.size() - stream.footer().size() - 10;
  for (std::size_t bit = 0; bit < 8 * headers; ++bit) {
    Bytes bad = stream.bytes;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    const auto trailer = TrailerOf(bad);
    ASSERT_TRUE(trailer);
    EXPECT_FALSE(ParseFooter(ByteView(bad).first(std::min(bad.size(), kStreamFront)),
                             stream.footer(), *trailer));
  }
}

TEST(Footer, LostDoubledOrSwappedChunksShow) {
  const Stream stream = Make(5, false, false);
  auto lost = stream.entries;
  lost.pop_back();
  auto doubled = stream.entries;
  doubled.push_back(doubled.back());
  auto swapped = stream.entries;
  std::swap(swapped[1].hash, swapped[2].hash);
  for (const auto& seen : {lost, doubled, swapped}) {
    const auto result = CheckFooter(stream.footer(), stream.header, seen, stream.footer_offset);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
  // A short footer is bound to the size of its chunk.
  const Stream one = Make(1, false, false);
  auto other = one.entries;
  ++other[0].stored;
  EXPECT_FALSE(CheckFooter(one.footer(), one.header, other, one.footer_offset + 1));
}

TEST(Footer, TotalsMustAgreeWithTheHeader) {
  Stream stream = Make(3, true, false);
  stream.header.original_size = 2999;
  const auto forward =
      CheckFooter(stream.footer(), stream.header, stream.entries, stream.footer_offset);
  ASSERT_FALSE(forward);
  EXPECT_EQ(forward.error().code, ErrorCode::kCorrupt);
  std::array<std::uint8_t, kMaxStreamHeader> head;
  const std::size_t size = WriteStreamHeader(stream.header, head);
  std::copy_n(head.begin(), size, stream.bytes.begin());
  EXPECT_EQ(ParseFooter(stream.front(), stream.footer(), *TrailerOf(stream.bytes)).error().code,
            ErrorCode::kCorrupt);
}

TEST(Footer, OneChunkTakesTheLongFormOnlyWhenItMust) {
  EXPECT_EQ(Make(1, false, false).footer().size(), 7U);
  EXPECT_EQ(Make(1, true, false).footer().size(), FooterSize(1));
  EXPECT_EQ(Make(1, false, true).footer().size(), FooterSize(1));
  // A long footer in the place of a short one, with every hash right, is refused.
  const Stream bare = Make(1, false, false);
  Stream other = Make(1, true, false);
  Bytes forged = other.footer();
  StoreLE(&forged[1], bare.entries[0].offset);
  StoreLE<std::uint64_t>(&forged[1 + 24 + 8], bare.footer_offset + forged.size());
  tests::ResealFooter(forged);
  EXPECT_FALSE(CheckFooter(forged, bare.header, bare.entries, bare.footer_offset));
  const Trailer trailer{bare.footer_offset + forged.size(), forged.size()};
  EXPECT_EQ(ParseFooter(bare.front(), forged, trailer).error().code, ErrorCode::kCorrupt);
}

TEST(Footer, ForgedTablesAreRefused) {
  const Stream stream = Make(3, false, false);
  const auto trailer = TrailerOf(stream.bytes);
  const auto refused = [&](std::size_t at, std::uint64_t value, std::size_t size) {
    Bytes footer = stream.footer();
    for (std::size_t i = 0; i < size; ++i)
      footer[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
    tests::ResealFooter(footer);
    const auto result = ParseFooter(stream.front(), footer, *trailer);
    return !result && result.error().code == ErrorCode::kCorrupt;
  };
  for (std::size_t entry = 0; entry < 3; ++entry) {
    const std::size_t at = 1 + 24 * entry;
    for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{11}, stream.footer_offset,
                                       std::uint64_t{1} << 60, ~std::uint64_t{0}}) {
      EXPECT_TRUE(refused(at, offset, 8)) << offset;
    }
    for (const std::uint64_t stored : {0ull, 17ull, 1028ull, 0xFFFFFFFFull}) {
      EXPECT_TRUE(refused(at + 8, stored, 4)) << stored;
    }
    for (const std::uint64_t original : {0ull, 1ull, 65537ull, 0xFFFFFFFFull}) {
      EXPECT_TRUE(refused(at + 12, original, 4)) << original;
    }
    EXPECT_TRUE(refused(at + 16, 1, 8));
  }
  const std::size_t totals = 1 + 24 * 3;
  EXPECT_TRUE(refused(totals, 2999, 8));
  EXPECT_TRUE(refused(totals + 8, stream.bytes.size() + 1, 8));
  EXPECT_TRUE(refused(totals + 16, 0, 8));
  EXPECT_TRUE(refused(totals + 24, 2, 4));
}

TEST(Trailer, HostileCountsAndSizes) {
  const Stream stream = Make(3, false, false);
  const auto forged = [&](std::size_t at, std::uint64_t value, std::size_t size) {
    Bytes bytes(stream.bytes.end() - kTrailerSize, stream.bytes.end());
    for (std::size_t i = 0; i < size; ++i)
      bytes[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
    return ParseTrailer(ByteView(bytes).last<kTrailerSize>());
  };
  EXPECT_FALSE(forged(24, 0xFFFFFFFF, 4));  // count without the bytes for it
  EXPECT_FALSE(forged(8, 0, 8));
  EXPECT_FALSE(forged(8, ~std::uint64_t{0}, 8));
  EXPECT_FALSE(forged(8, kMaxStreamSize + 1, 8));
  EXPECT_FALSE(forged(0, kMaxOriginalSize + 1, 8));
  // Plausible by itself: the caller compares with the size of the file before it reads.
  const auto large = forged(8, kMaxStreamSize, 8);
  ASSERT_TRUE(large);
  EXPECT_LT(large->footer_size, large->stream_size);

  const Stream one = Make(1, false, false);
  for (const std::uint32_t size : {0u, 40u, 12 + 27 + (64u << 20) + 12, 0xFFFFFFFFu}) {
    Bytes bytes(one.bytes.end() - kTrailerSize, one.bytes.end());
    StoreLE(&bytes[kTrailerSize - 10], size);
    EXPECT_FALSE(ParseTrailer(ByteView(bytes).last<kTrailerSize>())) << size;
  }
}

TEST(Trailer, NothingEndsInZerosOrText) {
  for (const std::uint8_t fill :
       std::initializer_list<std::uint8_t>{0x00, 0xFF, 0x20, 0x79, 0xE6}) {
    const Bytes bytes(kTrailerSize, fill);
    const auto result = TrailerOf(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace sigma
