// The SORT coder: kinds of data and sizes, both numbers of segments, hostile payloads between guard
// pages, the same bytes under every target.
#include "engine/coder/sort/coder.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "engine/coder/registry.h"
#include "tests/data.h"
#include "tests/per_target.h"

namespace sigma::sort {
namespace {

using tests::Padded;

CoderParams Sorting() {
  CoderParams params;
  params.sorts = true;
  return params;
}

Bytes Code(ByteView bytes) {
  static BufferPool pool;
  const Buffer source = Padded(bytes);
  Bytes coded(bytes.size());
  coded.resize(Encode(source.view(), Sorting(), pool, coded));
  return coded;
}

void ExpectBack(ByteView bytes, ByteView coded) {
  static BufferPool pool;
  const Buffer payload = Padded(coded);
  Bytes restored(bytes.size());
  const auto done = Decode(payload.view(), pool, restored);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.begin()));
}

TEST(Sort, EveryKindComesBack) {
  for (const tests::Kind kind : tests::kAllKinds) {
    SCOPED_TRACE(tests::KindName(kind));
    const Bytes bytes = tests::Generate(kind, 400000);
    for (const std::size_t size :
         {4096u, 4097u, 16383u, 16384u, 70001u, 262143u, 262144u, 400000u}) {
      const ByteView part = ByteView(bytes).first(size);
      const Bytes coded = Code(part);
      if (kind == tests::Kind::kRandom) {
        EXPECT_TRUE(coded.empty());
      } else {
        ASSERT_FALSE(coded.empty()) << size;
        ExpectBack(part, coded);
      }
    }
  }
}

TEST(Sort, TextTakesLessThanItsSymbolsSay) {
  const Bytes text = tests::Generate(tests::Kind::kText, 100000);
  EXPECT_LT(Code(text).size() * 6, text.size());
  const Bytes zeros(1u << 20, 0);
  EXPECT_LT(Code(zeros).size(), 200u);
}

TEST(Sort, SmallSourcesAndOtherLevelsAreLeftAlone) {
  const Bytes text = tests::Generate(tests::Kind::kText, 4095);
  EXPECT_TRUE(Code(text).empty());
  EXPECT_TRUE(Code({}).empty());
  BufferPool pool;
  const Buffer source = Padded(tests::Generate(tests::Kind::kText, 5000));
  Bytes coded(5000);
  EXPECT_EQ(Encode(source.view(), CoderParams{}, pool, coded), 0u);
  EXPECT_EQ(EncodeScratch(CoderParams{}, 1u << 24), 0u);
}

TEST(Sort, NoGainWhereTheTargetIsTooSmall) {
  const Bytes text = tests::Generate(tests::Kind::kText, 300000);
  const Buffer source = Padded(text);
  const std::size_t whole = Code(text).size();
  BufferPool pool;
  for (const std::size_t room :
       {std::size_t{0}, std::size_t{1}, std::size_t{140}, whole / 2, whole - 1}) {
    Bytes target(room);
    EXPECT_EQ(Encode(source.view(), Sorting(), pool, target), 0u) << room;
  }
  Bytes target(whole);
  EXPECT_EQ(Encode(source.view(), Sorting(), pool, target), whole);
}

TEST(Sort, EveryTargetMakesTheSameBytes) {
  const Bytes bytes = tests::Generate(tests::Kind::kMixed, 300000);
  std::vector<Bytes> all;
  tests::ForEachTarget([&] {
    all.push_back(Code(bytes));
    EXPECT_EQ(all.back(), all.front());
    ExpectBack(bytes, all.back());
  });
}

TEST(Sort, LeasesWhatItsRowSays) {
  for (const std::size_t size : {4096u, 100000u, 500000u}) {
    const Buffer source = Padded(tests::Generate(tests::Kind::kMixed, size));
    Bytes coded(size);
    BufferPool encoding;
    coded.resize(Encode({source.data(), size}, Sorting(), encoding, coded));
    ASSERT_FALSE(coded.empty());
    EXPECT_LE(encoding.peak_leased(), EncodeScratch(Sorting(), size));
    const Buffer payload = Padded(coded);
    BufferPool decoding;
    Bytes restored(size);
    ASSERT_TRUE(Decode(payload.view(), decoding, restored));
    EXPECT_LE(decoding.peak_leased(), DecodeScratch(size));
  }
}

// Memory that ends at a page nobody may touch.
class Guarded {
 public:
  explicit Guarded(std::size_t size) : size_(size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    bytes_ = (size + page - 1) / page * page + 2 * page;
    memory_ = static_cast<std::uint8_t*>(
        mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory_, page, PROT_NONE);
    mprotect(memory_ + bytes_ - page, page, PROT_NONE);
    data_ = memory_ + bytes_ - page - size;
  }
  ~Guarded() { munmap(memory_, bytes_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  [[nodiscard]] MutableBytes view() const { return {data_, size_}; }

 private:
  std::size_t size_;
  std::size_t bytes_ = 0;
  std::uint8_t* memory_ = nullptr;
  std::uint8_t* data_ = nullptr;
};

TEST(Sort, HostilePayloadsStayBetweenGuardPages) {
  constexpr std::size_t kSize = 6000;
  BufferPool pool;
  tests::Random random(5);
  const Guarded target(kSize);
  const Guarded source(kSize + kPad);
  const auto decode = [&](ByteView payload, std::size_t size) {
    const MutableBytes room = source.view().last(payload.size() + kPad);
    std::copy(payload.begin(), payload.end(), room.begin());
    std::fill(room.end() - kPad, room.end(), std::uint8_t{0xA5});
    return Decode(room.first(payload.size()), pool, target.view().last(size)).has_value();
  };
  tests::ForEachTarget([&] {
    for (const tests::Kind kind : {tests::Kind::kText, tests::Kind::kRuns, tests::Kind::kWalk16}) {
      const Bytes good = Code(tests::Generate(kind, kSize));
      ASSERT_FALSE(good.empty());
      EXPECT_TRUE(decode(good, kSize));
      for (int trial = 0; trial < 150; ++trial) {
        Bytes bad = good;
        for (std::size_t i = 0; i < 1 + random.Below(4); ++i) {
          const std::size_t near =
              random.Below(2) == 0 ? std::min<std::size_t>(bad.size(), 60) : bad.size();
          bad[random.Below(near)] = static_cast<std::uint8_t>(random());
        }
        if (random.Below(4) == 0) bad.resize(random.Below(bad.size() + 1));
        (void)decode(bad, random.Below(5) == 0 ? 4096 + random.Below(kSize - 4095) : kSize);
      }
      for (std::size_t cut = 0; cut < good.size(); cut += 1 + cut / 16) {
        EXPECT_FALSE(decode(ByteView(good).first(cut), kSize)) << cut;
      }
      EXPECT_FALSE(decode(good, kSize - 1));
      EXPECT_FALSE(decode(good, 4095));
      EXPECT_FALSE(decode(good, 0));
    }
  });
}

}  // namespace
}  // namespace sigma::sort
