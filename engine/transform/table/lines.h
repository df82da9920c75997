// A text read as lines: the template of each line and where its values are.
//
// A line is a template with values in its slots. Two ways to see the values:
// - words: every run of letters and digits with a digit in it is a value (numbers, hexadecimal
//   codes, dates, addresses), everything else belongs to the template. The byte that stands for a
//   slot counts as a digit, so that no template has it. Suits logs, catalogues,
//   structure files and markup.
// - fields: everything between two delimiters is a value, so that the template only says how many
//   fields there are. Suits tables with a constant delimiter.
//
// Scan reads the source once and finds each line's template by its shape (shapes.h) or, where
// that is not known, through a hash table. Its scratch (about 3 bytes a byte of source at the most)
// comes from the pool and lives as long as the object.
#ifndef SIGMA_TRANSFORM_TABLE_LINES_H_
#define SIGMA_TRANSFORM_TABLE_LINES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/endian.h"
#include "engine/memory/buffer_pool.h"
#include "engine/transform/table/numbers.h"
#include "engine/transform/table/shapes.h"
#include "sigma/result.hpp"

namespace sigma::table {

// A value: the number that up to eight digits give, or where it begins and, if it is shorter than
// kLong, its size.
//
//   bit 31 set    bits 27–30 digits, bits 0–26 their value
//   bit 31 clear  bits 26–30 size, bits 0–25 begin
struct ValueToken {
  static constexpr std::size_t kMaxDigits = 8;
  static constexpr std::uint32_t kLong = 31;
  static constexpr std::uint32_t kMaxBegin = 1u << 26;
  static constexpr std::uint32_t kNumber = 1u << 31;

  std::uint32_t packed;

  static ValueToken Number(std::uint64_t value, std::size_t digits) noexcept {
    return {kNumber | static_cast<std::uint32_t>(digits) << 27 | static_cast<std::uint32_t>(value)};
  }
  static ValueToken Text(std::size_t begin, std::size_t size) noexcept {
    const auto cut = static_cast<std::uint32_t>(size < kLong ? size : kLong);
    return {static_cast<std::uint32_t>(begin) | cut << 26};
  }
  [[nodiscard]] bool is_number() const noexcept { return packed >= kNumber; }
  [[nodiscard]] std::uint32_t number() const noexcept { return packed & ((1u << 27) - 1); }
  [[nodiscard]] std::size_t digits() const noexcept { return packed >> 27 & 15; }
  [[nodiscard]] std::size_t begin() const noexcept { return packed & (kMaxBegin - 1); }
  [[nodiscard]] std::size_t cut_size() const noexcept { return packed >> 26 & 31; }
};

struct LineTemplate {
  std::uint32_t begin;  // of its text in the arena, slots as kSlot, without the separator
  std::uint32_t size;
  std::uint32_t slots;
  std::uint32_t rows;  // lines that have it
  std::uint32_t hash;
  std::uint32_t first_begin;  // its first line, in the source
  std::uint32_t first_size;
  std::uint32_t states;  // where its slots' states are, if it has columns
};

class Lines {
 public:
  // `separator` ends a line; `delimiter` parts its fields, or equals `separator` for words.
  Lines(ByteView source, std::uint8_t separator, std::uint8_t delimiter, BufferPool& pool);

  // False if the source does not suit: 64 MiB or longer, lines too short or too different.
  [[nodiscard]] bool Scan();

  // In the order of their first lines.
  [[nodiscard]] std::span<const LineTemplate> templates() const { return templates_.first(count_); }
  [[nodiscard]] ByteView text(const LineTemplate& line_template) const {
    return arena_.subspan(line_template.begin, line_template.size);
  }
  [[nodiscard]] std::size_t line_count() const { return line_count_; }
  // The template of a line, by its place in templates().
  [[nodiscard]] std::size_t template_of(std::size_t line) const {
    const std::uint32_t entry = lines_[line];
    return entry >= kDirect ? entry - kDirect : shapes_.all()[entry].line_template;
  }
  // Whether some of its values may be columns: those of a single line are all constant, unless they
  // have the byte of a slot.
  [[nodiscard]] bool has_columns(const LineTemplate& line_template) const {
    return line_template.rows > 1 || !clean_;
  }

  // Looks which slots have different values in different lines (or one with the byte that stands
  // for a slot). False if there are too many slots. After it:
  [[nodiscard]] bool FindColumns();
  // The only value of a slot of a template with columns, or nothing if it is a column.
  [[nodiscard]] std::optional<ValueToken> constant(const LineTemplate& line_template,
                                                   std::size_t slot) const {
    const std::uint32_t packed = states_[line_template.states + slot];
    return packed == kVarying ? std::nullopt : std::optional(ValueToken{packed});
  }
  // Writes the values of all columns: those of column k of template t, line after line, from
  // values[begins[t] + k · rows] on.
  void FillColumns(std::span<const std::uint32_t> begins, std::span<ValueToken> values);

  [[nodiscard]] std::size_t size(ValueToken token) const {
    if (token.is_number()) return token.digits();
    return token.cut_size() != ValueToken::kLong ? token.cut_size() : LongSize(token);
  }
  // Its bytes; those of a number are written to `digits`.
  [[nodiscard]] ByteView text(ValueToken token, std::array<std::uint8_t, kMaxNumber>& digits) const;
  // The last line has no separator.
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  struct Line;

  // Lines that are not of a kept shape: kDirect + their template; their tokens stand in a list
  // of their own.
  static constexpr std::uint32_t kDirect = 1u << 31;
  // State of a slot whose values differ; no token: nothing begins there.
  static constexpr std::uint32_t kVarying = ValueToken::kMaxBegin - 1;
  static constexpr std::uint32_t kUnknown = ValueToken::kMaxBegin - 2;

  bool ScanWords();
  bool ScanFields();
  bool AddWords(std::size_t begin, std::size_t end, std::size_t base, const std::uint8_t* blanked,
                const std::uint8_t* values);
  bool AddWhole(std::size_t begin, std::size_t end);
  bool CopyGap(Line& line, std::size_t end);
  bool CopySlot(Line& line, std::size_t begin, std::size_t end);
  // The template of a line whose text is complete: its place, or nothing if there are too many.
  std::optional<std::uint32_t> CloseLine(Line& line, std::size_t end);
  bool AddDirect(ValueToken token);
  bool AddLine(std::uint32_t entry);
  [[nodiscard]] ValueToken Token(std::size_t begin, std::size_t size) const;
  [[nodiscard]] std::size_t LongSize(ValueToken token) const;
  void Merge(std::uint32_t& state, ValueToken token) const;
  [[nodiscard]] bool HasSlotByte(ValueToken token) const;

  ByteView source_;
  std::uint8_t separator_;
  std::uint8_t delimiter_;
  BufferPool& pool_;
  LineShapes shapes_;
  BufferPool::Lease token_memory_, line_memory_, template_memory_, arena_memory_, table_memory_,
      state_memory_;
  std::span<ValueToken> tokens_;    // of direct lines: each one's size, then its tokens
  std::span<std::uint32_t> lines_;  // shape, or kDirect + template
  std::span<LineTemplate> templates_;
  MutableBytes arena_;
  std::span<std::uint32_t> table_;  // 0 = empty, else 1 + the place of a template
  std::span<std::uint32_t> states_;
  std::size_t token_count_ = 0;
  std::size_t line_count_ = 0;
  std::size_t count_ = 0;
  std::size_t arena_end_ = 0;
  bool clean_ = true;  // no value has the byte that stands for a slot
  bool cut_ = false;
};

// The digits are moved into the upper bytes, zeros before them.
inline ValueToken Lines::Token(std::size_t begin, std::size_t size) const {
  const std::uint8_t* const from = source_.data() + begin;
  const auto bits = static_cast<unsigned>(8 * size);
  if (size - 1 < 4) {
    const auto zeros = static_cast<std::uint32_t>(std::uint64_t{0x30303030u} >> bits);
    std::uint32_t number = 0;
    return ParseFour(LoadLE<std::uint32_t>(from) << (32 - bits) | zeros, &number)
               ? ValueToken::Number(number, size)
               : ValueToken::Text(begin, size);
  }
  if (size - 1 < ValueToken::kMaxDigits) {
    const std::uint64_t zeros = 0x3030303030303030u >> bits / 2 >> bits / 2;
    std::uint64_t number = 0;
    return ParseEight(LoadLE<std::uint64_t>(from) << (64 - bits) | zeros, &number)
               ? ValueToken::Number(number, size)
               : ValueToken::Text(begin, size);
  }
  return ValueToken::Text(begin, size);
}

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_LINES_H_
