// Columns to sections: of their own or a group's, as texts, integers or planes.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/transform/table/table_encoder.h"
#include "kernels/integers/planes.h"

namespace sigma::table {
namespace {

// A section costs about 20 bytes of table and header and 10 µs: a column has its own from this many
// rows on, or from one for so many bytes of source: four times as many sections gain 0.4 % of what
// is left of a catalogue, at chunks of 1 MiB 2 %, and double the time of coding …
constexpr std::size_t kLeastOwnRows = 128;
constexpr std::size_t kEnoughOwnRows = 8192;
constexpr std::size_t kBytesPerOwnRow = 256;
// … unless there are too many. Columns take about this many sections each.
constexpr std::size_t kSectionsForColumns = 200;
constexpr std::size_t kSectionsOfColumn = 2;
// The groups, the lines and the templates need no more than these.
constexpr std::size_t kOtherSections = 40;
// From here on integers may take a transform of their own; below, planes do without a trial.
constexpr std::size_t kWorthTransform = 64u << 10;
// Text of at least this size may be a table itself.
constexpr std::size_t kWorthTable = 2048;
// From this entropy on (1/256 bit per byte), nothing is left to be found by references.
constexpr std::uint32_t kNoiseEntropy = 6 * 256;
// From here on entropy coding stores them (it asks for 1/64).
constexpr std::uint32_t kStoredEntropy = 7 * 256 + 240;

}  // namespace

bool TableEncoder::MayBeTable(const Values& values, const Column& column) const {
  if (column.base != Base::kText || separator_ == delimiter_) return false;
  std::size_t size = values.tokens.size();
  for (const ValueToken token : values.tokens) {
    if (size >= kWorthTable) return true;
    size += token.is_number() ? token.digits() : token.cut_size();
  }
  return size >= kWorthTable;
}

void TableEncoder::WriteColumns() {
  // Rows from which on a column has sections of its own: so many that the sections suffice.
  std::array<std::size_t, 32> columns_by_rows{};
  ForEachColumn([&](std::size_t place, std::size_t, std::uint16_t&) {
    ++columns_by_rows[std::bit_width(lines_.templates()[order_[place]].rows)];
  });
  std::size_t least_own =
      std::clamp(source_.size() / kBytesPerOwnRow, kLeastOwnRows, kEnoughOwnRows);
  std::size_t used = 0;
  for (std::size_t bits = columns_by_rows.size(); bits-- > 0;) {
    used += columns_by_rows[bits] * kSectionsOfColumn;
    if (used > kSectionsForColumns) {
      least_own = std::max(least_own, std::size_t{1} << bits);
      break;
    }
  }
  ForEachColumn([&](std::size_t place, std::size_t slot, std::uint16_t& entry) {
    const Values values = ValuesOf(place, slot);
    PlaneEntropy entropy{};
    Column column = MeasureColumn(values, values_, entropy);
    const std::size_t rows = values.tokens.size();
    column.own = (rows >= least_own || (rows >= kLeastOwnRows && MayBeTable(values, column))) &&
                 WriteOwn(values, entropy, column);
    entry = Pack(column);
    if (column.own) return;
    if (column.base == Base::kText) {
      group_text_ += TextSize(values);
      return;
    }
    group_rows_[column.group()] += rows;
    if (column.lengths) group_lengths_ += rows;
  });
}

std::size_t TableEncoder::TextSize(const Values& values) const {
  std::size_t size = values.tokens.size();
  for (const ValueToken token : values.tokens) size += lines_.size(token);
  return size;
}

void TableEncoder::WriteText(const Values& values, MutableBytes target) const {
  static_assert(ValueToken::kLong < 32 && kPad >= 32);
  std::uint8_t* to = target.data();
  const std::uint8_t* const end = to + target.size();
  std::array<std::uint8_t, kMaxNumber> digits;
  for (const ValueToken token : values.tokens) {
    if (end - to <= 32) {
      to = std::ranges::copy(lines_.text(token, digits), to).out;
    } else if (token.is_number()) {
      StoreLE(to, detail::EightDigits(token.number()) >> (64 - 8 * token.digits()));
      to += token.digits();
    } else {
      const std::uint8_t* const from = source_.data() + token.begin();
      const std::size_t size = lines_.size(token);
      std::memcpy(to, from, 16);
      std::memcpy(to + 16, from + 16, 16);
      if (size > 32) std::memcpy(to + 32, from + 32, size - 32);
      to += size;
    }
    *to++ = separator_;
  }
}

void TableEncoder::WriteLengths(const Values& values, std::uint8_t* to) const {
  for (const ValueToken token : values.tokens)
    *to++ = static_cast<std::uint8_t>(lines_.size(token));
}

// False if there is no section left: then nothing is written.
bool TableEncoder::WriteOwn(const Values& values, const PlaneEntropy& entropy, Column& column) {
  const std::size_t rows = values.tokens.size();
  const std::size_t left =
      kMaxSections - kOtherSections - std::min(sections_.count(), kMaxSections - kOtherSections);
  if (left < 2) return false;
  if (column.base == Base::kText) {
    const std::size_t size = TextSize(values);
    const MutableBytes text = sections_.Add(
        size, {MayBeTable(values, column) ? SectionKind::kTexts : SectionKind::kBytes, 1});
    if (sections_.ok()) WriteText(values, text);
    return true;
  }
  const std::span<std::uint64_t> numbers = values_.first(rows);
  const std::size_t width = column.width();
  const bool transform = rows * width >= kWorthTransform;
  column.planes = width > 1 && !transform && left > width;
  NarrowValues(numbers, column);
  const ByteView integers(reinterpret_cast<const std::uint8_t*>(numbers.data()), rows * width);
  const auto hint_of = [](std::uint32_t bits) -> SectionHint {
    if (bits >= kStoredEntropy) return {SectionKind::kNoise, 1};
    return {bits >= kNoiseEntropy ? SectionKind::kSymbols : SectionKind::kBytes, 1};
  };
  if (column.planes) {
    std::array<MutableBytes, 8> planes;
    for (std::size_t k = 0; k < width; ++k) planes[k] = sections_.Add(rows, hint_of(entropy[k]));
    if (sections_.ok())
      kernels::integers::SplitPlanes(integers, width, false, std::span(planes).first(width));
  } else {
    const SectionHint hint =
        width > 1 && transform
            ? SectionHint{SectionKind::kIntegers, static_cast<std::uint8_t>(width)}
            : hint_of(*std::min_element(entropy.begin(),
                                        entropy.begin() + static_cast<std::ptrdiff_t>(width)));
    const MutableBytes target = sections_.Add(rows * width, hint);
    if (sections_.ok()) std::ranges::copy(integers, target.begin());
  }
  if (column.lengths) {
    const MutableBytes lengths = sections_.Add(rows);
    if (sections_.ok()) WriteLengths(values, lengths.data());
  }
  return true;
}

void TableEncoder::WriteGroups() {
  const MutableBytes text = sections_.Add(group_text_);
  const MutableBytes lengths = sections_.Add(group_lengths_);
  std::array<std::array<MutableBytes, 8>, kGroups> planes;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (group_rows_[group] == 0) continue;
    for (std::size_t k = 0; k < std::size_t{1} << (group & 3); ++k) {
      planes[group][k] = sections_.Add(group_rows_[group]);
    }
  }
  if (!sections_.ok()) return;
  std::array<std::size_t, kGroups> at{};
  std::size_t text_at = 0;
  std::size_t lengths_at = 0;
  ForEachColumn([&](std::size_t place, std::size_t slot, std::uint16_t& entry) {
    Column column = Unpack(entry);
    if (column.own) return;
    const Values values = ValuesOf(place, slot);
    if (column.base == Base::kText) {
      WriteText(values, text.subspan(text_at));
      text_at += TextSize(values);
      return;
    }
    const std::size_t rows = values.tokens.size();
    const std::span<std::uint64_t> numbers = values_.first(rows);
    (void)ParseColumn(values, column.base, numbers);
    NarrowValues(numbers, column);
    const auto* integers = reinterpret_cast<const std::uint8_t*>(numbers.data());
    const std::size_t group = column.group();
    const std::size_t width = column.width();
    for (std::size_t k = 0; k < width; ++k) {
      std::uint8_t* const plane = planes[group][k].data() + at[group];
      for (std::size_t row = 0; row < rows; ++row) plane[row] = integers[row * width + k];
    }
    at[group] += rows;
    if (column.lengths) {
      WriteLengths(values, lengths.data() + lengths_at);
      lengths_at += rows;
    }
  });
}

}  // namespace sigma::table
