// The record of a part: there and back, the division, and what is refused.
#include "engine/format/shard_format.h"

#include <gtest/gtest.h>

namespace sigma {
namespace {

constexpr std::uint32_t kChunk = 64u << 10;

ShardRecord Sample() {
  ShardRecord record{.part = 2,
                     .parts = 3,
                     .level = 3,
                     .decode_first = true,
                     .chunk_size = kChunk,
                     .source_size = 10 * kChunk + 1,
                     .modified = -5,
                     .modified_nanoseconds = 999'999'999,
                     .sample = 0x0123456789ABCDEF,
                     .strategy = "auto",
                     .encoder = "sigma 0.1.0"};
  record.offset = ShardBegin(record.source_size, record.chunk_size, record.part, record.parts);
  return record;
}

TEST(ShardFormat, ThereAndBack) {
  const ShardRecord record = Sample();
  const Result<ShardRecord> back = ParseShardRecord(WriteShardRecord(record));
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(WriteShardRecord(*back), WriteShardRecord(record));
  EXPECT_EQ(back->modified, -5);
  EXPECT_TRUE(back->decode_first);
  EXPECT_EQ(back->strategy, "auto");
}

TEST(ShardFormat, PartsTileTheSourceAtChunks) {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{kChunk}, std::uint64_t{kChunk} + 1,
        std::uint64_t{100} * kChunk - 1, std::uint64_t{1} << 58}) {
    for (const std::uint32_t parts : {1u, 2u, 3u, 16u, 100u, kMostShards}) {
      const std::uint64_t chunks = (size + kChunk - 1) / kChunk;
      std::uint64_t end = 0;
      for (std::uint32_t part = 1; part <= parts; ++part) {
        EXPECT_EQ(ShardBegin(size, kChunk, part, parts), end);
        end = ShardBegin(size, kChunk, part + 1, parts);
        EXPECT_TRUE(end % kChunk == 0 || end == size);
        const std::uint64_t begin = ShardBegin(size, kChunk, part, parts);
        const std::uint64_t of_part = (end - begin + kChunk - 1) / kChunk;
        EXPECT_GE(of_part, chunks / parts);
        EXPECT_LE(of_part, chunks / parts + 1);
      }
      EXPECT_EQ(end, size);
    }
  }
}

TEST(ShardFormat, EveryCutAndEveryLongerOneIsRefused) {
  const Bytes bytes = WriteShardRecord(Sample());
  EXPECT_LE(bytes.size(), kMaxShardRecord);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<ShardRecord> cut = ParseShardRecord(ByteView{bytes}.first(size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, ErrorCode::kTruncated);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(ParseShardRecord(longer).error().code, ErrorCode::kCorrupt);
}

TEST(ShardFormat, WhatCannotBeIsRefused) {
  const auto code = [](auto change) {
    ShardRecord record = Sample();
    change(record);
    const Result<ShardRecord> parsed = ParseShardRecord(WriteShardRecord(record));
    return parsed ? ErrorCode::kCancelled : parsed.error().code;
  };
  EXPECT_EQ(code([](ShardRecord&) {}), ErrorCode::kCancelled);
  EXPECT_EQ(code([](ShardRecord& r) { r.part = 0; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.part = 4; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.parts = kMostShards + 1; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.level = 0; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.level = 16; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.chunk_size = 0; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.chunk_size = 60u << 10; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.offset += kChunk; }), ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.source_size = (std::uint64_t{1} << 58) + 1; }),
            ErrorCode::kCorrupt);
  EXPECT_EQ(code([](ShardRecord& r) { r.modified_nanoseconds = 1'000'000'000; }),
            ErrorCode::kCorrupt);
  Bytes version = WriteShardRecord(Sample());
  version[0] = 1;
  EXPECT_EQ(ParseShardRecord(version).error().code, ErrorCode::kUnsupported);
  Bytes flags = WriteShardRecord(Sample());
  flags[4] |= 2;  // after the version, two numbers of one byte, and the level
  EXPECT_EQ(ParseShardRecord(flags).error().code, ErrorCode::kUnsupported);
}

// Whatever a byte is changed to, nothing is read beyond the record and nothing but sound parts come
// out.
TEST(ShardFormat, EveryChangedByte) {
  const Bytes bytes = WriteShardRecord(Sample());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      Bytes changed = bytes;
      changed[at] = static_cast<std::uint8_t>(value);
      const Result<ShardRecord> parsed = ParseShardRecord(changed);
      if (!parsed) continue;
      EXPECT_LE(parsed->part, parsed->parts);
      EXPECT_LE(parsed->offset + parsed->size(), parsed->source_size);
    }
  }
}

}  // namespace
}  // namespace sigma
