// Parts of a file and their merging: the very bytes of one machine, and every part that does not
// belong there named.
#include "sigma/shards.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "engine/base/hash.h"
#include "engine/format/content_hash.h"
#include "engine/format/shard_format.h"
#include "engine/format/stream_format.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::Small;
namespace fs = std::filesystem;

class ApiShards : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sigma-shards-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }
  void Write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  // Parts 1 … n of "source", in that order.
  [[nodiscard]] std::vector<std::string> Divide(std::uint32_t parts, const Options& options,
                                                const std::string& source = "source") const {
    std::vector<std::string> paths;
    for (std::uint32_t part = 1; part <= parts; ++part) {
      paths.push_back(Path("part" + std::to_string(part)));
      const Result<Summary> done =
          CompressShard(Path(source), paths.back(), {part, parts}, options, Over());
      EXPECT_TRUE(done) << done.error().text;
    }
    return paths;
  }
  static FileOptions Over() {
    FileOptions files;
    files.force = true;
    return files;
  }
  // The error of merging these.
  [[nodiscard]] Error Refused(const std::vector<std::string>& paths) const {
    const Result<Summary> merged = MergeShards(paths, Path("merged"), Small(), {});
    EXPECT_FALSE(merged);
    EXPECT_FALSE(fs::exists(Path("merged")));
    return merged ? Error{} : merged.error();
  }
  static void AppendUserData(Bytes& to) {
    const Bytes note = {'n', 'o', 't', 'e'};
    UserDataHeader header{.type = 7, .size = 4, .hash = Hash64(note)};
    std::array<std::uint8_t, kMaxFrameHeader> bytes;
    const std::size_t size = WriteUserDataHeader(header, bytes);
    to.insert(to.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    to.insert(to.end(), note.begin(), note.end());
  }
  fs::path folder_;
};

// Every level, every number of parts, every kind of size.
TEST_F(ApiShards, MergedPartsAreTheBytesOfOneMachine) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{kChunk}, std::size_t{kChunk} + 1,
        std::size_t{5} * kChunk, std::size_t{18} * kChunk + 77}) {
    Write("source", tests::Generate(tests::Kind::kMixed, size));
    for (const int level : Levels()) {
      Options options = Small();
      options.level = level;
      ASSERT_TRUE(CompressFile(Path("source"), Path("whole"), options, Over()));
      const Bytes whole = *ReadFile(Path("whole"));
      // Every number of parts at every level for one size, and at one level for all of them.
      const std::uint32_t step = level == 1 || size == 5 * kChunk ? 1 : 5;
      for (std::uint32_t parts = 1; parts <= 16; parts += step) {
        std::vector<std::string> paths = Divide(parts, options);
        std::shuffle(paths.begin(), paths.end(), std::mt19937(parts));
        const Result<Summary> merged = MergeShards(paths, Path("merged"), Small(), Over());
        ASSERT_TRUE(merged) << merged.error().text;
        const Bytes joined = *ReadFile(Path("merged"));
        EXPECT_EQ(Hash64(joined), Hash64(whole)) << size << " " << level << " " << parts;
        ASSERT_EQ(joined, whole);
        EXPECT_EQ(merged->original, size);
        EXPECT_EQ(merged->compressed, whole.size());
      }
    }
  }
}

// With the levels' own chunks.
TEST_F(ApiShards, ChunksOfTheLevel) {
  Write("source", tests::Generate(tests::Kind::kMixed, 5'000'000));
  Options options;
  options.level = 2;
  ASSERT_TRUE(CompressFile(Path("source"), Path("whole"), options, {}));
  ASSERT_TRUE(MergeShards(Divide(3, options), Path("merged"), {}, {}));
  EXPECT_EQ(*ReadFile(Path("merged")), *ReadFile(Path("whole")));
}

TEST_F(ApiShards, APartRestoresToItsBytes) {
  const Bytes source = tests::Generate(tests::Kind::kText, 7 * kChunk + 5);
  Write("source", source);
  Bytes joined;
  std::uint64_t offset = 0;
  for (const std::string& path : Divide(3, Small())) {
    const Result<FileInfo> info = InspectFile(path);
    ASSERT_TRUE(info) << info.error().text;
    ASSERT_TRUE(info->shard);
    EXPECT_EQ(info->shard->offset, offset);
    EXPECT_EQ(info->shard->source_size, source.size());
    EXPECT_EQ(info->shard->parts, 3u);
    offset += info->original;
    const Result<Bytes> part = Decompress(*ReadFile(path));
    ASSERT_TRUE(part) << part.error().text;
    joined.insert(joined.end(), part->begin(), part->end());
    EXPECT_TRUE(TestFile(path, Small(), {}));
  }
  EXPECT_EQ(joined, source);
  ASSERT_TRUE(CompressFile(Path("source"), Path("whole"), Small(), {}));
  EXPECT_FALSE(InspectFile(Path("whole"))->shard);
}

TEST_F(ApiShards, TheResultHasTheSourcesMetadata) {
  Write("source", tests::Generate(tests::Kind::kText, 3 * kChunk));
  fs::permissions(Path("source"), fs::perms::owner_read | fs::perms::owner_write);
  const auto time = fs::last_write_time(Path("source")) - std::chrono::hours(50);
  fs::last_write_time(Path("source"), time);
  ASSERT_TRUE(MergeShards(Divide(2, Small()), Path("merged"), Small(), {}));
  EXPECT_EQ(fs::last_write_time(Path("merged")), time);
  EXPECT_EQ(fs::status(Path("merged")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ApiShards, MissingPartsAreNamed) {
  Write("source", tests::Generate(tests::Kind::kText, 9 * kChunk));
  std::vector<std::string> paths = Divide(4, Small());
  const std::string last = paths.back();
  paths.pop_back();
  EXPECT_EQ(Refused(paths).text, "cannot be made: part 4 of 4 is missing");
  paths.erase(paths.begin());
  EXPECT_EQ(Refused(paths).text, "cannot be made: parts 1, 4 of 4 are missing");
  EXPECT_EQ(Refused({}).code, ErrorCode::kInvalidArgument);
  const Error many = Refused({Divide(12, Small()).front()});
  EXPECT_EQ(many.text, "cannot be made: parts 2, 3, 4, 5, 6, 7, 8, 9 and 3 more of 12 are missing");
}

TEST_F(ApiShards, APartGivenTwiceIsNamed) {
  Write("source", tests::Generate(tests::Kind::kText, 9 * kChunk));
  std::vector<std::string> paths = Divide(2, Small());
  paths.push_back(paths.front());
  const Error error = Refused(paths);
  EXPECT_EQ(error.input, 2u);
  EXPECT_EQ(error.text, "is part 1 of 2, and so is a file given before it: leave one out");
}

TEST_F(ApiShards, ForeignPartsAreNamed) {
  const Bytes source = tests::Generate(tests::Kind::kText, 9 * kChunk);
  Write("source", source);
  const auto written = fs::last_write_time(Path("source"));
  const auto foreign = [&](const Options& options, std::uint32_t parts = 2) {
    const std::vector<std::string> own = Divide(2, Small());
    EXPECT_TRUE(CompressShard(Path("source"), Path("foreign"), {2, parts}, options, Over()));
    const Error error = Refused({own[0], Path("foreign")});
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(error.input, 1u);
    EXPECT_EQ(error.text.find("does not belong to the part given first"), 0u) << error.text;
    return error.text;
  };
  Options other = Small();
  other.level = 1;
  EXPECT_NE(foreign(other).find("its level is 1, not 3"), std::string::npos);
  other = Small();
  other.chunk_size = 2 * kChunk;
  EXPECT_NE(foreign(other).find("its chunk size is 131072, not 65536 bytes"), std::string::npos);
  other = Small();
  other.strategy = "raw";
  EXPECT_NE(foreign(other).find("its strategy is raw, not auto"), std::string::npos);
  other = Small();
  other.decode_first = true;
  EXPECT_NE(foreign(other).find("fast restoring"), std::string::npos);
  EXPECT_NE(foreign(Small(), 3).find("divided into 3, not 2 parts"), std::string::npos);

  const auto changed = [&](const Bytes& bytes, fs::file_time_type time) {
    Write("source", source);
    fs::last_write_time(Path("source"), written);
    const std::vector<std::string> own = Divide(2, Small());
    Write("source", bytes);
    fs::last_write_time(Path("source"), time);
    EXPECT_TRUE(CompressShard(Path("source"), Path("foreign"), {2, 2}, Small(), Over()));
    return Refused({own[0], Path("foreign")}).text;
  };
  Bytes longer = source;
  longer.push_back(0);
  EXPECT_NE(changed(longer, written).find("source has"), std::string::npos);
  EXPECT_NE(changed(source, written + std::chrono::seconds(3)).find("modified"), std::string::npos);
  Bytes touched = source;
  touched.front() ^= 1;
  EXPECT_NE(changed(touched, written).find("other content"), std::string::npos);
}

// Copies lose fractions of a second.
TEST_F(ApiShards, ATimeInWholeSecondsWillDo) {
  const Bytes source = tests::Generate(tests::Kind::kText, 4 * kChunk);
  Write("source", source);
  const auto whole =
      std::chrono::time_point_cast<std::chrono::seconds>(fs::last_write_time(Path("source")));
  fs::last_write_time(Path("source"), whole + std::chrono::milliseconds(250));
  const std::vector<std::string> paths = Divide(2, Small());
  fs::last_write_time(Path("source"), whole);
  ASSERT_TRUE(CompressShard(Path("source"), paths[1], {2, 2}, Small(), Over()));
  const Result<Summary> merged = MergeShards(paths, Path("merged"), Small(), {});
  EXPECT_TRUE(merged) << merged.error().text;
}

TEST_F(ApiShards, WhatIsNoPartIsRefused) {
  Write("source", tests::Generate(tests::Kind::kText, 4 * kChunk));
  const std::vector<std::string> paths = Divide(2, Small());
  ASSERT_TRUE(CompressFile(Path("source"), Path("whole"), Small(), {}));
  Error error = Refused({paths[0], Path("whole")});
  EXPECT_EQ(error.text, "is a whole stream, not a part of one");
  EXPECT_EQ(error.input, 1u);
  EXPECT_EQ(Refused({paths[0], Path("source")}).code, ErrorCode::kNotSigma);
  EXPECT_EQ(Refused({paths[0], Path("nowhere")}).code, ErrorCode::kNotFound);
  EXPECT_EQ(Refused({paths[0], "-"}).code, ErrorCode::kInvalidArgument);
  Write("empty", {});
  EXPECT_EQ(Refused({paths[0], Path("empty")}).code, ErrorCode::kInvalidArgument);
  Bytes twice = *ReadFile(paths[1]);
  const Bytes once = twice;
  twice.insert(twice.end(), once.begin(), once.end());
  Write("twice", twice);
  EXPECT_NE(Refused({paths[0], Path("twice")}).text.find("more than one stream"),
            std::string::npos);
}

TEST_F(ApiShards, ShardsThatCannotBe) {
  Write("source", tests::Generate(tests::Kind::kText, kChunk));
  for (const Shard shard : {Shard{0, 1}, Shard{2, 1}, Shard{1, 0}, Shard{1, 4097}}) {
    const Result<Summary> done = CompressShard(Path("source"), Path("part"), shard, Small(), {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
  }
  FileOptions removing;
  removing.remove_source = true;
  EXPECT_FALSE(CompressShard(Path("source"), Path("part"), {1, 2}, Small(), removing));
  EXPECT_FALSE(fs::exists(Path("part")));
}

// Whatever byte of a part is changed, merging says so and makes nothing.
TEST_F(ApiShards, DamageIsNeverCarried) {
  Write("source", tests::Generate(tests::Kind::kMixed, 3 * kChunk));
  Options options = Small(1);
  options.level = 1;
  const std::vector<std::string> paths = Divide(3, options);
  const Bytes intact = *ReadFile(paths[1]);
  tests::Random random(1);
  for (int i = 0; i < 400; ++i) {
    Bytes damaged = intact;
    // Headers and footer byte by byte, payloads here and there.
    const std::size_t at = i < 120   ? static_cast<std::size_t>(i)
                           : i < 200 ? intact.size() - static_cast<std::size_t>(i - 119)
                                     : random.Below(intact.size());
    damaged[at] ^= static_cast<std::uint8_t>(1 + random.Below(255));
    Write("part2", damaged);
    const Result<Summary> merged = MergeShards(paths, Path("merged"), options, {});
    ASSERT_FALSE(merged) << at;
    ASSERT_FALSE(fs::exists(Path("merged")));
    EXPECT_EQ(merged.error().input == 1 || merged.error().at_target, true) << at;
  }
  for (std::size_t size : {std::size_t{0}, std::size_t{20}, intact.size() / 2, intact.size() - 1}) {
    Write("part2", Bytes(intact.begin(), intact.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_FALSE(MergeShards(paths, Path("merged"), options, {})) << size;
  }
}

// A hostile part: all hashes are right, but it does not hold what its record says.
TEST_F(ApiShards, ARecordThatLies) {
  Write("source", tests::Generate(tests::Kind::kText, 4 * kChunk));
  const std::vector<std::string> paths = Divide(2, Small());
  const Bytes first = *ReadFile(paths[0]);
  const Result<StreamHeader> header = ParseStreamHeader(first);
  ASSERT_TRUE(header);
  const Result<UserDataHeader> data = ParseUserDataHeader(ByteView{first}.subspan(header->bytes));
  ASSERT_TRUE(data);
  const std::size_t chunks_begin = header->bytes + data->bytes + data->size;
  // The first `chunks` chunks of part 1, and a frame of the application's own where `frame` says.
  const auto forge = [&](int chunks, std::size_t frame) {
    Bytes forged(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(chunks_begin));
    std::vector<SeekEntry> entries;
    std::size_t at = chunks_begin;
    for (int chunk = 0; chunk < chunks; ++chunk) {
      if (frame == static_cast<std::size_t>(chunk)) AppendUserData(forged);
      const Result<ChunkHeader> there =
          ParseChunkHeader(ByteView{first}.subspan(at), header->chunk_size);
      EXPECT_TRUE(there);
      const std::size_t stored = there->bytes + there->payload;
      entries.push_back(
          {forged.size(), static_cast<std::uint32_t>(stored), there->original, there->hash});
      forged.insert(forged.end(), first.begin() + static_cast<std::ptrdiff_t>(at),
                    first.begin() + static_cast<std::ptrdiff_t>(at + stored));
      at += stored;
    }
    const Bytes footer = WriteFooter(entries, forged.size());
    forged.insert(forged.end(), footer.begin(), footer.end());
    Write("forged", forged);
    EXPECT_TRUE(TestFile(Path("forged"), Small(), {}));
    return std::vector<std::string>{Path("forged"), paths[1]};
  };
  ASSERT_TRUE(MergeShards(forge(2, 9), Path("merged"), Small(), Over()));
  fs::remove(Path("merged"));
  EXPECT_EQ(Refused(forge(1, 9)).text, "this part does not hold what its record says");
  EXPECT_EQ(Refused(forge(2, 1)).code, ErrorCode::kUnsupported);
}

// The hash of a part's content, right as it is, would stand in the whole as that of the whole.
TEST_F(ApiShards, APartWithAContentHashIsNotMerged) {
  const Bytes source = tests::Generate(tests::Kind::kText, 1000);
  Write("source", source);
  const Bytes part = *ReadFile(Divide(1, Small()).front());
  const Result<StreamHeader> header = ParseStreamHeader(part);
  ASSERT_TRUE(header);
  const Result<UserDataHeader> data = ParseUserDataHeader(ByteView{part}.subspan(header->bytes));
  ASSERT_TRUE(data);
  const auto chunk = static_cast<std::ptrdiff_t>(header->bytes + data->bytes + data->size);
  const auto footer = static_cast<std::ptrdiff_t>(part.size() - FooterSize(1));
  const Result<ChunkHeader> only =
      ParseChunkHeader(ByteView{part}.subspan(static_cast<std::size_t>(chunk)), header->chunk_size);
  ASSERT_TRUE(only);
  ContentHasher hasher(ContentHash::kXxh3);
  hasher.Add(source);
  Bytes forged(part.begin(), part.begin() + chunk);
  const auto add = [&](const Bytes& bytes) {
    forged.insert(forged.end(), bytes.begin(), bytes.end());
  };
  add(WriteContentHashFrame(ContentHash::kXxh3));
  const std::size_t at = forged.size();
  add(Bytes(part.begin() + chunk, part.begin() + footer));
  const auto stored = static_cast<std::uint32_t>(footer - chunk);
  add(WriteContentHashFrame(ContentHash::kXxh3, hasher.Value()));
  const std::vector<SeekEntry> entries = {{at, stored, only->original, only->hash}};
  add(WriteFooter(entries, forged.size()));
  Write("forged", forged);
  ASSERT_TRUE(TestFile(Path("forged"), Small(), {}));
  const Error error = Refused({Path("forged")});
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.text.find("hash of its own content"), std::string::npos) << error.text;
}

TEST_F(ApiShards, AMemoryLimitHolds) {
  Write("source", tests::Generate(tests::Kind::kText, 4 * kChunk));
  const std::vector<std::string> paths = Divide(2, Small());
  Options options;
  options.memory_limit = 1000;
  const Result<Summary> merged = MergeShards(paths, Path("merged"), options, {});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, ErrorCode::kLimit);
  options.memory_limit = 16u << 20;
  EXPECT_TRUE(MergeShards(paths, Path("merged"), options, {}));
}

TEST_F(ApiShards, AnObserverMayCancel) {
  Write("source", tests::Generate(tests::Kind::kText, 4 * kChunk));
  const std::vector<std::string> paths = Divide(2, Small());
  std::uint64_t last = 0;
  const Result<Summary> merged =
      MergeShards(paths, Path("merged"), Small(), {}, [&](const Progress& progress) {
        last = progress.read;
        return progress.total == 0;
      });
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, ErrorCode::kCancelled);
  EXPECT_GT(last, 0u);
  EXPECT_FALSE(fs::exists(Path("merged")));
}

}  // namespace
}  // namespace sigma
