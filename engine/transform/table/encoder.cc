// Lines to sections. The lines are sorted by template, so that a column is read off in one go; a
// slot whose value never changes is part of the template's text. Columns of many rows get
// sections of their own, the others share those of a group.
#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "engine/transform/table/column.h"
#include "engine/transform/table/layout.h"
#include "engine/transform/table/lines.h"
#include "engine/transform/table/transform.h"
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

bool IsWord(std::uint8_t byte) {
  const unsigned lower = byte | 0x20u;
  return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z');
}

class TableEncoder {
 public:
  TableEncoder(ByteView source, const TransformParams& params, BufferPool& pool,
               SectionList& sections)
      : source_(source),
        separator_(params.bytes[0]),
        delimiter_(params.bytes[1]),
        pool_(pool),
        sections_(sections),
        lines_(source, params.bytes[0], params.bytes[1], pool) {}

  bool Run() {
    if (separator_ == kSlot || delimiter_ == kSlot || IsWord(separator_)) {
      return false;
    }
    if (!lines_.Scan()) return false;
    if (!OrderTemplates()) return false;
    if (!WriteCodes()) return false;
    if (!lines_.FindColumns() || !SortValues()) return false;
    WriteColumns();
    WriteGroups();
    WriteTemplates();
    WriteSchema();
    return sections_.ok();
  }

 private:
  // Column `k` of a template.
  [[nodiscard]] Values ValuesOf(std::size_t place, std::size_t k) const {
    const std::uint32_t index = order_[place];
    const std::size_t rows = lines_.templates()[index].rows;
    return {&lines_, source_, sorted_.subspan(begins_[index] + k * rows, rows)};
  }
  // Calls visit(place, k, entry of columns_) for every column.
  template <typename Visit>
  void ForEachColumn(Visit visit) {
    std::size_t at = 0;
    for (std::size_t place = 0; place < order_.size(); ++place) {
      for (std::size_t k = 0; k < column_counts_[order_[place]]; ++k, ++at) {
        visit(place, k, columns_[at]);
      }
    }
  }

  bool OrderTemplates();
  bool WriteCodes();
  bool SortValues();
  void WriteColumns();
  bool WriteOwn(const Values& values, const PlaneEntropy& entropy, Column& column);
  void WriteText(const Values& values, MutableBytes target) const;
  [[nodiscard]] std::size_t TextSize(const Values& values) const;
  // Whether the texts of a column of fields may be a table themselves.
  [[nodiscard]] bool MayBeTable(const Values& values, const Column& column) const {
    if (column.base != Base::kText || separator_ == delimiter_) return false;
    std::size_t size = values.tokens.size();
    for (const ValueToken token : values.tokens) {
      if (size >= kWorthTable) return true;
      size += token.is_number() ? token.digits() : token.cut_size();
    }
    return size >= kWorthTable;
  }
  void WriteLengths(const Values& values, std::uint8_t* to) const;
  void WriteGroups();
  void WriteTemplates();
  void WriteSchema();

  static std::uint16_t Pack(const Column& column) {
    return static_cast<std::uint16_t>(column.Pack() | column.least << 8);
  }
  static Column Unpack(std::uint16_t entry) {
    Column column = *Column::Unpack(static_cast<std::uint8_t>(entry));
    column.least = static_cast<std::uint8_t>(entry >> 8);
    return column;
  }

  ByteView source_;
  std::uint8_t separator_;
  std::uint8_t delimiter_;  // the separator: words
  BufferPool& pool_;
  SectionList& sections_;
  Lines lines_;
  BufferPool::Lease order_memory_, place_memory_, begin_memory_, sorted_memory_, column_memory_,
      value_memory_;
  std::span<std::uint32_t> order_;          // templates in the order of the wire
  std::span<std::uint32_t> places_;         // where each of lines_.templates() is in there
  std::span<std::uint32_t> begins_;         // of a template's values in sorted_
  std::span<std::uint32_t> column_counts_;  // of each template
  std::span<ValueToken> sorted_;            // the values by template, column and line
  std::span<std::uint16_t> columns_;
  std::span<std::uint64_t> values_;
  std::size_t frequent_ = 0;
  std::size_t column_count_ = 0;
  std::array<std::size_t, kGroups> group_rows_{};
  std::size_t group_text_ = 0;
  std::size_t group_lengths_ = 0;
};

// The templates of most lines come first, then the rare ones, both in the order of their first
// lines.
bool TableEncoder::OrderTemplates() {
  const std::span<const LineTemplate> templates = lines_.templates();
  order_memory_ = pool_.AcquireFor<std::uint32_t>(templates.size());
  order_ = order_memory_.As<std::uint32_t>(templates.size());
  place_memory_ = pool_.AcquireFor<std::uint32_t>(templates.size());
  places_ = place_memory_.As<std::uint32_t>(templates.size());
  std::iota(order_.begin(), order_.end(), 0u);
  const auto repeated = std::partition(order_.begin(), order_.end(),
                                       [&](std::uint32_t i) { return templates[i].rows > 1; });
  frequent_ = static_cast<std::size_t>(repeated - order_.begin());
  if (frequent_ > kMaxFrequentTemplates) {
    std::nth_element(order_.begin(), order_.begin() + kMaxFrequentTemplates, repeated,
                     [&](std::uint32_t a, std::uint32_t b) {
                       return templates[a].rows != templates[b].rows
                                  ? templates[a].rows > templates[b].rows
                                  : a < b;
                     });
    frequent_ = kMaxFrequentTemplates;
  }
  const auto rare = order_.begin() + static_cast<std::ptrdiff_t>(frequent_);
  std::sort(order_.begin(), rare);
  std::sort(rare, order_.end());
  for (std::size_t place = 0; place < order_.size(); ++place) {
    places_[order_[place]] = static_cast<std::uint32_t>(place);
  }
  return order_.size() - frequent_ <= kMaxRareTemplates;
}

bool TableEncoder::WriteCodes() {
  const MutableBytes codes = sections_.Add(lines_.line_count());
  std::size_t again = 0;  // lines of rare templates but the first of each
  for (const std::uint32_t i : order_.subspan(frequent_)) again += lines_.templates()[i].rows - 1;
  const MutableBytes rare = sections_.Add(2 * again);
  if (!sections_.ok()) return false;
  std::size_t next = frequent_;
  std::size_t rare_end = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::size_t place = places_[lines_.template_of(i)];
    if (place < frequent_) {
      codes[i] = static_cast<std::uint8_t>(place);
    } else if (place == next) {
      codes[i] = kNewTemplate;
      ++next;
    } else {
      codes[i] = kOldTemplate;
      StoreLE(rare.data() + rare_end, static_cast<std::uint16_t>(place - frequent_));
      rare_end += 2;
    }
  }
  return true;
}

// The values of the columns, each one's side by side. False if there are too many columns.
bool TableEncoder::SortValues() {
  const std::span<const LineTemplate> templates = lines_.templates();
  begin_memory_ = pool_.AcquireFor<std::uint32_t>(2 * templates.size());
  const auto memory = begin_memory_.As<std::uint32_t>(2 * templates.size());
  begins_ = memory.first(templates.size());
  column_counts_ = memory.subspan(templates.size());
  std::size_t begin = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    std::uint32_t columns = 0;
    for (std::size_t slot = 0; lines_.has_columns(templates[i]) && slot < templates[i].slots;
         ++slot) {
      columns += lines_.constant(templates[i], slot) ? 0u : 1u;
    }
    begins_[i] = static_cast<std::uint32_t>(begin);
    column_counts_[i] = columns;
    column_count_ += columns;
    begin += std::size_t{templates[i].rows} * columns;
    if (columns != 0) most = std::max<std::size_t>(most, templates[i].rows);
  }
  if (column_count_ > kMaxSlots) return false;
  sorted_memory_ = pool_.AcquireFor<ValueToken>(begin);
  sorted_ = sorted_memory_.As<ValueToken>(begin);
  lines_.FillColumns(begins_, sorted_);
  column_memory_ = pool_.AcquireFor<std::uint16_t>(column_count_);
  columns_ = column_memory_.As<std::uint16_t>(column_count_);
  value_memory_ = pool_.AcquireFor<std::uint64_t>(most);
  values_ = value_memory_.As<std::uint64_t>(most);
  return true;
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

// The texts in the order of the wire, constants in their places.
void TableEncoder::WriteTemplates() {
  const MutableBytes target = sections_.Add(sections_.left());
  std::size_t end = 0;
  bool fits = sections_.ok();
  std::array<std::uint8_t, kMaxNumber> digits;
  const auto append = [&](ByteView bytes) {
    fits = fits && bytes.size() < target.size() - end;
    if (!fits) return;
    std::ranges::copy(bytes, target.begin() + static_cast<std::ptrdiff_t>(end));
    end += bytes.size();
  };
  for (std::size_t place = 0; place < order_.size() && fits; ++place) {
    const LineTemplate& line_template = lines_.templates()[order_[place]];
    if (!lines_.has_columns(line_template)) {
      append(source_.subspan(line_template.first_begin, line_template.first_size));
      append(ByteView(&separator_, 1));
      continue;
    }
    ByteView text = lines_.text(line_template);
    for (std::size_t slot = 0; slot < line_template.slots; ++slot) {
      const auto gap = static_cast<std::size_t>(std::ranges::find(text, kSlot) - text.begin());
      append(text.first(gap));
      text = text.subspan(gap + 1);
      const std::optional<ValueToken> value = lines_.constant(line_template, slot);
      append(value ? lines_.text(*value, digits) : ByteView(&kSlot, 1));
    }
    append(text);
    append(ByteView(&separator_, 1));
  }
  if (!fits) {
    // The list is full, which makes the source unsuitable.
    (void)sections_.Add(sections_.left() + 1);
    return;
  }
  sections_.Shrink(end);
}

void TableEncoder::WriteSchema() {
  const MutableBytes target = sections_.Add(4 * kMaxVarint + 2 + 2 * column_count_);
  if (!sections_.ok()) return;
  std::uint8_t* to = target.data();
  to += WriteVarint(lines_.line_count(), to);
  *to++ = lines_.cut() ? 1 : 0;
  to += WriteVarint(frequent_, to);
  to += WriteVarint(order_.size() - frequent_, to);
  std::uint8_t groups = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (group_rows_[group] != 0) groups = static_cast<std::uint8_t>(groups | 1u << group);
  }
  *to++ = groups;
  ForEachColumn([&](std::size_t, std::size_t, std::uint16_t& entry) {
    const Column column = Unpack(entry);
    *to++ = column.Pack();
    if (column.has_least()) *to++ = column.least;
  });
  sections_.Shrink(static_cast<std::size_t>(to - target.data()));
}

}  // namespace

bool Encode(ByteView source, const TransformParams& params, BufferPool& pool,
            SectionList& sections) {
  return TableEncoder(source, params, pool, sections).Run();
}

}  // namespace sigma::table
