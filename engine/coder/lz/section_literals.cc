// The literals of a sub-block on the wire:
//
//   streams (1 byte) | map | sizes | stream | stream | …      several contexts
//   1                | stream                                 one; no bytes without literals
//
// The map is an entropy stream of 256 contexts; the sizes are varints, one for each stream but the
// last.
#include <algorithm>
#include <array>

#include "engine/base/varint.h"
#include "engine/coder/entropy/stream.h"
#include "engine/coder/lz/contexts.h"
#include "engine/coder/lz/sections.h"

namespace sigma::lz {
namespace {

class LiteralWriter {
 public:
  LiteralWriter(const Params& params, BufferPool& pool) : params_(params), pool_(pool) {}

  std::uint8_t* Write(std::span<const Sequence> sequences, const Input& input, std::size_t literals,
                      std::uint8_t* to) {
    if (literals == 0) return to;
    LiteralContexts contexts;
    if (params_.literal_contexts > 1) contexts = Choose(sequences, input, literals);
    *to++ = static_cast<std::uint8_t>(contexts.count);
    if (contexts.count == 1) {
      BufferPool::Lease lease = pool_.Acquire(literals + kPad);
      GatherLiterals(sequences, input, lease.data());
      return Code({lease.data(), literals}, to);
    }
    return WriteStreams(sequences, input, literals, contexts, to);
  }

 private:
  template <class Visit>
  void ForEach(std::span<const Sequence> sequences, const Input& input, Visit&& visit) const {
    ForEachLiteral(sequences,
                   {input.bytes - input.before, input.before, input.before + input.size, 1}, visit);
  }

  LiteralContexts Choose(std::span<const Sequence> sequences, const Input& input,
                         std::size_t literals) {
    BufferPool::Lease lease = pool_.AcquireFor<LiteralCounts>(1);
    LiteralCounts& counts = lease.As<LiteralCounts>(1)[0];
    for (auto& row : counts) row.fill(0);
    ForEach(sequences, input,
            [&](std::uint8_t literal, std::uint8_t expected) { ++counts[expected][literal]; });
    return ClusterLiterals(counts, params_.literal_contexts,
                           params_.literal_price * (sequences.size() + literals));
  }

  std::uint8_t* WriteStreams(std::span<const Sequence> sequences, const Input& input,
                             std::size_t literals, const LiteralContexts& contexts,
                             std::uint8_t* to) {
    std::array<std::size_t, kMaxLiteralContexts> sizes{};
    ForEach(sequences, input,
            [&](std::uint8_t, std::uint8_t expected) { ++sizes[contexts.map[expected]]; });
    BufferPool::Lease lease = pool_.Acquire(literals + 256 + (kMaxLiteralContexts + 1) * kPad);
    std::array<std::uint8_t*, kMaxLiteralContexts> next{};
    std::copy(contexts.map.begin(), contexts.map.end(), lease.data());
    to = Code({lease.data(), 256}, to);
    std::uint8_t* stream = lease.data() + 256 + kPad;
    for (unsigned k = 0; k < contexts.count; ++k) {
      next[k] = stream;
      stream += sizes[k] + kPad;
    }
    ForEach(sequences, input, [&](std::uint8_t literal, std::uint8_t expected) {
      *next[contexts.map[expected]]++ = literal;
    });
    for (unsigned k = 0; k + 1 < contexts.count; ++k) to += WriteVarint(sizes[k], to);
    for (unsigned k = 0; k < contexts.count; ++k) to = Code({next[k] - sizes[k], sizes[k]}, to);
    return to;
  }

  std::uint8_t* Code(ByteView symbols, std::uint8_t* to) {
    if (symbols.empty()) return to;
    const MutableBytes room{to, entropy::StreamBound(symbols.size())};
    return to + (params_.stored_planes
                     ? entropy::StoreStream(symbols, room)
                     : entropy::EncodeStream(symbols, params_.nesting_price, pool_, room));
  }

  const Params& params_;
  BufferPool& pool_;
};

}  // namespace

std::size_t LiteralsBound(std::size_t literals) {
  constexpr std::size_t kSizes = 4 * kMaxLiteralContexts;
  return 1 + entropy::StreamBound(256) + kSizes + entropy::StreamBound(literals) +
         kMaxLiteralContexts * (1 + entropy::StreamBound(0));
}

std::uint8_t* EncodeLiterals(std::span<const Sequence> sequences, const Input& input,
                             std::size_t literals, const Params& params, BufferPool& pool,
                             std::uint8_t* to) {
  return LiteralWriter(params, pool).Write(sequences, input, literals, to);
}

}  // namespace sigma::lz
