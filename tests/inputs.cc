#include "tests/inputs.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/strategy/levels.h"
#include "tests/data.h"
#include "tests/machine_code.h"
#include "tests/media.h"

namespace sigma::tests {
namespace {

// Enough for every detector's sample, little enough for level 7 under every strategy.
constexpr std::size_t kSize = 16 << 10;

void Put(Bytes& to, std::uint64_t value, unsigned bytes, bool big_endian = false) {
  AppendSample(static_cast<std::int64_t>(value), bytes, big_endian, to);
}

void Put(Bytes& to, double value) { Put(to, std::bit_cast<std::uint64_t>(value), 8); }

void Put(Bytes& to, const std::string& text) { to.insert(to.end(), text.begin(), text.end()); }

// 23-byte records after a header: counter, small signed number, big-endian walk, noise, a class.
Bytes WideRecords() {
  Random random(23);
  Bytes bytes(37, 'h');
  std::uint64_t walk = 1 << 29;
  for (std::uint64_t i = 0; bytes.size() < kSize; ++i) {
    Put(bytes, 1000 + 3 * i, 8);
    Put(bytes, random.Below(2001) - 1000, 4);
    walk += random.Below(4000001) - 2000000;
    Put(bytes, walk, 4, true);
    Put(bytes, random(), 4);
    Put(bytes, random.Below(5), 1);
    Put(bytes, 0, 2);
  }
  return bytes;
}

// 8-byte values of a few hundred that come again.
Bytes FewValues() {
  Random random(8);
  std::vector<std::uint64_t> values(300);
  for (std::uint64_t& value : values) value = random();
  Bytes bytes;
  while (bytes.size() < kSize) Put(bytes, values[random.Below(random.Below(300) + 1)], 8);
  return bytes;
}

// Measurements with few binary places, which a walk connects.
Bytes Doubles() {
  Random random(64);
  Bytes bytes;
  double value = 20;
  while (bytes.size() < kSize) {
    value += (static_cast<double>(random.Below(129)) - 64) / 64;
    Put(bytes, value);
  }
  return bytes;
}

// Columns one after another: a, b, a · b and numbers that follow from neither.
Bytes Columns() {
  constexpr std::size_t kRows = 1500;
  Random random(4);
  std::vector<double> a(kRows), b(kRows);
  Bytes bytes(24, 0);
  for (double& x : a) Put(bytes, x = static_cast<double>(1 + random.Below(1u << 30)) / 4096);
  for (double& x : b) Put(bytes, x = static_cast<double>(1 + random.Below(1u << 20)) / 7);
  for (std::size_t i = 0; i < kRows; ++i) Put(bytes, a[i] * b[i]);
  for (std::size_t i = 0; i < kRows; ++i)
    Put(bytes, static_cast<double>(random.Below(1u << 24)) / 3);
  return bytes;
}

Bytes Log() {
  Random random(5);
  Bytes bytes;
  std::uint64_t second = 3600;
  while (bytes.size() < kSize) {
    second += random.Below(3);
    Put(bytes, "2026-11-29 0" + std::to_string(second / 3600) + ":" +
                   std::to_string(10 + second / 60 % 50) + ":" + std::to_string(10 + second % 50));
    switch (random.Below(3)) {
      case 0:
        Put(bytes, " INFO worker" + std::to_string(random.Below(8)) + ": took " +
                       std::to_string(random.Below(9000)) + " ms\n");
        break;
      case 1:
        Put(bytes, " WARN block " + std::to_string(random() >> 20) + " from 10.0." +
                       std::to_string(random.Below(256)) + "." + std::to_string(random.Below(256)) +
                       "\n");
        break;
      default:
        Put(bytes, " ERROR of request " + std::to_string(random.Below(100000)) + "\n");
    }
  }
  return bytes;
}

Bytes SeparatedValues() {
  Random random(6);
  Bytes bytes;
  Put(bytes, std::string("number,amount,state,name,price\n"));
  for (std::uint64_t row = 100000; bytes.size() < kSize; row += 7) {
    std::string line = std::to_string(row) + "," + std::to_string(random.Below(5000)) + ",";
    line += random.Below(3) != 0 ? "open," : "closed,";
    for (std::uint64_t letters = 3 + random.Below(9); letters-- > 0;)
      line += static_cast<char>('a' + random.Below(26));
    Put(bytes, line + "," + std::to_string(random.Below(100)) + "." +
                   std::to_string(10 + random.Below(90)) + "\n");
  }
  return bytes;
}

Bytes JsonLines() {
  Random random(7);
  Bytes bytes;
  while (bytes.size() < kSize) {
    Put(bytes, "{\"id\": " + std::to_string(random.Below(1000000)) + ", \"type\": \"" +
                   (random.Below(2) != 0 ? "Push" : "Watch") + "Event\", \"repo\": {\"stars\": " +
                   std::to_string(random.Below(500)) + "}, \"public\": true}\n");
  }
  return bytes;
}

// Leaves of SQLite's tables, 1 KiB each: an array of places, and cells that the pages fill from
// their ends.
Bytes Pages() {
  constexpr std::size_t kPage = 1024, kHead = 8;
  Random random(13);
  Bytes bytes;
  std::uint64_t row = 100;
  while (bytes.size() < kSize) {
    Bytes page(kPage);
    std::size_t end = kPage, cells = 0;
    for (;;) {
      const std::size_t length = 4 + random.Below(60);
      if (end < kHead + 2 * cells + 2 + length + 3) break;
      end -= length + 3;
      page[end] = static_cast<std::uint8_t>(length);
      page[end + 1] = static_cast<std::uint8_t>(0x80 | row >> 7);
      page[end + 2] = static_cast<std::uint8_t>(row & 0x7F);
      row = row % 16000 + 1;
      for (std::size_t i = 0; i < length; ++i)
        page[end + 3 + i] = static_cast<std::uint8_t>('a' + random.Below(9));
      page[kHead + 2 * cells] = static_cast<std::uint8_t>(end >> 8);
      page[kHead + 2 * cells + 1] = static_cast<std::uint8_t>(end);
      ++cells;
    }
    page[0] = 13;
    page[4] = static_cast<std::uint8_t>(cells);
    page[5] = static_cast<std::uint8_t>(end >> 8);
    page[6] = static_cast<std::uint8_t>(end);
    bytes.insert(bytes.end(), page.begin(), page.end());
  }
  return bytes;
}

// Data that splits and cuts are made for.
Bytes Parts() {
  Bytes bytes;
  for (const Bytes& part : {Generate(Kind::kText, 50000), WideRecords(), Picture({.width = 200}),
                            Generate(Kind::kRandom, 20000), X86Code(40000, true, 0)}) {
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  return bytes;
}

}  // namespace

std::vector<Input> Inputs() {
  std::vector<Input> inputs;
  for (const Kind kind : kAllKinds)
    inputs.push_back({KindName(kind), [kind] { return Generate(kind, kSize); }});
  // Sizes at which streams, chunks and coders begin.
  for (const std::size_t size : {0u, 1u, 7u, 300u}) {
    inputs.push_back(
        {"text_of_" + std::to_string(size), [size] { return Generate(Kind::kText, size); }});
  }
  inputs.insert(
      inputs.end(),
      {{"wide_records", WideRecords},
       {"few_values", FewValues},
       {"doubles", Doubles},
       {"columns", Columns},
       {"log", Log},
       {"separated_values", SeparatedValues},
       {"json_lines", JsonLines},
       {"pages", Pages},
       {"gray", [] { return Picture({.width = 160, .height = 150}); }},
       {"gray16",
        [] { return Picture({.width = 120, .height = 100, .bits = 16, .big_endian = true}); }},
       {"colour", [] { return Picture({.width = 100, .height = 80, .channels = 3}); }},
       {"mono", [] { return Sound({.frames = 12000}); }},
       {"stereo24", [] { return Sound({.frames = 4000, .channels = 2, .bytes = 3}); }},
       {"x86", [] { return X86Code(kSize, false, 0); }},
       {"x86_64", [] { return X86Code(kSize, true, 0); }},
       {"arm64", [] { return Arm64Code(kSize / 4, 0); }},
       {"parts", Parts},
       {"parts_in_chunks", Parts, kMinChunkSize}});
  return inputs;
}

Bytes InputOf(const std::string& name) {
  for (const Input& input : Inputs()) {
    if (input.name == name) return input.make();
  }
  std::abort();
}

}  // namespace sigma::tests
