#include "engine/transform/table/column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/base/endian.h"
#include "kernels/statistics/shannon.h"

namespace sigma::table {
namespace {

// The estimate looks at this many values, in stretches from all over the column.
constexpr std::size_t kSample = 2048;
constexpr std::size_t kStretches = 4;
// Differences must save 2 % of the entropy: what repeats as it is may be found by references.
constexpr std::uint64_t kDifferencePercent = 98;
// Fewer values say too little about differences.
constexpr std::size_t kLeastDifferences = 8;

struct Sizes {
  std::size_t least;
  std::size_t most;
};

// All numbers of eight digits at most.
bool AreNumbers(std::span<const ValueToken> tokens) {
  std::uint32_t all = ValueToken::kNumber;
  for (const ValueToken token : tokens) all &= token.packed;
  return all != 0;
}

Sizes NumberSizes(std::span<const ValueToken> tokens) {
  std::uint32_t least = ~0u;
  std::uint32_t most = 0;
  for (const ValueToken token : tokens) {
    least = std::min(least, token.packed);
    most = std::max(most, token.packed);
  }
  return {ValueToken{least}.digits(), ValueToken{most}.digits()};
}

Sizes TextSizes(const Values& column) {
  Sizes sizes{~std::size_t{0}, 0};
  for (const ValueToken token : column.tokens) {
    const std::size_t size = column.lines->size(token);
    sizes.least = std::min(sizes.least, size);
    sizes.most = std::max(sizes.most, size);
    if (size == 0 || size > kMaxDecimalDigits) break;
  }
  return sizes;
}

// Whether some value is longer than the shortest although it begins with 0: then the least number
// of digits does not give all lengths.
bool PaddedBeyond(const Values& column, std::size_t least) {
  constexpr std::array<std::uint32_t, 9> kPowers = {0,     1,      10,      100,     1000,
                                                    10000, 100000, 1000000, 10000000};
  return std::ranges::any_of(column.tokens, [&](ValueToken token) {
    if (token.is_number()) {
      return token.digits() > least && token.number() < kPowers[token.digits()];
    }
    return token.cut_size() > least && column.source[token.begin()] == '0';
  });
}

template <typename T>
void Narrow(std::span<std::uint64_t> values, bool difference) {
  auto* const to = reinterpret_cast<std::uint8_t*>(values.data());
  T before = 0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const T value = static_cast<T>(values[row]);
    StoreLE(to + row * sizeof(T), difference ? ZigZag<T>(static_cast<T>(value - before)) : value);
    before = value;
  }
}

std::uint64_t CodeOf(std::uint64_t difference, std::size_t log_width) {
  switch (log_width) {
    case 0:
      return ZigZag(static_cast<std::uint8_t>(difference));
    case 1:
      return ZigZag(static_cast<std::uint16_t>(difference));
    case 2:
      return ZigZag(static_cast<std::uint32_t>(difference));
    default:
      return ZigZag(difference);
  }
}

// Of all planes together.
std::uint64_t MeasureEntropy(std::span<const std::uint64_t> values, std::size_t log_width,
                             bool difference, PlaneEntropy& planes) {
  std::array<kernels::statistics::Histogram, 8> counts;
  const std::size_t width = std::size_t{1} << log_width;
  for (std::size_t k = 0; k < width; ++k) counts[k].fill(0);
  const std::size_t stretch = values.size() <= kSample ? values.size() : kSample / kStretches;
  const std::size_t step =
      values.size() <= kSample ? values.size() : (values.size() - stretch) / (kStretches - 1);
  std::size_t counted = 0;
  for (std::size_t begin = 0; begin + stretch <= values.size(); begin += step) {
    for (std::size_t i = begin == 0 ? 1 : begin; i < begin + stretch; ++i) {
      const std::uint64_t code =
          difference ? CodeOf(values[i] - values[i - 1], log_width) : values[i];
      for (std::size_t k = 0; k < width; ++k) ++counts[k][code >> (8 * k) & 255];
      ++counted;
    }
  }
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < width; ++k) {
    const std::uint64_t bits = kernels::statistics::CorrectedBits(counts[k]);
    planes[k] = static_cast<std::uint32_t>(bits / std::max<std::size_t>(counted, 1));
    sum += planes[k];
  }
  return sum;
}

}  // namespace

bool ParseColumn(const Values& column, Base base, std::span<std::uint64_t> values) {
  const std::uint8_t ten = base == Base::kLowerHex ? 'a' : 'A';
  std::array<std::uint8_t, kMaxNumber> digits;
  for (std::size_t row = 0; row < column.tokens.size(); ++row) {
    const ValueToken token = column.tokens[row];
    if (base == Base::kDecimal) {
      if (token.is_number()) {
        values[row] = token.number();
      } else if (!ParseDecimal(column.source.data() + token.begin(), token.cut_size(),
                               &values[row])) {
        return false;
      }
    } else {
      const ByteView text = column.lines->text(token, digits);
      if (!ParseHex(text.data(), text.size(), ten, &values[row])) return false;
    }
  }
  return true;
}

Column MeasureColumn(const Values& column, std::span<std::uint64_t> values, PlaneEntropy& entropy) {
  Column form;
  const bool numbers = AreNumbers(column.tokens);
  const Sizes sizes = numbers ? NumberSizes(column.tokens) : TextSizes(column);
  if (sizes.least == 0 || sizes.most > kMaxDecimalDigits) return form;
  values = values.first(column.tokens.size());
  for (const Base base : {Base::kDecimal, Base::kLowerHex, Base::kUpperHex}) {
    if (base != Base::kDecimal && sizes.most > kMaxHexDigits) break;
    if (ParseColumn(column, base, values)) {
      form.base = base;
      break;
    }
  }
  if (form.base == Base::kText) return form;
  form.lengths = sizes.least != sizes.most && PaddedBeyond(column, sizes.least);
  form.least = form.lengths ? 0 : static_cast<std::uint8_t>(sizes.least);
  std::uint64_t all = 1;
  for (const std::uint64_t value : values) all |= value;
  const std::size_t bytes = (static_cast<std::size_t>(std::bit_width(all)) + 7) / 8;
  form.log_width = static_cast<std::uint8_t>(std::countr_zero(std::bit_ceil(bytes)));
  entropy.fill(0);
  if (values.size() >= kLeastDifferences) {
    PlaneEntropy plain{};
    const std::uint64_t bits = MeasureEntropy(values, form.log_width, false, plain);
    const std::uint64_t differences = MeasureEntropy(values, form.log_width, true, entropy);
    form.difference = differences * 100 < bits * kDifferencePercent;
    if (!form.difference) entropy = plain;
  }
  return form;
}

void NarrowValues(std::span<std::uint64_t> values, const Column& column) {
  switch (column.log_width) {
    case 0:
      return Narrow<std::uint8_t>(values, column.difference);
    case 1:
      return Narrow<std::uint16_t>(values, column.difference);
    case 2:
      return Narrow<std::uint32_t>(values, column.difference);
    default:
      return Narrow<std::uint64_t>(values, column.difference);
  }
}

}  // namespace sigma::table
