// RECORDS: columns as documented, round trips of sources that look like records and of those that
// do not, layouts that cannot be.
#include "engine/transform/records/transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/transform/records/layout.h"

namespace sigma::records {
namespace {

using P = Predictor;

Layout LayoutOf(std::size_t stride, std::size_t phase, std::vector<Field> fields) {
  Layout layout{.stride = stride, .phase = phase};
  for (const Field& field : fields) layout.fields[layout.count++] = field;
  return layout;
}

TransformParams Params(const Layout& layout) {
  TransformParams params;
  EXPECT_TRUE(WriteLayout(layout, params));
  return params;
}

std::vector<Bytes> Split(ByteView source, const TransformParams& params, BufferPool& pool) {
  Bytes padded(source.begin(), source.end());
  padded.resize(source.size() + kPad);
  Buffer memory(SectionList::MemoryFor(source.size()));
  SectionList list(memory.bytes(), source.size());
  std::vector<Bytes> sections;
  if (!Transform().forward(std::span(padded).first(source.size()), params, pool, list)) {
    return sections;
  }
  for (std::size_t i = 0; i < list.count(); ++i) {
    sections.emplace_back(list[i].bytes.begin(), list[i].bytes.end());
  }
  return sections;
}

Result<void> Join(const std::vector<Bytes>& sections, const TransformParams& params,
                  BufferPool& pool, MutableBytes target) {
  std::vector<Bytes> padded = sections;
  std::vector<ByteView> views;
  for (Bytes& section : padded) {
    const std::size_t size = section.size();
    section.resize(size + kPad);
    views.push_back(ByteView(section).first(size));
  }
  return Transform().inverse(views, params, pool, target);
}

void ExpectRoundTrip(ByteView source, const Layout& layout, BufferPool& pool) {
  const TransformParams params = Params(layout);
  const std::vector<Bytes> sections = Split(source, params, pool);
  ASSERT_FALSE(sections.empty());
  Bytes back(source.size());
  const auto done = Join(sections, params, pool, back);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(std::ranges::equal(source, back));
}

TEST(Records, SplitsAsDocumented) {
  BufferPool pool;
  // One byte of phase; (u16 big endian by zigzag differences, byte) three times; one byte left.
  const Layout layout = LayoutOf(
      3, 1, {{.log_width = 1, .big_endian = true, .zigzag = true, .predictor = P::kLag1}, {}});
  const Bytes source = {9, 0x01, 0x02, 50, 0x01, 0x00, 51, 0x01, 0x05, 52, 8};
  const std::vector<Bytes> sections = Split(source, Params(layout), pool);
  // 0x0102 → 0x0204; −2 → 3; 5 → 10.
  const std::vector<Bytes> expected = {{9, 8}, {0x04, 3, 10}, {0x02, 0, 0}, {50, 51, 52}};
  EXPECT_EQ(sections, expected);
  EXPECT_EQ(Transform().describe(Params(layout)), "records3:16Bdz,8");
}

TEST(Records, JoinsPlanesAndRefersToFieldsBefore) {
  BufferPool pool;
  const Layout layout =
      LayoutOf(4, 0, {{}, {.reference = 1}, {.joined = true}, {.predictor = P::kXor}});
  const Bytes source = {1, 3, 5, 7, 2, 2, 6, 6};
  const std::vector<Bytes> expected = {{}, {1, 2}, {2, 0, 5, 6}, {7, 1}};
  EXPECT_EQ(Split(source, Params(layout), pool), expected);
  ExpectRoundTrip(source, layout, pool);
}

TEST(Records, TakesLinesOfOneLengthAndListsTheOthers) {
  BufferPool pool;
  Layout layout = LayoutOf(4, 0, {{}, {}, {}, {}});
  layout.gaps = Gaps::kLines;
  const std::string text = "title\nabc\ndef\n\nlonger\nghi\nabc";
  const Bytes source(text.begin(), text.end());
  const std::vector<Bytes> sections = Split(source, Params(layout), pool);
  ASSERT_EQ(sections.size(), 6u);
  EXPECT_EQ(sections[0], (Bytes{6, 2, 8, 1, 3, 0}));
  EXPECT_EQ(std::string(sections[1].begin(), sections[1].end()), "title\n\nlonger\nabc");
  EXPECT_EQ(sections[2], (Bytes{'a', 'd', 'g'}));
  ExpectRoundTrip(source, layout, pool);
}

TEST(Records, FollowsShifts) {
  BufferPool pool;
  Layout layout = LayoutOf(12, 5, std::vector<Field>(12));
  layout.gaps = Gaps::kShifts;
  std::mt19937 random(4);
  Bytes source(5, 0xEE);
  Bytes gaps = source;
  for (int run = 0; run < 40; ++run) {
    for (int i = 0; i < 20; ++i) {
      for (std::uint8_t k = 0; k < 12; ++k) {
        source.push_back(k % 4 == 0 ? static_cast<std::uint8_t>(random()) : k);
      }
    }
    if (run == 39) break;
    const Bytes gap(1 + static_cast<std::size_t>(run) % 11, 0xAA);
    source.insert(source.end(), gap.begin(), gap.end());
    gaps.insert(gaps.end(), gap.begin(), gap.end());
  }
  const std::vector<Bytes> sections = Split(source, Params(layout), pool);
  ASSERT_EQ(sections.size(), 14u);
  EXPECT_EQ(sections[1], gaps);
  EXPECT_EQ(sections[3], Bytes(800, 1));
  ExpectRoundTrip(source, layout, pool);
  for (std::size_t size = 0; size < 700; ++size) {
    ExpectRoundTrip(ByteView(source).first(size), layout, pool);
  }
}

TEST(Records, TakesTextWithoutAnySuchLine) {
  BufferPool pool;
  Layout layout = LayoutOf(2, 0, {{}, {}});
  layout.gaps = Gaps::kLines;
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 600; ++size) {
    Bytes source(size);
    for (std::uint8_t& byte : source) byte = random() % 3 == 0 ? '\n' : 'a';
    ExpectRoundTrip(source, layout, pool);
  }
}

// Every predictor, order and width, also over the ends of the number ranges.
TEST(Records, RestoresEveryKindOfField) {
  BufferPool pool;
  std::mt19937 random(2);
  Bytes source(8 * 700 + 5);
  for (std::uint8_t& byte : source) {
    byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 2 * 255);
  }
  for (std::size_t predictor = 0; predictor < kPredictorCount; ++predictor) {
    for (std::uint8_t log = 0; log < 4; ++log) {
      for (unsigned flags = 0; flags < 16; ++flags) {
        if (log == 0 && (flags & 1) != 0) continue;
        if (predictor == 7 && (log == 0 || (flags & 14) != 0)) continue;
        Layout layout{.stride = 16, .phase = flags};
        for (std::size_t i = 0; i < 16u >> log; ++i) {
          Field& field = layout.fields[layout.count++];
          field.log_width = log;
          field.big_endian = (flags & 1) != 0;
          field.zigzag = (flags & 2) != 0;
          field.joined = (flags & 4) != 0 && i > 0;
          field.reference = (flags & 8) != 0 && i > 0;
          field.predictor = static_cast<P>(predictor);
        }
        for (const std::size_t size : {source.size(), std::size_t{100}, std::size_t{17}}) {
          ExpectRoundTrip(ByteView(source).first(size), layout, pool);
        }
      }
    }
  }
}

TEST(Records, ParametersComeBack) {
  for (const TransformParams& params : Transform().variants()) {
    const auto layout = ParseLayout(params);
    ASSERT_TRUE(layout);
    TransformParams again;
    ASSERT_TRUE(WriteLayout(*layout, again));
    EXPECT_EQ(again, params);
  }
  // 512 fields that all differ from their neighbours do not fit.
  Layout layout{.stride = kMaxRecord, .count = kMaxRecord};
  for (std::size_t i = 1; i < kMaxRecord; i += 2) layout.fields[i].predictor = P::kLag1;
  TransformParams params;
  EXPECT_FALSE(WriteLayout(layout, params));
}

TEST(Records, RefusesLayoutsThatCannotBe) {
  const std::vector<std::pair<Bytes, ErrorCode>> wrong = {
      {{}, ErrorCode::kCorrupt},
      {{3, 4, 0, 0, 4}, ErrorCode::kUnsupported},             // reserved kind of gaps
      {{4, 4, 0, 0, 4}, ErrorCode::kUnsupported},             // and bit
      {{0, 0, 0}, ErrorCode::kCorrupt},                       // stride 0
      {{0, 0x81, 0x04, 0, 0x00, 0x7F}, ErrorCode::kCorrupt},  // stride 513
      {{0, 4, 4, 0, 4}, ErrorCode::kCorrupt},                 // phase = stride
      {{0, 4, 0, 0, 3}, ErrorCode::kCorrupt},                 // a byte left
      {{0, 4, 0, 0, 5}, ErrorCode::kCorrupt},                 // a byte too many
      {{0, 4, 0, 0}, ErrorCode::kCorrupt},                    // cut off
      {{0, 4, 0, 0, 0, 0, 4}, ErrorCode::kCorrupt},           // repeat 0
      {{0, 4, 0, 0x70, 4}, ErrorCode::kCorrupt},              // whole bytes
      {{0, 4, 0, 0x79, 2}, ErrorCode::kCorrupt},              // whole and zigzag
      {{0, 4, 0, 0x71, 1, 0x81, 1}, ErrorCode::kCorrupt},     // joined to a whole field
      {{0, 4, 0, 1, 1, 0x71, 0x81, 1}, ErrorCode::kCorrupt},  // whole with a reference
      {{0, 4, 0, 0x04, 4}, ErrorCode::kCorrupt},              // big-endian bytes
      {{0, 4, 0, 0x80, 4}, ErrorCode::kCorrupt},              // joined to nothing
      {{0, 4, 0, 0x00, 0x84, 1}, ErrorCode::kCorrupt},        // reference before the first field
      {{0, 4, 0, 0, 1, 0, 0x83, 0}, ErrorCode::kCorrupt},     // reference 0
      {{0, 4, 0, 0, 1, 0, 0x83}, ErrorCode::kCorrupt},        // reference cut off
      {{0, 4, 0, 0, 2, 1, 0x81, 1}, ErrorCode::kCorrupt},     // reference of another width
      {{0, 4, 0, 0, 2, 1, 0x81, 255}, ErrorCode::kCorrupt},   // and out of bounds
  };
  for (const auto& [bytes, code] : wrong) {
    TransformParams params;
    std::ranges::copy(bytes, params.bytes.begin());
    params.size = static_cast<std::uint8_t>(bytes.size());
    const auto layout = ParseLayout(params);
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().code, code);
  }
}

TEST(Records, BytesInContextsAreApartByClass) {
  // A kind, and bytes that it tells: spread over 2, 16 or all values; a number of two bytes.
  std::mt19937 random(12);
  Bytes source = {9};
  for (int i = 0; i < 20000; ++i) {
    const auto kind = static_cast<unsigned>(random() % 3);
    const unsigned spread = kind == 0 ? 2 : kind == 1 ? 16 : 256;
    source.push_back(static_cast<std::uint8_t>(random() % spread));
    source.push_back(static_cast<std::uint8_t>(40 + kind));
    source.push_back(static_cast<std::uint8_t>(200 + random() % spread));
    source.push_back(static_cast<std::uint8_t>(i));
    source.push_back(static_cast<std::uint8_t>(i >> 8));
  }
  BufferPool pool;
  const Layout layout = LayoutOf(5, 1,
                                 {{.contexted = true, .reference = 3},
                                  {},
                                  {.contexted = true, .reference = 1},
                                  {.log_width = 1, .predictor = P::kLag1}});
  ExpectRoundTrip(source, layout, pool);
  const std::vector<Bytes> sections = Split(source, Params(layout), pool);
  // Gaps, kind, two planes; then twice a map and three classes.
  ASSERT_EQ(sections.size(), 4u + 2 * 4);
  for (const std::size_t map : {4u, 8u}) {
    EXPECT_EQ(sections[map].size(), 256u);
    EXPECT_EQ(sections[map + 1].size() + sections[map + 2].size() + sections[map + 3].size(),
              20000u);
  }
  // A class more, a byte less, no map, one section too many, contexts that say otherwise.
  const auto refused = [&](auto change) {
    std::vector<Bytes> damaged = sections;
    change(damaged);
    Bytes target(source.size());
    return !Join(damaged, Params(layout), pool, target);
  };
  EXPECT_TRUE(refused([](auto& all) { all[4][40] = 7; }));
  EXPECT_TRUE(refused([](auto& all) { all[4][40] = 8; }));
  EXPECT_TRUE(refused([](auto& all) { all[5].pop_back(); }));
  EXPECT_TRUE(refused([](auto& all) { all[4].pop_back(); }));
  EXPECT_TRUE(refused([](auto& all) { all.pop_back(); }));
  EXPECT_TRUE(refused([](auto& all) { all.emplace_back(); }));
  EXPECT_TRUE(refused([](auto& all) { all.resize(4); }));
  EXPECT_TRUE(refused([](auto& all) { all[1][0] = all[1][0] == 40 ? 41 : 40; }));
}

TEST(Records, RefusesContextsThatCannotBe) {
  const auto valid = [](std::vector<Field> fields) {
    return ParseLayout(Params(LayoutOf(3, 0, std::move(fields)))).has_value();
  };
  const Field in1{.contexted = true, .reference = 1};
  const Field in2{.contexted = true, .reference = 2};
  EXPECT_TRUE(valid({{}, in1, in2}));
  EXPECT_TRUE(valid({in2, {}, in1}));
  EXPECT_FALSE(valid({{}, in1, in1}));                                 // a context in a context
  EXPECT_FALSE(valid({{}, {}, {.contexted = true, .reference = 3}}));  // itself
  EXPECT_FALSE(valid({{}, {}, {.contexted = true}}));
  EXPECT_FALSE(valid({{}, in1, {.joined = true}}));
  EXPECT_FALSE(valid({{}, in1, {.reference = 1}}));
  EXPECT_FALSE(valid({{.log_width = 1}, in1}));
  EXPECT_FALSE(valid({{}, {}, {.zigzag = true, .contexted = true, .reference = 1}}));
}

TEST(Records, RefusesListsOfGapsThatCannotBe) {
  BufferPool pool;
  Layout layout = LayoutOf(4, 0, {{}, {}, {}, {}});
  layout.gaps = Gaps::kLines;
  const TransformParams params = Params(layout);
  const std::vector<Bytes> good = {{1, 2}, {9}, {1, 2}, {3, 4}, {5, 6}, {7, 8}};
  Bytes target(9);
  ASSERT_TRUE(Join(good, params, pool, target));
  EXPECT_EQ(target, (Bytes{9, 1, 3, 5, 7, 2, 4, 6, 8}));
  for (const Bytes& list : {Bytes{}, Bytes{1}, Bytes{1, 1}, Bytes{1, 3}, Bytes{0, 2}, Bytes{2, 2},
                            Bytes{1, 2, 0}, Bytes{1, 2, 0, 1}, Bytes{1, 0xFF, 0xFF, 0xFF, 0xFF},
                            Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 2}}) {
    std::vector<Bytes> wrong = good;
    wrong[0] = list;
    const auto done = Join(wrong, params, pool, target);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
  }
}

TEST(Records, SurvivesRandomParametersAndSections) {
  BufferPool pool;
  std::mt19937 random(3);
  std::size_t accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    TransformParams params = Transform().variants()[random() % 7];
    for (unsigned flips = random() % 4; flips > 0; --flips) {
      params.bytes[random() % params.size] ^= static_cast<std::uint8_t>(1u << random() % 8);
    }
    Bytes target(random() % 200);
    std::vector<Bytes> sections(random() % 20);
    for (Bytes& section : sections) {
      section.resize(random() % 3 == 0 ? target.size() / 13 : random() % 100);
      for (std::uint8_t& byte : section) byte = static_cast<std::uint8_t>(random() % 8);
    }
    accepted += Join(sections, params, pool, target) ? 1 : 0;
  }
  EXPECT_LT(accepted, 20000u);
}

}  // namespace
}  // namespace sigma::records
