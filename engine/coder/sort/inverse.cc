// links[row] is the row of the suffix one byte longer. Its low byte, up to 2^24 bytes of text, is
// the byte that it begins with, so that a step is one look at memory; beyond, the byte is looked up
// in the sorted bytes. The links are a permutation whatever the bytes are: no walk leaves them.
#include "engine/coder/sort/inverse.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace sigma::sort {
namespace {

constexpr std::size_t kMostPacked = std::size_t{1} << 24;

// `whole`: the row of the whole text, before which the last byte is noted: its link leads to the
// suffix of that byte alone, which comes first among those that begin with it.
template <bool kPacked>
void LinkRows(ByteView sorted, std::size_t whole, std::uint32_t* links) {
  const std::size_t size = sorted.size();
  std::array<std::array<std::uint32_t, 256>, 4> counts{};
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) ++counts[k][sorted[i + k]];
  }
  for (; i < size; ++i) ++counts[0][sorted[i]];
  std::array<std::uint32_t, 256> next;
  std::uint32_t sum = 0;
  for (std::size_t b = 0; b < 256; ++b) {
    next[b] = sum;
    sum += counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b];
  }
  const auto link = [&](std::size_t row) {
    const std::uint8_t byte = sorted[row];
    const std::uint32_t to = next[byte]++;
    links[row] = kPacked ? to << 8 | byte : to;
  };
  link(whole);
  for (std::size_t row = 0; row < whole; ++row) link(row);
  for (std::size_t row = whole + 1; row < size; ++row) link(row);
}

template <bool kPacked>
std::uint32_t Step(const std::uint8_t* sorted, const std::uint32_t* links, std::uint32_t row,
                   std::uint8_t* to) {
  const std::uint32_t link = links[row];
  *to = kPacked ? static_cast<std::uint8_t>(link) : sorted[row];
  return kPacked ? link >> 8 : link;
}

template <bool kPacked>
bool Walk(ByteView sorted, std::span<const std::uint32_t> rows, std::size_t step,
          const std::uint32_t* links, MutableBytes target) {
  const std::size_t parts = rows.size();
  // Part j ends where part j + 1 begins, the last where the text does: the row before the first.
  std::array<std::uint32_t, kMaxCursors> at;
  std::array<std::uint8_t*, kMaxCursors> to;
  for (std::size_t j = 0; j < parts; ++j) {
    at[j] = rows[j + 1 == parts ? 0 : j + 1];
    to[j] = target.data() + std::min((j + 1) * step, target.size());
  }
  const std::size_t last = target.size() - (parts - 1) * step;  // bytes of the last part
  // All parts in turns as far as the last one goes, then the others.
  if (parts == kMaxCursors) {
    for (std::size_t i = 0; i < last; ++i) {
      for (std::size_t j = 0; j < kMaxCursors; ++j) {
        at[j] = Step<kPacked>(sorted.data(), links, at[j], --to[j]);
      }
    }
  } else {
    for (std::size_t i = 0; i < last; ++i) {
      for (std::size_t j = 0; j < parts; ++j) {
        at[j] = Step<kPacked>(sorted.data(), links, at[j], --to[j]);
      }
    }
  }
  for (std::size_t i = last; i < step; ++i) {
    for (std::size_t j = 0; j + 1 < parts; ++j) {
      at[j] = Step<kPacked>(sorted.data(), links, at[j], --to[j]);
    }
  }
  return std::equal(rows.begin(), rows.end(), at.begin());
}

}  // namespace

bool RestoreText(ByteView sorted, std::span<const std::uint32_t> rows, std::size_t step,
                 std::span<std::uint32_t> links, MutableBytes target) {
  assert(links.size() >= sorted.size() && target.size() == sorted.size());
  assert((rows.size() - 1) * step < sorted.size() && sorted.size() <= rows.size() * step);
  if (sorted.size() <= kMostPacked) {
    LinkRows<true>(sorted, rows[0], links.data());
    return Walk<true>(sorted, rows, step, links.data(), target);
  }
  LinkRows<false>(sorted, rows[0], links.data());
  return Walk<false>(sorted, rows, step, links.data(), target);
}

}  // namespace sigma::sort
