// The optimal parse: sequences that restore the source and cost what the program says is least, the
// same on every target; nothing is read beyond the range.
#include "kernels/lz/optimal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma {
namespace {

using kernels::lz::Prices;
using kernels::lz::Sequence;

using Source = std::vector<std::uint8_t>;

// Words of a small vocabulary with noise.
Source Words(std::size_t size, unsigned vocabulary) {
  std::mt19937 random(vocabulary);
  Source bytes;
  while (bytes.size() < size) {
    const auto word = static_cast<unsigned>(std::min(random() % vocabulary, random() % vocabulary));
    for (unsigned k = 0; k < 2 + word % 7; ++k) {
      bytes.push_back(static_cast<std::uint8_t>('a' + (word * (k + 3) + k * k) % 26));
    }
    if (random() % 5 == 0) bytes.push_back(static_cast<std::uint8_t>(random()));
  }
  bytes.resize(size);
  return bytes;
}

Source Period(std::size_t size, std::size_t period) {
  Source bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % period * 37);
  return bytes;
}

struct Candidates {
  std::vector<std::uint8_t> counts;
  std::vector<std::uint32_t> all;
};

// The nearest match of each length among some earlier positions; none inside of one of `nice`.
Candidates Search(const Source& source, std::size_t begin, std::size_t end, std::size_t nice) {
  Candidates found;
  std::size_t whole = begin;
  for (std::size_t at = begin; at < end; ++at) {
    std::uint8_t count = 0;
    std::size_t best = 2;
    for (std::size_t offset = 1;
         at >= whole && at + 2 < end && offset <= std::min<std::size_t>(at, 300); ++offset) {
      std::size_t length = 0;
      while (at + length < source.size() && length < nice &&
             source[at + length] == source[at + length - offset]) {
        ++length;
      }
      if (length <= best) continue;
      best = length;
      found.all.push_back(static_cast<std::uint32_t>(offset << 8 | length));
      ++count;
    }
    if (best >= nice) {
      const std::size_t offset = found.all.back() >> 8;
      whole = at;
      while (whole < end && source[whole] == source[whole - offset]) ++whole;
    }
    found.counts.push_back(count);
  }
  return found;
}

std::unique_ptr<Prices> RandomPrices(unsigned seed, bool contexts) {
  std::mt19937 random(seed);
  auto prices = std::make_unique<Prices>();
  const auto price = [&random](unsigned least, unsigned range) {
    return static_cast<std::uint32_t>(least + random() % range);
  };
  for (std::size_t i = 0; i < 256; ++i) {
    prices->contexts[i] = static_cast<std::uint8_t>(contexts ? i % 3 : 0);
    for (auto& literal : prices->literal) literal[i] = price(800, 2000);
    prices->near[i] = price(300, 2000);
    prices->low[i] = price(800, 2000);
    prices->middle[i] = price(800, 2000);
    prices->high[i] = price(800, 2000);
    prices->run[i] = price(200, 100) + static_cast<std::uint32_t>(8 * i);
    prices->run_step[i] = i == 0 ? 0 : prices->run[i] - prices->run[i - 1];
    for (auto& kind : prices->match) {
      for (auto& run : kind) run[i] = price(500, 500) + static_cast<std::uint32_t>(4 * i);
    }
  }
  prices->run_step[256] = 0;
  prices->pad.fill(0);
  return prices;
}

struct Parse {
  std::size_t begin;
  std::size_t end;
  std::size_t arrivals;
  std::size_t nice;
};

std::vector<std::uint32_t> Numbers(const std::vector<Sequence>& sequences) {
  std::vector<std::uint32_t> numbers;
  for (const Sequence& each : sequences) {
    numbers.insert(numbers.end(), {each.literals, each.match, each.offset});
  }
  return numbers;
}

// The parse of a range, checked against the source.
std::vector<Sequence> ParseRange(const Source& source, const Parse& parse, const Candidates& found,
                                 const Prices& prices) {
  const std::size_t size = parse.end - parse.begin;
  // Only what the range may read is there.
  const Source known(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(parse.end));
  std::vector<std::uint32_t> scratch(kernels::lz::OptimalScratch(size, parse.arrivals), 0xABABABAB);
  std::vector<Sequence> out(size / 3 + 1);
  out.resize(kernels::lz::ParseOptimally({known.data(),
                                          parse.begin,
                                          parse.end,
                                          {1, 4, 9},
                                          parse.arrivals,
                                          parse.nice,
                                          found.counts.data(),
                                          found.all.data(),
                                          &prices,
                                          scratch.data()},
                                         out.data()));
  std::size_t at = parse.begin;
  for (const Sequence& sequence : out) {
    at += sequence.literals;
    EXPECT_GE(sequence.match, 3u);
    EXPECT_LE(at + sequence.match, parse.end);
    EXPECT_TRUE(sequence.offset >= 1 && sequence.offset <= at);
    if (sequence.offset < 1 || sequence.offset > at || at + sequence.match > parse.end) return out;
    for (std::size_t i = 0; i < sequence.match; ++i, ++at) {
      EXPECT_EQ(source[at], source[at - sequence.offset]) << at;
    }
  }
  return out;
}

void RunOnAll(const Source& source, const Parse& parse, const Prices& prices) {
  const Candidates found = Search(source, parse.begin, parse.end, parse.nice);
  std::vector<std::uint32_t> first;
  bool have = false;
  tests::ForEachTarget([&] {
    const std::vector<std::uint32_t> numbers = Numbers(ParseRange(source, parse, found, prices));
    if (!have) first = numbers;
    have = true;
    EXPECT_TRUE(numbers == first);
  });
}

TEST(LzOptimalKernel, RestoresAndIsTheSameOnEveryTarget) {
  for (const bool contexts : {false, true}) {
    const auto prices = RandomPrices(contexts ? 3 : 4, contexts);
    for (const std::size_t arrivals : {1u, 2u}) {
      for (std::size_t size = 1; size <= 300; size += 1 + size / 40) {
        RunOnAll(Words(size, 4), {0, size, arrivals, 255}, *prices);
        RunOnAll(Period(size, 5), {0, size, arrivals, 32}, *prices);
      }
      for (const std::size_t nice : {16u, 64u, 255u}) {
        RunOnAll(Words(9000, 30), {0, 9000, arrivals, nice}, *prices);
        RunOnAll(Words(9000, 400), {3000, 7001, arrivals, nice}, *prices);
        for (const std::size_t period : {1u, 2u, 7u, 256u, 257u}) {
          RunOnAll(Period(6000, period), {500, 6000, arrivals, nice}, *prices);
        }
      }
    }
  }
}

// The result of one arrival a position is the least over all ways whose state is that of the
// cheapest way so far: a plain program says the same.
class Plain {
 public:
  Plain(const Source& source, const Candidates& found, const Prices& prices)
      : source_(source), nodes_(source.size() + 256) {
    nodes_[0] = {0, 0, 0, {1, 4, 9}};
    std::size_t cursor = 0;
    for (std::size_t at = 0; at < source.size(); ++at) {
      Node& here = nodes_[at];
      if (at != 0) Follow(at);
      const Node from = here;
      Offer(at + 1,
            from.price + prices.Literal(source.data(), at, from.last[0]) +
                prices.run_step[std::min(from.run + 1, 256u)],
            0, from.last[0]);
      std::size_t covered = 2;
      const std::size_t room = std::min<std::size_t>(source.size() - at, 254);
      const auto offer = [&](unsigned kind, std::uint32_t price, std::uint32_t offset,
                             std::size_t length) {
        for (std::size_t i = covered + 1; i <= length; ++i) {
          Offer(at + i,
                from.price + prices.run[0] + price + prices.match[kind][std::min(from.run, 3u)][i],
                i, offset);
        }
        covered = std::max(covered, length);
      };
      for (std::size_t k = 0; k < 3 && room >= 4; ++k) {
        std::size_t length = 0;
        while (length < room && from.last[k] <= at &&
               source[at + length] == source[at + length - from.last[k]]) {
          ++length;
        }
        offer(k == 0 ? kernels::lz::kRepeat0 : kernels::lz::kNear, k == 0 ? 0 : prices.near[k - 1],
              from.last[k], length);
      }
      for (unsigned i = 0; i < found.counts[at]; ++i) {
        const std::uint32_t candidate = found.all[cursor++];
        const std::uint32_t offset = candidate >> 8;
        offer(kernels::lz::ClassOf(offset), prices.Offset(offset), offset,
              std::min<std::size_t>(candidate & 255, room));
      }
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> Numbers() const {
    std::vector<Sequence> sequences;
    std::uint32_t literals = 0;
    for (std::size_t at = source_.size(); at > 0;) {
      const Node& node = nodes_[at];
      if (node.length == 0) {
        ++literals;
        --at;
        continue;
      }
      if (!sequences.empty()) sequences.back().literals = literals;
      literals = 0;
      sequences.push_back({0, static_cast<std::uint32_t>(node.length), node.offset});
      at -= node.length;
    }
    if (!sequences.empty()) sequences.back().literals = literals;
    std::reverse(sequences.begin(), sequences.end());
    return sigma::Numbers(sequences);
  }

 private:
  struct Node {
    std::uint32_t price = ~std::uint32_t{0};
    std::size_t length = 0;
    std::uint32_t offset = 0;
    std::array<std::uint32_t, 3> last{};
    std::uint32_t run = 0;
  };

  void Offer(std::size_t at, std::uint32_t price, std::size_t length, std::uint32_t offset) {
    if (price >= nodes_[at].price) return;
    nodes_[at].price = price;
    nodes_[at].length = length;
    nodes_[at].offset = offset;
  }
  void Follow(std::size_t at) {
    Node& node = nodes_[at];
    const Node& from = nodes_[at - std::max<std::size_t>(node.length, 1)];
    if (node.length == 0) {
      node.run = from.run + 1;
      node.last = from.last;
    } else {
      node.last = {node.offset, from.last[0], from.last[1]};
    }
  }

  const Source& source_;
  std::vector<Node> nodes_;
};

TEST(LzOptimalKernel, IsThePlainProgram) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    const auto prices = RandomPrices(seed, seed % 2 != 0);
    for (const std::size_t size : {1u, 5u, 100u, 1023u, 1025u, 5000u}) {
      for (const Source& source : {Words(size, 3 + seed), Words(size, 200), Period(size, 300)}) {
        // Nothing is taken whole: matches end below 255.
        Candidates found = Search(source, 0, size, 250);
        const Plain plain(source, found, *prices);
        const Parse parse{0, size, 1, 255};
        EXPECT_TRUE(Numbers(ParseRange(source, parse, found, *prices)) == plain.Numbers())
            << seed << " " << size;
      }
    }
  }
}

}  // namespace
}  // namespace sigma
