// The parsed schema of a table: one operation for every slot and one for the end of every template,
// with its columns as integers ready to be written. Built from hostile sections: every size is
// checked against the sections before it is used, and scratch grows with the sections only.
#ifndef SIGMA_TRANSFORM_TABLE_SCHEMA_H_
#define SIGMA_TRANSFORM_TABLE_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/table/layout.h"
#include "sigma/sigma.hpp"

namespace sigma::table {

// How the value behind a piece of template is written.
enum class Form : std::uint8_t {
  kEnd,      // no value: the template ends
  kText,     // up to the next separator of a text
  kSmall,    // decimal of one byte, at most three digits at least
  kDecimal,  // decimal of two bytes, at most four digits at least
  kEight,    // decimal of four bytes, at most eight digits at least
  kNumber,   // any other
};

struct Op {
  const std::uint8_t* values;   // of the column, one for each row; kText: the next text
  const std::uint8_t* literal;  // template text before it …
  std::uint32_t literal_size;   // … and how much
  std::uint32_t lengths;        // first of its lengths; kText: of its texts' sizes
  Form form;
  std::uint8_t step;   // bytes of a value
  std::uint8_t least;  // kHasLengths: see `lengths`
  Base base;
};
inline constexpr std::uint8_t kHasLengths = 0xFF;
inline constexpr std::uint8_t kLongText = 0xFF;

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
  // Of the texts of all columns, kLongText for longer ones. There are as many as lines ask for.
  [[nodiscard]] const std::uint8_t* text_sizes() const { return text_sizes_.data(); }

 private:
  struct Builder;

  Header header_;
  ByteView templates_;
  BufferPool::Lease memory_;  // operations, programs
  BufferPool::Lease integer_memory_;
  BufferPool::Lease length_memory_;
  std::span<Op> ops_;
  std::span<Program> programs_;
  std::span<std::uint8_t> lengths_;  // of all columns one behind the other
  BufferPool::Lease text_size_memory_;
  MutableBytes text_sizes_;
};

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_SCHEMA_H_
