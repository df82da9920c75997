// A relation is one or two IEEE 754 operations, rounded to nearest even, each exact to the bit on
// every machine. Numbers below the normal ones count as 0 on the way in and out, infinities and
// NaNs as 0 on the way out: their treatment depends on the machine's mode.
//
// The search asks one row of the columns which pairs give a third number, all but its last bits.
// That happens by chance once in 2^40 tests (2^19 of 4-byte numbers); more rows decide.
#include "engine/transform/floats/relation.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>

#include "engine/base/endian.h"

namespace sigma::floats {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "each operation rounds to its own type, or streams differ");

template <typename Word>
struct Format;
template <>
struct Format<std::uint64_t> {
  using Number = double;
  static constexpr std::uint64_t kExponent = std::uint64_t{0x7FF} << 52;
  static constexpr double kClose = 0x1p-40;
};
template <>
struct Format<std::uint32_t> {
  using Number = float;
  static constexpr std::uint32_t kExponent = std::uint32_t{0xFF} << 23;
  static constexpr double kClose = 0x1p-19;
};

template <typename Word>
constexpr Word kSign = static_cast<Word>(Word{1} << (8 * sizeof(Word) - 1));

template <typename Word>
typename Format<Word>::Number Load(const std::uint8_t* from) noexcept {
  const auto bits = LoadLE<Word>(from);
  using Number = typename Format<Word>::Number;
  return (bits & Format<Word>::kExponent) == 0 ? Number{0} : std::bit_cast<Number>(bits);
}

template <Operation kOperation, typename Number>
Number Apply(Number a, Number b) noexcept {
  constexpr Number kOne{1};
  if constexpr (kOperation == Operation::kSum) return a + b;
  if constexpr (kOperation == Operation::kDifference) return a - b;
  if constexpr (kOperation == Operation::kProduct) return a * b;
  if constexpr (kOperation == Operation::kQuotient) return a / b;
  if constexpr (kOperation == Operation::kMore) return a * (kOne + b);
  if constexpr (kOperation == Operation::kLess) return a * (kOne - b);
  if constexpr (kOperation == Operation::kGrowth) return a / b - kOne;
  if constexpr (kOperation == Operation::kShrink) return kOne - a / b;
}

// The bits in their order: negative numbers below positive ones.
template <typename Word>
Word Ordered(Word bits) noexcept {
  return (bits & kSign<Word>) != 0 ? static_cast<Word>(~bits)
                                   : static_cast<Word>(bits | kSign<Word>);
}

template <typename Word>
Word Unordered(Word ordered) noexcept {
  return (ordered & kSign<Word>) != 0 ? static_cast<Word>(ordered ^ kSign<Word>)
                                      : static_cast<Word>(~ordered);
}

// The relation's prediction of the number at `number`, in the order of numbers.
template <Operation kOperation, typename Word>
Word Expected(const std::uint8_t* number, std::size_t back_a, std::size_t back_b) noexcept {
  const auto value = Apply<kOperation>(Load<Word>(number - back_a), Load<Word>(number - back_b));
  const Word bits = std::bit_cast<Word>(value);
  const Word exponent = bits & Format<Word>::kExponent;
  return Ordered(exponent == 0 || exponent == Format<Word>::kExponent ? Word{0} : bits);
}

// Calls body with the operation as a constant.
template <class Body>
void WithOperation(Operation operation, Body body) {
  using O = Operation;
  switch (operation) {
    case O::kSum:
      return body.template operator()<O::kSum>();
    case O::kDifference:
      return body.template operator()<O::kDifference>();
    case O::kProduct:
      return body.template operator()<O::kProduct>();
    case O::kQuotient:
      return body.template operator()<O::kQuotient>();
    case O::kMore:
      return body.template operator()<O::kMore>();
    case O::kLess:
      return body.template operator()<O::kLess>();
    case O::kGrowth:
      return body.template operator()<O::kGrowth>();
    case O::kShrink:
      return body.template operator()<O::kShrink>();
  }
}

template <typename Word>
void KeysOf(const std::uint8_t* numbers, const Relation& relation,
            std::span<std::uint64_t> keys) noexcept {
  const std::size_t back_a = relation.lag_a * sizeof(Word), back_b = relation.lag_b * sizeof(Word);
  WithOperation(relation.operation, [&]<Operation kOperation>() {
    const std::uint8_t* number = numbers;
    for (std::uint64_t& key : keys) {
      const Word expected = Expected<kOperation, Word>(number, back_a, back_b);
      key = static_cast<Word>(Ordered(LoadLE<Word>(number)) - expected + kSign<Word>);
      number += sizeof(Word);
    }
  });
}

template <typename Word>
void NumbersOf(std::span<const std::uint64_t> keys, const Relation& relation,
               std::uint8_t* numbers) noexcept {
  const std::size_t back_a = relation.lag_a * sizeof(Word), back_b = relation.lag_b * sizeof(Word);
  WithOperation(relation.operation, [&]<Operation kOperation>() {
    std::uint8_t* number = numbers;
    for (const std::uint64_t key : keys) {
      const Word expected = Expected<kOperation, Word>(number, back_a, back_b);
      StoreLE(number,
              Unordered(static_cast<Word>(static_cast<Word>(key) + expected - kSign<Word>)));
      number += sizeof(Word);
    }
  });
}

// Columns shorter than this are not worth segments of their own.
constexpr std::size_t kShortest = 1024;
// Numbers that may stand before the columns, as a header.
constexpr std::size_t kMostBefore = 64;
// Tests for each number: 4 % of what coding them takes.
constexpr std::size_t kTests = 4;
// Rows that decide, and how many of them must agree.
constexpr std::size_t kRows = 32;
constexpr std::size_t kAgree = 28;

template <typename Word>
class Search {
 public:
  Search(ByteView source, std::size_t tests) : source_(source), tests_(tests) {}

  // Columns of `length` numbers after the first `before`.
  bool Try(std::size_t before, std::size_t length, std::size_t count, Columns& columns) {
    const std::size_t most = count * count * count / 3 * kOperations;
    if (most > tests_) return false;
    begin_ = before * sizeof(Word);
    length_ = length;
    columns.count = count;
    std::array<double, Columns::kMost> row;
    LoadFullestRow(std::span(row).first(count));
    bool found = false;
    for (std::size_t c = 2; c < count; ++c) {
      columns.relations[c] = {};
      if (row[c] == 0) continue;
      found = FindFor(c, row, columns.relations[c]) || found;
    }
    tests_ -= most;
    return found;
  }

 private:
  using Number = typename Format<Word>::Number;

  [[nodiscard]] Number At(std::size_t column, std::size_t row) const {
    return Load<Word>(source_.data() + begin_ + (column * length_ + row) * sizeof(Word));
  }

  // Of a few rows the one with the fewest zeros, from which everything follows.
  void LoadFullestRow(std::span<double> row) const {
    std::size_t best = 0, most = 0;
    for (std::size_t i = 1; i < 8; ++i) {
      std::size_t full = 0;
      for (std::size_t c = 0; c < row.size(); ++c) full += At(c, length_ / 8 * i) != 0 ? 1u : 0u;
      if (full > most) best = length_ / 8 * i;
      most = std::max(most, full);
    }
    for (std::size_t c = 0; c < row.size(); ++c) row[c] = static_cast<double>(At(c, best));
  }

  bool FindFor(std::size_t c, const std::array<double, Columns::kMost>& row,
               Relation& relation) const {
    for (std::size_t a = 0; a < c; ++a) {
      for (std::size_t b = 0; b < c; ++b) {
        if (a == b || row[a] == 0 || row[b] == 0) continue;
        for (unsigned operation = 0; operation < kOperations; ++operation) {
          const Relation some{static_cast<Operation>(operation), (c - a) * length_,
                              (c - b) * length_};
          if (!Close(Value(some.operation, row[a], row[b]), row[c])) continue;
          if (!Agrees(some, a, b, c)) continue;
          relation = some;
          return true;
        }
      }
    }
    return false;
  }

  static double Value(Operation operation, double a, double b) {
    double value = 0;
    WithOperation(operation, [&]<Operation kOperation>() { value = Apply<kOperation>(a, b); });
    return value;
  }
  static bool Close(double value, double wanted) {
    return std::isfinite(wanted) &&
           std::abs(value - wanted) <= std::abs(wanted) * Format<Word>::kClose;
  }

  [[nodiscard]] bool Agrees(const Relation& relation, std::size_t a, std::size_t b,
                            std::size_t c) const {
    std::size_t close = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
      const std::size_t row = (length_ - 1) * i / (kRows - 1);
      const double value = Value(relation.operation, static_cast<double>(At(a, row)),
                                 static_cast<double>(At(b, row)));
      close += Close(value, static_cast<double>(At(c, row))) ? 1u : 0u;
      if (close + kRows < kAgree + i + 1) return false;
    }
    return true;
  }

  ByteView source_;
  std::size_t tests_;
  std::size_t begin_ = 0;
  std::size_t length_ = 0;
};

template <typename Word>
Columns FindColumnsOf(ByteView source) {
  Columns columns;
  const std::size_t numbers = source.size() / sizeof(Word);
  const std::size_t before = source.size() % sizeof(Word);
  Search<Word> search(source.subspan(before), kTests * numbers);
  // Whole columns alone first; then with a header, few columns first, whose pairs are few.
  for (const bool with_header : {false, true}) {
    for (std::size_t count = 3; count <= Columns::kMost; ++count) {
      std::size_t header =
          with_header ? 1 + (numbers - std::min<std::size_t>(numbers, 1)) % count : 0;
      for (; header <= kMostBefore; header += count) {
        if (numbers < header + count * kShortest) break;
        const std::size_t length = (numbers - header) / count;
        if (length * count != numbers - header || !search.Try(header, length, count, columns)) {
          if (!with_header) break;
          continue;
        }
        columns.begin = before + header * sizeof(Word);
        columns.length = length;
        return columns;
      }
    }
  }
  return {};
}

}  // namespace

void RelationKeys(const std::uint8_t* numbers, std::size_t width, const Relation& relation,
                  std::span<std::uint64_t> keys) noexcept {
  if (width == 8) {
    KeysOf<std::uint64_t>(numbers, relation, keys);
  } else {
    KeysOf<std::uint32_t>(numbers, relation, keys);
  }
}

void RelationNumbers(std::span<const std::uint64_t> keys, std::size_t width,
                     const Relation& relation, std::uint8_t* numbers) noexcept {
  if (width == 8) {
    NumbersOf<std::uint64_t>(keys, relation, numbers);
  } else {
    NumbersOf<std::uint32_t>(keys, relation, numbers);
  }
}

Columns FindColumns(ByteView source, std::size_t width) {
  if (width == 8) return FindColumnsOf<std::uint64_t>(source);
  if (width == 4) return FindColumnsOf<std::uint32_t>(source);
  return {};
}

}  // namespace sigma::floats
