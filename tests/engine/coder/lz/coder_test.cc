// The LZ coder: round trips of every parser and form over kinds of data, sizes and targets;
// damage, truncation and garbage between guard pages.
#include "engine/coder/lz/coder.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "engine/coder/lz/wire.h"
#include "tests/per_target.h"

namespace sigma::lz {
namespace {

constexpr std::size_t kKinds = 8;

// Kinds of data that reach every path: text-like, random, constant, short periods, long matches,
// long literals, far offsets, two interleaved repeats.
Bytes Make(std::size_t kind, std::size_t size, std::size_t seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  Bytes bytes(size);
  const auto history = [&](std::size_t i, std::size_t offset) {
    return i >= offset ? bytes[i - offset] : std::uint8_t{7};
  };
  for (std::size_t i = 0; i < size;) {
    switch (kind) {
      case 0: {
        const auto word = static_cast<unsigned>(std::min(random() % 400, random() % 400));
        for (unsigned k = 0; k < 2 + word % 7 && i < size; ++k) {
          bytes[i++] = static_cast<std::uint8_t>('a' + (word * (k + 3) + k * k) % 26);
        }
        if (i < size) bytes[i++] = ' ';
        break;
      }
      case 1:
        bytes[i++] = static_cast<std::uint8_t>(random());
        break;
      case 2:
        bytes[i++] = 42;
        break;
      case 3: {
        const std::size_t period = 1 + random() % 40;
        const std::size_t end = std::min(size, i + random() % 300);
        for (std::size_t k = 0; k < 4 && i < size; ++k) {
          bytes[i++] = static_cast<std::uint8_t>(random());
        }
        for (; i < end; ++i) bytes[i] = history(i, period);
        break;
      }
      case 4:
      case 5: {
        const std::size_t unit = kind == 4 ? 3 : 700;
        for (std::size_t k = random() % unit; k > 0 && i < size; --k) {
          bytes[i++] = static_cast<std::uint8_t>(random());
        }
        const std::size_t offset = 1 + random() % std::max<std::size_t>(1, i);
        for (std::size_t k = random() % 900; k > 0 && i < size; --k, ++i) {
          bytes[i] = history(i, offset);
        }
        break;
      }
      case 6: {
        const std::size_t offset = std::max<std::size_t>(1, i - i / 64);
        for (std::size_t k = random() % 40; k > 0 && i < size; --k, ++i) {
          bytes[i] = i < 4096 ? static_cast<std::uint8_t>(random()) : history(i, offset);
        }
        if (i < size) bytes[i++] = static_cast<std::uint8_t>(random());
        break;
      }
      default: {
        for (const std::size_t offset : {std::size_t{96}, std::size_t{1000}, std::size_t{33}}) {
          for (std::size_t k = 4 + random() % 9; k > 0 && i < size; --k, ++i) {
            bytes[i] = history(i, offset);
          }
        }
        if (i < size) bytes[i++] = static_cast<std::uint8_t>(random());
      }
    }
  }
  return bytes;
}

std::vector<CoderParams> AllParams() {
  std::vector<CoderParams> all;
  const auto add = [&](Parser parser, Form records, std::uint8_t min_match,
                       std::uint8_t block_log) {
    CoderParams params;
    params.lz.parser = parser;
    params.lz.form = records;
    params.lz.min_match = min_match;
    params.lz.block_log = block_log;
    all.push_back(params);
  };
  add(Parser::kSingleProbe, Form::kWide, 8, 18);
  add(Parser::kSingleProbe, Form::kWide, 8, 12);
  add(Parser::kSingleProbe, Form::kSections, 8, 16);
  add(Parser::kFast, Form::kNarrow, 5, 18);
  add(Parser::kFast, Form::kNarrow, 4, 12);
  add(Parser::kFast, Form::kSections, 4, 12);
  add(Parser::kFast, Form::kSections, 6, 18);
  add(Parser::kFast, Form::kSections, 7, 20);
  add(Parser::kDoubleFast, Form::kSections, 5, 18);
  add(Parser::kDoubleFast, Form::kNarrow, 4, 14);
  add(Parser::kSingleProbe, Form::kWideCoded, 8, 18);
  add(Parser::kSingleProbe, Form::kWideCoded, 6, 12);
  add(Parser::kLazyRows, Form::kSections, 7, 18);
  add(Parser::kLazyRows, Form::kSections, 5, 12);
  add(Parser::kLazyRows, Form::kNarrow, 6, 16);
  // Literals in contexts, several parses a sub-block.
  for (const std::uint8_t contexts : {std::uint8_t{2}, std::uint8_t{8}}) {
    add(Parser::kDoubleFast, Form::kSections, 5, 14);
    all.back().lz.literal_contexts = contexts;
    add(Parser::kOptimal, Form::kSections, 6, 15);
    all.back().lz.literal_contexts = contexts;
    all.back().lz.hash_log = 14;
    all.back().lz.parse_log = 13;
  }
  return all;
}

// Bytes that end right before an unreadable page; `pad` readable bytes in between.
class Guarded {
 public:
  Guarded(std::size_t size, std::size_t pad) : size_(size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    mapped_ = (size + pad + page - 1) / page * page + 2 * page;
    base_ = static_cast<std::uint8_t*>(
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(base_, MAP_FAILED);
    mprotect(base_, page, PROT_NONE);
    mprotect(base_ + mapped_ - page, page, PROT_NONE);
    begin_ = base_ + mapped_ - page - pad - size;
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { munmap(base_, mapped_); }
  [[nodiscard]] MutableBytes bytes() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_;
  std::uint8_t* base_;
  std::uint8_t* begin_;
};

Bytes EncodeGuarded(ByteView source, const CoderParams& params, BufferPool& pool) {
  Guarded input(source.size(), 0);
  std::copy(source.begin(), source.end(), input.bytes().begin());
  Bytes coded(source.size() + kPad);
  coded.resize(Encode(input.bytes(), params, pool, {coded.data(), source.size()}));
  return coded;
}

Result<void> DecodeGuarded(ByteView coded, BufferPool& pool, MutableBytes target) {
  Guarded input(coded.size(), kPad);
  std::copy(coded.begin(), coded.end(), input.bytes().begin());
  return Decode(input.bytes(), pool, target);
}

void ExpectRestores(ByteView source, const Bytes& coded, BufferPool& pool) {
  if (coded.empty()) return;
  ASSERT_LT(coded.size(), source.size());
  Guarded target(source.size(), 0);
  const Result<void> decoded = DecodeGuarded(coded, pool, target.bytes());
  ASSERT_TRUE(decoded) << decoded.error().text;
  ASSERT_TRUE(std::equal(source.begin(), source.end(), target.bytes().begin()));
}

void ExpectRoundTrip(ByteView source, const CoderParams& params, BufferPool& pool) {
  ExpectRestores(source, EncodeGuarded(source, params, pool), pool);
}

TEST(Lz, RestoresEveryKindUnderEveryTarget) {
  BufferPool pool;
  std::vector<Bytes> first;
  tests::ForEachTarget([&] {
    std::size_t index = 0;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      for (const std::size_t size : {5000u, 70000u, 300001u}) {
        const Bytes source = Make(kind, size, 1);
        for (const CoderParams& params : AllParams()) {
          const Bytes coded = EncodeGuarded(source, params, pool);
          ExpectRestores(source, coded, pool);
          // The same bytes whatever the target.
          if (first.size() == index) first.push_back(coded);
          ASSERT_EQ(coded, first[index]) << "kind " << kind;
          ++index;
        }
      }
    }
  });
}

TEST(Lz, RestoresEverySmallSize) {
  BufferPool pool;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    for (std::size_t size = 0; size <= 300; ++size) {
      const Bytes source = Make(kind, size, size);
      for (const CoderParams& params : AllParams()) ExpectRoundTrip(source, params, pool);
    }
  }
}

TEST(Lz, ReachesOverTheWholeWindowAndNotFurther) {
  BufferPool pool;
  Bytes source = Make(1, std::size_t{34} << 20, 3);
  // One copy at the farthest 24-bit offset, one beyond it.
  for (const std::size_t offset : {kMaxOffset, kMaxOffset + 1, std::size_t{40000}}) {
    const std::size_t at = (std::size_t{20} << 20) + 1000 * offset % 100000;
    std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(at - offset), 50000,
                source.begin() + static_cast<std::ptrdiff_t>(at));
  }
  for (const Parser parser : {Parser::kFast, Parser::kDoubleFast}) {
    CoderParams params;
    params.lz.parser = parser;
    params.lz.hash_log = 20;
    params.lz.long_hash_log = 20;
    ExpectRoundTrip(source, params, pool);
  }
}

TEST(Lz, DependsOnSourceAndParamsAlone) {
  BufferPool pool;
  const Bytes source = Make(0, 200000, 5);
  for (const CoderParams& params : AllParams()) {
    BufferPool fresh;
    const Bytes coded = EncodeGuarded(source, params, fresh);
    (void)EncodeGuarded(Make(4, 180000, 6), params, pool);
    EXPECT_EQ(EncodeGuarded(source, params, pool), coded);
  }
}

TEST(Lz, CompressesRepetitiveDataWell) {
  BufferPool pool;
  for (const CoderParams& params : AllParams()) {
    const std::size_t constant = EncodeGuarded(Make(2, 200000, 1), params, pool).size();
    EXPECT_GT(constant, 0u);
    EXPECT_LT(constant, 2500u);
    EXPECT_LT(EncodeGuarded(Make(0, 200000, 1), params, pool).size(), 150000u);
  }
}

TEST(Lz, HasNoGainOnNoiseOrWithoutRoom) {
  BufferPool pool;
  const Bytes noise = Make(1, 100000, 1);
  const Bytes text = Make(0, 100000, 1);
  for (const CoderParams& params : AllParams()) {
    EXPECT_TRUE(EncodeGuarded(noise, params, pool).empty());
    const std::size_t size = EncodeGuarded(text, params, pool).size();
    Guarded target(size - 1, 0);
    EXPECT_EQ(Encode(text, params, pool, target.bytes()), 0u);
    Guarded exact(size, 0);
    EXPECT_EQ(Encode(text, params, pool, exact.bytes()), size);
  }
}

TEST(Lz, RefusesEveryTruncation) {
  BufferPool pool;
  for (const CoderParams& params : AllParams()) {
    const Bytes source = Make(5, 6000, 2);
    const Bytes coded = EncodeGuarded(source, params, pool);
    ASSERT_FALSE(coded.empty());
    Guarded target(source.size(), 0);
    for (std::size_t size = 0; size < coded.size(); ++size) {
      const Result<void> decoded = DecodeGuarded({coded.data(), size}, pool, target.bytes());
      ASSERT_FALSE(decoded) << size;
      ASSERT_LE(decoded.error().offset, size);
    }
    // Neither a smaller nor a larger chunk can be made of it.
    Guarded larger(source.size() + 1, 0);
    EXPECT_FALSE(DecodeGuarded(coded, pool, larger.bytes()));
    Guarded smaller(source.size() - 1, 0);
    EXPECT_FALSE(DecodeGuarded(coded, pool, smaller.bytes()));
  }
}

TEST(Lz, SurvivesEveryBitFlip) {
  BufferPool pool;
  for (const CoderParams& params : AllParams()) {
    const Bytes source = Make(3, 3000, 4);
    Bytes coded = EncodeGuarded(source, params, pool);
    ASSERT_FALSE(coded.empty());
    Guarded target(source.size(), 0);
    Guarded input(coded.size(), kPad);
    for (std::size_t bit = 0; bit < 8 * coded.size(); ++bit) {
      coded[bit / 8] = static_cast<std::uint8_t>(coded[bit / 8] ^ (1u << bit % 8));
      std::copy(coded.begin(), coded.end(), input.bytes().begin());
      (void)Decode(input.bytes(), pool, target.bytes());
      coded[bit / 8] = static_cast<std::uint8_t>(coded[bit / 8] ^ (1u << bit % 8));
    }
  }
}

TEST(Lz, SurvivesGarbageUnderEveryTarget) {
  BufferPool pool;
  tests::ForEachTarget([&] {
    std::mt19937 random(9);
    for (int round = 0; round < 3000; ++round) {
      const std::size_t size = 500 + random() % 4000;
      const CoderParams params = AllParams()[random() % AllParams().size()];
      Bytes coded = EncodeGuarded(Make(random() % kKinds, size, random()), params, pool);
      if (coded.empty()) continue;
      // A few bytes of a valid payload replaced: damage that reaches every layer.
      const std::size_t damages = 1 + random() % 6;
      for (std::size_t k = 0; k < damages; ++k) {
        const std::size_t where = random() % 3 == 0
                                      ? random() % std::min<std::size_t>(coded.size(), 24)
                                      : random() % coded.size();
        coded[where] = random() % 2 == 0 ? 255 : static_cast<std::uint8_t>(random());
      }
      Guarded target(size, 0);
      (void)DecodeGuarded(coded, pool, target.bytes());
    }
    for (int round = 0; round < 3000; ++round) {
      Bytes noise = Make(1, 1 + random() % 300, random());
      noise[0] = static_cast<std::uint8_t>(round % 4);
      Guarded target(1 + random() % 2000, 0);
      (void)DecodeGuarded(noise, pool, target.bytes());
    }
  });
}

TEST(Lz, NamesAnUnknownForm) {
  BufferPool pool;
  Bytes coded = EncodeGuarded(Make(0, 5000, 1), AllParams()[0], pool);
  coded[0] = 4;
  Bytes target(5000);
  const Result<void> decoded = DecodeGuarded(coded, pool, target);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(decoded.error().offset, 0u);
}

}  // namespace
}  // namespace sigma::lz
