// The marks of a block of source (kernels/text_marks) are walked word by word: a value ends where a
// run of word bytes (or a field) ends, a line where its separator stands. What lies between the
// values is copied to the end of the arena, slots as one byte each; at the end of the line that is
// the text of its template, which either is in the hash table already or stays in the arena as a
// new one.
#include "engine/transform/table_lines.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/transform/table_layout.h"
#include "kernels/text_marks.h"

namespace sigma {
namespace {

// Marks of a block fit the first-level cache with it.
constexpr std::size_t kBlock = 4096;
constexpr std::size_t kWordBits = 64;
// Lines shorter than this on average are not worth a template each, and bound the scratch.
constexpr std::size_t kLeastLine = 5;
constexpr std::size_t kLeastToken = 2;
// Room for copies of 16 bytes.
constexpr std::size_t kSlack = 64;
constexpr std::size_t kMaxTemplates = kMaxRareTemplates;

std::uint32_t HashTemplate(const std::uint8_t* text, std::size_t size) {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
  std::uint64_t hash = size * kMultiplier;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    hash = std::rotl((hash ^ LoadLE<std::uint64_t>(text + at)) * kMultiplier, 29);
  }
  std::uint64_t tail = 0;
  for (; at < size; ++at) tail = tail << 8 | text[at];
  hash = (hash ^ tail) * kMultiplier;
  return static_cast<std::uint32_t>((hash ^ hash >> 29) * kMultiplier >> 32);
}

// As kernels::MarkWords sees it.
bool IsWordByte(std::uint8_t byte) {
  const unsigned lower = byte | 0x20u;
  return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z') || byte == kTableSlot;
}

std::uint64_t Below(unsigned bit) { return (std::uint64_t{1} << bit) - 1; }

}  // namespace

struct TableLines::Cursor {
  std::uint8_t* out;        // end of the template's text so far
  std::size_t line_begin;   // in the source
  std::size_t copied;       // the source up to here is in the template's text
  std::size_t first_token;  // of the line
};

TableLines::TableLines(ByteView source, std::uint8_t separator, std::uint8_t delimiter,
                       BufferPool& pool)
    : source_(source), separator_(separator), delimiter_(delimiter) {
  const std::size_t tokens = source.size() / kLeastToken + kSlack;
  const std::size_t lines = source.size() / kLeastLine + kSlack;
  const std::size_t arena = source.size() / 2 + 4096;
  const std::size_t slots =
      std::bit_ceil(std::clamp<std::size_t>(source.size() / 16, 64, 2 * kMaxTemplates));
  token_memory_ = pool.AcquireFor<TableToken>(tokens);
  tokens_ = token_memory_.As<TableToken>(tokens);
  line_memory_ = pool.AcquireFor<std::uint32_t>(lines);
  lines_ = line_memory_.As<std::uint32_t>(lines);
  template_memory_ = pool.AcquireFor<LineTemplate>(slots / 2);
  templates_ = template_memory_.As<LineTemplate>(slots / 2);
  arena_memory_ = pool.Acquire(arena);
  arena_ = arena_memory_.As<std::uint8_t>(arena);
  table_memory_ = pool.AcquireFor<std::uint32_t>(slots);
  table_ = table_memory_.As<std::uint32_t>(slots);
}

bool TableLines::Scan() {
  if (source_.size() >= TableToken::kMaxBegin) return false;
  std::ranges::fill(table_, 0u);
  return separator_ == delimiter_ ? ScanWords() : ScanFields();
}

std::size_t TableLines::size(TableToken token) const {
  if (token.is_number()) return token.digits();
  if (token.cut_size() != TableToken::kLong) return token.cut_size();
  const auto begin = source_.begin() + static_cast<std::ptrdiff_t>(token.begin());
  const bool words = separator_ == delimiter_;
  return static_cast<std::size_t>(
      std::find_if(begin + TableToken::kLong, source_.end(),
                   [&](std::uint8_t byte) {
                     return words ? !IsWordByte(byte) : byte == separator_ || byte == delimiter_;
                   }) -
      begin);
}

ByteView TableLines::text(TableToken token, std::array<std::uint8_t, kMaxNumber>& digits) const {
  if (!token.is_number()) return source_.subspan(token.begin(), size(token));
  return {digits.data(), WriteDecimal(token.number(), token.digits(), digits.data())};
}

// Appends what lies between the last value and `end` to the template's text.
inline bool TableLines::CopyGap(Cursor& cursor, std::size_t end) {
  const std::size_t size = end - cursor.copied;
  if (size + kSlack > static_cast<std::size_t>(arena_.data() + arena_.size() - cursor.out)) {
    return false;
  }
  const std::uint8_t* from = source_.data() + cursor.copied;
  std::memcpy(cursor.out, from, 16);
  for (std::size_t at = 16; at < size; at += 16) std::memcpy(cursor.out + at, from + at, 16);
  cursor.out += size;
  return true;
}

inline bool TableLines::AddToken(Cursor& cursor, std::size_t begin, std::size_t end) {
  if (token_count_ == tokens_.size() || !CopyGap(cursor, begin)) return false;
  *cursor.out++ = kTableSlot;
  cursor.copied = end;
  std::uint64_t number = 0;
  const std::size_t size = end - begin;
  tokens_[token_count_++] =
      size - 1 < TableToken::kMaxDigits && ParseDecimal(source_.data() + begin, size, &number)
          ? TableToken::Number(number, size)
          : TableToken::Text(begin, size);
  return true;
}

bool TableLines::CloseLine(Cursor& cursor, std::size_t end) {
  if (line_count_ == lines_.size() || !CopyGap(cursor, end)) return false;
  std::uint8_t* const text = arena_.data() + arena_end_;
  const auto size = static_cast<std::size_t>(cursor.out - text);
  const std::uint32_t hash = HashTemplate(text, size);
  const std::size_t mask = table_.size() - 1;
  std::size_t place = hash & mask;
  std::size_t index = 0;
  for (;; place = (place + 1) & mask) {
    if (table_[place] == 0) {
      if (count_ == templates_.size()) return false;
      index = count_++;
      table_[place] = static_cast<std::uint32_t>(count_);
      templates_[index] = {static_cast<std::uint32_t>(arena_end_), static_cast<std::uint32_t>(size),
                           static_cast<std::uint32_t>(token_count_ - cursor.first_token), 0, hash};
      arena_end_ += size;
      break;
    }
    index = table_[place] - 1;
    const LineTemplate& other = templates_[index];
    if (other.hash == hash && other.size == size &&
        std::memcmp(arena_.data() + other.begin, text, size) == 0) {
      break;
    }
  }
  ++templates_[index].rows;
  lines_[line_count_++] = static_cast<std::uint32_t>(index);
  cursor = {arena_.data() + arena_end_, end + 1, end + 1, token_count_};
  return true;
}

bool TableLines::Finish(Cursor& cursor) {
  if (cursor.line_begin >= source_.size()) return line_count_ != 0;
  cut_ = true;
  return CloseLine(cursor, source_.size());
}

bool TableLines::ScanWords() {
  constexpr std::size_t kMarks = kernels::MarkBytes(kBlock);
  alignas(64) std::array<std::uint8_t, kMarks> words;
  alignas(64) std::array<std::uint8_t, kMarks> digits;
  alignas(64) std::array<std::uint8_t, kMarks> ends;
  Cursor cursor{arena_.data(), 0, 0, 0};
  bool open = false;           // a run reaches into this word …
  bool open_digit = false;     // … with a digit in it …
  std::size_t open_begin = 0;  // … from here on
  for (std::size_t block = 0; block <= source_.size(); block += kBlock) {
    const ByteView view = source_.subspan(block, std::min(kBlock, source_.size() - block));
    const std::size_t marks = kernels::MarkBytes(view.size());
    const bool clean =
        kernels::MarkWords(view, separator_, kTableSlot, std::span(words).first(marks),
                           std::span(digits).first(marks), std::span(ends).first(marks));
    clean_ = clean_ && clean;
    // One word more closes what reaches the end of the source.
    const std::size_t count = view.size() / kWordBits + (view.size() < kBlock ? 1 : 0);
    if (view.size() < kBlock && view.size() % kWordBits == 0) {
      for (auto* bits : {&words, &digits, &ends}) std::memset(bits->data() + marks, 0, 8);
    }
    for (std::size_t w = 0; w < count; ++w) {
      const std::size_t base = block + w * kWordBits;
      const auto word = LoadLE<std::uint64_t>(words.data() + 8 * w);
      const auto digit = LoadLE<std::uint64_t>(digits.data() + 8 * w);
      const auto end = LoadLE<std::uint64_t>(ends.data() + 8 * w);
      const std::uint64_t before = word << 1 | (open ? 1u : 0u);
      const std::uint64_t stops = ~word & before;
      std::uint64_t starts = word & ~before;
      for (std::uint64_t events = stops | end; events != 0; events &= events - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(events));
        if ((stops >> bit & 1) != 0) {
          std::size_t begin = open_begin;
          bool number = open_digit;
          if (open) {
            number = number || (digit & Below(bit)) != 0;
            open = false;
          } else {
            const auto start = static_cast<unsigned>(std::countr_zero(starts));
            starts &= starts - 1;
            begin = base + start;
            number = (digit & Below(bit) & ~Below(start)) != 0;
          }
          if (number && !AddToken(cursor, begin, base + bit)) return false;
        }
        if ((end >> bit & 1) != 0 && !CloseLine(cursor, base + bit)) return false;
      }
      if (starts != 0) {
        const auto start = static_cast<unsigned>(std::countr_zero(starts));
        open = true;
        open_begin = base + start;
        open_digit = (digit & ~Below(start)) != 0;
      } else if (open) {
        open_digit = open_digit || digit != 0;
      }
    }
  }
  return Finish(cursor);
}

bool TableLines::ScanFields() {
  constexpr std::size_t kMarks = kernels::MarkBytes(kBlock);
  alignas(64) std::array<std::uint8_t, kMarks> stops;
  alignas(64) std::array<std::uint8_t, kMarks> ends;
  Cursor cursor{arena_.data(), 0, 0, 0};
  for (std::size_t block = 0; block < source_.size(); block += kBlock) {
    const ByteView view = source_.subspan(block, std::min(kBlock, source_.size() - block));
    const std::size_t marks = kernels::MarkBytes(view.size());
    const bool clean =
        kernels::MarkFields(view, separator_, delimiter_, kTableSlot, std::span(stops).first(marks),
                            std::span(ends).first(marks));
    clean_ = clean_ && clean;
    for (std::size_t w = 0; w < marks / 8; ++w) {
      const std::size_t base = block + w * kWordBits;
      const auto stop = LoadLE<std::uint64_t>(stops.data() + 8 * w);
      const auto end = LoadLE<std::uint64_t>(ends.data() + 8 * w);
      for (std::uint64_t events = stop; events != 0; events &= events - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(events));
        const std::size_t at = base + bit;
        const std::size_t begin =
            token_count_ == cursor.first_token ? cursor.line_begin : cursor.copied + 1;
        if (!AddToken(cursor, begin, at)) return false;
        if ((end >> bit & 1) != 0 && !CloseLine(cursor, at)) return false;
      }
    }
  }
  if (cursor.line_begin < source_.size()) {
    const std::size_t begin =
        token_count_ == cursor.first_token ? cursor.line_begin : cursor.copied + 1;
    if (!AddToken(cursor, begin, source_.size())) return false;
  }
  return Finish(cursor);
}

}  // namespace sigma
