// Words: a block of source gets its marks (kernels/text/marks) and a copy in which all values are
// blank. It begins with a line, and so does the next block, with the one that this block cuts. A
// line is looked up by its shape. A new one is walked value by value: what lies between them is
// copied to the end of the arena, slots as one byte each; that is the text of its template, which
// either is in the hash table already or stays in the arena as a new one.
//
// Fields: as new shapes, but from one delimiter to the next, and without shapes: no two lines of
// such a table have fields of the same sizes.
//
// Cost (Zen 5): 0.4 ns a byte where shapes repeat, else 5 ns a value.
#include "engine/transform/table/lines.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/transform/table/layout.h"
#include "kernels/text/marks.h"

namespace sigma::table {
namespace {

// A block, its copy and its marks fit the second-level cache. Longer lines are templates as they
// are.
constexpr std::size_t kBlock = 32u << 10;
// Fields: marks of a block fit the first-level cache with it.
constexpr std::size_t kFieldBlock = 4096;
// Templates of up to so many fields are found by their number.
constexpr std::size_t kKnownFields = 256;
constexpr std::size_t kWordBits = 64;
// Lines shorter than this on average are not worth a template each, and bound the scratch.
constexpr std::size_t kLeastLine = 5;
constexpr std::size_t kLeastToken = 2;
// Room for copies of 16 bytes.
constexpr std::size_t kSlack = 64;
constexpr std::size_t kMaxTemplates = kMaxRareTemplates;
// From here on the templates must not take more than 5/16 of the source: text that is no table has
// a template of its own for nearly every line.
constexpr std::size_t kEnoughToJudge = 256u << 10;
constexpr std::size_t kMostTemplateShare = 5;

// A template that is not found within so many is one of a source made to collide: no table.
constexpr std::size_t kMostProbes = 512;

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

// As kernels::text::MarkWords sees it.
bool IsWordByte(std::uint8_t byte) {
  const unsigned lower = byte | 0x20u;
  return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z') || byte == kSlot;
}

std::uint64_t Below(unsigned bit) { return (std::uint64_t{1} << bit) - 1; }

}  // namespace

// A line on its way to its template.
struct Lines::Line {
  std::uint8_t* out;    // end of the template's text so far
  std::size_t begin;    // in the source
  std::size_t copied;   // the source up to here is in the template's text
  std::uint32_t slots;  // so far
};

Lines::Lines(ByteView source, std::uint8_t separator, std::uint8_t delimiter, BufferPool& pool)
    : source_(source),
      separator_(separator),
      delimiter_(delimiter),
      pool_(pool),
      shapes_(separator == delimiter ? source.size() : 0, pool) {
  const std::size_t tokens = source.size() / kLeastToken + kSlack;
  const std::size_t lines = source.size() / kLeastLine + kSlack;
  const std::size_t arena = source.size() / 2 + 4096;
  const std::size_t slots =
      std::bit_ceil(std::clamp<std::size_t>(source.size() / 16, 64, 2 * kMaxTemplates));
  token_memory_ = pool.AcquireFor<ValueToken>(tokens);
  tokens_ = token_memory_.As<ValueToken>(tokens);
  line_memory_ = pool.AcquireFor<std::uint32_t>(lines);
  lines_ = line_memory_.As<std::uint32_t>(lines);
  template_memory_ = pool.AcquireFor<LineTemplate>(slots / 2);
  templates_ = template_memory_.As<LineTemplate>(slots / 2);
  arena_memory_ = pool.Acquire(arena);
  arena_ = arena_memory_.As<std::uint8_t>(arena);
  table_memory_ = pool.AcquireFor<std::uint32_t>(slots);
  table_ = table_memory_.As<std::uint32_t>(slots);
}

bool Lines::Scan() {
  if (source_.size() >= ValueToken::kMaxBegin - 2 || source_.empty()) return false;
  std::ranges::fill(table_, 0u);
  return separator_ == delimiter_ ? ScanWords() : ScanFields();
}

std::size_t Lines::LongSize(ValueToken token) const {
  const std::uint8_t* const begin = source_.data() + token.begin();
  const std::uint8_t* const end = source_.data() + source_.size();
  const std::uint8_t* at = begin + ValueToken::kLong;
  if (separator_ == delimiter_) {
    while (at < end && IsWordByte(*at)) ++at;
    return static_cast<std::size_t>(at - begin);
  }
  // Eight bytes at a time up to the end of the field (zero byte in a word: A. Mycroft, 1987).
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  for (; at < end; at += 8) {
    const auto word = LoadLE<std::uint64_t>(at);
    const std::uint64_t separators = word ^ kOnes * separator_;
    const std::uint64_t delimiters = word ^ kOnes * delimiter_;
    const std::uint64_t found =
        (((separators - kOnes) & ~separators) | ((delimiters - kOnes) & ~delimiters)) & kOnes << 7;
    if (found != 0) {
      at += std::countr_zero(found) / 8;
      break;
    }
  }
  return static_cast<std::size_t>(std::min(at, end) - begin);
}

ByteView Lines::text(ValueToken token, std::array<std::uint8_t, kMaxNumber>& digits) const {
  if (!token.is_number()) return source_.subspan(token.begin(), size(token));
  return {digits.data(), WriteDecimal(token.number(), token.digits(), digits.data())};
}

// Appends what lies between the last value and `end` to the template's text.
inline bool Lines::CopyGap(Line& line, std::size_t end) {
  const std::size_t size = end - line.copied;
  if (size + kSlack > static_cast<std::size_t>(arena_.data() + arena_.size() - line.out)) {
    return false;
  }
  const std::uint8_t* from = source_.data() + line.copied;
  std::memcpy(line.out, from, 16);
  for (std::size_t at = 16; at < size; at += 16) std::memcpy(line.out + at, from + at, 16);
  line.out += size;
  return true;
}

inline bool Lines::CopySlot(Line& line, std::size_t begin, std::size_t end) {
  if (!CopyGap(line, begin)) return false;
  *line.out++ = kSlot;
  line.copied = end;
  ++line.slots;
  return true;
}

std::optional<std::uint32_t> Lines::CloseLine(Line& line, std::size_t end) {
  if (!CopyGap(line, end)) return std::nullopt;
  std::uint8_t* const text = arena_.data() + arena_end_;
  const auto size = static_cast<std::size_t>(line.out - text);
  const std::uint32_t hash = HashTemplate(text, size);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t step = 0; step < kMostProbes; ++step) {
    const std::size_t place = (hash + step) & mask;
    if (table_[place] == 0) {
      if (count_ == templates_.size()) return std::nullopt;
      templates_[count_] = {static_cast<std::uint32_t>(arena_end_),
                            static_cast<std::uint32_t>(size),
                            line.slots,
                            0,
                            hash,
                            static_cast<std::uint32_t>(line.begin),
                            static_cast<std::uint32_t>(end - line.begin),
                            0};
      arena_end_ += size;
      table_[place] = static_cast<std::uint32_t>(++count_);
      return static_cast<std::uint32_t>(count_ - 1);
    }
    const LineTemplate& other = templates_[table_[place] - 1];
    if (other.hash == hash && other.size == size &&
        std::memcmp(arena_.data() + other.begin, text, size) == 0) {
      return table_[place] - 1;
    }
  }
  return std::nullopt;
}

inline bool Lines::AddDirect(ValueToken token) {
  if (token_count_ == tokens_.size()) return false;
  tokens_[token_count_++] = token;
  return true;
}

inline bool Lines::AddLine(std::uint32_t entry) {
  if (line_count_ == lines_.size()) return false;
  lines_[line_count_++] = entry;
  return true;
}

// Adds the line source_[begin, end); `blanked` and the bits of `values` begin at source_[base].
bool Lines::AddWords(std::size_t begin, std::size_t end, std::size_t base,
                     const std::uint8_t* blanked, const std::uint8_t* values) {
  const std::size_t size = end - begin;
  const std::uint8_t* const text = source_.data() + begin;
  const std::size_t known = shapes_.Find(blanked + (begin - base), text, size);
  if (known != LineShapes::kNone) {
    ++templates_[shapes_.all()[known].line_template].rows;
    return AddLine(static_cast<std::uint32_t>(known));
  }
  bool keep = shapes_.Add(blanked + (begin - base), text, size, begin);
  Line line{arena_.data() + arena_end_, begin, begin, 0};
  const std::size_t first_token = token_count_;
  if (!AddDirect({static_cast<std::uint32_t>(size)})) return false;
  // Values begin and end where a bit differs from the one below it.
  const std::size_t last = end - base;
  std::size_t w = (begin - base) / kWordBits;
  std::size_t start = 0;
  bool open = false;
  std::uint64_t below = 0;  // a line begins after a separator
  for (std::uint64_t all = ~Below(static_cast<unsigned>((begin - base) % kWordBits));; ++w) {
    if (w * kWordBits > last) break;
    const auto word = LoadLE<std::uint64_t>(values + 8 * w);
    std::uint64_t turns = (word ^ (word << 1 | below)) & all;
    below = word >> 63;
    all = ~std::uint64_t{0};
    for (; turns != 0; turns &= turns - 1) {
      const std::size_t at = w * kWordBits + static_cast<std::size_t>(std::countr_zero(turns));
      if (at > last) break;
      open = !open;
      if (open) {
        start = base + at;
        continue;
      }
      if (!CopySlot(line, start, base + at)) return false;
      keep = keep && shapes_.AddSlot(start - begin, base + at - start);
      if (!AddDirect(Token(start, base + at - start))) return false;
    }
  }
  const std::optional<std::uint32_t> found = CloseLine(line, end);
  if (!found) return false;
  ++templates_[*found].rows;
  if (!keep) return AddLine(kDirect + *found);
  token_count_ = first_token;
  shapes_.all().back().line_template = *found;
  return AddLine(static_cast<std::uint32_t>(shapes_.all().size() - 1));
}

// A line too long for a block: its text is its template.
bool Lines::AddWhole(std::size_t begin, std::size_t end) {
  Line line{arena_.data() + arena_end_, begin, begin, 0};
  if (!clean_ || !AddDirect({static_cast<std::uint32_t>(end - begin)})) return false;
  const std::optional<std::uint32_t> found = CloseLine(line, end);
  if (!found) return false;
  ++templates_[*found].rows;
  return AddLine(kDirect + *found);
}

bool Lines::ScanWords() {
  const std::size_t room = std::min(kBlock, source_.size());
  const std::size_t marks = kernels::text::MarkBytes(room) + 8;
  BufferPool::Lease lease = pool_.Acquire(room + kSlack + 3 * marks);
  const MutableBytes blanked(lease.data(), room + kSlack);
  const MutableBytes words(lease.data() + blanked.size(), marks);
  const MutableBytes values(words.data() + marks, marks);
  const MutableBytes ends(values.data() + marks, marks);
  std::memset(blanked.data(), 0, blanked.size());
  for (std::size_t base = 0; base < source_.size();) {
    const ByteView view = source_.subspan(base, std::min(kBlock, source_.size() - base));
    const std::size_t used = kernels::text::MarkBytes(view.size());
    const bool clean = kernels::text::MarkWords(view, separator_, kSlot, words.first(used),
                                                values.first(used), ends.first(used));
    clean_ = clean_ && clean;
    kernels::text::MarkValues(words.first(used), values.first(used));
    kernels::text::FillMarked(view, values.first(used), kSlot, blanked);
    std::memset(values.data() + used, 0, 8);
    std::size_t begin = base;
    for (std::size_t w = 0; w < used / 8; ++w) {
      for (auto end = LoadLE<std::uint64_t>(ends.data() + 8 * w); end != 0; end &= end - 1) {
        const std::size_t at =
            base + w * kWordBits + static_cast<std::size_t>(std::countr_zero(end));
        if (!AddWords(begin, at, base, blanked.data(), values.data())) return false;
        begin = at + 1;
      }
    }
    const bool last = base + view.size() == source_.size();
    if (last && begin < source_.size()) {
      cut_ = true;
      return AddWords(begin, source_.size(), base, blanked.data(), values.data());
    }
    if (begin == base && !last) {
      const auto rest = source_.subspan(base + view.size());
      const auto* const stop =
          static_cast<const std::uint8_t*>(std::memchr(rest.data(), separator_, rest.size()));
      cut_ = stop == nullptr;
      const auto at = cut_ ? source_.size() : static_cast<std::size_t>(stop - source_.data());
      clean_ = clean_ && std::memchr(rest.data(), kSlot, at - (base + view.size())) == nullptr;
      if (!AddWhole(base, at)) return false;
      begin = at + 1;
    }
    base = begin;
    if (base >= kEnoughToJudge && arena_end_ * 16 > base * kMostTemplateShare) return false;
  }
  return line_count_ != 0;
}

bool Lines::ScanFields() {
  constexpr std::size_t kMarks = kernels::text::MarkBytes(kFieldBlock);
  alignas(64) std::array<std::uint8_t, kMarks> stops;
  alignas(64) std::array<std::uint8_t, kMarks> ends;
  // Everything between two delimiters is a value, so that lines of as many fields have one
  // template.
  std::array<std::uint32_t, kKnownFields> known{};  // 1 + the template of so many fields
  Line line{arena_.data(), 0, 0, 0};
  std::size_t first_token = 0;
  const auto open = [&](std::size_t begin) {
    line = {arena_.data() + arena_end_, begin, begin, 0};
    first_token = token_count_;
    return AddDirect({0});
  };
  const auto field = [&](std::size_t end) {
    const std::size_t begin = line.copied;
    line.copied = end + 1;
    ++line.slots;
    return AddDirect(Token(begin, end - begin));
  };
  const auto find = [&](std::size_t end) -> std::optional<std::uint32_t> {
    const std::size_t size = 2 * std::size_t{line.slots};
    if (size + kSlack > static_cast<std::size_t>(arena_.data() + arena_.size() - line.out)) {
      return std::nullopt;
    }
    for (std::size_t i = 0; i < line.slots; ++i) {
      *line.out++ = kSlot;
      if (i + 1 < line.slots) *line.out++ = delimiter_;
    }
    line.copied = end;
    return CloseLine(line, end);
  };
  const auto close = [&](std::size_t end) {
    std::uint32_t index = line.slots < kKnownFields ? known[line.slots] : 0;
    if (index == 0) {
      const std::optional<std::uint32_t> found = find(end);
      if (!found) return false;
      index = *found + 1;
      if (line.slots < kKnownFields) known[line.slots] = index;
    }
    ++templates_[index - 1].rows;
    tokens_[first_token] = {static_cast<std::uint32_t>(end - line.begin)};
    return AddLine(kDirect + index - 1);
  };
  if (!open(0)) return false;
  for (std::size_t block = 0; block < source_.size(); block += kFieldBlock) {
    const ByteView view = source_.subspan(block, std::min(kFieldBlock, source_.size() - block));
    const std::size_t marks = kernels::text::MarkBytes(view.size());
    const bool clean =
        kernels::text::MarkFields(view, separator_, delimiter_, kSlot,
                                  std::span(stops).first(marks), std::span(ends).first(marks));
    clean_ = clean_ && clean;
    for (std::size_t w = 0; w < marks / 8; ++w) {
      const std::size_t base = block + w * kWordBits;
      const auto stop = LoadLE<std::uint64_t>(stops.data() + 8 * w);
      const auto end = LoadLE<std::uint64_t>(ends.data() + 8 * w);
      for (std::uint64_t events = stop; events != 0; events &= events - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(events));
        if (!field(base + bit)) return false;
        if ((end >> bit & 1) != 0 && !(close(base + bit) && open(base + bit + 1))) return false;
      }
    }
  }
  if (line.begin >= source_.size()) return line_count_ != 0;
  cut_ = true;
  return field(source_.size()) && close(source_.size());
}

}  // namespace sigma::table
