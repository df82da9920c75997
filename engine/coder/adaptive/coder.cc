// The payload of ADAPTIVE (SPEC.md) is groups, back to back; each is the code of four blocks.
//
// A block is parsed on the prices of the model that the block before it left, and once more on those
// of what it then was found to be (programs 1.5 % smaller, classes 0.5 %); then it is noted. A group's
// notes are written from the last one on.
//
// The first block has no model to go by: it is parsed and noted twice for practice. In a small source
// each block is, once: its model still learns (a file of 246 KB: 0.2 % smaller; programs of some MB
// would be 0.7 % larger).
#include "engine/coder/adaptive/coder.h"

#include <algorithm>
#include <cstring>

#include "engine/base/work_meter.h"
#include "engine/coder/adaptive/parser.h"
#include "engine/memory/buffer.h"
#include "kernels/adaptive/sequence_decoder.h"
#include "kernels/adaptive/sequence_encoder.h"

namespace sigma::adaptive {
namespace {

static_assert(model::kBlockBytes == std::size_t{1} << 16);
static_assert(kPad >= model::kCodePad);

constexpr std::size_t kMaxSize = std::size_t{64} << 20;
constexpr std::size_t kSmallSource = std::size_t{1} << 20;
constexpr std::uint64_t kDoubtfulPrice = 7 * 256;
// A group's, and a block's in its other form.
constexpr std::size_t kNotes = model::kNotesInGroup + model::kNotesInBlock;

// What a coder of blocks works with.
class BlockCoder {
 public:
  BlockCoder(ByteView source, BufferPool& pool)
      : source_(source),
        words_lease_(pool.AcquireFor<std::uint32_t>(Parser::Words(source.size()))),
        models_lease_(pool.AcquireFor<model::Model>(2)),
        notes_lease_(pool.AcquireFor<std::uint32_t>(kNotes)),
        sequences_lease_(pool.AcquireFor<model::Sequence>(Parser::kMostSequences)),
        parser_(source, words_lease_.As<std::uint32_t>(Parser::Words(source.size()))),
        model_(models_lease_.As<model::Model>(2)[0]),
        practice_(models_lease_.As<model::Model>(2)[1]),
        notes_(notes_lease_.As<std::uint32_t>(kNotes)),
        sequences_(sequences_lease_.As<model::Sequence>(Parser::kMostSequences)) {
    model::StartModel(model_);
  }

  [[nodiscard]] static std::uint64_t Scratch(std::size_t size) {
    return BufferFootprint(4 * Parser::Words(size)) + BufferFootprint(2 * sizeof(model::Model)) +
           BufferFootprint(4 * kNotes) +
           BufferFootprint(sizeof(model::Sequence) * Parser::kMostSequences);
  }

  // The code of the group that begins at `begin`, at the end of `room`; returns its size.
  std::size_t Group(std::size_t begin, MutableBytes room) {
    const std::size_t end = std::min(source_.size(), begin + model::kGroupBytes);
    std::uint32_t* to = notes_.data();
    for (std::size_t at = begin; at < end; at += model::kBlockBytes) {
      to = Block(at, std::min(end, at + model::kBlockBytes), to);
    }
    const auto count = static_cast<std::size_t>(to - notes_.data());
    return model::WriteGroup(notes_.first(count), room);
  }

 private:
  std::uint32_t* Block(std::size_t begin, std::size_t end, std::uint32_t* to) {
    parser_.Search(begin, end);
    const bool practises = source_.size() <= kSmallSource || begin == 0;
    if (practises) {
      practice_ = model_;
      if (begin == 0) {
        Practise(begin, end, to);
        parser_.prices().Restart();
      }
      Practise(begin, end, to);
    } else {
      Count(Parse(model_));
    }
    model::Model& prices = practises ? practice_ : model_;
    const std::span<const model::Sequence> found = Parse(prices);
    const bool doubtful = LiteralsMayCost(found, begin, prices);
    Count(found);
    CountWork(end - begin);
    const model::BlockToNote block{source_.data(), begin, end, found, false};
    if (!doubtful) return model::NoteBlock(block, model_, history_, to);
    return NoteBetter(block, to);
  }

  // Notes a block with modelled or with raw literals.
  std::uint32_t* NoteBetter(model::BlockToNote block, std::uint32_t* to) {
    practice_ = model_;
    model::History history = history_;
    std::uint32_t* const modelled = model::NoteBlock(block, model_, history_, to);
    block.plain = true;
    std::uint32_t* const plain = model::NoteBlock(block, practice_, history, modelled);
    const auto price = [](const std::uint32_t* from, const std::uint32_t* end) {
      std::uint64_t sum = 0;
      for (; from != end; ++from) sum += FrequencyPrice(*from >> 16);
      return sum;
    };
    if (price(to, modelled) <= price(modelled, plain)) return modelled;
    model_ = practice_;
    history_ = history;
    return std::copy(modelled, plain, to);
  }

  // Parses and notes a block to no end but to know the model after it.
  void Practise(std::size_t begin, std::size_t end, std::uint32_t* notes) {
    const std::span<const model::Sequence> found = Parse(practice_);
    practice_ = model_;
    model::History history = history_;
    (void)model::NoteBlock({source_.data(), begin, end, found, false}, practice_, history, notes);
    Count(found);
  }

  std::span<const model::Sequence> Parse(model::Model& model) {
    return sequences_.first(parser_.Parse(model, history_, sequences_.data()));
  }

  void Count(std::span<const model::Sequence> sequences) {
    std::uint32_t kind = history_.kind;
    for (const model::Sequence& sequence : sequences) {
      parser_.prices().Count(sequence, kind);
      kind = std::min(sequence.repeat, model::kOldRepeat);
    }
    parser_.prices().Set();
  }

  // Whether the literals may cost more than their bits; the model may know them already.
  [[nodiscard]] bool LiteralsMayCost(std::span<const model::Sequence> sequences, std::size_t at,
                                     model::Model& model) const {
    std::uint64_t price = 0;
    std::uint64_t literals = 0;
    std::uint32_t offset = history_.offsets[0];
    for (const model::Sequence& sequence : sequences) {
      for (std::uint32_t run = 0; run < sequence.literals; ++run, ++at) {
        price +=
            LiteralPrice(model, model::ContextAt(source_.data(), at, offset, run), source_[at]);
      }
      literals += sequence.literals;
      at += sequence.match;
      offset = sequence.offset;
    }
    return price > literals * kDoubtfulPrice;
  }

  ByteView source_;
  BufferPool::Lease words_lease_;
  BufferPool::Lease models_lease_;
  BufferPool::Lease notes_lease_;
  BufferPool::Lease sequences_lease_;
  Parser parser_;
  model::Model& model_;
  model::Model& practice_;
  std::span<std::uint32_t> notes_;
  std::span<model::Sequence> sequences_;
  model::History history_;
};

}  // namespace

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target) {
  const std::size_t size = source.size();
  if (!params.sorts || size < kLeastSize || size > kMaxSize) return 0;
  BlockCoder blocks(source, pool);
  auto group_lease = pool.Acquire(model::kGroupCode);
  const auto room = group_lease.As<std::uint8_t>(model::kGroupCode);
  const MutableBytes to = target.first(std::min(target.size(), size - 1));
  std::size_t used = 0;
  for (std::size_t at = 0; at < size; at += model::kGroupBytes) {
    const std::size_t bytes = blocks.Group(at, room);
    if (bytes > to.size() - used) return 0;
    std::memcpy(to.data() + used, room.data() + (room.size() - bytes), bytes);
    used += bytes;
  }
  return used;
}

Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target) {
  if (target.size() < kLeastSize || target.size() > kMaxSize) {
    return Fail(ErrorCode::kCorrupt, "an adaptively coded section has a size that none has", 0);
  }
  auto lease = pool.AcquireFor<model::Model>(1);
  model::Model& model = lease.As<model::Model>(1)[0];
  model::StartModel(model);
  if (!model::DecodeSequences(source, model, target)) {
    return Fail(ErrorCode::kCorrupt, "the code of an adaptively coded section is damaged", 0);
  }
  CountWork(target.size());
  return {};
}

std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size) {
  if (!params.sorts || size < kLeastSize) return 0;
  return BlockCoder::Scratch(size) + BufferFootprint(model::kGroupCode);
}

std::uint64_t DecodeScratch(std::size_t size) {
  return size < kLeastSize ? 0 : BufferFootprint(sizeof(model::Model));
}

}  // namespace sigma::adaptive
