// Recovery: whatever is damaged, every byte of every intact chunk is at its place, and what is lost is
// told.
#include "sigma/recover.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/wreck_scan.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::Small;
namespace fs = std::filesystem;

constexpr std::size_t kSector = 512;
constexpr std::uint8_t kFill = 0xA7;

class ApiRecover : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sigma-recover-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    // Chunks of several strategies, and a last one that is short.
    original_ = tests::Generate(tests::Kind::kMixed, 6 * kChunk + 4321);
    Options options = Small(1);
    options.level = 1;
    stream_ = *Compress(original_, options);
    chunks_ = Inspect(stream_)->chunks;
    ASSERT_EQ(chunks_.size(), 7u);
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
  // Recovers `damaged` into `restored_`, and repairs it: both restore to the same.
  Result<Recovery> Recover(const Bytes& damaged) {
    Write("damaged", damaged);
    FileOptions files;
    files.force = true;
    RecoverOptions choices{.fill = kFill};
    Result<Recovery> recovery =
        RecoverFile(Path("damaged"), Path("restored"), Small(1), files, choices);
    if (!recovery) return recovery;
    restored_ = *ReadFile(Path("restored"));
    EXPECT_EQ(restored_.size(), recovery->summary.original);
    choices.repair = true;
    const Result<Recovery> repaired =
        RecoverFile(Path("damaged"), Path("repaired"), Small(1), files, choices);
    EXPECT_TRUE(repaired) << repaired.error().text;
    const Result<Bytes> again = Decompress(*ReadFile(Path("repaired")));
    EXPECT_TRUE(again) << again.error().text;
    EXPECT_TRUE(again && *again == restored_);
    return recovery;
  }
  // The chunks whose frames are in `damaged` unchanged, wherever.
  [[nodiscard]] std::vector<bool> IntactIn(const Bytes& damaged) const {
    std::vector<bool> intact;
    for (const ChunkInfo& chunk : chunks_) {
      const ByteView frame = ByteView{stream_}.subspan(chunk.offset, chunk.stored);
      intact.push_back(std::search(damaged.begin(), damaged.end(), frame.begin(), frame.end()) !=
                       damaged.end());
    }
    return intact;
  }
  // Every byte of every intact chunk is at its place, all others are filled in and told.
  void ExpectAtPlace(const Recovery& recovery, const std::vector<bool>& intact,
                     const std::string& what) const {
    std::vector<bool> told(chunks_.size(), false);
    for (const LostRange& range : recovery.lost) {
      for (std::uint64_t i = range.chunk; i < range.chunk + range.chunks; ++i) {
        ASSERT_LT(i, told.size()) << what;
        told[i] = true;
      }
      EXPECT_EQ(range.offset, chunks_[range.chunk].original_offset) << what;
    }
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const std::uint64_t begin = chunks_[i].original_offset;
      const std::uint64_t size = chunks_[i].original;
      if (intact[i]) {
        EXPECT_FALSE(told[i]) << what << ", chunk " << i;
        ASSERT_LE(begin + size, restored_.size()) << what;
        EXPECT_TRUE(std::equal(restored_.begin() + static_cast<std::ptrdiff_t>(begin),
                               restored_.begin() + static_cast<std::ptrdiff_t>(begin + size),
                               original_.begin() + static_cast<std::ptrdiff_t>(begin)))
            << what << ", chunk " << i;
      } else if (begin < restored_.size()) {
        EXPECT_TRUE(told[i]) << what << ", chunk " << i;
        const std::uint64_t end = std::min<std::uint64_t>(begin + size, restored_.size());
        EXPECT_TRUE(std::all_of(restored_.begin() + static_cast<std::ptrdiff_t>(begin),
                                restored_.begin() + static_cast<std::ptrdiff_t>(end),
                                [](std::uint8_t byte) { return byte == kFill; }))
            << what << ", chunk " << i;
      }
    }
  }
  [[nodiscard]] Bytes Zeroed(const Bytes& bytes, std::size_t sector) const {
    Bytes damaged = bytes;
    const std::size_t begin = sector * kSector;
    const std::size_t end = std::min(damaged.size(), begin + kSector);
    std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(begin),
              damaged.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
    return damaged;
  }
  [[nodiscard]] std::size_t FooterBegin() const {
    return static_cast<std::size_t>(chunks_.back().offset + chunks_.back().stored);
  }
  static Bytes Joined(std::initializer_list<ByteView> pieces) {
    Bytes joined;
    for (const ByteView piece : pieces) joined.insert(joined.end(), piece.begin(), piece.end());
    return joined;
  }
  [[nodiscard]] ByteView Frame(std::size_t chunk) const {
    return ByteView{stream_}.subspan(chunks_[chunk].offset, chunks_[chunk].stored);
  }

  fs::path folder_;
  Bytes original_;
  Bytes stream_;
  std::vector<ChunkInfo> chunks_;
  Bytes restored_;
};

TEST_F(ApiRecover, AnIntactFile) {
  const Result<Recovery> recovery = Recover(stream_);
  ASSERT_TRUE(recovery) << recovery.error().text;
  EXPECT_TRUE(recovery->intact());
  EXPECT_EQ(restored_, original_);
  EXPECT_EQ(*ReadFile(Path("repaired")), stream_);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{kChunk}}) {
    const Bytes one = *Compress(ByteView{original_}.first(size), Small());
    const Result<Recovery> small = Recover(one);
    ASSERT_TRUE(small) << small.error().text;
    EXPECT_TRUE(small->intact()) << size;
    EXPECT_EQ(*ReadFile(Path("repaired")), one);
  }
}

TEST_F(ApiRecover, EverySectorZeroedInTurn) {
  for (std::size_t sector = 0; sector * kSector < stream_.size(); ++sector) {
    const std::string what = "sector " + std::to_string(sector);
    const Bytes damaged = Zeroed(stream_, sector);
    const Result<Recovery> recovery = Recover(damaged);
    ASSERT_TRUE(recovery) << what << ": " << recovery.error().text;
    EXPECT_EQ(recovery->intact(), damaged == stream_) << what;
    EXPECT_EQ(restored_.size(), original_.size()) << what;
    ExpectAtPlace(*recovery, IntactIn(damaged), what);
    for (const LostRange& range : recovery->lost) {
      EXPECT_FALSE(range.offset_inferred) << what;
    }
  }
}

// The footer is gone too: lengths of lost chunks are inferred, and right but for the last one's.
TEST_F(ApiRecover, EverySectorZeroedInAFileWithoutFooter) {
  const Bytes cut(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(FooterBegin()));
  const std::size_t before_last = static_cast<std::size_t>(chunks_.back().offset);
  for (std::size_t sector = 0; (sector + 1) * kSector < before_last; ++sector) {
    const std::string what = "sector " + std::to_string(sector);
    const Bytes damaged = Zeroed(cut, sector);
    const Result<Recovery> recovery = Recover(damaged);
    ASSERT_TRUE(recovery) << what << ": " << recovery.error().text;
    EXPECT_FALSE(recovery->intact()) << what;
    EXPECT_EQ(restored_.size(), original_.size()) << what;
    ExpectAtPlace(*recovery, IntactIn(damaged), what);
  }
  // A header that is lost leaves its chunk's length to be inferred, and that is said.
  Bytes damaged = cut;
  damaged[chunks_[3].offset] ^= 0xFF;
  const Result<Recovery> recovery = Recover(damaged);
  ASSERT_TRUE(recovery);
  ASSERT_EQ(recovery->lost.size(), 1u);
  EXPECT_TRUE(recovery->lost[0].length_inferred);
  EXPECT_FALSE(recovery->lost[0].offset_inferred);
  EXPECT_EQ(recovery->lost[0].length, kChunk);
  // A damaged payload does not.
  damaged = cut;
  damaged[chunks_[3].offset + chunks_[3].stored - 1] ^= 0xFF;
  const Result<Recovery> payload = Recover(damaged);
  ASSERT_TRUE(payload);
  ASSERT_EQ(payload->lost.size(), 1u);
  EXPECT_FALSE(payload->lost[0].length_inferred);
}

TEST_F(ApiRecover, ChunksDroppedDoubledAndSwapped) {
  const ByteView all = stream_;
  for (const bool with_footer : {true, false}) {
    const ByteView footer = with_footer ? all.subspan(FooterBegin()) : ByteView{};
    const ByteView header = all.first(static_cast<std::size_t>(chunks_[0].offset));
    const auto rebuilt = [&](const std::vector<std::size_t>& order) {
      Bytes bytes(header.begin(), header.end());
      for (const std::size_t chunk : order) {
        const ByteView frame = Frame(chunk);
        bytes.insert(bytes.end(), frame.begin(), frame.end());
      }
      bytes.insert(bytes.end(), footer.begin(), footer.end());
      return bytes;
    };
    const auto expect = [&](const std::vector<std::size_t>& order, const std::string& what) {
      const Bytes damaged = rebuilt(order);
      const Result<Recovery> recovery = Recover(damaged);
      ASSERT_TRUE(recovery) << what << ": " << recovery.error().text;
      std::vector<bool> intact(chunks_.size(), false);
      for (const std::size_t chunk : order) intact[chunk] = true;
      ExpectAtPlace(*recovery, intact, what + (with_footer ? "" : " without footer"));
    };
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      std::vector<std::size_t> dropped;
      std::vector<std::size_t> doubled;
      for (std::size_t k = 0; k < chunks_.size(); ++k) {
        if (k != i) dropped.push_back(k);
        doubled.push_back(k);
        if (k == i) doubled.push_back(k);
      }
      expect(dropped, "dropped " + std::to_string(i));
      expect(doubled, "doubled " + std::to_string(i));
      for (std::size_t k = i + 1; k < chunks_.size(); ++k) {
        std::vector<std::size_t> swapped = {0, 1, 2, 3, 4, 5, 6};
        std::swap(swapped[i], swapped[k]);
        expect(swapped, "swapped " + std::to_string(i) + " and " + std::to_string(k));
      }
    }
  }
}

TEST_F(ApiRecover, AThousandRandomCuts) {
  tests::Random random(7);
  for (int i = 0; i < 1000; ++i) {
    // The end is cut off, or a piece is cut out.
    const std::size_t from = random.Below(stream_.size() + 1);
    const std::size_t to =
        i % 2 == 0 ? stream_.size() : from + random.Below(stream_.size() - from + 1);
    const Bytes damaged = Joined({ByteView{stream_}.first(from), ByteView{stream_}.subspan(to)});
    const std::string what = "cut from " + std::to_string(from) + " to " + std::to_string(to);
    const std::vector<bool> intact = IntactIn(damaged);
    const Result<Recovery> recovery = Recover(damaged);
    if (!recovery) {
      // Not even a header is left.
      EXPECT_EQ(std::ranges::count(intact, true), 0) << what << ": " << recovery.error().text;
      continue;
    }
    EXPECT_EQ(recovery->intact(), damaged == stream_) << what;
    ExpectAtPlace(*recovery, intact, what);
  }
}

TEST_F(ApiRecover, StreamsJoined) {
  Options options = Small(1);
  options.level = 2;
  const Bytes before = tests::Generate(tests::Kind::kText, 3 * kChunk + 17, 5);
  const Bytes after = tests::Generate(tests::Kind::kText, 2 * kChunk, 6);
  const Bytes first = *Compress(before, options);
  const Bytes last = *Compress(after, options);
  const auto place = [&](const Bytes& bytes, std::size_t offset, const std::string& what) {
    ASSERT_LE(offset + bytes.size(), restored_.size()) << what;
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(),
                           restored_.begin() + static_cast<std::ptrdiff_t>(offset)))
        << what;
  };
  for (std::size_t sector = 0; sector * kSector < stream_.size(); ++sector) {
    const std::string what = "sector " + std::to_string(sector);
    const Result<Recovery> recovery =
        Recover(Joined({first, Zeroed(stream_, sector), last, Bytes(700)}));
    ASSERT_TRUE(recovery) << what << ": " << recovery.error().text;
    EXPECT_EQ(recovery->summary.streams, 3u) << what;
    place(before, 0, what);
    ASSERT_EQ(restored_.size(), before.size() + original_.size() + after.size()) << what;
    place(after, before.size() + original_.size(), what);
  }
}

// What was stored in a chunk is a stream itself: its chunks are not those of the file.
TEST_F(ApiRecover, AStreamInsideOfAChunk) {
  Bytes content = tests::Generate(tests::Kind::kRandom, 2 * kChunk);
  const Bytes inner = *Compress(ByteView{original_}.first(3000), Small(1));
  std::ranges::copy(inner, content.begin() + kChunk + 100);
  Options options = Small(1);
  options.strategy = "raw";
  const Bytes outer = *Compress(content, options);
  const Result<FileInfo> info = Inspect(outer);
  ASSERT_TRUE(info);
  Bytes damaged = outer;
  damaged[info->chunks[1].offset + 5] ^= 1;
  const Result<Recovery> recovery = Recover(damaged);
  ASSERT_TRUE(recovery) << recovery.error().text;
  EXPECT_EQ(recovery->summary.streams, 1u);
  ASSERT_EQ(recovery->lost.size(), 1u);
  EXPECT_EQ(recovery->lost[0].offset, kChunk);
  EXPECT_EQ(recovery->lost[0].length, kChunk);
  Bytes wanted = content;
  std::fill(wanted.begin() + kChunk, wanted.end(), kFill);
  EXPECT_EQ(restored_, wanted);
}

TEST_F(ApiRecover, NothingToRecover) {
  const Result<Recovery> noise = Recover(tests::Generate(tests::Kind::kRandom, 300'000));
  ASSERT_FALSE(noise);
  EXPECT_EQ(noise.error().code, ErrorCode::kNotSigma);
  EXPECT_EQ(Recover({}).error().code, ErrorCode::kTruncated);
  EXPECT_FALSE(fs::exists(Path("restored")));
  FileOptions removing;
  removing.remove_source = true;
  Write("damaged", stream_);
  EXPECT_EQ(RecoverFile(Path("damaged"), Path("x"), Small(), removing, {}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(ApiRecover, LimitsHold) {
  Write("damaged", Zeroed(stream_, 3));
  Options options = Small();
  options.output_limit = original_.size() - 1;
  EXPECT_EQ(RecoverFile(Path("damaged"), Path("x"), options, {}, {}).error().code,
            ErrorCode::kLimit);
  options.output_limit = original_.size();
  options.memory_limit = 1000;
  EXPECT_EQ(RecoverFile(Path("damaged"), Path("x"), options, {}, {}).error().code,
            ErrorCode::kLimit);
  options.memory_limit = 32u << 20;
  EXPECT_TRUE(RecoverFile(Path("damaged"), Path("x"), options, {}, {}));
}

Bytes FakeHeader(std::uint32_t sequence, std::uint32_t payload) {
  ChunkHeader header{.plan_id = 0,
                     .sequence = sequence,
                     .original = payload,
                     .payload = payload,
                     .hash = 1,
                     .payload_hash = 2};
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const std::size_t size = WriteChunkHeader(header, bytes);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

// Each header promises most of the file: believing each would cost its square.
TEST_F(ApiRecover, WorkIsLinearInAHostileInput) {
  constexpr std::size_t kSize = std::size_t{24} << 20;
  Bytes hostile(stream_.begin(), stream_.begin() + 12);
  while (hostile.size() < kSize) {
    const Bytes fake = FakeHeader(static_cast<std::uint32_t>(hostile.size()), 10u << 20);
    hostile.insert(hostile.end(), fake.begin(), fake.end());
  }
  tests::TestSource source(hostile, tests::SourceKind::kFile);
  WreckScan scan(source, ~std::uint64_t{0});
  ASSERT_TRUE(scan.Run({}));
  EXPECT_LT(source.asked(), (std::uint64_t{512} << 20) + 16 * hostile.size());
  // And it is refused where there is no memory for what it claims.
  WreckScan bounded(source, 1u << 20);
  const Result<void> refused = bounded.Run({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
}

// A sequence number that would have the result grow out of all proportion is not believed.
TEST_F(ApiRecover, ASequenceThatCannotBe) {
  Bytes damaged(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(FooterBegin()));
  const Bytes payload(100, 'x');
  ChunkHeader header{.plan_id = 0,
                     .sequence = 0xFFFFFFF0,
                     .original = 100,
                     .payload = 100,
                     .hash = Hash64(payload),
                     .payload_hash = Hash32(payload)};
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const std::size_t size = WriteChunkHeader(header, bytes);
  damaged.insert(damaged.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  damaged.insert(damaged.end(), payload.begin(), payload.end());
  const Result<Recovery> recovery = Recover(damaged);
  ASSERT_TRUE(recovery) << recovery.error().text;
  EXPECT_EQ(restored_, original_);
}

// Bytes at random, again and again: it never fails but for want of anything, and never lies about what
// it restores.
TEST_F(ApiRecover, DamageAtRandom) {
  tests::Random random(11);
  for (int i = 0; i < 300; ++i) {
    Bytes damaged = stream_;
    const std::size_t count = 1 + random.Below(12);
    for (std::size_t k = 0; k < count; ++k) {
      // Headers and the footer as often as payloads.
      const std::size_t where = random.Below(3);
      std::size_t at = random.Below(damaged.size());
      if (where == 0)
        at = static_cast<std::size_t>(chunks_[random.Below(7)].offset) + random.Below(24);
      if (where == 1) at = FooterBegin() + random.Below(damaged.size() - FooterBegin());
      damaged[at] = static_cast<std::uint8_t>(random());
    }
    const Result<Recovery> recovery = Recover(damaged);
    ASSERT_TRUE(recovery) << i << ": " << recovery.error().text;
    const std::vector<bool> intact = IntactIn(damaged);
    // Lengths may be inferred wrongly for the last chunk only, which no other follows.
    ExpectAtPlace(*recovery, intact, "damage " + std::to_string(i));
  }
}

// A lost chunk of the usual size takes several blocks of the entropy stream, the last one of which may
// be of one byte.
TEST_F(ApiRecover, ALargeChunkIsReplacedByASoundOne) {
  for (const std::uint32_t size : {1u << 20, (1u << 18) + 1, (3u << 18) + 1}) {
    Options options;
    options.chunk_size = 1u << 20;
    options.level = 1;
    original_ = tests::Generate(tests::Kind::kText, size + 1000);
    original_.resize(size);
    stream_ = *Compress(original_, options);
    Bytes damaged = stream_;
    damaged[damaged.size() / 2] ^= 1;
    const Result<Recovery> recovery = Recover(damaged);
    ASSERT_TRUE(recovery) << recovery.error().text;
    EXPECT_EQ(recovery->lost_bytes, size);
    EXPECT_EQ(restored_, Bytes(size, kFill));
  }
}

}  // namespace
}  // namespace sigma
