// The parsed schema of a table: one operation for every slot and one for the end of every template,
// with its columns as integers ready to be written. Built from hostile sections: every size is
// checked against the sections before it is used, and scratch grows with the sections only.
#ifndef SIGMA_TRANSFORM_TABLE_SCHEMA_H_
#define SIGMA_TRANSFORM_TABLE_SCHEMA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/table_layout.h"
#include "sigma/sigma.hpp"

namespace sigma {

// How the value behind a piece of template is written.
enum class TableForm : std::uint8_t {
  kEnd,      // no value: the template ends
  kText,     // up to the next separator of a text
  kSmall,    // decimal of one byte, at most three digits at least
  kDecimal,  // decimal of two bytes
  kNumber,   // any other
};

struct TableOp {
  const std::uint8_t* values;  // the column's next value; its text
  std::uint32_t literal;       // template text before it: where …
  std::uint32_t literal_size;  // … and how much
  std::uint32_t lengths;       // next of its lengths; kText: which text it is
  TableForm form;
  std::uint8_t log_width;
  std::uint8_t least;  // kHasLengths: see `lengths`
  TableBase base;
};
inline constexpr std::uint8_t kHasLengths = 0xFF;

class TableSchema {
 public:
  // `sections` outlive the object.
  static Result<TableSchema> Parse(std::span<const ByteView> sections, std::uint8_t separator,
                                   BufferPool& pool);

  [[nodiscard]] const TableHeader& header() const { return header_; }
  // First operation of a template, by its place in the order of the wire.
  [[nodiscard]] TableOp* program(std::size_t place) { return &ops_[begins_[place]]; }
  [[nodiscard]] ByteView templates() const { return templates_; }
  [[nodiscard]] const std::uint8_t* lengths(std::uint32_t at) const { return lengths_.data() + at; }
  [[nodiscard]] const std::uint8_t* text_end(std::uint32_t text) const { return text_ends_[text]; }

 private:
  struct Builder;

  TableHeader header_;
  ByteView templates_;
  BufferPool::Lease memory_;  // operations, begins, rows
  BufferPool::Lease integer_memory_;
  BufferPool::Lease length_memory_;
  std::span<TableOp> ops_;
  std::span<std::uint32_t> begins_;
  std::span<std::uint8_t> lengths_;  // of all columns one behind the other
  std::array<const std::uint8_t*, 256> text_ends_{};
};

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_TABLE_SCHEMA_H_
