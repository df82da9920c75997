// Lines from their templates and columns: each operation copies a piece of template and writes a
// value after it. While there is room the copies are of 16 bytes at a time and numbers are written
// whole; the last bytes of the target, where there is none, are written exactly.
//
// Work is bounded by sections and target: each operation writes a byte or uses up a text's
// separator, and each line ends with one.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/transform/table/schema.h"
#include "engine/transform/table/transform.h"

namespace sigma::table {
namespace {

// Room after the literal that a number and the copies of 16 bytes may touch.
constexpr std::size_t kSlack = 96;

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

// Two digits of a value below 100.
struct DigitPairs {
  std::array<std::uint16_t, 100> text{};
  constexpr DigitPairs() {
    for (unsigned value = 0; value < text.size(); ++value) {
      text[value] = static_cast<std::uint16_t>(('0' + value / 10) | ('0' + value % 10) << 8);
    }
  }
};
constexpr DigitPairs kDigitPairs;

// Four digits of a value below 10000, the first one in the lowest byte.
inline std::uint32_t FourDigits(std::uint32_t value) {
  const std::uint32_t hundreds = value * 5243 >> 19;
  return kDigitPairs.text[hundreds] | std::uint32_t{kDigitPairs.text[value - hundreds * 100]} << 16;
}

// Writes lines; where it stands is kept in registers, since every byte written might be the
// object's.
class Writer {
 public:
  Writer(Schema& schema, std::uint8_t separator, MutableBytes target)
      : schema_(schema),
        separator_(separator),
        at_(target.data()),
        end_(target.data() + target.size()) {}

  [[nodiscard]] bool full() const { return at_ == end_; }

  // Writes the lines of these codes; `cut`: the last one without its separator. False if they do
  // not fit or a text ends.
  bool Lines(ByteView codes, const std::uint8_t* rare, bool cut) {
    const auto frequent = static_cast<std::size_t>(schema_.header().frequent);
    std::size_t fresh = frequent;
    Op* const ops = schema_.ops().data();
    std::uint8_t* at = at_;
    std::uint8_t* const end = end_;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      std::size_t place = codes[i];
      if (place >= kNewTemplate) [[unlikely]] {
        if (place == kNewTemplate) {
          place = fresh++;
        } else {
          place = frequent + LoadLE<std::uint16_t>(rare);
          rare += 2;
        }
      }
      Program& program = schema_.programs()[place];
      const std::size_t row = program.row++;
      Op* op = ops + program.first;
      const std::size_t room = program.room + kSlack;
      bool fits = static_cast<std::size_t>(end - at) >= room;
      for (; fits; ++op) {
        at = CopyLiteral(op->literal, op->literal_size, at);
        if (op->form == Form::kSmall) {
          const std::uint32_t word = kSmallNumbers.text[op->least][op->values[row]];
          StoreLE(at, word);
          at += word >> 24;
        } else if (op->form == Form::kDecimal) {
          at = Decimal(*op, row, at);
        } else if (op->form == Form::kEnd) {
          break;
        } else if (op->form == Form::kNumber) {
          at += Number(*op, row, at);
        } else {
          at = CopyText(*op, at);
          if (at == nullptr) return false;
          fits = static_cast<std::size_t>(end - at) >= room;
        }
      }
      const bool last = cut && i + 1 == codes.size();
      if (fits) {
        at -= last ? 1 : 0;
        continue;
      }
      at_ = at;
      if (!LineExactly(op, row, last)) return false;
      at = at_;
    }
    at_ = at;
    return true;
  }

 private:
  // Up to kSlack bytes after the literal are written.
  static std::uint8_t* CopyLiteral(const std::uint8_t* from, std::size_t size, std::uint8_t* at) {
    std::memcpy(at, from, 16);
    if (size > 16) {
      std::memcpy(at + 16, from + 16, 16);
      std::memcpy(at + 32, from + 32, 16);
      std::memcpy(at + 48, from + 48, 16);
      for (std::size_t i = 64; i < size; i += 16) std::memcpy(at + i, from + i, 16);
    }
    return at + size;
  }

  static std::uint8_t* Decimal(const Op& op, std::size_t row, std::uint8_t* at) {
    const std::uint32_t value = LoadLE<std::uint16_t>(op.values + 2 * row);
    if (value >= 10000) [[unlikely]] {
      return at + WriteDecimal(value, op.least, at);
    }
    const std::size_t natural = 1u + (value >= 10) + (value >= 100) + (value >= 1000);
    const std::size_t size = std::max<std::size_t>(natural, op.least);
    StoreLE(at, FourDigits(value) >> (32 - 8 * size));
    return at + size;
  }

  std::size_t Number(const Op& op, std::size_t row, std::uint8_t* to) const {
    const std::uint64_t value =
        LoadLE<std::uint64_t>(op.values + op.step * row) & ~std::uint64_t{0} >> (64 - 8 * op.step);
    const std::size_t least = op.least == kHasLengths ? schema_.lengths(op.lengths)[row] : op.least;
    if (op.base == Base::kDecimal) return WriteDecimal(value, least, to);
    return WriteHex(value, least, op.base == Base::kLowerHex ? 'a' : 'A', to);
  }

  // Copies eight bytes at a time up to the separator (zero byte in a word: A. Mycroft, 1987). Null
  // if the text ends or does not fit.
  std::uint8_t* CopyText(Op& op, std::uint8_t* at) {
    constexpr std::uint64_t kOnes = 0x0101010101010101u;
    const std::uint8_t* const text_end = schema_.text_end(op.lengths);
    const std::uint8_t* from = op.values;
    const std::uint64_t separators = kOnes * separator_;
    while (end_ - at >= 8) {
      const auto word = LoadLE<std::uint64_t>(from);
      StoreLE(at, word);
      const std::uint64_t same = word ^ separators;
      const std::uint64_t found = (same - kOnes) & ~same & (kOnes << 7);
      if (found != 0) {
        const auto size = static_cast<std::size_t>(std::countr_zero(found) / 8);
        if (static_cast<std::size_t>(text_end - from) <= size) return nullptr;
        op.values = from + size + 1;
        return at + size;
      }
      if (text_end - from <= 8) return nullptr;
      from += 8;
      at += 8;
    }
    const std::uint8_t* const stop = std::find(from, text_end, separator_);
    if (stop == text_end || stop - from > end_ - at) return nullptr;
    op.values = stop + 1;
    return std::copy(from, stop, at);
  }

  bool Put(ByteView bytes) {
    if (bytes.size() > static_cast<std::size_t>(end_ - at_)) return false;
    at_ = std::copy(bytes.begin(), bytes.end(), at_);
    return true;
  }

  // From an operation on.
  bool LineExactly(Op* op, std::size_t row, bool last) {
    for (;; ++op) {
      const bool ends = op->form == Form::kEnd;
      if (!Put({op->literal, op->literal_size - (ends && last ? 1u : 0u)})) return false;
      if (ends) return true;
      if (op->form == Form::kText) {
        at_ = CopyText(*op, at_);
        if (at_ == nullptr) return false;
        continue;
      }
      std::array<std::uint8_t, kMaxNumber> text;
      if (!Put({text.data(), Number(*op, row, text.data())})) return false;
    }
  }

  Schema& schema_;
  std::uint8_t separator_;
  std::uint8_t* at_;
  std::uint8_t* end_;
};

}  // namespace

Result<void> Decode(std::span<const ByteView> sections, const TransformParams& params,
                    BufferPool& pool, MutableBytes target) {
  if (params.size != 2) return Fail(ErrorCode::kCorrupt, "table parameters of the wrong size");
  const std::uint8_t separator = params.bytes[0];
  if (separator == kSlot) return Fail(ErrorCode::kCorrupt, "table without a separator");
  auto schema = Schema::Parse(sections, separator, pool);
  if (!schema) return schema.failure();
  Writer writer(*schema, separator, target);
  if (!writer.Lines(sections[0], sections[1].data(), schema->header().cut)) {
    return Fail(ErrorCode::kCorrupt, "table that does not fit its size");
  }
  if (!writer.full()) return Fail(ErrorCode::kCorrupt, "table smaller than its size");
  if (!schema->TextsTaken()) return Fail(ErrorCode::kCorrupt, "table with text left over");
  return {};
}

}  // namespace sigma::table
