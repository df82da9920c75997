#include "engine/transform/table_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/base/endian.h"
#include "kernels/shannon.h"

namespace sigma {
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

Sizes MeasureSizes(const TableSlot& slot) {
  Sizes sizes{TableToken::kLongToken, 0};
  for (std::size_t row = 0; row < slot.rows.size(); ++row) {
    const std::size_t size = slot.token(row).size();
    sizes.least = std::min(sizes.least, size);
    sizes.most = std::max(sizes.most, size);
  }
  return sizes;
}

bool ParseAll(const TableSlot& slot, ByteView source, TableBase base,
              std::span<std::uint64_t> values) {
  const std::uint8_t ten = base == TableBase::kLowerHex ? 'a' : 'A';
  for (std::size_t row = 0; row < slot.rows.size(); ++row) {
    const TableToken token = slot.token(row);
    const std::uint8_t* from = source.data() + token.begin();
    if (!(base == TableBase::kDecimal ? ParseDecimal(from, token.size(), &values[row])
                                      : ParseHex(from, token.size(), ten, &values[row]))) {
      return false;
    }
  }
  return true;
}

// Whether some value is longer than the shortest although it begins with 0: then the least number
// of digits does not give all lengths.
bool PaddedBeyond(const TableSlot& slot, ByteView source, std::size_t least) {
  for (std::size_t row = 0; row < slot.rows.size(); ++row) {
    const TableToken token = slot.token(row);
    if (token.size() > least && source[token.begin()] == '0') return true;
  }
  return false;
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

}  // namespace

bool IsConstant(const TableSlot& slot, ByteView source) {
  const TableToken first = slot.token(0);
  const std::size_t size = first.size();
  if (size == TableToken::kLongToken) {
    const ByteView value = slot.lines->value(first);
    return std::ranges::all_of(slot.rows, [&](std::uint32_t row) {
      return std::ranges::equal(slot.lines->value(slot.lines->tokens()[row + slot.slot]), value);
    });
  }
  const std::uint8_t* const bytes = source.data() + first.begin();
  if (size > 0 && size <= 8) {
    const unsigned shift = 8 * static_cast<unsigned>(8 - size);
    const std::uint64_t value = LoadLE<std::uint64_t>(bytes) << shift;
    for (std::size_t row = 1; row < slot.rows.size(); ++row) {
      const TableToken token = slot.token(row);
      if (token.size() != size ||
          LoadLE<std::uint64_t>(source.data() + token.begin()) << shift != value) {
        return false;
      }
    }
    return true;
  }
  for (std::size_t row = 1; row < slot.rows.size(); ++row) {
    const TableToken token = slot.token(row);
    if (token.size() != size || std::memcmp(source.data() + token.begin(), bytes, size) != 0) {
      return false;
    }
  }
  return true;
}

TableColumn MeasureColumn(const TableSlot& slot, ByteView source, std::span<std::uint64_t> values) {
  TableColumn column;
  const Sizes sizes = MeasureSizes(slot);
  if (sizes.least == 0 || sizes.most > kMaxDecimalDigits) return column;
  values = values.first(slot.rows.size());
  for (const TableBase base : {TableBase::kDecimal, TableBase::kLowerHex, TableBase::kUpperHex}) {
    if (base != TableBase::kDecimal && sizes.most > kMaxHexDigits) break;
    if (ParseAll(slot, source, base, values)) {
      column.base = base;
      break;
    }
  }
  if (column.base == TableBase::kText) return column;
  column.lengths = sizes.least != sizes.most && PaddedBeyond(slot, source, sizes.least);
  column.least = column.lengths ? 0 : static_cast<std::uint8_t>(sizes.least);
  const std::uint64_t most = *std::ranges::max_element(values);
  const auto bytes =
      std::max<std::size_t>(1, (static_cast<std::size_t>(std::bit_width(most)) + 7) / 8);
  column.log_width = static_cast<std::uint8_t>(std::countr_zero(std::bit_ceil(bytes)));
  if (values.size() >= kLeastDifferences) {
    column.difference = IntegerEntropy(values, column.log_width, true) * 100 <
                        IntegerEntropy(values, column.log_width, false) * kDifferencePercent;
  }
  return column;
}

std::uint64_t IntegerEntropy(std::span<const std::uint64_t> values, std::size_t log_width,
                             bool difference) {
  std::array<kernels::Histogram, 8> counts;
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
  std::uint64_t bits = 0;
  for (std::size_t k = 0; k < width; ++k) {
    bits += kernels::ShannonBits(counts[k]) + kernels::SmallSampleBias(counts[k]);
  }
  return counted == 0 ? 0 : bits / counted;
}

void NarrowValues(std::span<std::uint64_t> values, const TableColumn& column) {
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

}  // namespace sigma
