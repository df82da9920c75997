// DICTIONARY: sections as documented, sources it refuses, lists and numbers that cannot be.
#include "engine/transform/dictionary.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace sigma {
namespace {

struct Split {
  explicit Split(ByteView source, std::size_t width)
      : padded(source.begin(), source.end()),
        memory(SectionList::MemoryFor(source.size())),
        list(memory.bytes(), source.size()) {
    padded.resize(source.size() + kPad);
    taken = DictionaryTransform().forward(std::span(padded).first(source.size()),
                                          DictionaryParams(width), pool, list);
  }
  [[nodiscard]] std::vector<Bytes> sections() const {
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < list.count(); ++i) {
      all.emplace_back(list[i].bytes.begin(), list[i].bytes.end());
    }
    return all;
  }
  Bytes padded;
  Buffer memory;
  SectionList list;
  BufferPool pool;
  bool taken = false;
};

Result<void> Join(const std::vector<Bytes>& sections, std::size_t width, MutableBytes target) {
  std::vector<Bytes> padded = sections;
  std::vector<ByteView> views;
  for (Bytes& section : padded) {
    const std::size_t size = section.size();
    section.resize(size + kPad);
    views.push_back(ByteView(section).first(size));
  }
  BufferPool pool;
  return DictionaryTransform().inverse(views, DictionaryParams(width), pool, target);
}

TEST(Dictionary, ListsFrequentValuesFirst) {
  // Three times 0x0201, once 0x0100 and 0x0003, a byte left.
  const Bytes source = {1, 2, 3, 0, 1, 2, 0, 1, 1, 2, 1, 2, 9};
  const Split split(source, 2);
  ASSERT_TRUE(split.taken);
  const std::vector<Bytes> expected = {{1, 2, 3, 0, 0, 1, 9}, {0, 1, 0, 2, 0, 0}};
  EXPECT_EQ(split.sections(), expected);
}

TEST(Dictionary, RoundTripsAtEveryWidthAndNumberOfValues) {
  std::mt19937_64 random(1);
  for (const std::size_t width : {2u, 4u, 8u}) {
    for (const std::size_t values : {1u, 2u, 255u, 256u, 257u, 3000u, 4096u}) {
      std::vector<std::uint64_t> list(values);
      for (std::uint64_t& value : list) value = random();
      Bytes source;
      for (std::size_t i = 0; i < 70000; ++i) {
        const std::uint64_t value = list[random() % values];
        for (std::size_t k = 0; k < width; ++k) {
          source.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
        }
      }
      source.resize(source.size() + values % width, 7);
      const Split split(source, width);
      ASSERT_TRUE(split.taken) << width << " " << values;
      Bytes back(source.size());
      ASSERT_TRUE(Join(split.sections(), width, back));
      EXPECT_EQ(back, source);
    }
  }
}

TEST(Dictionary, RefusesSourcesOfManyValues) {
  std::mt19937 random(2);
  Bytes source(4 * 100000);
  for (std::uint8_t& byte : source) byte = static_cast<std::uint8_t>(random());
  EXPECT_FALSE(Split(source, 4).taken);
  EXPECT_FALSE(Split(ByteView(source).first(40), 4).taken);
  EXPECT_TRUE(Split(ByteView(source).first(8), 4).taken);
}

// Values whose hashes differ in their low bits only would each be searched for among all the
// others.
TEST(Dictionary, RefusesValuesMadeToCollide) {
  std::uint64_t inverse = 1;  // of the hash's multiplier, modulo 2^64 (Newton)
  for (int i = 0; i < 6; ++i) inverse *= 2 - 0x9E3779B97F4A7C15u * inverse;
  Bytes source;
  for (std::uint64_t i = 0; i < 40000; ++i) {
    const std::uint64_t value = inverse * (i % 4000);
    for (int k = 0; k < 8; ++k) source.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
  }
  EXPECT_FALSE(Split(source, 8).taken);
}

TEST(Dictionary, RefusesSectionsThatCannotBe) {
  Bytes target(5);
  ASSERT_TRUE(Join({{1, 2, 3, 4, 9}, {0, 1}}, 2, target));
  EXPECT_EQ(target, (Bytes{1, 2, 3, 4, 9}));
  const std::vector<std::vector<Bytes>> wrong = {
      {},
      {{1, 2, 3, 4, 9}},
      {{1, 2, 3, 4}, {0, 1}},
      {{1, 2, 3, 4, 9}, {0, 2}},
      {{1, 2, 3, 4, 9}, {0}},
      {{1, 2, 3, 4, 9}, {0, 1, 1}},
      {{1, 2, 3, 4, 9}, {0, 1}, {0, 0}},
      {{9}, {0, 0}},
      {Bytes(2 * 257 + 1), {0, 0}},
      {Bytes(2 * 257 + 1), {0, 1}, {0, 1}},
      {Bytes(2 * 257 + 1), {0, 1}, {0}},
      {Bytes(2 * kMaxEntries + 3), {0, 0}, {0, 0}},
  };
  for (const auto& sections : wrong) {
    const auto done = Join(sections, 2, target);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
  }
  BufferPool pool;
  for (const int log : {0, 4, 255}) {
    TransformParams params;
    params.size = 1;
    params.bytes[0] = static_cast<std::uint8_t>(log);
    EXPECT_EQ(DictionaryTransform().inverse({}, params, pool, target).error().code,
              ErrorCode::kUnsupported);
  }
}

}  // namespace
}  // namespace sigma
