// The loop takes one literal whether there is one or not: two thirds of the sequences have none and
// a fifth has one (s7, level 7), which no branch could foretell. Its context depends on bytes that
// are mostly old, so the loads of one sequence do not wait for those of the one before; only
// literals of the same context wait for each other, by the position of their stream.
#include "kernels/lz/context_copy.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/context_copy.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After it: once for each target.
#include "kernels/lz/copy-inl.h"

#ifndef SIGMA_KERNELS_LZ_CONTEXT_COPY_ONCE_
#define SIGMA_KERNELS_LZ_CONTEXT_COPY_ONCE_
namespace sigma::kernels::lz {
namespace {

// Literals whose context may lie before the chunk.
inline std::uint8_t* TakeLiterals(const std::uint8_t* begin, std::size_t count, std::size_t last,
                                  std::uint8_t* to, LiteralStreams* streams) {
  for (std::size_t k = 0; k < count; ++k, ++to) {
    const bool known = static_cast<std::size_t>(to - begin) >= last;
    *to = *streams->next[streams->map[known ? *(to - last) : 0]]++;
  }
  return to;
}

// Four literals whose contexts are known: their streams are asked before any of them moves on.
inline void TakeFour(const std::uint8_t* map, const std::uint8_t* expected, std::uint8_t* to,
                     LiteralStreams* streams) {
  const std::size_t a = map[expected[0]];
  const std::size_t b = map[expected[1]];
  const std::size_t c = map[expected[2]];
  const std::size_t d = map[expected[3]];
  const std::uint8_t* const at_a = streams->next[a];
  const std::uint8_t* const at_b = streams->next[b] + (b == a);
  const std::uint8_t* const at_c = streams->next[c] + (c == a) + (c == b);
  const std::uint8_t* const at_d = streams->next[d] + (d == a) + (d == b) + (d == c);
  to[0] = *at_a;
  to[1] = *at_b;
  to[2] = *at_c;
  to[3] = *at_d;
  streams->next[a] = at_a + 1;
  streams->next[b] = at_b + 1;
  streams->next[c] = at_c + 1;
  streams->next[d] = at_d + 1;
}

struct ContextState {
  const std::uint8_t* long_literals;
  const std::uint8_t* long_matches;
  std::size_t last;
  std::uint8_t* to;
};

// Sequences [first, count), byte by byte.
inline bool CopyContextsExactly(const CopyJob& copy, const std::uint32_t* offsets,
                                std::size_t first, std::size_t count, LiteralStreams* streams,
                                ContextState* state) {
  for (std::size_t i = first; i < count; ++i) {
    std::size_t literal = copy.literal_lengths[i];
    std::size_t match = copy.match_lengths[i];
    if (literal == kLongLength) literal = NextLong(&state->long_literals);
    if (match == kLongLength) match = NextLong(&state->long_matches);
    std::uint8_t* const to = TakeLiterals(copy.begin, literal, state->last, state->to, streams);
    const std::size_t offset = offsets[i];
    if (offset == 0 || offset > static_cast<std::size_t>(to - copy.begin)) return false;
    for (std::size_t k = 0; k < match; ++k) to[k] = *(to + k - offset);
    state->to = to + match;
    state->last = offset;
  }
  return true;
}

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_CONTEXT_COPY_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {

bool CopyContexts(const CopyJob& copy, std::size_t spare, const std::uint32_t* offsets,
                  const std::uint8_t* end, LiteralStreams* out) {
  LiteralStreams streams = *out;
  const std::uint8_t* const map = streams.map;
  ContextState state{copy.long_literals, copy.long_matches, 1, copy.to};
  const std::size_t fast = FastCount(copy, spare);
  // Only the first sequence of a chunk can ask for a byte before it.
  std::size_t i = copy.to == copy.begin && fast > 0 ? 1 : 0;
  if (!CopyContextsExactly(copy, offsets, 0, i, &streams, &state)) return false;
  // All in locals: what is stored through `to` might else be any of it.
  std::uint8_t* to = state.to;
  std::size_t last = state.last;
  const std::uint8_t* long_literals = state.long_literals;
  const std::uint8_t* long_matches = state.long_matches;
  const std::uint8_t* const literal_lengths = copy.literal_lengths;
  const std::uint8_t* const match_lengths = copy.match_lengths;
  const std::uint8_t* const begin = copy.begin;
  Fetcher fetcher(copy, offsets, to, i);
  for (; i < fast; ++i) {
    fetcher.Step(i);
    std::size_t literal = literal_lengths[i];
    std::size_t match = match_lengths[i];
    const std::size_t offset = offsets[i];
    const auto take = [&](std::size_t k, std::size_t taken) HWY_ATTR {
      const std::uint8_t*& next = streams.next[map[*(to + k - last)]];
      to[k] = *next;
      next += taken;
    };
    take(0, literal != 0);
    if (HWY_UNLIKELY(literal > 1)) {
      if (literal == kLongLength) {
        literal = NextLong(&long_literals);
        fetcher.Add(literal - kLongLength);
      }
      std::size_t k = 1;
      if (last >= 4) {
        for (; k + 4 <= literal; k += 4) TakeFour(map, to + k - last, to + k, &streams);
      }
      for (; k < literal; ++k) take(k, 1);
    }
    to += literal;
    if (HWY_UNLIKELY(offset > static_cast<std::size_t>(to - begin))) return false;
    last = offset;
    const std::uint8_t* from = to - offset;
    if (HWY_UNLIKELY(offset < 16)) {
      if (offset == 0) return false;
      if (match == kLongLength) {
        match = NextLong(&long_matches);
        fetcher.Add(match - kLongLength);
      }
      CopyPattern(to, offset, match);
      to += match;
      continue;
    }
    Copy16(from, to);
    Copy16(from + 16, to + 16);
    if (HWY_UNLIKELY(match > 32)) {
      if (match == kLongLength) {
        match = NextLong(&long_matches);
        fetcher.Add(match - kLongLength);
      }
      for (std::size_t k = 32; k < match; k += 16) Copy16(from + k, to + k);
    }
    to += match;
  }
  state = {long_literals, long_matches, last, to};
  if (!CopyContextsExactly(copy, offsets, i, copy.count, &streams, &state)) return false;
  TakeLiterals(copy.begin, static_cast<std::size_t>(end - state.to), state.last, state.to,
               &streams);
  *out = streams;
  return true;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(CopyContexts);

bool CopyWithContexts(const CopyJob& copy, std::size_t spare, const std::uint32_t* offsets,
                      const std::uint8_t* end, LiteralStreams* streams) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopyContexts)(copy, spare, offsets, end, streams);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
