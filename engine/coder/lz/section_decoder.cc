// Sections to bytes in three passes: decode every plane (stored ones stay in place),
// expand to resolved sequences, copy. Each pass is a simple loop over memory that fits the
// second-level cache; between the second and the third all lengths are validated, so the copy loop
// only looks at offsets.
#include <array>
#include <cstring>

#include "engine/base/varint.h"
#include "engine/coder/entropy/stream.h"
#include "engine/coder/lz/sections.h"
#include "kernels/lz/context_copy.h"
#include "kernels/lz/copy.h"
#include "kernels/lz/expand.h"

namespace sigma::lz {
namespace {

// Walks the source section by section, handing out scratch for each.
class SectionReader {
 public:
  SectionReader(ByteView source, BufferPool& pool, std::uint8_t* scratch)
      : source_(source), pool_(pool), scratch_(scratch) {}

  // The next section, `count` symbols (none if 0), in place where they are stored; null after a
  // failure.
  const std::uint8_t* Decode(std::size_t count) {
    if (!failed_ && count != 0) {
      const std::uint8_t* const stored =
          entropy::FindStoredSymbols(source_.subspan(position_), count);
      if (stored != nullptr) {
        position_ += count + 1;
        return stored;
      }
    }
    return DecodeHere(count);
  }

  // The same in scratch, wherever it stands.
  const std::uint8_t* DecodeHere(std::size_t count) {
    std::uint8_t* const symbols = Take(count);
    if (failed_ || count == 0) return symbols;
    const Result<std::size_t> used =
        entropy::DecodeStream(source_.subspan(position_), pool_, {symbols, count});
    if (!used) {
      failed_ = true;
      error_ = used.error();
      if (error_.offset != kNoPosition) error_.offset += position_;
      return symbols;
    }
    position_ += *used;
    return symbols;
  }

  // A varint of at most `most`.
  std::size_t Number(std::size_t most) {
    if (failed_) return 0;
    const auto value = ParseVarint(source_, &position_);
    if (!value || *value > most) {
      Refuse("an LZ sub-block holds an impossible number of literals");
      return 0;
    }
    return static_cast<std::size_t>(*value);
  }

  void Refuse(const char* why) {
    failed_ = true;
    error_ = {ErrorCode::kCorrupt, why, position_, kNoPosition};
  }

  // `count` bytes as they are in the source.
  const std::uint8_t* Raw(std::size_t count) {
    if (failed_) return nullptr;
    if (source_.size() - position_ < count) {
      Refuse("an LZ sub-block is cut short");
      return nullptr;
    }
    const std::uint8_t* const bytes = source_.data() + position_;
    position_ += count;
    return bytes;
  }

  // Scratch of `bytes` and a pad.
  std::uint8_t* Take(std::size_t bytes) {
    std::uint8_t* const taken = scratch_;
    scratch_ += (bytes + kPad + 15) & ~std::size_t{15};
    return taken;
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] Unexpected failure() const { return Unexpected{error_}; }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  ByteView source_;
  BufferPool& pool_;
  std::uint8_t* scratch_;
  std::size_t position_ = 0;
  bool failed_ = false;
  Error error_;
};

// The literals of a sub-block, before they are put in their places.
struct Literals {
  unsigned contexts = 1;
  const std::uint8_t* plain = nullptr;  // of one context
  kernels::lz::LiteralStreams streams{};
  std::array<const std::uint8_t*, kernels::lz::kMaxLiteralContexts> ends{};
};

// Needed by the streams beyond the literals and their pads: the map, and as many bytes after the
// last of them as a damaged sub-block may take from one.
constexpr std::size_t LiteralRoom(std::size_t literals) {
  return 2 * literals + 1 + 256 + (kernels::lz::kMaxLiteralContexts + 2) * (kPad + 16);
}

void DecodeLiterals(std::size_t count, SectionReader* reader, Literals* literals) {
  if (count == 0) {
    literals->plain = reader->Take(0);
    return;
  }
  const std::uint8_t* const contexts = reader->Raw(1);
  if (reader->failed()) return;
  literals->contexts = *contexts;
  if (*contexts == 1) {
    literals->plain = reader->Decode(count);
    return;
  }
  if (*contexts == 0 || *contexts > kernels::lz::kMaxLiteralContexts) {
    reader->Refuse("an LZ sub-block has an impossible number of literal contexts");
    return;
  }
  literals->streams.map = reader->Decode(256);
  if (reader->failed()) return;
  if (kernels::lz::CountAtLeast(literals->streams.map, 256, *contexts) != 0) {
    reader->Refuse("an LZ sub-block maps literals to a context it does not have");
    return;
  }
  std::array<std::size_t, kernels::lz::kMaxLiteralContexts> sizes{};
  std::size_t left = count;
  for (unsigned k = 0; k + 1 < *contexts; ++k) {
    sizes[k] = reader->Number(left);
    left -= sizes[k];
  }
  sizes[*contexts - 1u] = left;
  for (unsigned k = 0; k < *contexts; ++k) {
    literals->streams.next[k] = reader->DecodeHere(sizes[k]);
    literals->ends[k] = literals->streams.next[k] + sizes[k];
  }
}

}  // namespace

Result<std::size_t> DecodeSections(ByteView source, const SubBlock& block, const Target& target,
                                   BufferPool& pool) {
  const std::size_t count = block.sequences;
  // Seven planes, two of lengths, four bytes a sequence of offsets, and the literals.
  BufferPool::Lease lease =
      pool.Acquire(13 * count + 16 + 11 * (kPad + 16) + LiteralRoom(block.literals));
  SectionReader reader(source, pool, lease.data());

  kernels::lz::Sections sections{};
  sections.tokens = reader.Decode(count);
  if (reader.failed()) return reader.failure();
  const kernels::lz::TokenCounts counts = kernels::lz::CountTokens(sections.tokens, count);
  sections.literal_escapes = reader.Decode(counts.literal_escapes);
  sections.match_escapes = reader.Decode(counts.match_escapes);
  sections.near = reader.Decode(counts.near_offsets);
  sections.low = reader.Decode(counts.far_offsets);
  sections.middle = reader.Decode(counts.far_offsets);
  sections.high = reader.Decode(counts.wide_offsets);
  if (reader.failed()) return reader.failure();

  Lengths lengths{};
  // 3 + escape and 18 + escape reach 255.
  lengths.long_literal_count =
      kernels::lz::CountAtLeast(sections.literal_escapes, counts.literal_escapes, 252);
  lengths.long_match_count =
      kernels::lz::CountAtLeast(sections.match_escapes, counts.match_escapes, 237);
  lengths.long_literals = reader.Raw(4 * lengths.long_literal_count);
  lengths.long_matches = reader.Raw(4 * lengths.long_match_count);

  std::uint8_t* const literal_lengths = reader.Take(count);
  std::uint8_t* const match_lengths = reader.Take(count);
  // On a 16-byte boundary, as Take gives it, after three repeats of 1 and one unused.
  auto* const offsets = reinterpret_cast<std::uint32_t*>(reader.Take(4 * count + 16)) + 4;
  offsets[-1] = offsets[-2] = offsets[-3] = 1;
  Literals literals;
  DecodeLiterals(block.literals, &reader, &literals);
  if (reader.failed()) return reader.failure();
  kernels::lz::ExpandSections(sections, count, literal_lengths, match_lengths, offsets);
  lengths.literals = literal_lengths;
  lengths.matches = match_lengths;
  if (!LengthsFit(lengths, block)) {
    return Fail(ErrorCode::kCorrupt, "the lengths of an LZ sub-block do not add up", 0);
  }

  kernels::lz::CopyJob copy{};
  copy.literal_lengths = literal_lengths;
  copy.match_lengths = match_lengths;
  copy.long_literals = lengths.long_literals;
  copy.long_matches = lengths.long_matches;
  copy.count = count;
  copy.match_bytes = block.size - block.literals;
  copy.literals = literals.plain;
  copy.begin = target.begin;
  copy.to = target.at;
  const std::size_t spare = static_cast<std::size_t>(target.end - target.at) - block.size;
  if (literals.contexts > 1) {
    std::uint8_t* const end = target.at + block.size;
    if (!kernels::lz::CopyWithContexts(copy, spare, offsets, end, &literals.streams)) {
      return Fail(ErrorCode::kCorrupt, "an LZ match reaches before the chunk", 0);
    }
    for (unsigned k = 0; k < literals.contexts; ++k) {
      if (literals.streams.next[k] != literals.ends[k]) {
        return Fail(ErrorCode::kCorrupt, "the literals of an LZ sub-block do not add up", 0);
      }
    }
    return reader.position();
  }
  const kernels::lz::Copied copied = kernels::lz::CopySequences(copy, spare, offsets);
  if (copied.to == nullptr) {
    return Fail(ErrorCode::kCorrupt, "an LZ match reaches before the chunk", 0);
  }
  // LengthsFit: what the sequences leave of the sub-block is what they leave of the literals.
  std::memcpy(copied.to, copied.literals,
              static_cast<std::size_t>(literals.plain + block.literals - copied.literals));
  return reader.position();
}

}  // namespace sigma::lz
