// The first of two passes over the columns: adds up what each section must hold and checks it.
#include "engine/transform/table/schema.h"

#include <algorithm>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "engine/transform/section_list.h"
#include "engine/transform/table/schema_builder.h"
#include "kernels/statistics/histogram.h"

namespace sigma::table {
namespace {

// Lines' codes, rare templates, the group's text and lengths, templates, schema.
constexpr std::size_t kFixedSections = 6;

}  // namespace

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

Result<void> Schema::Builder::CheckColumns() {
  // After the sections of columns: text, lengths, the groups' planes, templates, schema.
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
