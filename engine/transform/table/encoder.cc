// Lines to sections. The lines are sorted by template, so that a column is read off in one go; a
// slot whose value never changes is part of the template's text. Columns of many rows get
// sections of their own, the others share those of a group.
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "engine/transform/table/table_encoder.h"
#include "engine/transform/table/transform.h"

namespace sigma::table {
namespace {

bool IsWord(std::uint8_t byte) {
  const unsigned lower = byte | 0x20u;
  return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z');
}

}  // namespace

bool TableEncoder::Run() {
  if (separator_ == kSlot || delimiter_ == kSlot || IsWord(separator_)) return false;
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

bool Encode(ByteView source, const TransformParams& params, BufferPool& pool,
            SectionList& sections) {
  return TableEncoder(source, params, pool, sections).Run();
}

}  // namespace sigma::table
