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
#include "engine/transform/table/layout.h"
#include "sigma/result.hpp"

namespace sigma::table {

// How the value after a piece of template is written.
enum class Form : std::uint8_t {
  kEnd,      // no value: the template ends
  kText,     // up to the next separator of a text
  kSmall,    // decimal of one byte, at most three digits at least
  kDecimal,  // decimal of two bytes, at most four digits at least
  kNumber,   // any other
};

struct Op {
  const std::uint8_t* values;   // of the column, one for each row; kText: the next text
  const std::uint8_t* literal;  // template text before it …
  std::uint32_t literal_size;   // … and how much
  std::uint32_t lengths;        // first of its lengths; kText: which text it is
  Form form;
  std::uint8_t step;   // bytes of a value
  std::uint8_t least;  // kHasLengths: see `lengths`
  Base base;
};
inline constexpr std::uint8_t kHasLengths = 0xFF;

// A template's operations.
struct Program {
  std::uint32_t first;  // operation
  std::uint32_t row;    // the next line's
  std::uint32_t room;   // most bytes its literals and numbers take
  std::uint32_t rows;
};

class Schema {
 public:
  // `sections` outlive the object.
  static Result<Schema> Parse(std::span<const ByteView> sections, std::uint8_t separator,
                              BufferPool& pool);

  [[nodiscard]] const Header& header() const { return header_; }
  // In the order of the wire.
  [[nodiscard]] std::span<Program> programs() { return programs_; }
  [[nodiscard]] std::span<Op> ops() { return ops_; }
  [[nodiscard]] const std::uint8_t* lengths(std::uint32_t at) const { return lengths_.data() + at; }
  [[nodiscard]] const std::uint8_t* text_end(std::uint32_t text) const { return text_ends_[text]; }
  // Once the lines are written: whether they took all texts of every column that has its own.
  // (Those of the others were counted by Parse.)
  [[nodiscard]] bool TextsTaken() const;

 private:
  struct Builder;   // schema_builder.h
  class Placement;  // schema_columns.cc

  Header header_;
  ByteView templates_;
  BufferPool::Lease memory_;  // operations, programs
  BufferPool::Lease integer_memory_;
  BufferPool::Lease length_memory_;
  std::span<Op> ops_;
  std::span<Program> programs_;
  std::span<std::uint8_t> lengths_;  // of all columns, back to back
  std::array<const std::uint8_t*, 256> text_ends_{};
};

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_SCHEMA_H_
