// Two passes over the columns: the first adds up what each section must hold and checks it, the
// second joins planes, undoes differences and places the columns' pointers.
#include "engine/transform/table/schema.h"

#include <algorithm>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "engine/transform/section_list.h"
#include "kernels/integers/delta.h"
#include "kernels/integers/planes.h"
#include "kernels/integers/zigzag.h"
#include "kernels/statistics/histogram.h"

namespace sigma::table {
namespace {

// Lines' codes, rare templates, the group's text and lengths, templates, schema.
constexpr std::size_t kFixedSections = 6;

// Chunks are smaller (FORMAT.md), so no line is longer.
constexpr std::size_t kMostRoom = std::size_t{1} << 31;

Unexpected Corrupt(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

void UndoDifferences(std::uint8_t* values, std::size_t rows, std::size_t log_width) {
  const std::size_t width = std::size_t{1} << log_width;
  const MutableBytes all(values, rows * width);
  kernels::integers::Unzigzag(all, width, all);
  kernels::integers::Undelta(all, width, all);
}

}  // namespace

struct Schema::Builder {
  std::span<const ByteView> sections;
  std::uint8_t separator;
  BufferPool& pool;
  Schema& schema;
  std::size_t columns_at = 0;  // of the first column's bytes in the schema section
  std::array<ByteView, kGroups * 8> planes{};
  std::array<std::size_t, kGroups> group_rows{};
  std::size_t own_end = 0;        // one after the last section of a column
  std::size_t integer_bytes = 0;  // of own columns that need scratch
  std::size_t group_lengths = 0;
  std::size_t all_lengths = 0;

  Result<void> ParseHeader();
  Result<void> CountRows();
  Result<void> CheckColumns();
  Result<void> PlaceColumns();

  // Calls visit(place, literal, literal size, column or null at a template's end) in order, until
  // it fails.
  template <typename Visit>
  Result<void> ForEachOp(Visit visit);
};

Result<void> Schema::Builder::ParseHeader() {
  const ByteView bytes = sections.back();
  schema.templates_ = sections[sections.size() - 2];
  Header& header = schema.header_;
  std::size_t at = 0;
  const auto lines = ParseVarint(bytes, &at);
  if (!lines || at >= bytes.size() || bytes[at] > 1) return Corrupt("table with a damaged header");
  header.lines = *lines;
  header.cut = bytes[at++] != 0;
  const auto frequent = ParseVarint(bytes, &at);
  const auto rare = frequent ? ParseVarint(bytes, &at) : std::nullopt;
  if (!rare || at >= bytes.size()) return Corrupt("table with a damaged header");
  header.frequent = *frequent;
  header.rare = *rare;
  header.groups = bytes[at++];
  columns_at = at;
  if (header.lines == 0 || header.lines != sections[0].size() ||
      header.frequent > kMaxFrequentTemplates || header.rare > kMaxRareTemplates) {
    return Corrupt("table with impossible counts");
  }
  const ByteView texts = schema.templates_;
  const auto ends = static_cast<std::uint64_t>(std::ranges::count(texts, separator));
  if (texts.empty() || texts.back() != separator || ends != header.frequent + header.rare) {
    return Corrupt("table with a wrong number of templates");
  }
  const auto slots = static_cast<std::size_t>(std::ranges::count(texts, kSlot));
  if (slots > kMaxSlots) return Corrupt("table with too many columns");
  const std::size_t count = static_cast<std::size_t>(ends);
  const std::size_t op_bytes = (slots + count) * sizeof(Op);
  schema.memory_ = pool.Acquire(op_bytes + count * sizeof(Program));
  std::uint8_t* const memory = schema.memory_.data();
  schema.ops_ = {reinterpret_cast<Op*>(memory), slots + count};
  schema.programs_ = {reinterpret_cast<Program*>(memory + op_bytes), count};
  std::ranges::fill(schema.programs_, Program{});
  return {};
}

Result<void> Schema::Builder::CountRows() {
  const Header& header = schema.header_;
  kernels::statistics::WordHistograms histograms{};
  kernels::statistics::CountBytes(sections[0], histograms);
  const kernels::statistics::Histogram counts = kernels::statistics::FoldPlane(histograms, 1, 0);
  const auto frequent = static_cast<std::ptrdiff_t>(header.frequent);
  if (std::any_of(counts.begin() + frequent, counts.begin() + kNewTemplate,
                  [](std::uint32_t count) { return count != 0; }) ||
      counts[kNewTemplate] != header.rare ||
      sections[1].size() != std::size_t{2} * counts[kOldTemplate]) {
    return Corrupt("table with lines of unknown templates");
  }
  for (std::size_t i = 0; i < header.frequent; ++i) schema.programs_[i].rows = counts[i];
  const std::span<Program> rare = schema.programs_.subspan(header.frequent);
  for (Program& program : rare) program.rows = 1;
  for (std::size_t at = 0; at < sections[1].size(); at += 2) {
    const auto index = LoadLE<std::uint16_t>(sections[1].data() + at);
    if (index >= rare.size()) return Corrupt("table with lines of unknown templates");
    ++rare[index].rows;
  }
  return {};
}

template <typename Visit>
Result<void> Schema::Builder::ForEachOp(Visit visit) {
  const ByteView texts = schema.templates_;
  const ByteView bytes = sections.back();
  std::size_t at = columns_at;
  std::size_t place = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] != separator && texts[i] != kSlot) continue;
    if (texts[i] == separator) {
      const auto done = visit(place, begin, i + 1 - begin, static_cast<Column*>(nullptr));
      if (!done) return done;
      ++place;
    } else {
      if (at >= bytes.size()) return Corrupt("table with missing columns");
      std::optional<Column> column = Column::Unpack(bytes[at++]);
      if (!column) return Corrupt("table with an impossible column");
      if (column->has_least()) {
        if (at >= bytes.size() || bytes[at] > kMaxLeast) {
          return Corrupt("table with an impossible column");
        }
        column->least = bytes[at++];
      }
      const auto done = visit(place, begin, i - begin, &*column);
      if (!done) return done;
    }
    begin = i + 1;
  }
  if (at != bytes.size()) return Corrupt("table with too many columns");
  return {};
}

Result<void> Schema::Builder::CheckColumns() {
  // Behind the sections of columns: text, lengths, the groups' planes, templates, schema.
  std::size_t group_sections = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if ((schema.header_.groups >> group & 1) != 0) group_sections += std::size_t{1} << (group & 3);
  }
  if (sections.size() < kFixedSections + group_sections) {
    return Corrupt("table with missing sections");
  }
  own_end = sections.size() - 4 - group_sections;
  std::size_t section = 2;
  const auto take = [&](std::size_t size) {
    return section < own_end && sections[section++].size() == size;
  };
  const auto done = ForEachOp(
      [&](std::size_t place, std::size_t, std::size_t, const Column* column) -> Result<void> {
        if (column == nullptr) return {};
        const std::size_t count = schema.programs_[place].rows;
        bool fits = true;
        if (column->base == Base::kText) {
          if (column->own) fits = section++ < own_end;
        } else if (column->own) {
          if (column->planes) {
            for (std::size_t k = 0; k < column->width(); ++k) fits = fits && take(count);
          } else {
            fits = take(count * column->width());
          }
          if (column->planes || column->difference) integer_bytes += count * column->width();
          if (column->lengths) fits = fits && take(count);
        } else {
          group_rows[column->group()] += count;
          if (column->lengths) group_lengths += count;
        }
        if (column->lengths) all_lengths += count;
        if (!fits) return Corrupt("table with a column of the wrong size");
        return {};
      });
  if (!done) return done;
  if (section != own_end || sections[own_end + 1].size() != group_lengths) {
    return Corrupt("table with a wrong number of sections");
  }
  std::size_t at = own_end + 2;
  for (std::size_t group = 0; group < kGroups; ++group) {
    const bool present = (schema.header_.groups >> group & 1) != 0;
    if (present != (group_rows[group] != 0)) return Corrupt("table with a group too many");
    if (!present) continue;
    for (std::size_t k = 0; k < std::size_t{1} << (group & 3); ++k, ++at) {
      if (sections[at].size() != group_rows[group]) {
        return Corrupt("table with a group of the wrong size");
      }
      planes[group * 8 + k] = sections[at];
    }
  }
  return {};
}

Result<void> Schema::Builder::PlaceColumns() {
  std::size_t group_bytes = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    group_bytes += group_rows[group] << (group & 3);
  }
  schema.integer_memory_ = pool.Acquire(integer_bytes + group_bytes);
  std::uint8_t* free = schema.integer_memory_.data();
  std::array<std::uint8_t*, kGroups> groups{};
  for (std::size_t group = 0; group < kGroups; ++group) {
    const std::size_t width = std::size_t{1} << (group & 3);
    groups[group] = free;
    const MutableBytes joined(free, group_rows[group] * width);
    if (!joined.empty()) {
      kernels::integers::JoinPlanes(std::span(planes).subspan(group * 8, width), width, false,
                                    joined);
    }
    free += joined.size();
  }
  schema.length_memory_ = pool.Acquire(all_lengths);
  schema.lengths_ = {schema.length_memory_.data(), all_lengths};
  std::size_t lengths_end = 0;
  std::size_t group_lengths_at = 0;
  const auto copy_lengths = [&](ByteView from) {
    std::ranges::copy(from, schema.lengths_.begin() + static_cast<std::ptrdiff_t>(lengths_end));
    lengths_end += from.size();
  };
  std::size_t section = 2;
  std::size_t op = 0;
  std::size_t texts = 0;
  const ByteView group_text = sections[own_end];
  schema.text_ends_[texts++] = group_text.data() + group_text.size();
  const std::uint8_t* group_text_at = group_text.data();
  bool begins = true;
  const auto done = ForEachOp([&](std::size_t place, std::size_t literal, std::size_t literal_size,
                                  const Column* column) -> Result<void> {
    Program& program = schema.programs_[place];
    if (begins) program.first = static_cast<std::uint32_t>(op);
    const std::size_t room = program.room + literal_size + kMaxNumber;
    if (room > kMostRoom) return Corrupt("table with a template too long");
    program.room = static_cast<std::uint32_t>(room);
    begins = column == nullptr;
    Op& out = schema.ops_[op++];
    out = {nullptr,
           schema.templates_.data() + literal,
           static_cast<std::uint32_t>(literal_size),
           0,
           Form::kEnd,
           0,
           0,
           Base::kText};
    if (column == nullptr) return {};
    if (column->base == Base::kText) {
      out.form = Form::kText;
      if (!column->own) {
        // The column's texts end where as many separators as it has rows are before it.
        out.values = group_text_at;
        for (std::size_t row = 0; row < schema.programs_[place].rows; ++row) {
          const auto* const stop = static_cast<const std::uint8_t*>(
              std::memchr(group_text_at, separator,
                          static_cast<std::size_t>(schema.text_ends_[0] - group_text_at)));
          if (stop == nullptr) return Corrupt("table with missing text");
          group_text_at = stop + 1;
        }
        return {};
      }
      const ByteView text = sections[section++];
      out.values = text.data();
      out.lengths = static_cast<std::uint32_t>(texts);
      schema.text_ends_[texts++] = text.data() + text.size();
      return {};
    }
    const std::size_t count = schema.programs_[place].rows;
    const std::size_t width = column->width();
    out.base = column->base;
    out.step = static_cast<std::uint8_t>(width);
    out.least = column->lengths ? kHasLengths : column->least;
    if (column->own) {
      out.values = sections[section].data();
      if (column->planes) {
        kernels::integers::JoinPlanes(sections.subspan(section, width), width, false,
                                      {free, count * width});
      } else if (column->difference) {
        std::memcpy(free, out.values, count * width);
      }
      section += column->planes ? width : 1;
      if (column->planes || column->difference) {
        if (column->difference) UndoDifferences(free, count, column->log_width);
        out.values = free;
        free += count * width;
      }
      if (column->lengths) {
        out.lengths = static_cast<std::uint32_t>(lengths_end);
        copy_lengths(sections[section++]);
      }
    } else {
      std::uint8_t*& values = groups[column->group()];
      if (column->difference) UndoDifferences(values, count, column->log_width);
      out.values = values;
      values += count * width;
      if (column->lengths) {
        out.lengths = static_cast<std::uint32_t>(lengths_end);
        copy_lengths(sections[own_end + 1].subspan(group_lengths_at, count));
        group_lengths_at += count;
      }
    }
    const bool decimal = column->base == Base::kDecimal && !column->lengths;
    out.form = decimal && column->log_width == 0 && column->least <= 3   ? Form::kSmall
               : decimal && column->log_width == 1 && column->least <= 4 ? Form::kDecimal
                                                                         : Form::kNumber;
    return {};
  });
  if (!done) return done;
  if (group_text_at != schema.text_ends_[0]) return Corrupt("table with text left over");
  if (std::ranges::any_of(schema.lengths_, [](std::uint8_t size) { return size > kMaxLeast; })) {
    return Corrupt("table with a number too long");
  }
  return {};
}

bool Schema::TextsTaken() const {
  return std::ranges::all_of(ops_, [this](const Op& op) {
    return op.form != Form::kText || op.lengths == 0 || op.values == text_ends_[op.lengths];
  });
}

Result<Schema> Schema::Parse(std::span<const ByteView> sections, std::uint8_t separator,
                             BufferPool& pool) {
  if (sections.size() < kFixedSections) return Corrupt("table with missing sections");
  Schema schema;
  Builder builder{sections, separator, pool, schema, {}};
  for (auto step : {&Builder::ParseHeader, &Builder::CountRows, &Builder::CheckColumns,
                    &Builder::PlaceColumns}) {
    const Result<void> done = (builder.*step)();
    if (!done) return done.failure();
  }
  return schema;
}

}  // namespace sigma::table
