// The payload of the LZ coder: its form, then sub-blocks back to back (FORMAT.md).
//
//   form (1 byte) | sub-block | sub-block | …        until the chunk is full
//
// A sub-block is parsed and coded before the next is looked at, so that its bytes and sequences
// stay in the second-level cache; the hash tables live as long as the chunk.
#include "engine/coder/lz/coder.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <optional>

#include "engine/base/work_meter.h"
#include "engine/coder/lz/parsers/optimal.h"
#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/records.h"
#include "engine/coder/lz/sections.h"
#include "engine/coder/lz/steps.h"

namespace sigma::lz {
namespace {

// The hash parsers ask for long matches because short ones far away gain little and large tables
// overflow. In small sources all offsets are near and every position has an entry: shorter matches
// make files of 3–64 KB 2–7 % smaller at level 3 and most up to 16 KiB 1–2 % at level 4. Larger
// limits suit text, but cost 7 % on the sections of 100 KB that records are split into.
constexpr std::size_t kFastFive = std::size_t{1} << 15;
constexpr std::size_t kFastSix = std::size_t{1} << 16;
constexpr std::size_t kDoubleFastFour = std::size_t{1} << 14;

Params FitMatches(Params params, std::size_t size) {
  const unsigned most = params.parser == Parser::kFast && size <= kFastFive  ? 5
                        : params.parser == Parser::kFast && size <= kFastSix ? 6
                        : params.parser == Parser::kDoubleFast && size <= kDoubleFastFour
                            ? 4
                            : params.min_match;
  params.min_match = static_cast<std::uint8_t>(std::min<unsigned>(params.min_match, most));
  return params;
}

// A table much larger than the source costs more to clear than it can find.
Params FitTables(Params params, std::size_t size) {
  const auto log =
      static_cast<std::uint8_t>(std::max<int>(8, static_cast<int>(std::bit_width(size))));
  params.hash_log = std::min(params.hash_log, log);
  params.long_hash_log = std::min(params.long_hash_log, log);
  return params;
}

// The hash tables of one chunk, zero at the start: history must not change the result.
class ChunkTables {
 public:
  ChunkTables(const Params& params, BufferPool& pool) : ChunkTables(params) {
    lease_ = pool.Acquire(Bytes());
    std::memset(lease_.data(), 0, Bytes());
  }
  [[nodiscard]] static std::size_t Bytes(const Params& params) {
    return ChunkTables(params).Bytes();
  }
  Tables tables() {
    const auto all = lease_.As<std::uint32_t>(Positions());
    return {all.first(short_count_), all.subspan(short_count_, long_count_), all.last(near_count_)};
  }

 private:
  explicit ChunkTables(const Params& params)
      : short_count_(params.parser == Parser::kOptimal ? 0 : std::size_t{1} << params.hash_log),
        long_count_(params.parser == Parser::kDoubleFast || params.parser == Parser::kLazyRows
                        ? std::size_t{1} << params.long_hash_log
                        : 0),
        near_count_(params.parser == Parser::kLazyRows ? std::size_t{1} << kNearLog : 0) {}
  [[nodiscard]] std::size_t Bytes() const { return Positions() * sizeof(std::uint32_t); }
  [[nodiscard]] std::size_t Positions() const { return short_count_ + long_count_ + near_count_; }

  std::size_t short_count_;
  std::size_t long_count_;
  std::size_t near_count_;
  BufferPool::Lease lease_;
};

// The optimal parser, if it is the parser, and its memory.
class ChunkOptimal {
 public:
  ChunkOptimal(const Params& params, std::size_t size, BufferPool& pool) {
    const std::size_t words = Words(params, size);
    if (words == 0) return;
    lease_ = pool.AcquireFor<std::uint32_t>(words);
    parser_.emplace(params, size, lease_.As<std::uint32_t>(words));
  }
  [[nodiscard]] static std::size_t Words(const Params& params, std::size_t size) {
    return params.parser == Parser::kOptimal ? OptimalParser::Words(params, size) : 0;
  }
  [[nodiscard]] OptimalParser* parser() { return parser_ ? &*parser_ : nullptr; }

 private:
  BufferPool::Lease lease_;
  std::optional<OptimalParser> parser_;
};

}  // namespace

std::uint64_t TableBytes(const Params& params, std::size_t size) {
  const Params lz = FitTables(params, size);
  return ChunkTables::Bytes(lz) + ChunkOptimal::Words(lz, size) * sizeof(std::uint32_t);
}

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target) {
  if (source.size() < 2 || target.empty()) return 0;
  const Params lz = FitTables(FitMatches(params.lz, source.size()), source.size());
  assert(!IsWide(lz.form) || lz.parser == Parser::kSingleProbe);
  const std::size_t capacity = std::min(target.size(), source.size() - 1);

  ChunkTables memory(lz, pool);
  ChunkOptimal optimal(lz, source.size(), pool);
  BufferPool::Lease sequences =
      pool.AcquireFor<Sequence>(StepParser::SequenceRoom(lz, source.size()));
  Tables tables = memory.tables();
  tables.optimal = optimal.parser();
  StepParser parser(source, lz, tables, reinterpret_cast<Sequence*>(sequences.data()));
  target[0] = static_cast<std::uint8_t>(lz.form);
  std::size_t used = 1;
  for (std::size_t begin = 0; begin < source.size();) {
    const StepParser::Found next = parser.Next();
    const std::span<const Sequence> found = next.sequences;
    const std::size_t size = next.end - begin;
    const SubBlock block = DescribeSubBlock(found, size);
    const Input input{source.data() + begin, size, source.size() - begin, begin};
    const bool sections = lz.form == Form::kSections;
    const std::size_t room = capacity - used;
    const std::size_t bound = sections ? SectionsBound(block) : RecordsBound(block);
    // Straight into the target where even the worst case fits.
    BufferPool::Lease scratch;
    if (bound > room) scratch = pool.Acquire(bound);
    std::uint8_t* const to = bound > room ? scratch.data() : target.data() + used;
    const std::size_t bytes = sections ? EncodeSections(found, block, input, lz, pool, to)
                                       : EncodeRecords(lz, found, block, input, pool, to);
    if (bytes > room) return 0;
    if (bound > room) std::memcpy(target.data() + used, to, bytes);
    used += bytes;
    begin = next.end;
    CountWork(size);
  }
  return used;
}

Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target) {
  return DecodeHashed(source, pool, target, nullptr);
}

Result<void> DecodeHashed(ByteView source, BufferPool& pool, MutableBytes target, Hasher* hash) {
  if (source.empty()) return Fail(ErrorCode::kCorrupt, "an LZ payload is empty", 0);
  if (source[0] > static_cast<std::uint8_t>(Form::kWideCoded)) {
    return Fail(ErrorCode::kUnsupported, "the LZ payload has an unknown form", 0);
  }
  const auto form = static_cast<Form>(source[0]);
  std::size_t position = 1;
  for (std::size_t done = 0; done < target.size();) {
    const Result<SubBlock> block = ParseSubBlock(source, &position, target.size() - done);
    if (!block) return block.failure();
    const Target to{target.data(), target.data() + done, target.data() + target.size()};
    const ByteView rest = source.subspan(position);
    Result<std::size_t> taken = form == Form::kSections
                                    ? DecodeSections(rest, *block, to, pool)
                                    : DecodeRecords(form, rest, *block, to, pool);
    if (!taken) {
      if (taken.error().offset != kNoPosition) taken.error().offset += position;
      return taken.failure();
    }
    if (hash != nullptr) hash->Add({to.at, block->size});
    position += *taken;
    done += block->size;
  }
  if (position != source.size()) {
    return Fail(ErrorCode::kCorrupt, "bytes follow the last LZ sub-block", position);
  }
  return {};
}

}  // namespace sigma::lz
