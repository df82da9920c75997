// Records: no entropy coding of what the sequences say, the decoder's third pass runs on the
// payload itself (kWide, kWideCoded) or after one cheap expansion of the tokens (kNarrow).
//
// Coding the literals alone costs a third of what coding everything does on both sides, and lets a
// level find only the long matches: a literal costs the encoder 0.6 ns, a sequence 25 ns (s7).
//
// A record's fields lie in planes, not side by side: the sums that validate a sub-block are plain
// vector sums, and the copy loop is the one of the sections.
#include "engine/coder/lz/records.h"

#include <algorithm>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/coder/entropy/stream.h"
#include "kernels/lz/copy.h"
#include "kernels/lz/expand.h"

namespace sigma::lz {
namespace {

constexpr std::uint32_t kLong = kernels::lz::kLongLength;

constexpr std::size_t LongBound(const SubBlock& block) { return block.size / kLong + 1; }

// Appends the lengths that a byte cannot hold.
std::uint8_t* WriteLongLists(std::span<const Sequence> sequences, std::uint8_t* to) {
  std::uint32_t longest = 0;
  for (const Sequence& sequence : sequences) {
    longest = std::max({longest, sequence.literals, sequence.match});
  }
  if (longest < kLong) return to;
  for (const Sequence& sequence : sequences) {
    if (sequence.literals >= kLong) {
      StoreLE<std::uint32_t>(to, sequence.literals);
      to += 4;
    }
  }
  for (const Sequence& sequence : sequences) {
    if (sequence.match >= kLong) {
      StoreLE<std::uint32_t>(to, sequence.match);
      to += 4;
    }
  }
  return to;
}

//   LL[n] | ML[n] | offset[n] u16
std::uint8_t* WriteWide(std::span<const Sequence> sequences, std::uint8_t* to) {
  const std::size_t count = sequences.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Sequence& sequence = sequences[i];
    to[i] = static_cast<std::uint8_t>(sequence.literals < kLong ? sequence.literals : kLong);
    to[count + i] = static_cast<std::uint8_t>(sequence.match < kLong ? sequence.match : kLong);
    StoreLE<std::uint16_t>(to + 2 * (count + i), static_cast<std::uint16_t>(sequence.offset));
  }
  return to + 4 * count;
}

//   token[n] | offset[n] u16 | literal escapes | match escapes
std::uint8_t* WriteNarrow(std::span<const Sequence> sequences, std::uint8_t* to) {
  const std::size_t count = sequences.size();
  std::uint8_t* escape = to + 3 * count;
  for (std::size_t i = 0; i < count; ++i) {
    const Sequence& sequence = sequences[i];
    const std::uint32_t literal = sequence.literals;
    const auto match = static_cast<std::uint32_t>(sequence.match - kRawMinMatch);
    to[i] =
        static_cast<std::uint8_t>((literal < 15 ? literal : 15) << 4 | (match < 15 ? match : 15));
    StoreLE<std::uint16_t>(to + count + 2 * i, static_cast<std::uint16_t>(sequence.offset));
    *escape = static_cast<std::uint8_t>(literal < kLong ? literal - 15 : 255);
    escape += literal >= 15;
  }
  for (const Sequence& sequence : sequences) {
    const auto match = static_cast<std::uint32_t>(sequence.match - kRawMinMatch);
    *escape = static_cast<std::uint8_t>(sequence.match < kLong ? match - 15 : 255);
    escape += match >= 15;
  }
  return escape;
}

// Walks the source; null once it does not hold what is asked for.
class Cursor {
 public:
  explicit Cursor(ByteView source) : source_(source) {}
  const std::uint8_t* Take(std::size_t count) {
    if (failed_ || source_.size() - position_ < count) {
      failed_ = true;
      return nullptr;
    }
    const std::uint8_t* const bytes = source_.data() + position_;
    position_ += count;
    return bytes;
  }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  ByteView source_;
  std::size_t position_ = 0;
  bool failed_ = false;
};

}  // namespace

std::size_t RecordsBound(const SubBlock& block) {
  return kSubBlockHeaderBound + 5 * block.sequences + 8 * LongBound(block) +
         entropy::StreamBound(block.literals) + kPad;
}

std::size_t EncodeRecords(const Params& params, std::span<const Sequence> sequences,
                          const SubBlock& block, const Input& input, BufferPool& pool,
                          std::uint8_t* to) {
  std::uint8_t* at = to + WriteSubBlock(block, to);
  at = IsWide(params.form) ? WriteWide(sequences, at) : WriteNarrow(sequences, at);
  at = WriteLongLists(sequences, at);
  if (params.form == Form::kWideCoded) {
    BufferPool::Lease literals = pool.Acquire(block.literals + kPad);
    GatherLiterals(sequences, input, literals.data());
    at += entropy::EncodeStream({literals.data(), block.literals}, params.nesting_price, pool,
                                {at, entropy::StreamBound(block.literals)});
    return static_cast<std::size_t>(at - to);
  }
  GatherLiterals(sequences, input, at);
  return static_cast<std::size_t>(at - to) + block.literals;
}

Result<std::size_t> DecodeRecords(Form form, ByteView source, const SubBlock& block,
                                  const Target& target, BufferPool& pool) {
  const std::size_t count = block.sequences;
  const bool wide = IsWide(form);
  Cursor cursor(source);
  Lengths lengths{};
  const std::uint8_t* offsets = nullptr;
  BufferPool::Lease expanded;
  const auto cut = [&] {
    return Fail(ErrorCode::kCorrupt, "an LZ sub-block is cut short", cursor.position());
  };
  if (wide) {
    lengths.literals = cursor.Take(count);
    lengths.matches = cursor.Take(count);
    offsets = cursor.Take(2 * count);
    if (cursor.failed()) return cut();
  } else {
    const std::uint8_t* const tokens = cursor.Take(count);
    offsets = cursor.Take(2 * count);
    if (cursor.failed()) return cut();
    const kernels::lz::NarrowCounts counts = kernels::lz::CountNarrow(tokens, count);
    const std::uint8_t* const literal_escapes = cursor.Take(counts.literal_escapes);
    const std::uint8_t* const match_escapes = cursor.Take(counts.match_escapes);
    if (cursor.failed()) return cut();
    expanded = pool.Acquire(2 * (count + kPad));
    std::uint8_t* const literals = expanded.data();
    std::uint8_t* const matches = literals + count + kPad;
    kernels::lz::ExpandNarrow(tokens, literal_escapes, match_escapes, count, literals, matches);
    lengths.literals = literals;
    lengths.matches = matches;
  }
  lengths.long_literal_count = kernels::lz::CountAtLeast(lengths.literals, count, kLong);
  lengths.long_match_count = kernels::lz::CountAtLeast(lengths.matches, count, kLong);
  lengths.long_literals = cursor.Take(4 * lengths.long_literal_count);
  lengths.long_matches = cursor.Take(4 * lengths.long_match_count);
  BufferPool::Lease decoded;
  const std::uint8_t* literals = nullptr;
  if (form == Form::kWideCoded) {
    if (cursor.failed()) return cut();
    decoded = pool.Acquire(block.literals + kPad);
    literals = decoded.data();
    const Result<std::size_t> used = entropy::DecodeStream(source.subspan(cursor.position()), pool,
                                                           {decoded.data(), block.literals});
    if (!used) {
      return Fail(ErrorCode::kCorrupt, "the literals of an LZ sub-block are damaged",
                  cursor.position());
    }
    cursor.Take(*used);
  } else {
    literals = cursor.Take(block.literals);
  }
  if (cursor.failed()) return cut();
  if (!LengthsFit(lengths, block)) {
    return Fail(ErrorCode::kCorrupt, "the lengths of an LZ sub-block do not add up", 0);
  }

  kernels::lz::CopyJob copy{};
  copy.literal_lengths = lengths.literals;
  copy.match_lengths = lengths.matches;
  copy.long_literals = lengths.long_literals;
  copy.long_matches = lengths.long_matches;
  copy.count = count;
  copy.literal_bytes = block.literals;
  copy.literals = literals;
  copy.begin = target.begin;
  copy.to = target.at;
  const std::size_t spare = static_cast<std::size_t>(target.end - target.at) - block.size;
  const kernels::lz::Copied copied = wide ? kernels::lz::CopyWide(copy, spare, offsets)
                                          : kernels::lz::CopyNarrow(copy, spare, offsets);
  if (copied.to == nullptr) {
    return Fail(ErrorCode::kCorrupt, "an LZ match has an impossible offset", 0);
  }
  // LengthsFit: what the sequences leave of the sub-block is what they leave of the literals.
  std::memcpy(copied.to, copied.literals,
              static_cast<std::size_t>(literals + block.literals - copied.literals));
  return cursor.position();
}

}  // namespace sigma::lz
