// The encoder of a table, step by step: lines and templates (encoder.cc), columns
// (column_writer.cc).
#ifndef SIGMA_TRANSFORM_TABLE_TABLE_ENCODER_H_
#define SIGMA_TRANSFORM_TABLE_TABLE_ENCODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/section_list.h"
#include "engine/transform/table/column.h"
#include "engine/transform/table/layout.h"
#include "engine/transform/table/lines.h"
#include "engine/transform/transform.h"
#include "sigma/result.hpp"

namespace sigma::table {

// Used once. All arguments outlive it.
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

  // False if the source does not suit the transform.
  bool Run();

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
  [[nodiscard]] bool MayBeTable(const Values& values, const Column& column) const;
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

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_TABLE_ENCODER_H_
