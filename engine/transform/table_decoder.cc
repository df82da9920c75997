// Lines from their templates and columns: each operation copies a piece of template and writes a
// value behind it. While there is room the copies are of 16 bytes at a time and numbers are written
// whole; the last bytes of the target, where there is none, are written exactly.
//
// Work is bounded by sections and target: each operation writes a byte or uses up a text's
// separator, and each line ends with one.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/transform/table.h"
#include "engine/transform/table_schema.h"

namespace sigma {
namespace {

// Room behind the literal that a number and the copies of 16 bytes may touch.
constexpr std::size_t kSlack = 64;

// Up to three digits of a byte and, in the highest byte, how many; by their least number.
struct SmallNumbers {
  std::array<std::array<std::uint32_t, 256>, 4> text{};
  constexpr SmallNumbers() {
    for (std::uint32_t least = 0; least < 4; ++least) {
      for (std::uint32_t value = 0; value < 256; ++value) {
        const std::uint32_t natural = value < 10 ? 1 : value < 100 ? 2 : 3;
        const std::uint32_t size = natural < least ? least : natural;
        std::uint32_t word = size << 24;
        std::uint32_t rest = value;
        for (std::uint32_t i = size; i-- > 0; rest /= 10) word |= ('0' + rest % 10) << (8 * i);
        text[least][value] = word;
      }
    }
  }
};
constexpr SmallNumbers kSmallNumbers;

class Writer {
 public:
  Writer(TableSchema& schema, std::uint8_t separator, MutableBytes target)
      : schema_(schema),
        literals_(schema.templates().data()),
        separator_(separator),
        at_(target.data()),
        end_(target.data() + target.size()) {}

  [[nodiscard]] bool full() const { return at_ == end_; }

  // Writes a line; `last` without its separator. False if it does not fit or a text ends.
  bool Line(TableOp* op, bool last) {
    for (;; ++op) {
      if (static_cast<std::size_t>(end_ - at_) < op->literal_size + kSlack) {
        return LineExactly(op, last);
      }
      CopyLiteral(*op);
      switch (op->form) {
        case TableForm::kEnd:
          if (last) --at_;
          return true;
        case TableForm::kSmall: {
          const std::uint32_t word = kSmallNumbers.text[op->least][*op->values++];
          StoreLE(at_, word);
          at_ += word >> 24;
          break;
        }
        case TableForm::kDecimal:
          at_ += WriteDecimal(LoadLE<std::uint16_t>(op->values), op->least, at_);
          op->values += 2;
          break;
        case TableForm::kNumber:
          at_ += Number(*op, at_);
          break;
        case TableForm::kText:
          if (!CopyText(*op)) return false;
          break;
      }
    }
  }

 private:
  void CopyLiteral(const TableOp& op) {
    const std::uint8_t* const from = literals_ + op.literal;
    std::memcpy(at_, from, 16);
    for (std::size_t i = 16; i < op.literal_size; i += 16) std::memcpy(at_ + i, from + i, 16);
    at_ += op.literal_size;
  }

  std::size_t Number(TableOp& op, std::uint8_t* to) {
    std::uint64_t value = 0;
    switch (op.log_width) {
      case 0:
        value = *op.values;
        break;
      case 1:
        value = LoadLE<std::uint16_t>(op.values);
        break;
      case 2:
        value = LoadLE<std::uint32_t>(op.values);
        break;
      default:
        value = LoadLE<std::uint64_t>(op.values);
    }
    op.values += std::size_t{1} << op.log_width;
    const std::size_t least = op.least == kHasLengths ? *schema_.lengths(op.lengths++) : op.least;
    if (op.base == TableBase::kDecimal) return WriteDecimal(value, least, to);
    return WriteHex(value, least, op.base == TableBase::kLowerHex ? 'a' : 'A', to);
  }

  // Copies eight bytes at a time up to the separator (zero byte in a word: A. Mycroft, 1987).
  bool CopyText(TableOp& op) {
    constexpr std::uint64_t kOnes = 0x0101010101010101u;
    const std::uint8_t* const text_end = schema_.text_end(op.lengths);
    const std::uint8_t* from = op.values;
    const std::uint64_t separators = kOnes * separator_;
    while (end_ - at_ >= 8) {
      const auto word = LoadLE<std::uint64_t>(from);
      StoreLE(at_, word);
      const std::uint64_t same = word ^ separators;
      const std::uint64_t found = (same - kOnes) & ~same & (kOnes << 7);
      if (found != 0) {
        const auto size = static_cast<std::size_t>(std::countr_zero(found) / 8);
        if (static_cast<std::size_t>(text_end - from) <= size) return false;
        at_ += size;
        op.values = from + size + 1;
        return true;
      }
      if (text_end - from <= 8) return false;
      from += 8;
      at_ += 8;
    }
    const std::uint8_t* const stop = std::find(from, text_end, separator_);
    if (stop == text_end || stop - from > end_ - at_) return false;
    at_ = std::copy(from, stop, at_);
    op.values = stop + 1;
    return true;
  }

  bool Put(ByteView bytes) {
    if (bytes.size() > static_cast<std::size_t>(end_ - at_)) return false;
    at_ = std::copy(bytes.begin(), bytes.end(), at_);
    return true;
  }

  bool LineExactly(TableOp* op, bool last) {
    for (;; ++op) {
      const bool ends = op->form == TableForm::kEnd;
      if (!Put({literals_ + op->literal, op->literal_size - (ends && last ? 1u : 0u)})) {
        return false;
      }
      if (ends) return true;
      if (op->form == TableForm::kText) {
        if (!CopyText(*op)) return false;
        continue;
      }
      std::array<std::uint8_t, kMaxNumber> text;
      if (!Put({text.data(), Number(*op, text.data())})) return false;
    }
  }

  TableSchema& schema_;
  const std::uint8_t* literals_;
  std::uint8_t separator_;
  std::uint8_t* at_;
  std::uint8_t* end_;
};

}  // namespace

Result<void> DecodeTable(std::span<const ByteView> sections, const TransformParams& params,
                         BufferPool& pool, MutableBytes target) {
  if (params.size != 2) return Fail(ErrorCode::kCorrupt, "table parameters of the wrong size");
  const std::uint8_t separator = params.bytes[0];
  if (separator == kTableSlot) return Fail(ErrorCode::kCorrupt, "table without a separator");
  auto schema = TableSchema::Parse(sections, separator, pool);
  if (!schema) return schema.failure();
  Writer writer(*schema, separator, target);
  const ByteView codes = sections[0];
  const std::size_t frequent = static_cast<std::size_t>(schema->header().frequent);
  const std::uint8_t* rare = sections[1].data();
  std::size_t fresh = frequent;
  const bool cut = schema->header().cut;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    std::size_t place = codes[i];
    if (place == kNewTemplate) {
      place = fresh++;
    } else if (place == kOldTemplate) {
      place = frequent + LoadLE<std::uint16_t>(rare);
      rare += 2;
    }
    if (!writer.Line(schema->program(place), cut && i + 1 == codes.size())) {
      return Fail(ErrorCode::kCorrupt, "table that does not fit its size");
    }
  }
  if (!writer.full()) return Fail(ErrorCode::kCorrupt, "table smaller than its size");
  return {};
}

}  // namespace sigma
