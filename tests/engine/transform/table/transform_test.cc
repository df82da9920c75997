// TABLE on text of every shape it is for: logs, tables, catalogues, records without lines; cut
// anywhere; and with every section damaged.
#include "engine/transform/table/transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/transform/table/layout.h"
#include "engine/transform/table/numbers.h"
#include "tests/data.h"

namespace sigma::table {
namespace {

constexpr std::uint8_t kGuard = 0x5A;

struct Sections {
  explicit Sections(std::size_t size)
      : memory(SectionList::MemoryFor(size)), list(memory.bytes(), size) {}
  [[nodiscard]] std::vector<ByteView> views() const {
    std::vector<ByteView> all;
    for (std::size_t k = 0; k < list.count(); ++k) all.emplace_back(list[k].bytes);
    return all;
  }
  Buffer memory;
  SectionList list;
};

ByteView View(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string Number(std::uint64_t value, int width = 0) {
  std::string text = std::to_string(value);
  while (text.size() < static_cast<std::size_t>(width)) text.insert(text.begin(), '0');
  return text;
}

std::string Hex(std::uint64_t value, int width, bool upper) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), upper ? "%0*lX" : "%0*lx", width,
                static_cast<unsigned long>(value));
  return text.data();
}

std::string Log(std::size_t lines, std::uint64_t seed) {
  tests::Random random(seed);
  std::string text;
  std::uint64_t second = 3600;
  for (std::size_t i = 0; i < lines; ++i) {
    second += random.Below(3);
    text += "2026-11-" + Number(1 + second / 86400, 2) + " " + Number(second / 3600 % 24, 2) + ":" +
            Number(second / 60 % 60, 2) + ":" + Number(second % 60, 2);
    switch (random.Below(4)) {
      case 0:
        text += " INFO worker" + Number(random.Below(8)) + ": took " + Number(random.Below(9000)) +
                " ms, free " + Number(random.Below(100)) + "." + Number(random.Below(10)) + " KB\n";
        break;
      case 1:
        text += " WARN block blk_" + Number(random() >> 4) + " from 10.0." +
                Number(random.Below(256)) + "." + Number(random.Below(256)) + "\r\n";
        break;
      case 2:
        text += " ERROR at 0x" + Hex(random() >> 20, 8, false) + " id " +
                Hex(random.Below(65536), 4, true) + "\n";
        break;
      default:
        text += std::string(random.Below(40), 'x') + "\n";
        break;
    }
  }
  return text;
}

std::string Table(std::size_t lines, char separator, char delimiter, std::uint64_t seed) {
  tests::Random random(seed);
  std::string text = "code;name;kind;value;;empty\n";
  for (std::size_t i = 0; i < lines; ++i) {
    const std::string cut(1, delimiter);
    text += Hex(i * 3, 4, true) + cut;
    for (std::uint64_t words = 1 + random.Below(3); words-- > 0;) {
      text += std::string(1 + random.Below(90), static_cast<char>('A' + random.Below(26))) + " ";
    }
    text += cut + (random.Below(3) == 0 ? "Lu" : "Ll") + cut;
    text += random.Below(5) == 0 ? "" : Number(random.Below(100000));
    text += cut + cut + Number(random.Below(1000), static_cast<int>(1 + random.Below(6)));
    if (random.Below(50) == 0) text += cut + "more";
    text += separator;
  }
  return text;
}

std::vector<std::string> Texts() {
  std::vector<std::string> texts = {Log(3000, 1),
                                    Log(40, 2),
                                    Table(3000, '\n', ';', 3),
                                    Table(500, ']', ',', 4),
                                    Table(20, '\n', ' ', 5),
                                    std::string(5000, '\n'),
                                    "0",
                                    "a;b;",
                                    "12\n34\n",
                                    "12\n34\n567",
                                    std::string(9000, '7') + "\n1\n"};
  std::string slots = Log(400, 6);  // with the byte that stands for a slot
  for (std::size_t i = 0; i < slots.size(); i += 97) slots[i] = static_cast<char>(kSlot);
  texts.push_back(slots);
  std::string many;  // more templates than have a code of one byte
  for (std::size_t i = 0; i < 3000; ++i) {
    many += std::string(1 + i % 700, 'q') + Number(i * i) + " and " + Number(i % 7) + "\n";
  }
  texts.push_back(many);
  // Lines longer than a block, the last one without its end; more shapes than are kept.
  std::string lengthy;
  for (std::size_t i = 0; i < 5; ++i) {
    lengthy += Log(300, 20 + i) + Table(60 + 500 * i, ' ', ';', 40 + i) + "\n";
  }
  lengthy += Log(300, 30) + std::string(70000, 'z') + "9";
  texts.push_back(lengthy);
  lengthy[lengthy.size() - 50000] = static_cast<char>(kSlot);
  texts.push_back(lengthy);
  std::string shapes;
  for (std::size_t i = 0; i < 20000; ++i) {
    shapes += "at " + Number(i, static_cast<int>(1 + i % 90)) + " and " +
              Number(i * 7919 % 1000, static_cast<int>(1 + i / 90)) + (i % 3 == 0 ? ".\n" : "\n");
    if (i > 8000) shapes += "again 12:" + Number(i % 60, 2) + "\n";
  }
  texts.push_back(shapes);
  std::string wide;  // more columns than there are sections
  for (std::size_t i = 0; i < 400; ++i) {
    for (std::size_t k = 0; k < 300; ++k) wide += Number(i * k * 7919 % 100003) + ",";
    wide += "end\n";
  }
  texts.push_back(wide);
  return texts;
}

// Whether the transform took the text; then it must come back.
bool RoundTrip(ByteView bytes, const TransformParams& params, BufferPool& pool) {
  const Buffer source = tests::Padded(bytes);
  Sections sections(bytes.size());
  if (!Encode(source.view().first(bytes.size()), params, pool, sections.list)) return false;
  std::vector<std::uint8_t> back(bytes.size() + kPad, kGuard);
  const auto done = Decode(sections.views(), params, pool, std::span(back).first(bytes.size()));
  EXPECT_TRUE(done) << (done ? "" : done.error().text);
  const auto differs = std::mismatch(bytes.begin(), bytes.end(), back.begin()).first;
  EXPECT_EQ(differs - bytes.begin(), static_cast<std::ptrdiff_t>(bytes.size())) << std::string(
      bytes.begin() + std::max<std::ptrdiff_t>(0, differs - bytes.begin() - 40), differs);
  EXPECT_TRUE(std::all_of(back.begin() + static_cast<std::ptrdiff_t>(bytes.size()), back.end(),
                          [](std::uint8_t byte) { return byte == kGuard; }));
  return true;
}

TEST(Transform, RestoresTextsOfEveryShape) {
  BufferPool pool;
  std::size_t taken = 0;
  for (const std::string& text : Texts()) {
    for (const TransformParams& params : Transform().variants()) {
      SCOPED_TRACE(Transform().describe(params) + " of " + text.substr(0, 40));
      taken += RoundTrip(View(text), params, pool) ? 1u : 0u;
    }
  }
  EXPECT_GE(taken, 20u);
}

TEST(Transform, RestoresTextsCutAnywhere) {
  BufferPool pool;
  for (const std::string& text : {Log(60, 7), Table(60, '\n', ';', 8), Table(60, ']', ',', 9)}) {
    for (const TransformParams& params : Transform().variants()) {
      for (std::size_t cut = 0; cut < 700; ++cut) {
        ASSERT_TRUE(RoundTrip(View(text).subspan(cut, text.size() - 2 * cut), params, pool) ||
                    true);
        if (HasFailure()) FAIL() << cut;
      }
    }
  }
}

TEST(TableNumbers, AreWrittenAsTheyWereRead) {
  tests::Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t value = random() >> random.Below(64);
    const std::size_t least = random.Below(kMaxLeast + 1);
    std::array<std::uint8_t, kMaxNumber + 1> text;
    text.back() = kGuard;
    std::string expected = Number(value, static_cast<int>(least));
    std::size_t size = WriteDecimal(value, least, text.data());
    ASSERT_EQ(std::string(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size)),
              expected);
    ASSERT_EQ(text.back(), kGuard);
    std::uint64_t parsed = 0;
    std::array<std::uint8_t, 64> padded{};
    std::copy_n(text.begin(), size, padded.begin());
    if (size <= kMaxDecimalDigits) {
      ASSERT_TRUE(ParseDecimal(padded.data(), size, &parsed));
      ASSERT_EQ(parsed, value);
      padded[random.Below(size)] = static_cast<std::uint8_t>("/:x-\0"[random.Below(5)]);
      ASSERT_FALSE(ParseDecimal(padded.data(), size, &parsed));
    }
    const bool upper = random.Below(2) == 0;
    expected = Hex(value, static_cast<int>(least), upper);
    size = WriteHex(value, least, upper ? 'A' : 'a', text.data());
    ASSERT_EQ(std::string(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size)),
              expected);
    if (size <= kMaxHexDigits) {
      ASSERT_TRUE(ParseHex(text.data(), size, upper ? 'A' : 'a', &parsed));
      ASSERT_EQ(parsed, value);
    }
  }
}

// Any byte of any section changed, any section cut: an error or some bytes, nothing outside.
TEST(Transform, SurvivesDamagedSections) {
  BufferPool pool;
  tests::Random random(3);
  for (const std::string& text : {Log(150, 7), Table(150, '\n', ';', 8)}) {
    for (const TransformParams& params : Transform().variants()) {
      const Buffer source = tests::Padded(View(text));
      Sections sections(text.size());
      if (!Encode(source.view().first(text.size()), params, pool, sections.list)) continue;
      const std::vector<ByteView> good = sections.views();
      std::vector<std::uint8_t> back(text.size() + kPad, kGuard);
      for (int round = 0; round < 4000; ++round) {
        // The schema and the codes say most: they are hit most.
        std::size_t k = random.Below(2 * good.size());
        if (k >= good.size()) k = random.Below(2) == 0 ? good.size() - 1 : good.size() - 2;
        std::vector<ByteView> damaged = good;
        Buffer copy = tests::Padded(good[k]);
        std::size_t size = good[k].size();
        if (size != 0 && round % 5 != 0) {
          copy.data()[random.Below(size)] =
              static_cast<std::uint8_t>(random.Below(3) == 0 ? kSlot : random());
        } else {
          size = random.Below(size + 2);
        }
        damaged[k] = ByteView(copy.data(), size);
        const std::size_t target = round % 3 != 0 ? text.size() : random.Below(text.size());
        std::fill(back.begin(), back.end(), kGuard);
        (void)Decode(damaged, params, pool, std::span(back).first(target));
        ASSERT_TRUE(std::all_of(back.begin() + static_cast<std::ptrdiff_t>(target), back.end(),
                                [](std::uint8_t byte) { return byte == kGuard; }));
      }
    }
  }
}

TEST(Transform, RefusesWhatIsNoText) {
  BufferPool pool;
  for (const tests::Kind kind : {tests::Kind::kRandom, tests::Kind::kWalk16, tests::Kind::kText}) {
    const Bytes bytes = tests::Generate(kind, 20000);
    const Buffer source = tests::Padded(bytes);
    Sections sections(bytes.size());
    EXPECT_FALSE(
        Encode(source.view().first(bytes.size()), Params('\n', '\n'), pool, sections.list) &&
        kind != tests::Kind::kText);
  }
}

TEST(Transform, SplitsAsDocumented) {
  const std::string text = "a 07:x\na 12:x\nb\na 08:x";
  const Buffer source = tests::Padded(View(text));
  BufferPool pool;
  Sections sections(text.size());
  ASSERT_TRUE(Encode(source.view().first(text.size()), Params('\n', '\n'), pool, sections.list));
  std::vector<Bytes> expected = {
      {0, 0, kNewTemplate, 0},                                         // lines
      {},                                                              // rare
      {},                                                              // text
      {},                                                              // lengths
      {7, 12, 8},                                                      // group 0
      {'a', ' ', kSlot, ':', 'x', '\n', 'b', '\n'},                    // templates
      {4, 1, 1, 1, 1, static_cast<std::uint8_t>(Base::kDecimal), 2}};  // schema
  ASSERT_EQ(sections.list.count(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(Bytes(sections.list[k].bytes.begin(), sections.list[k].bytes.end()), expected[k])
        << k;
  }
  EXPECT_EQ(Transform().describe(Params('\n', '\n')), "lines");
  EXPECT_EQ(Transform().describe(Params(']', '\t')), "table tab to ]");
}

// A column's texts end with its last value, those of its own section and those of the common one.
TEST(Transform, RefusesTextThatIsLeftOver) {
  const std::string text = "a=x\na=y\nb\na=z\n";
  const std::string templates =
      std::string("a=") + static_cast<char>(kSlot) + "\nb\nc" + static_cast<char>(kSlot) + "\n";
  BufferPool pool;
  const auto restores = [&](bool own, const std::string& texts, const std::string& unused) {
    const auto column = static_cast<char>(own ? 0x20 : 0);  // 0: text
    const std::string schema = std::string("\4\0\3\0\0", 5) + column + column;
    std::vector<std::string> parts = {std::string("\0\0\1\0", 4), ""};
    if (own) parts.insert(parts.end(), {texts, unused});
    parts.insert(parts.end(), {own ? "" : texts + unused, "", templates, schema});
    std::vector<Buffer> memory;
    std::vector<ByteView> sections;
    for (const std::string& part : parts) {
      memory.push_back(tests::Padded(View(part)));
      sections.emplace_back(memory.back().data(), part.size());
    }
    std::string back(text.size(), '?');
    const auto done = Decode(sections, Params('\n', '\n'), pool,
                             {reinterpret_cast<std::uint8_t*>(back.data()), back.size()});
    EXPECT_TRUE(!done || back == text);
    EXPECT_TRUE(done || done.error().code == ErrorCode::kCorrupt);
    return done.has_value();
  };
  for (const bool own : {false, true}) {
    EXPECT_TRUE(restores(own, "x\ny\nz\n", "")) << own;
    for (const char* rest : {"\n", "q", "q\n", "0123456789", "x\ny\nz\n"}) {
      EXPECT_FALSE(restores(own, std::string("x\ny\nz\n") + rest, "")) << own << rest;
      EXPECT_FALSE(restores(own, "x\ny\nz\n", rest)) << own << ", without a line: " << rest;
    }
    EXPECT_FALSE(restores(own, "x\ny\nz", "")) << own;
  }
}

}  // namespace
}  // namespace sigma::table
